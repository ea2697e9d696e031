"""A thin link between an origin and its users, and what comes through it. Needs to be root.

    origin ==== 300 kbit/s ==== gate ---- users

The stream has 200 kbit/s: the link has room for one. The gate is a router on the users' side of the
link, on which a gateway may run. A witness beside the origin, before the link, hears all that is
sent; what the users get is measured against that, and time is counted in the witness's packets.
"""
import collections
import concurrent.futures
import contextlib
import socket

from lib.gateway import Gateway
from lib.network import Networks
from lib.origin import Origin
from lib.rtsp import Client, Swarm

SO_RCVBUFFORCE = 33
# A second's worth may wait before the link: an origin that was held up for a moment loses nothing.
LINK = {'rate': '300kbit', 'latency': '1s'}
LINK_BITS_PER_S = 300_000
# A packet for each picture, three for a key frame, and sound: RTP of 199,896 bits a second.
STREAM = {'picture_packets': 1, 'size': 592}
PACKETS_PER_S = 78


class Outcome(collections.namedtuple('Outcome', 'sent received link_bytes user_bytes cpu_s')):
    """`received` says of each viewer how many of the packets that were `sent` it got."""

    @property
    def share(self):
        return sum(self.received) / (self.sent * len(self.received))

    def per_s(self, amount):
        """Of the stream's own seconds."""
        return amount * PACKETS_PER_S / self.sent


class Viewer(Client):
    """Keeps of each packet that it has come, and no more."""

    def __init__(self, *args):
        super().__init__(*args)
        self.heard = {}

    def take_packet(self, place, packet, now):
        assert place is not None, 'a packet on a channel that was not set up'
        if not place[1]:
            self.heard[hash(packet)] = True

    def setup(self, track, channels=None):
        reply = super().setup(track, channels)
        for s in self.media:
            s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 22)
        return reply


class ShapedLink:
    def __enter__(self):
        with contextlib.ExitStack() as stack:
            net = stack.enter_context(Networks())
            self.server, self.gate, self.users = map(net.host, ('server', 'gate', 'users'))
            net.wire(self.server, self.gate, '10.1.0.0/24')
            net.wire(self.gate, self.users, '10.2.0.0/24')
            self.server.run('ip route add default via 10.1.0.2')
            self.gate.run('sysctl -q net.ipv4.ip_forward=1')
            self.users.run('ip route add default via 10.2.0.1')
            self.origin = stack.enter_context(
                Origin(host='10.1.0.1', within=self.server, **STREAM))
            self.stack = stack.pop_all()
        return self

    def __exit__(self, kind, error, trace):
        self.stack.close()

    @contextlib.contextmanager
    def shaped(self):
        self.server.shape('eth0', **LINK)
        try:
            yield
        finally:
            self.server.run('tc qdisc del dev eth0 root')

    def direct(self, count, packets):
        """So many viewers, each with a session of its own across the link.

        They come and go while it is wide: on a full one even the dialogue hardly gets through.
        """
        with self.crowd(self.origin.url, ['udp'] * count) as swarm, self.shaped():
            return self.measure(swarm, packets, patience_s=2)

    def through_gateway(self, folder, count, packets):
        """So many viewers of a gateway on the gate, every other one over TCP."""
        paths = {'live': {'source': self.origin.url}}
        transports = [('udp', 'tcp')[i % 2] for i in range(count)]
        with self.shaped(), \
                Gateway(folder, paths, host='10.2.0.1', within=self.gate) as gateway, \
                self.crowd(gateway.url('live'), transports) as swarm:
            return self.measure(swarm, packets, patience_s=10, gateway=gateway)

    @staticmethod
    def start(host, url, transport):
        with host.inside():
            return Viewer(url, transport).start()

    @contextlib.contextmanager
    def crowd(self, url, transports):
        """The witness and the viewers, playing; what comes is read while more of them start."""
        swarm = Swarm()
        try:
            swarm.add(self.start(self.server, self.origin.url, 'tcp'))
            with concurrent.futures.ThreadPoolExecutor(20) as pool:
                coming = {pool.submit(self.start, self.users, url, transport)
                          for transport in transports}
                while coming:
                    for future in [future for future in coming if future.done()]:
                        coming.remove(future)
                        swarm.add(future.result())
                    swarm.step(0.01)
            yield swarm
        finally:
            for viewer in list(swarm.clients):
                swarm.remove(viewer)
                viewer.close()

    def measure(self, swarm, packets, patience_s, gateway=None):
        """At least so many packets are sent; a moment of silence of this program makes it more."""
        witness, *viewers = swarm.clients

        def flow_to(count):
            swarm.run_until(f'{count} packets are sent', lambda: len(witness.heard) >= count, 120)
            return self.mark(witness, gateway)

        # By then what waits before the link has settled.
        first, *before = flow_to(len(witness.heard) + 3 * PACKETS_PER_S)
        last, *after = flow_to(first + packets)
        sent = set(list(witness.heard)[first:last])
        late = list(viewers)

        def is_over():
            late[:] = [viewer for viewer in late if not sent <= viewer.heard.keys()]
            return not late or len(witness.heard) >= last + patience_s * PACKETS_PER_S

        swarm.run_until('all is there, or lost', is_over, 120)
        received = [len(sent & viewer.heard.keys()) for viewer in viewers]
        return Outcome(len(sent), received, *(b - a for a, b in zip(before, after)))

    def mark(self, witness, gateway):
        """How much has been sent by now, and what has been counted by now."""
        with contextlib.suppress(BlockingIOError):
            while not witness.is_ended:
                witness.receive()
        return (len(witness.heard), self.server.count('eth0', 'tx_bytes'),
                self.gate.count('eth1', 'tx_bytes'), gateway.cpu_seconds() if gateway else 0)
