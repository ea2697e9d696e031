"""How the scripted origin asks for credentials, and checks them."""
import base64
import hashlib
import re


class Auth:
    """The part of an origin that knows who may."""

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
