"""The loop's group: what leaves the host (nothing), who may watch (every program of it)."""
import re
import shlex
import socket
import struct
import subprocess
import urllib.error
import urllib.request

import pytest

from lib.gateway import ROOT, Gateway
from lib.network import Networks
from lib.origin import Origin
from lib.programs import gst_origin
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until

LOOP = {'engine': 'loop', 'sourceOnDemandCloseAfter': '3s'}


def watcher(host, group, port, local=''):
    """A program that knows nothing of the gateway but the group."""
    s = host.socket()
    with host.inside():
        lo = socket.if_nametoindex('lo')
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
    s.bind((local, port))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                 struct.pack('@4sIi', socket.inet_aton(group), 0, lo))
    s.setblocking(False)
    return s


def drain(sock):
    packets = []
    try:
        while True:
            packets.append(hash(sock.recv(65536)))
    except BlockingIOError:
        return packets


def test_nothing_leaves_the_host_and_all_of_it_may_watch(tmp_path):
    """The origin and the viewer are elsewhere, each at the end of a wire."""
    with Networks() as net:
        camera, gate, user = net.host('camera'), net.host('gate'), net.host('user')
        net.wire(camera, gate, '10.1.0.0/24')
        net.wire(gate, user, '10.2.0.0/24')
        gate.run('ip route add default via 10.2.0.2')
        with Origin(host='10.1.0.1', within=camera) as origin, \
                Gateway(tmp_path, {'cam1': {'source': origin.url, **LOOP}}, host='10.2.0.1',
                        within=gate) as gateway, \
                gate.capture('eth0') as west, gate.capture('eth1') as east, \
                gate.capture('lo') as lo:
            with user.inside():
                viewer = Client(gateway.url('cam1'), 'udp').start()
            shown, = until('there is a group', lambda: gateway.status()['groups'])
            group, port = shown['group'].split(':')
            port = int(port)
            assert shown['ttl'] == 0 and shown['interface'] == 'lo'
            watchers = [watcher(gate, group, port, local) for local in ('', group)]
            swarm = Swarm([viewer])
            swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 300)
            played = [p.hash for p in viewer.packets[0]]
            for seen in map(drain, watchers):
                assert len(seen) > 100
                both = [h for h in seen if h in set(played)]
                start = played.index(both[0])
                assert both == played[start:start + len(both)] and len(both) > 100
            by_lo = lo.datagrams(group)
            assert len(by_lo) > 50 and {d.ttl for d in by_lo} == {0}
            assert {d.source for d in by_lo} == {'127.0.0.1'}
            assert {d.port for d in by_lo} == {port, port + 1, port + 2, port + 3}
            assert len(east.datagrams('10.2.0.2')) > 50
            for wire in (west, east):
                assert not wire.datagrams(group) and not wire.memberships(group)
                assert all(d.ttl > 0 for d in wire.datagrams())
            for s in watchers:
                s.close()
            viewer.close()


def test_without_the_loopback_interface_packets_go_on(tmp_path):
    """It is taken down, and the viewer misses nothing; it comes back, and carries them again."""
    with Networks() as net:
        camera, gate, user = net.host('camera'), net.host('gate'), net.host('user')
        net.wire(camera, gate, '10.1.0.0/24')
        net.wire(gate, user, '10.2.0.0/24')
        with Origin(host='10.1.0.1', within=camera) as origin, \
                Gateway(tmp_path, {'cam1': {'source': origin.url, **LOOP}}, host='10.2.0.1',
                        within=gate) as gateway:
            with user.inside():
                viewer = Client(gateway.url('cam1'), 'udp').start()
            swarm = Swarm([viewer])

            def play(packets):
                count = len(viewer.packets[0]) + packets
                swarm.run_until('it plays', lambda: len(viewer.packets[0]) > count)
                return gateway.status()['viewers'][0]

            assert play(100)['engine'] == 'loop'
            gate.run('ip link set lo down')
            count = len(viewer.packets[0])
            swarm.run_until('it plays', lambda: len(viewer.packets[0]) > count + 100)
            gate.run('ip link set lo up')
            before = play(20)
            after = play(100)
            assert before['unlooped'] > 50
            assert after['looped'] > before['looped'] + 50
            for track in (0, 1):
                assert_continuous(viewer.packets[track])
            viewer.close()


def test_watching_as_the_manual_says(tmp_path):
    """Its command, with ffmpeg in place of ffplay, which wants a screen. No viewer is there."""
    manual = (ROOT / 'docs/engines.md').read_text()
    recipe = re.search(r'```sh\n(ffplay.*?)```', manual, re.DOTALL)[1]
    command = shlex.split(recipe.replace('\\\n', ''))
    with Networks() as net:
        gate = net.host('gate')
        path = {**LOOP, 'sourceOnDemand': False}
        with gate.inside(), gst_origin(tmp_path) as source, \
                Gateway(tmp_path, {'cam1': {'source': source, **path}}, within=gate) as gateway:
            until('it flows', lambda: gateway.status()['streams'][0]['keyFrames'] > 0)
            url = command.pop().replace('9997', str(gateway.api_port))
            assert command[0] == 'ffplay' and 'stream=cam1' in url
            result = subprocess.run(
                ['ffmpeg', '-hide_banner', *command[1:], '-i', url, '-t', '4', '-map', '0', '-f',
                 'null', '-'], text=True, timeout=60, capture_output=True)
            assert result.returncode == 0, result.stderr
            frames = [int(n) for n in re.findall(r'frame= *(\d+)', result.stderr)]
            assert frames[-1] > 50, result.stderr
            assert not [line for line in result.stderr.splitlines() if 'missed' in line]
            assert gateway.stream('cam1')['viewers'] == 0
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(url.replace('cam1', 'cam2'), timeout=20)
            assert refused.value.code == 404
