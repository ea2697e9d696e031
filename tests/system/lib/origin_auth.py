"""How the scripted origin asks for credentials, and checks them."""
import base64
import hashlib
import random
import re

MD5 = 'Digest realm="weir test", nonce="{}"'
SHA256 = MD5 + ', qop="auth", algorithm=SHA-256, userhash=true'
BASIC = 'Basic realm="weir test"'
INT = MD5 + ', qop="auth-int"'
# What is asked for, header by header; and the scheme and algorithm a good client answers with.
CHALLENGES = {
    'basic': ([BASIC], 'basic'),
    'digest': ([MD5, BASIC], 'md5'),
    'digest-sha256': ([SHA256, BASIC], 'sha256'),
    'joined': ([f'{BASIC}, {MD5}'], 'md5'),
    'joined-all': ([f'{MD5}, {SHA256},{BASIC}'], 'sha256'),
    'basic-first': ([BASIC, MD5, SHA256], 'sha256'),
    'auth-int': ([INT, BASIC], 'basic'),
    'unknown-first': (['Negotiate', f'NTLM abc==, {MD5}'], 'md5'),
}


class Auth:
    """The part of an origin that knows who may."""

    def is_guarded(self, method):
        return self.options['auth'] and method in self.options['guarded']

    def is_authorized(self, method, url, headers):
        kind = CHALLENGES[self.options['auth']][1]
        text = headers.get('authorization', '')
        user, password = self.options['user'], self.options['password']
        if kind == 'basic':
            return text == 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', text))
        if fields.get('nonce') != self.nonce or fields.get('uri') != url:
            return False
        digest = hashlib.sha256 if kind == 'sha256' else hashlib.md5

        def join(*parts):
            return digest(':'.join(parts).encode()).hexdigest()
        ha1, ha2 = join(user, 'weir test', password), join(method, url)
        if kind == 'sha256':
            use = (fields.get('nc', ''), fields.get('cnonce', ''), 'auth')
            wanted = join(ha1, self.nonce, *use, ha2)
        else:
            wanted = join(ha1, self.nonce, ha2)
        if fields.get('response') != wanted:
            return False
        self.nonce_uses += 1
        return True

    def is_worn(self):
        """A nonce that is used up is exchanged: the next request finds its own stale."""
        if not self.options['nonce_uses'] or self.nonce_uses < self.options['nonce_uses']:
            return False
        self.nonce_uses = 0
        self.nonce = '%016x' % random.randrange(1 << 64)
        return True

    def challenge(self):
        stale = ', stale=true' if self.is_worn() or self.options['always_stale'] else ''
        lines = CHALLENGES[self.options['auth']][0]
        return ['WWW-Authenticate: ' + line.format(self.nonce, self.nonce) +
                (stale if 'Digest' in line and 'Basic' not in line else '') for line in lines]
