"""One client of the scripted origin: its connection, and the session on it."""
import random
import struct
import types


class Session:
    def __init__(self, connection):
        self.connection = connection
        self.id = '%016X' % random.randrange(1 << 64)
        self.channels = {}  # track -> (rtp, rtcp)
        self.targets = {}   # track -> (sockets, (rtp address, rtcp address), those that send)
        self.is_playing = False
        self.held = None

    def send(self, origin, track, packet, is_rtcp=False):
        if track in self.channels:
            channel = self.channels[track][is_rtcp]
            self.connection.write(struct.pack('>BBH', 0x24, channel, len(packet)) + packet)
        elif track in self.targets and not origin.options['silent_udp']:
            _, addresses, senders = self.targets[track]
            senders[is_rtcp].sendto(packet, addresses[is_rtcp])


class Connection:
    def __init__(self, origin, sock):
        self.origin, self.socket = origin, sock
        self.buffer = b''
        self.out = b''
        self.session = None
        self.method = None  # of the request in hand
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
            self.origin.take_rtcp(self.buffer[4:4 + size], self.track_of(self.buffer[1]))
            self.buffer = self.buffer[4 + size:]
            return True
        end = self.buffer.find(b'\r\n\r\n')
        if end < 0:
            return False
        lines = self.buffer[:end].decode().split('\r\n')
        self.buffer = self.buffer[end + 4:]
        headers = dict((n.strip().lower(), v.strip()) for n, _, v in
                       (line.partition(':') for line in lines[1:]))
        if lines[0].startswith('RTSP/'):
            self.origin.stats['answers'].append(int(lines[0].split()[1]))
            return True
        self.method, url, _ = lines[0].split(' ')
        method = self.method
        if not self.origin.options['mute']:
            self.origin.request(self, method, url, headers)
        return True

    def track_of(self, channel):
        channels = self.session.channels if self.session else {}
        return next((track for track, pair in channels.items() if channel in pair), 0)

    def answer(self, headers, status='200 OK', extra=(), body=b''):
        a = types.SimpleNamespace(
            connection=self, method=self.method, status=status, body=body, before=b'', is_cut=False,
            lines=[f'CSeq: {headers.get("cseq", "0")}', *extra])
        self.origin.twist(a)
        if a.is_cut:
            self.write(a.before)
            return
        if a.body:
            a.lines.append(f'Content-Length: {len(a.body)}')
        head = '\r\n'.join([f'RTSP/1.0 {a.status}', *a.lines])
        self.write(a.before + head.encode() + b'\r\n\r\n' + a.body)
