"""An RTSP client in HTTP: what the server says comes by a GET, what it says goes by POSTs."""
import base64
import secrets
import socket

from lib.rtsp import Client


def head_of(sock):
    """The head of an HTTP answer, byte by byte, so that nothing behind it is taken. Empty when the
    connection ends first."""
    head = b''
    while not head.endswith(b'\r\n\r\n'):
        byte = sock.recv(1)
        if not byte:
            return ''
        head += byte
    return head.decode()


def ask(gateway, text, source=None):
    """A connection on which this was said. It may come from another address of this machine."""
    sock = socket.create_connection((gateway.host, gateway.port), 30,
                                    source_address=(source, 0) if source else None)
    sock.sendall(text.encode())
    return sock


def get(gateway, cookie, source=None):
    return ask(gateway, 'GET /cam1 HTTP/1.0\r\nAccept: application/x-rtsp-tunnelled\r\n'
               f'x-sessioncookie: {cookie}\r\n\r\n', source)


def post(gateway, cookie, source=None):
    return ask(gateway, 'POST /cam1 HTTP/1.0\r\nContent-Type: application/x-rtsp-tunnelled\r\n'
               f'Content-Length: 32767\r\nx-sessioncookie: {cookie}\r\n\r\n', source)


class TunnelClient(Client):
    """A Client whose socket is the GET's; its requests leave as `post` writes them."""

    def __init__(self, gateway, name='cam1', transport='tcp', write=base64.b64encode):
        super().__init__(gateway.url(name), transport)
        self.gateway, self.write = gateway, write
        self.cookie = secrets.token_hex(11)
        self.socket.sendall(f'GET /{name} HTTP/1.0\r\nx-sessioncookie: {self.cookie}\r\n'
                            'Accept: application/x-rtsp-tunnelled\r\n\r\n'.encode())
        self.answer = head_of(self.socket)
        self.post = post(gateway, self.cookie)

    def send(self, data):
        self.post.sendall(self.write(data))

    def reopen(self):
        """Another POST in the place of the one there was."""
        self.post.close()
        self.post = post(self.gateway, self.cookie)

    def vanish(self):
        super().vanish()
        self.post.close()
