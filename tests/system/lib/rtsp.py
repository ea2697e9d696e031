"""An RTSP client for tests: it shows each byte and each packet as they come."""
import collections
import re
import selectors
import socket
import struct
import time

Reply = collections.namedtuple('Reply', 'status headers body')
# One RTP packet: when it came, its numbers, and a hash of all its bytes.
Packet = collections.namedtuple('Packet', 'at seq timestamp ssrc hash nal')


def nal_of(packet):
    """The H.264 NAL unit type a packet (12-byte header) begins with; a fragment's own type."""
    if len(packet) < 14:
        return None
    kind = packet[12] & 0x1f
    return packet[13] & 0x1f if kind == 28 else kind


class Client:
    """One connection, one session. Replies come by request(); media by read(), or by a Swarm."""

    def __init__(self, url, transport='tcp', timeout=30, source=None):
        match = re.match(r'rtsp://(?:\[([^\]]+)\]|([^:/]+)):(\d+)(/.*)?', url)
        self.host, self.port = match[1] or match[2], int(match[3])
        self.url, self.transport = url, transport
        self.socket = socket.create_connection((self.host, self.port), timeout,
                                               source and (source, 0))
        self.buffer = b''
        self.cseq = 0
        self.session = None
        self.replies = collections.deque()
        self.is_ended = False
        self.media = {}  # UDP: socket -> (track, is_rtcp)
        self.channels = {}  # TCP: channel -> (track, is_rtcp)
        self.packets = collections.defaultdict(list)
        self.rtcp = collections.defaultdict(list)
        self.rtp_info = {}

    def close(self):
        """Says goodbye where the session would outlive the connection."""
        if self.media and self.session and not self.is_ended:
            try:
                self.request('TEARDOWN')
            except (OSError, AssertionError):
                pass
        self.vanish()

    def vanish(self):
        """Goes without a word."""
        self.socket.close()
        for s in self.media:
            s.close()

    # Messages

    def send(self, data):
        self.socket.sendall(data)

    def text(self, method, url=None, headers=(), body=b'', cseq=None):
        self.cseq += 1
        lines = [f'{method} {url or self.url} RTSP/1.0', f'CSeq: {cseq or self.cseq}', *headers]
        is_named = any(h.startswith('Session') for h in headers)
        if self.session and method != 'DESCRIBE' and not is_named:
            lines.append(f'Session: {self.session}')
        if body:
            lines.append(f'Content-Length: {len(body)}')
        return '\r\n'.join(lines).encode() + b'\r\n\r\n' + body

    def request(self, method, url=None, headers=(), body=b''):
        self.send(self.text(method, url, headers, body))
        return self.reply()

    def reply(self):
        while not self.replies:
            assert not self.is_ended, 'the connection ended before the reply'
            self.receive()
        return self.replies.popleft()

    def receive(self):
        """One read from the connection."""
        try:
            data = self.socket.recv(1 << 18)
        except (ConnectionResetError, BrokenPipeError):
            data = b''
        self.is_ended = not data
        self.take(data)

    def take(self, data):
        self.buffer += data
        start = 0
        now = time.monotonic()
        while start < len(self.buffer):
            if self.buffer[start] == 0x24:
                if len(self.buffer) < start + 4:
                    break
                end = start + 4 + int.from_bytes(self.buffer[start + 2:start + 4], 'big')
                if len(self.buffer) < end:
                    break
                self.take_packet(self.channels.get(self.buffer[start + 1]),
                                 self.buffer[start + 4:end], now)
                start = end
                continue
            end = self.buffer.find(b'\r\n\r\n', start)
            if end < 0:
                break
            lines = self.buffer[start:end].decode().split('\r\n')
            headers = {}
            for line in lines[1:]:
                name, _, value = line.partition(':')
                name, value = name.strip().lower(), value.strip()
                headers[name] = f'{headers[name]}, {value}' if name in headers else value
            body_end = end + 4 + int(headers.get('content-length', 0))
            if len(self.buffer) < body_end:
                break
            assert lines[0].startswith('RTSP/1.0 '), lines[0]
            self.replies.append(Reply(int(lines[0].split()[1]), headers,
                                      self.buffer[end + 4:body_end]))
            start = body_end
        self.buffer = self.buffer[start:]

    def take_packet(self, place, packet, now):
        assert place is not None, 'a packet on a channel that was not set up'
        track, is_rtcp = place
        if is_rtcp:
            self.rtcp[track].append(packet)
            return
        seq, timestamp, ssrc = struct.unpack_from('>HII', packet, 2)
        self.packets[track].append(Packet(now, seq, timestamp, ssrc, hash(packet), nal_of(packet)))

    # The usual dialogue

    def describe(self):
        reply = self.request('DESCRIBE', headers=['Accept: application/sdp'])
        return reply

    def setup(self, track, channels=None):
        base = self.url.rstrip('/')
        if self.transport == 'tcp':
            first, second = channels or (2 * track, 2 * track + 1)
            text = f'RTP/AVP/TCP;unicast;interleaved={first}-{second}'
        else:
            sockets = udp_pair(self.socket.getsockname()[0])
            self.media[sockets[0]] = (track, False)
            self.media[sockets[1]] = (track, True)
            port = sockets[0].getsockname()[1]
            text = f'RTP/AVP;unicast;client_port={port}-{port + 1}'
        reply = self.request('SETUP', f'{base}/trackID={track}', [f'Transport: {text}'])
        if reply.status == 200:
            self.session = reply.headers['session'].split(';')[0]
            if self.transport == 'tcp':
                pair = re.search(r'interleaved=(\d+)-(\d+)', reply.headers['transport'])
                self.channels[int(pair[1])] = (track, False)
                self.channels[int(pair[2])] = (track, True)
        return reply

    def play(self):
        reply = self.request('PLAY')
        for entry in filter(None, reply.headers.get('rtp-info', '').split(',')):
            url = re.search(r'url=([^;]+)', entry)[1]
            numbers = dict(re.findall(r'(seq|rtptime)=(\d+)', entry))
            track = int(re.search(r'trackID=(\d+)', url)[1])
            self.rtp_info[track] = {k: int(v) for k, v in numbers.items()}
        return reply

    def start(self, tracks=(0, 1)):
        """DESCRIBE, SETUP of each track, PLAY; each must succeed."""
        assert (reply := self.describe()).status == 200, reply
        for track in tracks:
            assert (reply := self.setup(track)).status == 200, reply
        assert (reply := self.play()).status == 200, reply
        return self

    def teardown(self):
        """The reply may stand behind any amount of media."""
        reply = self.request('TEARDOWN')
        self.session = None
        return reply


def udp_pair(host):
    """An even port and the next one."""
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    for _ in range(200):
        first = socket.socket(family, socket.SOCK_DGRAM)
        first.bind((host, 0))
        port = first.getsockname()[1]
        if port % 2 == 0:
            second = socket.socket(family, socket.SOCK_DGRAM)
            try:
                second.bind((host, port + 1))
                for s in (first, second):
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
                    s.setblocking(False)
                return first, second
            except OSError:
                second.close()
        first.close()
    raise OSError('no pair of free ports')


class Swarm:
    """Reads the media of many playing clients in one loop."""

    def __init__(self, clients=()):
        self.selector = selectors.DefaultSelector()
        self.clients = []
        for client in clients:
            self.add(client)

    def add(self, client):
        self.clients.append(client)
        client.socket.setblocking(False)
        self.selector.register(client.socket, selectors.EVENT_READ, (client, None))
        for s, place in client.media.items():
            self.selector.register(s, selectors.EVENT_READ, (client, place))

    def remove(self, client):
        self.clients.remove(client)
        if not client.is_ended:
            self.selector.unregister(client.socket)
        for s in client.media:
            self.selector.unregister(s)
        client.socket.settimeout(30)

    def step(self, wait_s=0.1):
        for key, _ in self.selector.select(wait_s):
            client, place = key.data
            if place is None:
                try:
                    client.receive()
                except BlockingIOError:
                    continue
                if client.is_ended:
                    self.selector.unregister(client.socket)
            else:
                self.drain(client, place, key.fileobj)

    @staticmethod
    def drain(client, place, sock):
        now = time.monotonic()
        while True:
            try:
                packet = sock.recv(65536)
            except BlockingIOError:
                return
            client.take_packet(place, packet, now)

    def run_until(self, what, predicate, deadline_s=60):
        end = time.monotonic() + deadline_s
        while not predicate():
            assert time.monotonic() < end, f'within {deadline_s} s never came true: {what}'
            self.step()

    def run_for(self, seconds):
        """Lets the stream flow for a while; nothing is asserted on the time itself."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.step()


def assert_continuous(packets):
    """One SSRC, no number missing or twice, timestamps never going back."""
    assert packets, 'no packets at all'
    assert len({p.ssrc for p in packets}) == 1, 'the SSRC changed'
    for before, after in zip(packets, packets[1:]):
        step = (after.seq - before.seq) & 0xffff
        assert step == 1, f'sequence went from {before.seq} to {after.seq}'
        forward = (after.timestamp - before.timestamp) & 0xffffffff
        assert forward < 1 << 31, f'timestamp back from {before.timestamp} to {after.timestamp}'


def assert_stretch_of(reference, packets):
    """The packets are, bit for bit and in order, a stretch of the reference's."""
    hashes = [p.hash for p in reference]
    ours = [p.hash for p in packets]
    assert ours, 'no packets at all'
    assert ours[0] in hashes, 'the first packet is not one of the origin'
    start = hashes.index(ours[0])
    assert hashes[start:start + len(ours)] == ours, 'packets are missing, changed or out of order'
