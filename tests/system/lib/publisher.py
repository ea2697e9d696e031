"""A scripted publisher: an encoder whose every packet is known to the test."""
import random
import re
import select
import time

from lib.origin_media import Media, Track
from lib.rtsp import Client, Packet, Swarm, nal_of, udp_pair

TRANSPORTS = ['tcp', 'udp']
SDP = ('v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=studio\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n'
       'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n'
       'a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IAHw==,aM48gA==\r\n'
       'a=control:streamid=0\r\n'
       'm=audio 0 RTP/AVP 0\r\na=control:streamid=1\r\n')


class Publisher(Client, Media):
    """ANNOUNCE, SETUP, RECORD; then play() sends as a live encoder does, as fast as is asked."""

    def __init__(self, url, transport='tcp', seed=None):
        super().__init__(url, transport)
        rng = random.Random(seed)
        self.options = {'group': 10, 'picture_packets': 2, 'size': 600, 'sound': 0}
        self.tracks = [Track(90000, rng, rng.randrange(65536), 1),
                       Track(8000, rng, rng.randrange(65536), 1)]
        self.picture = 0
        self.counter = rng.randrange(1 << 40)
        self.sent = {0: [], 1: []}
        self.ports = {}  # UDP: track -> (sockets, server ports)

    def announce(self, sdp=SDP, headers=('Content-Type: application/sdp',)):
        return self.request('ANNOUNCE', headers=list(headers), body=sdp.encode())

    def setup(self, track, mode=';mode=record'):
        if self.transport == 'tcp':
            text = f'RTP/AVP/TCP;unicast;interleaved={2 * track}-{2 * track + 1}'
        else:
            sockets = udp_pair(self.socket.getsockname()[0])
            port = sockets[0].getsockname()[1]
            text = f'RTP/AVP/UDP;unicast;client_port={port}-{port + 1}'
        reply = self.request('SETUP', f'{self.url}/streamid={track}', [f'Transport: {text}{mode}'])
        if reply.status != 200:
            return reply
        self.session = reply.headers['session'].split(';')[0]
        if self.transport == 'tcp':
            self.channels[2 * track] = (track, False)
            self.channels[2 * track + 1] = (track, True)
        else:
            pair = re.search(r'server_port=(\d+)-(\d+)', reply.headers['transport'])
            self.ports[track] = (sockets, (int(pair[1]), int(pair[2])))
            self.media[sockets[0]] = (track, False)
            self.media[sockets[1]] = (track, True)
        return reply

    def record(self):
        return self.request('RECORD', headers=['Range: npt=0.000-'])

    def start(self, sdp=SDP):
        assert (reply := self.announce(sdp)).status == 200, reply
        for track in (0, 1):
            assert (reply := self.setup(track)).status == 200, reply
        assert (reply := self.record()).status == 200, reply
        return self

    def send_raw(self, track, packet, is_rtcp=False):
        if self.transport == 'tcp':
            head = bytes([0x24, 2 * track + is_rtcp]) + len(packet).to_bytes(2, 'big')
            self.socket.sendall(head + packet)
        else:
            sockets, ports = self.ports[track]
            sockets[is_rtcp].sendto(packet, (self.host, ports[is_rtcp]))

    def send(self, data, packet=None, is_rtcp=False):
        """Of the client: bytes for the connection. Of the encoder: a packet of a track."""
        if packet is None:
            super().send(data)
            return
        self.send_raw(data, packet, is_rtcp)
        if not is_rtcp:
            seq, timestamp = packet[2:4], packet[4:8]
            self.sent[data].append(Packet(
                time.monotonic(), int.from_bytes(seq, 'big'), int.from_bytes(timestamp, 'big'),
                packet[8:12], hash(packet), nal_of(packet)))

    def send_reports(self):
        for i, track in enumerate(self.tracks):
            self.send(i, track.sender_report(), True)

    def poll(self):
        """Takes what the gateway has sent: its reports, or the end."""
        for ready in select.select([self.socket, *self.media], [], [], 0)[0]:
            if ready is self.socket:
                self.receive()
            else:
                self.take_packet(self.media[ready], ready.recv(65536), time.monotonic())

    def play(self, swarm, what, predicate, deadline_s=60):
        """Sends pictures and sound until it is true."""
        end = time.monotonic() + deadline_s
        while not predicate():
            assert time.monotonic() < end, f'within {deadline_s} s never came true: {what}'
            if self.picture % 10 == 0:
                self.send_reports()
            self.send_picture()
            self.send_sound()
            self.send_sound()
            self.poll()
            swarm.step(0.01)


def live(**keys):
    return {'live': {'source': 'publisher', **keys}}


def status_of(gateway, name):
    client = Client(gateway.url(name))
    reply = client.describe()
    client.close()
    return reply.status


def watch(gateway):
    """A viewer over each transport, and who reads for them."""
    viewers = [Client(gateway.url('live'), transport).start() for transport in TRANSPORTS]
    return viewers, Swarm(viewers)


def all_have(viewers, count):
    return lambda: all(len(v.packets[0]) >= count and len(v.packets[1]) >= count // 3
                       for v in viewers)


def close_all(*clients):
    for client in clients:
        client.close()
