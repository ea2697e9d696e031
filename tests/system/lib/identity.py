"""Clients that say who they are: a scripted one, in every way there is, and libcurl's."""
import base64
import ctypes
import hashlib
import re

from lib.rtsp import Client

HASHES = {'MD5': hashlib.md5, 'SHA-256': hashlib.sha256}


def basic(user, password):
    return f'Authorization: Basic {base64.b64encode(f"{user}:{password}".encode()).decode()}'


class SignedClient(Client):
    """Answers challenges. `way` is Basic, MD5 or SHA-256; `has_qop` False is RFC 2069."""

    def __init__(self, url, user, password, way='SHA-256', has_qop=True, **options):
        super().__init__(url, **options)
        self.user, self.password = user, password
        self.way, self.has_qop = way, has_qop
        self.nonce, self.count = None, 0

    def request(self, method, url=None, headers=(), body=b''):
        reply = super().request(method, url, [*headers, *self.authorization(method, url)], body)
        is_news = 'stale=true' in reply.headers.get('www-authenticate', '') or not self.nonce
        if reply.status == 401 and self.way != 'Basic' and is_news:
            self.take_challenge(reply)
            reply = super().request(method, url, [*headers, *self.authorization(method, url)], body)
        return reply

    def take_challenge(self, reply):
        challenge = reply.headers['www-authenticate']
        self.nonce = re.search(
            f'Digest realm="weir", nonce="([^"]+)"[^"]*algorithm={self.way}, qop="auth"',
            challenge)[1]
        self.count = 0

    def authorization(self, method, url):
        if self.way == 'Basic':
            return [basic(self.user, self.password)]
        if not self.nonce:
            return []
        self.count += 1
        url, count = url or self.url, f'{self.count:08x}'

        def join(*parts):
            return HASHES[self.way](':'.join(parts).encode()).hexdigest()
        secret, request = join(self.user, 'weir', self.password), join(method, url)
        text = (f'Authorization: Digest username="{self.user}", realm="weir", '
                f'nonce="{self.nonce}", uri="{url}", algorithm={self.way}')
        if not self.has_qop:
            return [f'{text}, response="{join(secret, self.nonce, request)}"']
        response = join(secret, self.nonce, count, 'c0ffee', 'auth', request)
        return [f'{text}, qop=auth, nc={count}, cnonce="c0ffee", response="{response}"']


def curl_describe(url, user, password, way):
    """The status libcurl gets for a DESCRIBE, told to use `way`: basic, digest or any."""
    curl = ctypes.CDLL('libcurl.so.4')
    curl.curl_easy_init.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(curl.curl_easy_init())
    status, take = ctypes.c_long(), ctypes.CFUNCTYPE(
        ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t,
        ctypes.c_void_p)(lambda data, size, count, arg: size * count)
    credentials = f'{user}:{password}'.encode()
    for option, value in ((10002, url.encode()), (10191, url.encode()), (10005, credentials),
                          (20011, take), (20079, take)):
        curl.curl_easy_setopt(handle, option, value)
    for option, number in ((189, 2), (107, {'basic': 1, 'digest': 2, 'any': -17}[way]), (13, 30)):
        curl.curl_easy_setopt(handle, option, ctypes.c_long(number))
    assert curl.curl_easy_perform(handle) == 0
    curl.curl_easy_getinfo(handle, 0x200002, ctypes.byref(status))
    curl.curl_easy_cleanup(handle)
    return status.value
