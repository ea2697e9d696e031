"""What is secret is never shown (A10): canaries wherever a secret may stand, looked for wherever
something is shown.
"""
import base64
import pathlib
import re
import subprocess
import urllib.request

import pytest

from lib.gateway import Gateway, program
from lib.identity import SignedClient, basic
from lib.origin import Origin
from lib.rtsp import Client, Swarm
from lib.wait import until

CANARY = 'canary7f3a'
USERS = [{'user': 'alice', 'pass': f'{CANARY}-alice', 'permissions': [{'action': 'read'}]}]


def spell(secret):
    """How a secret may look where it leaks."""
    plain = secret.encode()
    return [secret, secret.upper(), base64.b64encode(plain).decode().rstrip('='), plain.hex(),
            ''.join(f'%{byte:02X}' for byte in plain)]


def shown(gateway):
    """Everything that the gateway shows to anybody but the client itself."""
    process = pathlib.Path(f'/proc/{gateway.process.pid}')
    yield 'log', gateway.log.read_text(errors='replace')
    yield 'errors', gateway.errors.read_text(errors='replace')
    for page in ('v1/status', '', 'none'):
        try:
            with urllib.request.urlopen(f'http://127.0.0.1:{gateway.api_port}/{page}') as reply:
                yield page, reply.read().decode()
        except urllib.error.HTTPError as error:
            yield page, error.read().decode()
    yield 'weir status', subprocess.run(
        [program(), 'status', '-c', str(gateway.file)], capture_output=True, text=True,
        timeout=60).stdout
    yield 'title', (process / 'cmdline').read_bytes().decode() + (process / 'comm').read_text()
    yield 'environment', (process / 'environ').read_bytes().decode(errors='replace')


def use(gateway, name):
    """Right and wrong credentials, broken ones, and secrets where no secret belongs."""
    url = gateway.url(name)
    nonces = []
    for way in ('MD5', 'SHA-256', 'Basic'):
        wrong = [f'{CANARY}-wrong'] if name == 'cam1' else []  # more would be held back
        for password in [f'{CANARY}-alice', *wrong]:
            client = SignedClient(f'{url}?token={CANARY}', 'alice', password, way)
            client.describe()
            nonces += [client.nonce] if client.nonce else []
            client.close()
    odd = Client(url)
    for method, target, headers in (
            ('DESCRIBE', url, [basic(f'{CANARY}-user', 'x')]),
            ('DESCRIBE', url, [f'Authorization: Bearer {CANARY}']),
            ('DESCRIBE', url, [f'Authorization: Digest username="{CANARY}"']),
            ('DESCRIBE', url, [basic('alice', CANARY), basic('alice', CANARY)]),
            ('DESCRIBE', url.replace('//', f'//alice:{CANARY}@'), []),
            ('DESCRIBE', f'rtsp://[{CANARY}', []),
            ('PLAY', url, [f'Session: {CANARY}', basic('alice', f'{CANARY}-alice')]),
            ('FROB', url, [f'X-Token: {CANARY}'])):
        odd.request(method, target, headers)
    odd.send(f'\0DESCRIBE {url} RTSP/1.0\r\nAuthorization: {CANARY}\r\n\r\n'.encode())
    odd.reply()
    odd.close()
    return nonces


@pytest.mark.must('A10')
@pytest.mark.parametrize('auth', ['basic', 'digest'])
def test_no_canary_is_ever_seen(tmp_path, auth):
    password = f'{CANARY}-origin'
    with Origin(auth=auth, password=password) as origin:
        paths = {
            'cam1': {'source': origin.url_with('viewer', password)},
            'cam2': {'source': origin.url_with('viewer', f'{CANARY}-wrong')},
            'cam3': {'source': f"{origin.url_with('viewer', password)}?token={CANARY}"},
            'cam4': {'source': f'rtsp://u:{CANARY}@127.0.0.1:1/x?token={CANARY}'},
            'cam5': {'source': origin.url, 'sourceUser': 'viewer', 'sourcePass': password},
        }
        with Gateway(tmp_path, paths, users=USERS, pathDefaults={
                'sourceOnDemand': True, 'sourceOnDemandStartTimeout': '1s',
                'sourceOnDemandCloseAfter': '500ms'}) as gateway:
            nonces = [nonce for name in paths for nonce in use(gateway, name)]
            viewer = SignedClient(gateway.url('cam1'), 'alice', f'{CANARY}-alice').start()
            Swarm([viewer]).run_until('media flows', lambda: len(viewer.packets[0]) > 20)
            pages = dict(shown(gateway))
            assert 'wrong_credentials' in pages['log'] and 'cam1' in pages['v1/status']
            for page, text in pages.items():
                assert not [s for s in spell(CANARY) if s in text], page
                assert 'Authorization' not in text and not [n for n in nonces if n in text], page
                assert viewer.session not in text, page
            viewer.close()
        assert nonces and CANARY not in gateway.log.read_text()


@pytest.mark.must('A10')
def test_no_report_on_a_config_quotes_a_password(tmp_path):
    file = tmp_path / 'weir.yml'
    for text, place in (
            (f'users: [{{user: a, pass: {CANARY}, permissions: [{{action: fly}}]}}]', '1:60'),
            (f'users:\n- user: a\n  pass: {CANARY}\n  permission: []', '4:3'),
            (f'users:\n- user: a\n  pas: {CANARY}\n  permissions: [{{action: read}}]', '3:3'),
            (f'users:\n- user: a\n  pass: [{CANARY}]\n  permissions: [{{action: read}}]', '2:9'),
            (f'users:\n- user: a\n  pass: "digest:{CANARY}"\n  permissions: []', '3:10'),
            (f'users:\n- user: a\n  pass: "sha256:{CANARY}"\n  permissions: []', '3:10'),
            (f'users:\n- user: any\n  pass: {CANARY}\n  permissions: [{{action: read}}]', '3:9'),
            (f'users:\n- user: "a:{CANARY}"\n  permissions: [{{action: read}}]', '2:10'),
            (f'users:\n- {CANARY}', '2:3'),
            (f'users: {CANARY}', '1:8'),
            (f'users:\n- user: a\n  pass: x\n  pass: {CANARY}', '4:3'),
            (f'users:\n- user: a\n  pass:{CANARY}\n  permissions: []', '3:3'),
            (f'users:\n- user: a\n  pass: @{CANARY}', '3:9'),
            (f'users:\n- user: a\n  pass: "{CANARY}', '3:10'),
            (f'users:\n- user: a\n  pass: *{CANARY}', '3:10: aliases'),
            (f'users: [{{user: a, pass: {CANARY}}}]\nauthInternalUsers: []', '2:1'),
            (f'user: [{{user: a, pass: {CANARY}}}]', '1:1'),
            (f'paths: {{a: {{source: "rtsp://u:{CANARY}@h/x", sourceX: 1}}}}', '1:')):
        file.write_text(text + '\n')
        result = subprocess.run([program(), 'check', '-c', str(file)], capture_output=True,
                                text=True, timeout=60)
        assert result.returncode == 1, text
        assert CANARY not in result.stderr + result.stdout, text
        assert re.search(f'^{re.escape(str(file))}:{place}', result.stderr, re.MULTILINE), (
            text, result.stderr)


def test_passwords_are_hashed_unseen():
    def run(*words, text=''):
        return subprocess.run([program(), 'hash-password', *words], input=text, text=True,
                              capture_output=True, timeout=60)
    once, again = (run('alice', text=f'{CANARY}\n') for _ in range(2))
    assert once.returncode == 0 and once.stdout == again.stdout
    assert re.fullmatch(r'digest:[0-9a-f]{64}(:[0-9a-f]{32})?\n', once.stdout)
    assert CANARY not in once.stdout + once.stderr
    assert run('bob', text=f'{CANARY}\n').stdout != once.stdout
    assert run('alice').returncode == 1
    assert run('alice', text='x' * 300).returncode == 1
    assert run().returncode == 2 and run('a:b', text='x\n').returncode == 2
