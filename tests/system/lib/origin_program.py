"""A scripted RTSP origin: a program of its own, so that it can be killed and frozen.

It serves one live stream at /live: H.264 in shape (parameter sets, key frames in fragments, slices)
and PCMU, with numbers that wrap soon after the start. Every packet is different. Its options come
as JSON on the command line; it prints {"port": N}, and answers the line "stats" with what it saw.
"""
import base64
import hashlib
import json
import os
import random
import re
import selectors
import socket
import struct
import sys
import time

OPTIONS = {
    'port': 0, 'host': '127.0.0.1',
    'udp': True, 'tcp': True,     # a refused transport is answered with 461
    'silent_udp': False,          # UDP is agreed on, and never sent
    'auth': None,                 # basic, digest, digest-sha256
    'user': 'viewer', 'password': 'secret',
    'control': 'relative',        # absolute, slash, query: forms of a=control
    'timeout': 60, 'public': 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER',
    'group': 25,                  # pictures from key frame to key frame
    'picture_packets': 4,         # packets of a picture; a key frame has three times as many
    'size': 1000,                 # payload bytes of a packet
    'sound': 0,                   # the payload type of the second track (0 PCMU, 8 PCMA)
    'status': None,               # answer DESCRIBE with this
    'mute': False,                # accept connections and say nothing
    'reorder': 0,                 # swap so many per cent of the packets with the next one (UDP)
    'seed': None,                 # fixes SSRCs; None: new ones at each start
    'seq': 65500, 'early_wrap_s': 3,
}
FPS, AUDIO_PPS = 25, 50


class Track:
    def __init__(self, rate, rng, seq, early_wrap_s):
        self.ssrc = rng.randrange(1 << 32)
        self.seq = seq
        self.timestamp = (1 << 32) - rate * early_wrap_s
        self.rate = rate
        self.packets = self.octets = 0

    def packet(self, payload_type, payload, marker=False):
        head = struct.pack('>BBHII', 0x80, payload_type | marker << 7, self.seq,
                           self.timestamp & 0xffffffff, self.ssrc)
        self.seq = (self.seq + 1) & 0xffff
        self.packets += 1
        self.octets += len(payload)
        return head + payload

    def sender_report(self):
        now = time.time() + 2208988800
        return struct.pack('>BBHIIIIII', 0x80, 200, 6, self.ssrc, int(now),
                           int(now % 1 * (1 << 32)), self.timestamp & 0xffffffff, self.packets,
                           self.octets)


class Session:
    def __init__(self, connection):
        self.connection = connection
        self.id = '%016X' % random.randrange(1 << 64)
        self.channels = {}  # track -> (rtp, rtcp)
        self.targets = {}   # track -> (sockets, (rtp address, rtcp address))
        self.is_playing = False
        self.held = None

    def send(self, origin, track, packet, is_rtcp=False):
        if track in self.channels:
            channel = self.channels[track][is_rtcp]
            self.connection.write(struct.pack('>BBH', 0x24, channel, len(packet)) + packet)
        elif track in self.targets and not origin.options['silent_udp']:
            sockets, addresses = self.targets[track]
            sockets[is_rtcp].sendto(packet, addresses[is_rtcp])


class Connection:
    def __init__(self, origin, sock):
        self.origin, self.socket = origin, sock
        self.buffer = b''
        self.out = b''
        self.session = None
        sock.setblocking(False)

    def write(self, data):
        self.out += data
        try:
            sent = self.socket.send(self.out)
            self.out = self.out[sent:]
        except BlockingIOError:
            pass
        except OSError:
            self.out = b''
        if len(self.out) > 1 << 24:
            self.out = b''

    def readable(self):
        try:
            data = self.socket.recv(65536)
        except OSError:
            data = b''
        if not data:
            self.origin.drop(self)
            return
        self.buffer += data
        while self.parse():
            pass

    def parse(self):
        if self.buffer[:1] == b'$':
            if len(self.buffer) < 4:
                return False
            size = int.from_bytes(self.buffer[2:4], 'big')
            if len(self.buffer) < 4 + size:
                return False
            self.origin.take_rtcp(self.buffer[4:4 + size])
            self.buffer = self.buffer[4 + size:]
            return True
        end = self.buffer.find(b'\r\n\r\n')
        if end < 0:
            return False
        lines = self.buffer[:end].decode().split('\r\n')
        self.buffer = self.buffer[end + 4:]
        headers = dict((n.strip().lower(), v.strip()) for n, _, v in
                       (line.partition(':') for line in lines[1:]))
        method, url, _ = lines[0].split(' ')
        if not self.origin.options['mute']:
            self.origin.request(self, method, url, headers)
        return True

    def answer(self, headers, status='200 OK', extra=(), body=b''):
        lines = [f'RTSP/1.0 {status}', f'CSeq: {headers.get("cseq", "0")}', *extra]
        if body:
            lines.append(f'Content-Length: {len(body)}')
        self.write('\r\n'.join(lines).encode() + b'\r\n\r\n' + body)


class Origin:
    def __init__(self, options):
        self.options = {**OPTIONS, **options}
        rng = random.Random(self.options['seed'])
        seq, wrap = self.options['seq'], self.options['early_wrap_s']
        self.tracks = [Track(90000, rng, seq, wrap), Track(8000, rng, seq, wrap)]
        self.rng = rng
        self.counter = self.picture = 0
        self.stats = {'connections': 0, 'sessions': 0, 'playing': 0, 'methods': {}, 'rr': [],
                      'authorized': 0, 'unauthorized': 0, 'clean_ends': 0}
        self.nonce = '%016x' % random.randrange(1 << 64)
        self.selector = selectors.DefaultSelector()
        self.connections = set()
        self.listener = socket.create_server((self.options['host'], self.options['port']),
                                             backlog=512)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.selector.register(self.listener, selectors.EVENT_READ, self.accept)
        self.selector.register(sys.stdin, selectors.EVENT_READ, self.command)
        self.started = time.monotonic()
        self.ticks = [0, 0, 0]  # pictures, sound packets, reports

    def accept(self):
        sock, _ = self.listener.accept()
        connection = Connection(self, sock)
        self.connections.add(connection)
        self.stats['connections'] += 1
        self.selector.register(sock, selectors.EVENT_READ, connection.readable)

    def drop(self, connection):
        self.selector.unregister(connection.socket)
        connection.socket.close()
        self.connections.discard(connection)
        self.end(connection)

    def end(self, connection):
        session, connection.session = connection.session, None
        if not session:
            return
        for sockets, _ in session.targets.values():
            for s in sockets:
                self.selector.unregister(s)
                s.close()
        self.stats['sessions'] -= 1
        self.stats['playing'] -= session.is_playing

    def command(self):
        line = sys.stdin.readline()
        if not line:
            sys.exit(0)
        print(json.dumps(self.stats), flush=True)

    def take_rtcp(self, packet):
        if len(packet) >= 32 and packet[1] == 201 and packet[0] & 0x1f:
            fraction, = struct.unpack_from('>I', packet, 12)
            highest, = struct.unpack_from('>I', packet, 16)
            self.stats['rr'].append({'fraction': fraction >> 24, 'lost': fraction & 0xffffff,
                                     'highest': highest})

    # Requests

    def is_authorized(self, method, url, headers):
        kind = self.options['auth']
        text = headers.get('authorization', '')
        user, password = self.options['user'], self.options['password']
        if kind == 'basic':
            return text == 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', text))
        if fields.get('nonce') != self.nonce or fields.get('uri') != url:
            return False
        digest = hashlib.sha256 if kind == 'digest-sha256' else hashlib.md5

        def join(*parts):
            return digest(':'.join(parts).encode()).hexdigest()
        ha1, ha2 = join(user, 'weir test', password), join(method, url)
        if kind == 'digest-sha256':
            use = (fields.get('nc', ''), fields.get('cnonce', ''), 'auth')
            wanted = join(ha1, self.nonce, *use, ha2)
        else:
            wanted = join(ha1, self.nonce, ha2)
        return fields.get('response') == wanted

    def challenge(self):
        if self.options['auth'] == 'basic':
            return ['WWW-Authenticate: Basic realm="weir test"']
        digest = f'WWW-Authenticate: Digest realm="weir test", nonce="{self.nonce}"'
        if self.options['auth'] == 'digest-sha256':
            digest += ', qop="auth", algorithm=SHA-256'
        return [digest, 'WWW-Authenticate: Basic realm="weir test"']

    def request(self, connection, method, url, headers):
        self.stats['methods'][method] = self.stats['methods'].get(method, 0) + 1
        if self.options['auth'] and method != 'OPTIONS':
            if not self.is_authorized(method, url, headers):
                self.stats['unauthorized'] += 1
                connection.answer(headers, '401 Unauthorized', self.challenge())
                return
            self.stats['authorized'] += 1
        getattr(self, 'on_' + method.lower(), self.on_other)(connection, url, headers)

    def on_other(self, connection, url, headers):
        connection.answer(headers, '501 Not Implemented')

    def on_options(self, connection, url, headers):
        connection.answer(headers, extra=[f'Public: {self.options["public"]}'])

    def on_get_parameter(self, connection, url, headers):
        connection.answer(headers)

    def on_describe(self, connection, url, headers):
        if self.options['status']:
            connection.answer(headers, self.options['status'])
            return
        base = f'rtsp://{self.options["host"]}:{self.port}/live'
        forms = {'relative': 'trackID={}', 'absolute': base + '/trackID={}',
                 'slash': '/live/trackID={}', 'query': 'trackID={}?key=1'}
        control = forms[self.options['control']]
        body = ('v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=test\r\nt=0 0\r\na=control:*\r\n'
                'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n'
                'a=fmtp:96 packetization-mode=1\r\n' + f'a=control:{control.format(0)}\r\n' +
                f'm=audio 0 RTP/AVP {self.options["sound"]}\r\n'
                f'a=control:{control.format(1)}\r\n').encode()
        connection.answer(headers, body=body, extra=[
            'Content-Type: application/sdp', f'Content-Base: {base}/'])

    def on_setup(self, connection, url, headers):
        track = int(re.search(r'trackID=(\d)', url)[1])
        transport = headers['transport']
        is_tcp = 'TCP' in transport
        if not self.options['tcp' if is_tcp else 'udp']:
            connection.answer(headers, '461 Unsupported Transport')
            return
        if not connection.session:
            connection.session = Session(connection)
            self.stats['sessions'] += 1
        session = connection.session
        if is_tcp:
            pair = re.search(r'interleaved=(\d+)-(\d+)', transport)
            session.channels[track] = (int(pair[1]), int(pair[2]))
        else:
            transport += self.open_ports(session, track, transport)
        connection.answer(headers, extra=[
            f'Transport: {transport}', f'Session: {session.id};timeout={self.options["timeout"]}'])

    def open_ports(self, session, track, transport):
        from lib.rtsp import udp_pair
        sockets = udp_pair(self.options['host'])
        port = int(re.search(r'client_port=(\d+)', transport)[1])
        peer = session.connection.socket.getpeername()[0]
        session.targets[track] = (sockets, ((peer, port), (peer, port + 1)))
        for s in sockets:
            self.selector.register(s, selectors.EVENT_READ,
                                   lambda s=s: self.take_rtcp(s.recv(2048)))
        own = sockets[0].getsockname()[1]
        return f';server_port={own}-{own + 1}'

    def on_play(self, connection, url, headers):
        named = headers.get('session', '').split(';')[0]
        if not connection.session or named != connection.session.id:
            connection.answer(headers, '454 Session Not Found')
            return
        self.stats['playing'] += not connection.session.is_playing
        connection.session.is_playing = True
        connection.answer(headers, extra=[f'Session: {connection.session.id}', 'Range: npt=now-'])

    def on_teardown(self, connection, url, headers):
        self.stats['clean_ends'] += 1
        self.end(connection)
        connection.answer(headers)

    # Media

    def send(self, track, packet, is_rtcp=False):
        for connection in self.connections:
            session = connection.session
            if not session or not session.is_playing:
                continue
            if not is_rtcp and session.held is not None:
                held, session.held = session.held, None
                session.send(self, track, packet)
                session.send(self, *held)
            elif not is_rtcp and self.rng.randrange(100) < self.options['reorder']:
                session.held = (track, packet)
            else:
                session.send(self, track, packet, is_rtcp)

    def filler(self, head, size):
        self.counter += 1
        return head + self.counter.to_bytes(8, 'big') * (size // 8)

    def send_picture(self):
        video = self.tracks[0]
        is_key = self.picture % self.options['group'] == 0
        count = self.options['picture_packets'] * (3 if is_key else 1)
        if is_key:
            self.send(0, video.packet(96, b'\x18\x00\x04\x67\x42\x00\x1f\x00\x04\x68\xce\x3c\x80'))
        kind = 0x65 if is_key else 0x41
        for i in range(count):
            fu = (kind & 0x1f) | (0x80 if i == 0 else 0) | (0x40 if i == count - 1 else 0)
            payload = self.filler(bytes([kind & 0xe0 | 28, fu]), self.options['size'])
            self.send(0, video.packet(96, payload, i == count - 1))
        video.timestamp += 90000 // FPS
        self.picture += 1

    def send_sound(self):
        self.send(1, self.tracks[1].packet(self.options['sound'], self.filler(b'', 160)))
        self.tracks[1].timestamp += 8000 // AUDIO_PPS

    def send_reports(self):
        for i, track in enumerate(self.tracks):
            self.send(i, track.sender_report(), True)

    def run(self):
        actions = ((FPS, self.send_picture), (AUDIO_PPS, self.send_sound), (1, self.send_reports))
        while True:
            for key, _ in self.selector.select(0.005):
                key.data()
            passed = time.monotonic() - self.started
            if passed - min(t / rate for t, (rate, _) in zip(self.ticks, actions)) > 2:
                self.started += passed - 1  # it was frozen: a live source does not make up for that
                self.ticks = [int(rate) for rate, _ in actions]
                passed = 1
            for i, (rate, action) in enumerate(actions):
                while self.ticks[i] < passed * rate:
                    action()
                    self.ticks[i] += 1
            for connection in list(self.connections):
                if connection.out:
                    connection.write(b'')


if __name__ == '__main__':
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    origin = Origin(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})
    print(json.dumps({'port': origin.port}), flush=True)
    try:
        origin.run()
    except KeyboardInterrupt:
        pass
