"""Scripted origins of other kinds than live RTP: stored content, and a transport of its own.

A thread for each connection. Stored content has a picture each 20 ms; a packet's sequence number
and timestamp say where in the content it stands, so that a test sees what was played. The other
kind refuses RTP and sends, over `x-test/udp`, datagrams that are nothing like it.
"""
import re
import socket
import threading
import struct

STEP_S, RATE, LENGTH_S = 0.02, 90000, 30
SSRC = 0x57454952


class OtherOrigin:
    def __init__(self, kind):
        self.kind = kind  # stored, foreign
        self.requests = []  # (connection number, method, url, headers)
        self.connections = 0
        self.heard = []  # datagrams from clients
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.open = set()

    @property
    def url(self):
        return f'rtsp://127.0.0.1:{self.port}/movie'

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, kind, error, trace):
        self.listener.close()
        for s in list(self.open):
            s.close()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.open.add(sock)
            self.connections += 1
            threading.Thread(target=Session(self, sock, self.connections).run, daemon=True).start()

    def count(self, method):
        return sum(1 for r in self.requests if r[1] == method)

    def last(self, method):
        return [r for r in self.requests if r[1] == method][-1][3]


class Session:
    def __init__(self, origin, sock, number):
        self.origin, self.socket, self.number = origin, sock, number
        self.lock = threading.Lock()
        self.position = 0   # of the content, in steps
        self.scale = 1
        self.playing = threading.Event()
        self.stop = threading.Event()
        self.target = None  # (socket, address) of the foreign transport

    def run(self):
        threading.Thread(target=self.send_media, daemon=True).start()
        buffer = b''
        while data := self.receive():
            buffer += data
            while True:
                if buffer[:1] == b'$' and len(buffer) >= 4:
                    size = 4 + int.from_bytes(buffer[2:4], 'big')
                    if len(buffer) < size:
                        break
                    buffer = buffer[size:]
                elif (end := buffer.find(b'\r\n\r\n')) >= 0:
                    self.request(buffer[:end].decode())
                    buffer = buffer[end + 4:]
                else:
                    break
        self.stop.set()
        self.playing.set()

    def receive(self):
        try:
            return self.socket.recv(65536)
        except OSError:
            return b''

    def write(self, data):
        with self.lock:
            try:
                self.socket.sendall(data)
            except OSError:
                self.stop.set()

    def request(self, text):
        lines = text.split('\r\n')
        method, url, _ = lines[0].split(' ')
        headers = {n.strip().lower(): v.strip() for n, _, v in
                   (line.partition(':') for line in lines[1:])}
        self.origin.requests.append((self.number, method, url, headers))
        status, extra, body = getattr(self, 'on_' + method.lower(), self.on_other)(headers)
        head = [f'RTSP/1.0 {status}', f'CSeq: {headers["cseq"]}', f'Session: s{self.number}',
                *extra]
        if body:
            head += ['Content-Type: application/sdp', f'Content-Length: {len(body)}']
        self.write('\r\n'.join(head).encode() + b'\r\n\r\n' + body)
        if method == 'PLAY' and status.startswith('200'):
            self.playing.set()

    def on_other(self, headers):
        return '200 OK', [], b''

    def on_options(self, headers):
        return '200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN'], b''

    def on_describe(self, headers):
        length = f'a=range:npt=0-{LENGTH_S}\r\n' if self.origin.kind == 'stored' else ''
        return '200 OK', [], ('v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=movie\r\nt=0 0\r\n' + length +
                              'a=control:*\r\nm=video 0 RTP/AVP 96\r\n'
                              'a=rtpmap:96 X-TEST/90000\r\na=control:trackID=0\r\n').encode()

    def on_setup(self, headers):
        transport = headers['transport']
        if self.origin.kind == 'stored':
            if 'TCP' not in transport:
                return '461 Unsupported Transport', [], b''
            return '200 OK', [f'Transport: {transport}'], b''
        if not transport.startswith('x-test/udp'):
            return '461 Unsupported Transport', [], b''
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(('127.0.0.1', 0))
        self.target = sock, ('127.0.0.1', int(re.search(r'client_port=(\d+)', transport)[1]))
        return '200 OK', [f'Transport: {transport};server_port={sock.getsockname()[1]}'], b''

    def on_play(self, headers):
        if self.origin.kind == 'foreign':
            return '200 OK', [], b''
        start = re.match(r'npt=([\d.]+)-', headers.get('range', ''))
        if start and float(start[1]) > LENGTH_S:
            return '457 Invalid Range', [], b''
        if start:
            self.position = round(float(start[1]) / STEP_S)
        self.scale = int(float(headers.get('scale', 1)))
        extra = [f'Range: npt={self.position * STEP_S:.3f}-{LENGTH_S}',
                 f'RTP-Info: url={self.origin.url}/trackID=0;seq={self.position & 0xffff};'
                 f'rtptime={round(self.position * STEP_S * RATE)}']
        return '200 OK', extra + ([f'Scale: {self.scale}'] if 'scale' in headers else []), b''

    def on_pause(self, headers):
        self.playing.clear()
        return '200 OK', [], b''

    def send_media(self):
        while not self.stop.wait(STEP_S):
            self.playing.wait()
            if self.stop.is_set():
                return
            if self.origin.kind == 'stored':
                self.send_stored()
            else:
                self.send_foreign()

    def send_stored(self):
        packet = struct.pack('>BBHII', 0x80, 96, self.position & 0xffff,
                             round(self.position * STEP_S * RATE) & 0xffffffff, SSRC)
        packet += bytes([self.position & 0xff]) * 200
        self.position += self.scale
        self.write(struct.pack('>BBH', 0x24, 0, len(packet)) + packet)
        if self.position * STEP_S > LENGTH_S:
            bye = struct.pack('>BBHIBBHI', 0x80, 201, 1, SSRC, 0x81, 203, 1, SSRC)
            self.write(struct.pack('>BBH', 0x24, 1, len(bye)) + bye)
            self.playing.clear()

    def send_foreign(self):
        sock, address = self.target
        self.position += 1
        sock.sendto(b'\x00not RTP at all %d' % self.position, address)
