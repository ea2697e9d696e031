"""An origin that says and sends exactly what a test wants: any description, any packets, over TCP.

It lives in the test's own process, in threads, and remembers every request as it came.
"""
import re
import socket
import struct
import threading
import time

from lib.rtsp import Packet


class PacketOrigin:
    """`packets` is called with a counter and yields (track, bytes): RTP packets to send next."""

    def __init__(self, sdp, packets=None, headers=('Content-Type: application/sdp',)):
        self.sdp, self.headers, self.packets = sdp, headers, packets or (lambda n: ())
        self.requests = []
        self.sent = {}  # track -> what Client.packets would hold of it
        self.connections = []
        self.is_open = True
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.url = f'rtsp://127.0.0.1:{self.listener.getsockname()[1]}/live'

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, kind, error, trace):
        self.is_open = False
        self.listener.close()
        self.drop()

    def drop(self):
        """Breaks what is connected; it can be connected to again."""
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.connections = []

    def count(self, method):
        return sum(request.startswith(method) for request in self.requests)

    def accept(self):
        while self.is_open:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        data = b''
        try:
            while chunk := connection.recv(65536):
                data += chunk
                while (end := self.piece_end(data)) is not None:
                    piece, data = data[:end], data[end:]
                    if piece[:1] != b'$':
                        self.answer(connection, piece.decode())
        except OSError:
            pass
        connection.close()

    @staticmethod
    def piece_end(data):
        if data[:1] == b'$':
            end = 4 + int.from_bytes(data[2:4], 'big') if len(data) >= 4 else len(data) + 1
        else:
            end = data.find(b'\r\n\r\n') + 4
        return end if 4 <= end <= len(data) else None

    def answer(self, connection, request):
        self.requests.append(request)
        method = request.split(' ')[0]
        lines = ['RTSP/1.0 200 OK', 'CSeq: ' + re.search(r'CSeq: (\d+)', request)[1]]
        body = b''
        if method == 'DESCRIBE':
            body = self.sdp if isinstance(self.sdp, bytes) else self.sdp.encode()
            lines += [*self.headers, f'Content-Length: {len(body)}']
        elif method == 'OPTIONS':
            lines.append('Public: DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER')
        else:
            lines.append('Session: 0123456789abcdef')
        if method == 'SETUP':
            transport = re.search(r'Transport: (.*)', request)[1].strip()
            if 'TCP' not in transport:
                lines[0] = 'RTSP/1.0 461 Unsupported Transport'
            lines.append(f'Transport: {transport}')
        connection.sendall('\r\n'.join(lines).encode() + b'\r\n\r\n' + body)
        if method == 'PLAY':
            threading.Thread(target=self.play, args=(connection,), daemon=True).start()

    def play(self, connection):
        """Channel 2n is that of track n: the gateway asks for nothing else."""
        counter = 0
        try:
            while self.is_open:
                for track, packet in self.packets(counter):
                    seq, timestamp, ssrc = struct.unpack_from('>HII', packet, 2)
                    self.sent.setdefault(track, []).append(
                        Packet(time.monotonic(), seq, timestamp, ssrc, hash(packet), None))
                    connection.sendall(struct.pack('>BBH', 0x24, 2 * track, len(packet)) + packet)
                counter += 1
                time.sleep(0.005)
        except OSError:
            pass
