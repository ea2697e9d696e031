"""Who may watch (A2, C4, S6): every client's way to say it, and what others' sessions are worth."""
import random
import string
import subprocess

import pytest

from lib.gateway import Gateway, program
from lib.identity import SignedClient, basic, curl_describe
from lib.origin import Origin
from lib.programs import ffmpeg, gst_origin, gstreamer
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until

USERS = [
    {'user': 'alice', 'pass': 'se cret%', 'permissions': [{'action': 'read', 'path': 'cam1'}]},
    {'user': 'bob', 'pass': 'bobs',
     'permissions': [{'action': 'read'}, {'action': 'publish', 'path': '~^bobs'}]},
]
ALICE, BOB = ('alice', 'se cret%'), ('bob', 'bobs')
WAYS = [('Basic', False), ('MD5', True), ('MD5', False), ('SHA-256', True), ('SHA-256', False)]


def guarded(folder, source, users=None, **settings):
    return Gateway(folder, {'cam1': {'source': source}, 'cam2': {'source': source}},
                   users=users or USERS, **settings)


def with_user(url, user, password):
    return url.replace('rtsp://', f'rtsp://{user}:{password}@')


@pytest.mark.must('C4')
def test_players_say_who_they_are(tmp_path):
    """ffmpeg answers Digest with MD5, GStreamer the same without qop, libcurl what it is told.

    yellowstone cannot: its second request repeats the refusal's headers, with another CSeq.
    """
    users = [{**USERS[1], 'pass': 'bobs'}]
    with gst_origin(tmp_path) as source, guarded(tmp_path, source, users) as gateway:
        right = with_user(gateway.url('cam1'), *BOB)
        for player, transport in ((ffmpeg, 'udp'), (ffmpeg, 'tcp'), (gstreamer, 'udp'),
                                  (gstreamer, 'tcp')):
            pictures, _, complaints = player(right, transport)
            assert pictures >= 50 and not complaints, (player, transport, complaints)
        assert gateway.status()['gateway']['wrongCredentials'] == 0
        for way in ('basic', 'digest', 'any'):
            assert curl_describe(gateway.url('cam1'), *BOB, way) == 200
            assert curl_describe(gateway.url('cam1'), 'eve', way, way) == 401
        for url in (with_user(gateway.url('cam1'), 'ffmpeg', 'x'), gateway.url('cam1')):
            result = subprocess.run(['ffmpeg', '-loglevel', 'error', '-i', url, '-f', 'null', '-'],
                                    capture_output=True, text=True, timeout=60)
            assert '401 Unauthorized' in result.stderr
        _, _, complaints = gstreamer(with_user(gateway.url('cam1'), 'gstreamer', 'x'), 'tcp')
        assert any('Unauthorized' in complaint for complaint in complaints)


@pytest.mark.must('P8')
def test_what_the_origin_protects_is_protected_here(tmp_path):
    """The gateway has the origin's password; who watches has to have one of the gateway's."""
    with Origin(auth='digest') as origin, \
            guarded(tmp_path, origin.url_with('viewer', 'secret')) as gateway:
        client = SignedClient(gateway.url('cam1'), *ALICE, 'MD5', True).start()
        Swarm([client]).run_until('it plays', lambda: len(client.packets[0]) > 20)
        stranger = Client(gateway.url('cam1'))
        assert stranger.describe().status == 401, 'while another one watches'
        assert stranger.setup(0).status == 401
        client.socket.setblocking(True)
        assert client.teardown().status == 200
        for c in (client, stranger):
            c.close()


@pytest.mark.must('P8')
def test_who_names_a_protected_origin_gets_nothing(tmp_path):
    """A client may name it, but there are no credentials to go there with."""
    with Origin(auth='digest') as origin, \
            Gateway(tmp_path, {}, origins=[f'127.0.0.1:{origin.port}']) as gateway:
        client = Client(gateway.url(f'rtsp/127.0.0.1:{origin.port}/live'))
        assert client.describe().status == 502
        assert origin.stats()['authorized'] == 0
        client.close()


@pytest.mark.must('C4')
@pytest.mark.parametrize('way, has_qop', WAYS)
def test_every_way_to_say_it(tmp_path, way, has_qop):
    with Origin() as origin, guarded(tmp_path, origin.url) as gateway:
        client = SignedClient(gateway.url('cam1'), *ALICE, way, has_qop).start()
        Swarm([client]).run_until('media flows', lambda: len(client.packets[0]) > 20)
        client.socket.setblocking(True)
        assert client.request('GET_PARAMETER').status == 200
        assert client.teardown().status == 200
        other = SignedClient(gateway.url('cam2'), *ALICE, way, has_qop)
        assert other.describe().status == 403
        wrong = SignedClient(gateway.url('cam1'), 'alice', 'secret', way, has_qop)
        assert wrong.describe().status == 401
        for one in (client, other, wrong):
            one.close()
        assert gateway.status()['gateway']['wrongCredentials'] == 1


@pytest.mark.must('C4')
def test_only_what_the_config_allows_is_offered(tmp_path):
    with Origin() as origin, guarded(tmp_path, origin.url, authMethods=['digest']) as gateway:
        client = SignedClient(gateway.url('cam1'), *ALICE, 'Basic')
        reply = client.describe()
        assert reply.status == 401 and 'Basic' not in reply.headers['www-authenticate']
        client.close()
        client = SignedClient(gateway.url('cam1'), *ALICE)
        assert client.describe().status == 200
        client.close()


def test_what_hash_password_prints_stands_for_the_password(tmp_path):
    def hashed(user, password):
        return subprocess.run([program(), 'hash-password', user], input=f'{password}\n',
                              capture_output=True, text=True, check=True).stdout.strip()
    both = hashed('alice', 'se cret%')
    assert both.startswith('digest:')
    users = [{**USERS[0], 'pass': both}]
    with Origin() as origin, guarded(tmp_path, origin.url, users) as gateway:
        for way, has_qop in WAYS:
            client = SignedClient(gateway.url('cam1'), *ALICE, way, has_qop)
            assert client.describe().status == 200
            client.close()
    users = [{**USERS[0], 'pass': both.rsplit(':', 1)[0]}]  # without MD5: it is not asked for
    with Origin() as origin, guarded(tmp_path, origin.url, users) as gateway:
        client = SignedClient(gateway.url('cam1'), *ALICE)
        reply = client.describe()
        assert reply.status == 200
        anonymous = Client(gateway.url('cam1'))
        assert 'MD5' not in anonymous.describe().headers['www-authenticate']
        client.close()
        anonymous.close()


@pytest.mark.must('A2')
def test_a_user_comes_from_where_he_may(tmp_path):
    users = [{'user': 'carol', 'pass': 'p', 'ips': ['127.0.0.2', '::1'],
              'permissions': [{'action': 'read'}]},
             {'user': 'any', 'ips': ['127.0.0.3/32'], 'permissions': [{'action': 'read'}]}]
    with Origin() as origin, guarded(tmp_path, origin.url, users) as gateway:
        for host, headers, status in (('127.0.0.1', [basic('carol', 'p')], 401),
                                      ('127.0.0.2', [basic('carol', 'p')], 200),
                                      ('127.0.0.2', [], 401), ('127.0.0.3', [], 200),
                                      ('127.0.0.3', [basic('carol', 'p')], 401)):
            client = Client(gateway.url('cam1'), source=host)
            assert client.request('DESCRIBE', headers=headers).status == status, (host, headers)
            client.close()


def tries(session, count):
    """Requests in somebody else's session, by guessed ids and by the true one."""
    methods = ('PLAY', 'PAUSE', 'TEARDOWN', 'GET_PARAMETER', 'SET_PARAMETER', 'SETUP')
    rng = random.Random(7)
    letters = string.ascii_letters + string.digits + '-_'
    for i in range(count):
        guess = ''.join(rng.choices(letters, k=22))
        yield methods[i % len(methods)], guess if i % 2 else session


@pytest.mark.must('S6', 'V9', 'A2')
@pytest.mark.parametrize('headers, expected', [([basic(*BOB)], 454), ([], 401)])
def test_ten_thousand_tries_at_others_sessions(tmp_path, headers, expected):
    """Somebody else, and nobody; from the same host."""
    with Origin() as origin, guarded(tmp_path, origin.url) as gateway:
        victims = [SignedClient(gateway.url('cam1'), *ALICE, transport=t).start()
                   for t in ('tcp', 'udp')]
        swarm = Swarm(victims)
        attacker = Client(gateway.url('cam1'))
        for victim in victims:
            for method, session in tries(victim.session, 5000):
                url = gateway.url('cam1/trackID=0') if method == 'SETUP' else None
                transport = ['Transport: RTP/AVP/TCP;unicast;interleaved=0-1']
                reply = attacker.request(method, url, [
                    *headers, f'Session: {session}', *(transport if method == 'SETUP' else [])])
                assert reply.status == expected, (method, reply)
                swarm.step(0)
        before = [len(v.packets[0]) for v in victims]
        swarm.run_until('both still see it', lambda: all(
            len(v.packets[0]) > n + 50 for v, n in zip(victims, before)))
        for victim in victims:
            swarm.remove(victim)
            for track in (0, 1):
                assert_continuous(victim.packets[track])
            assert victim.teardown().status == 200
            victim.close()
        attacker.close()


@pytest.mark.must('S6')
def test_a_user_continues_his_session_on_another_connection(tmp_path):
    with Origin() as origin, guarded(tmp_path, origin.url) as gateway:
        first = SignedClient(gateway.url('cam1'), *ALICE, transport='udp').start()
        first.socket.close()
        other = SignedClient(gateway.url('cam1'), *BOB)
        again = SignedClient(gateway.url('cam1'), *ALICE)
        other.session = again.session = first.session
        assert other.request('PAUSE').status == 454
        assert again.request('PAUSE').status == 200
        assert again.request('PLAY').status == 200
        assert other.request('TEARDOWN').status == 454
        assert again.request('TEARDOWN').status == 200
        for client in (first, other, again):
            client.vanish()


@pytest.mark.must('A2')
def test_guessing_is_slowed_down_for_him_who_guesses(tmp_path):
    with Origin() as origin, guarded(tmp_path, origin.url) as gateway:
        hers = SignedClient(gateway.url('cam1'), *ALICE, 'Basic', transport='udp').start()
        guesser = Client(gateway.url('cam1'))
        for _ in range(5):
            reply = guesser.request('DESCRIBE', headers=[basic('alice', 'guess')])
            assert reply.status == 401
        guesser.send(guesser.text('DESCRIBE', headers=[basic('alice', 'guess')]))
        until('the sixth was looked at',
              lambda: gateway.status()['gateway']['wrongCredentials'] >= 6)
        held = Client(gateway.url('cam1'))
        # While that waits for its answer no other password for her is looked at, but her session
        # goes on, and so do others.
        reply = None
        while not reply or reply.status == 401:
            reply = held.request('DESCRIBE', headers=[basic('alice', 'guess')])
        assert reply.status == 503 and int(reply.headers['retry-after']) > 0
        assert hers.request('GET_PARAMETER').status == 200
        assert held.request('DESCRIBE', headers=[basic(*BOB)]).status == 200
        elsewhere = Client(gateway.url('cam1'), source='127.0.0.2')
        assert elsewhere.request('DESCRIBE', headers=[basic(*ALICE)]).status == 200
        assert guesser.reply().status == 401
        for client in (hers, guesser, held, elsewhere):
            client.close()


def test_without_users_everybody_may_watch(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        client = Client(gateway.url('cam1'))
        assert client.request('DESCRIBE', headers=[basic('who', 'ever')]).status == 200
        client.close()
