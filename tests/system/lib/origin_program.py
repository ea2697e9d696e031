"""A scripted RTSP origin: a program of its own, so that it can be killed and frozen.

It serves one live stream at /live: H.264 in shape (parameter sets, key frames in fragments, slices)
and PCMU, with numbers that wrap soon after the start. Every packet is different. Its options come
as JSON on the command line; it prints {"port": N}, and answers the line "stats" with what it saw.
{"say": TEXT} is said to all who have a session; {"options": {...}} changes options. What it does
that no origin should is in origin_oddities.
"""
import json
import os
import random
import selectors
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from lib.origin_auth import Auth  # noqa: E402
from lib.origin_connection import Connection  # noqa: E402
from lib.origin_dialogue import Dialogue  # noqa: E402
from lib.origin_group import Group  # noqa: E402
from lib.origin_media import AUDIO_PPS, FPS, Media, Track  # noqa: E402
from lib.origin_oddities import Oddities  # noqa: E402
from lib.origin_rtcp import Reports  # noqa: E402

OPTIONS = {
    'port': 0, 'host': '127.0.0.1',
    'udp': True, 'tcp': True,     # a refused transport is answered with 461
    'silent_udp': False,          # UDP is agreed on, and never sent
    'auth': None,                 # a name of origin_auth.CHALLENGES
    'guarded': ['DESCRIBE', 'SETUP', 'PLAY', 'GET_PARAMETER', 'TEARDOWN'],
    'nonce_uses': 0,              # a nonce is stale after so many; 0: never
    'always_stale': False,
    'user': 'viewer', 'password': 'secret',
    'control': 'relative',        # absolute, slash, query: forms of a=control
    'timeout': 60, 'public': 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER',
    'multicast': None,            # where UDP goes: {'destination', 'port', 'ttl'}, maybe 'source'
    'group': 25,                  # pictures from key frame to key frame
    'picture_packets': 4,         # packets of a picture; a key frame has three times as many
    'size': 1000,                 # payload bytes of a packet
    'sound': 0,                   # the payload type of the second track (0 PCMU, 8 PCMA)
    'status': None,               # answer DESCRIBE with this
    'move': {},                   # method -> URL, or path -> URL, of a redirect
    'move_status': '302 Moved Temporarily',
    'odd': [],                    # names of origin_oddities
    'no_status': '405 Method Not Allowed',  # of what "no-METHOD" in odd refuses
    'mute': False,                # accept connections and say nothing
    'reorder': 0,                 # swap so many per cent of the packets with the next one (UDP)
    'drop': 0,                    # every so many-th packet of a track is lost
    'repair': False,              # it comes when a NACK asks for it
    'sdes': False,                # SDES and APP go with each sender report
    'profile': 'RTP/AVP', 'lines': [[], []],  # of the description, track by track
    'seed': None,                 # fixes SSRCs; None: new ones at each start
    'seq': 65500, 'early_wrap_s': 3,
}


class Origin(Auth, Dialogue, Group, Media, Oddities, Reports):
    def __init__(self, options):
        self.options = {**OPTIONS, **options}
        rng = random.Random(self.options['seed'])
        seq, wrap = self.options['seq'], self.options['early_wrap_s']
        self.tracks = [Track(90000, rng, seq, wrap), Track(8000, rng, seq, wrap)]
        self.rng = rng
        self.counter = self.picture = 0
        self.stats = {'connections': 0, 'sessions': 0, 'playing': 0, 'methods': {}, 'rr': [],
                      'authorized': 0, 'unauthorized': 0, 'clean_ends': 0, 'answers': [],
                      'headers': [], 'via': None, 'authorizations': 0}
        self.begin_reports()
        self.nonce_uses = 0
        self.nonce = '%016x' % random.randrange(1 << 64)
        self.selector = selectors.DefaultSelector()
        self.connections = set()
        host = self.options['host']
        self.listener = socket.create_server(
            (host, self.options['port']), backlog=512, dualstack_ipv6=host == '::',
            family=socket.AF_INET6 if ':' in host else socket.AF_INET)
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
        self.drain(session)
        for sockets, _, senders in session.targets.values():
            for s in sockets:
                self.selector.unregister(s)
            for s in {*sockets, *senders}:
                s.close()
        self.stats['sessions'] -= 1
        self.stats['playing'] -= session.is_playing

    def command(self):
        line = sys.stdin.readline()
        if not line:
            sys.exit(0)
        order = json.loads(line) if line.startswith('{') else {}
        for connection in self.connections:
            if 'say' in order and connection.session:
                connection.write(order['say'].encode())
        self.options.update(order.get('options', {}))
        if not order and line.strip() != 'stats':
            getattr(self, 'do_' + line.strip())()
        print(json.dumps(self.stats), flush=True)

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
            self.trickle()
            for connection in list(self.connections):
                if connection.out:
                    connection.write(b'')


if __name__ == '__main__':
    origin = Origin(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})
    print(json.dumps({'port': origin.port}), flush=True)
    try:
        origin.run()
    except KeyboardInterrupt:
        pass
