"""weir switch and the programs in examples/: rows B1 and B2, the four kinds, bit for bit."""
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from lib import datagrams
from lib.gateway import program
from lib.network import Networks
from lib.switch_line import KINDS, Line, arrive, ends, example, places, running
from lib.wait import until

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope='module')
def line():
    with Networks() as net:
        yield Line(net)


@pytest.fixture(scope='module')
def film(tmp_path_factory):
    file = tmp_path_factory.mktemp('film') / 'film.ts'
    subprocess.run(['ffmpeg', '-loglevel', 'error', '-f', 'lavfi', '-i',
                    'testsrc2=size=320x240:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440',
                    '-t', '4', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-b:v', '2M',
                    '-c:a', 'mp2', str(file)], check=True)
    return file


def play(line, film, form, host, port):
    """ffmpeg sends the film, four times as fast as it is. What left the host, by port."""
    shown = f'[{host}]' if ':' in host else host
    words = {'mpegts': ['-c', 'copy', '-f', 'mpegts', f'udp://{shown}:{port}?pkt_size=1316&ttl=4'],
             'rtp': ['-map', '0:v', '-c', 'copy', '-f', 'rtp',
                     f'rtp://{shown}:{port}?pkt_size=1316&ttl=4']}[form]
    return line.sender.popen(['ffmpeg', '-loglevel', 'error', '-readrate', '4', '-i', str(film),
                              *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def check_same(line, capture, host, ports, into):
    """What has come to the watcher's sockets is what has left the sender, in its order."""
    for port, s in ports.items():
        sent = [d.payload for d in capture.datagrams(into, port)]
        received = []
        until('all has arrived', lambda: arrive(received, s, len(sent)))
        assert received == sent, (port, len(received), len(sent))
    return len(capture.datagrams(into, min(ports)))


@pytest.mark.parametrize('family', ['ipv4', 'ipv6'])
@pytest.mark.parametrize('kind', KINDS)
def test_real_streams_pass_bit_for_bit(line, film, kind, family):
    """B1, B2: an MPEG-TS and an RTP stream of ffmpeg, RTCP too, by weir switch."""
    into, out = places(kind, family)
    with contextlib.ExitStack() as stack:
        capture = stack.enter_context(line.sender.capture('eth0'))
        with line.watcher.inside():
            sockets = {port: stack.enter_context(datagrams.receiver(out, port, 'eth0'))
                       for port in (5000, 5004, 5005)}
        switches = [stack.enter_context(running(line.gate, program(), 'switch', '-i', '1',
                                                *ends(kind, family, scheme, port)))
                    for scheme, port in (('udp', 5000), ('rtp', 5004))]
        players = [play(line, film, form, into, port)
                   for form, port in (('mpegts', 5000), ('rtp', 5004))]
        assert [player.wait(60) for player in players] == [0, 0]
        assert check_same(line, capture, out, {5000: sockets[5000]}, into) > 300
        assert check_same(line, capture, out, {p: sockets[p] for p in (5004, 5005)}, into) > 300
    for switch, name in zip(switches, ('MPEG-TS', 'RTP')):
        assert re.search(rf'total in .* in (\d+) packets, .* lost 0 {name} packets; '
                         r'out \1 packets$', switch.said, re.MULTILINE), switch.said


def open_example(line, stack, kind, family, port):
    into, out = places(kind, family)
    shown = [f'[{host}]:{port}' if ':' in host else f'{host}:{port}' for host in (into, out)]
    words = {'u-to-m': [str(port), shown[1]],
             'm-to-m': [*ends(kind, family, 'rtp', port), '96'],
             'm-to-u': [shown[0], 'eth0', shown[1]],
             'u-to-u': ends(kind, family, 'udp', port)}[kind]
    return stack.enter_context(running(line.gate, example(kind), *words))


@pytest.mark.parametrize('kind', ['u-to-m', 'm-to-u', 'u-to-u'])
def test_examples_pass_a_stream_bit_for_bit(line, film, kind):
    """B1, B2: the programs that show how the library is used, with the default operation."""
    into, out = places(kind, 'ipv4')
    with contextlib.ExitStack() as stack:
        capture = stack.enter_context(line.sender.capture('eth0'))
        if kind == 'u-to-m':
            line.gate.run('ip route replace 239.0.0.0/8 dev eth1')
        with line.watcher.inside():
            s = stack.enter_context(datagrams.receiver(out, 5010, 'eth0'))
        switch = open_example(line, stack, kind, 'ipv4', 5010)
        assert play(line, film, 'mpegts', into, 5010).wait(60) == 0
        count = check_same(line, capture, out, {5010: s}, into)
        assert count > 300
        if kind == 'u-to-u':
            switch.stdin.write('\n')
            switch.stdin.flush()
            assert switch.stdout.readline() == f'packet {count - 1} has 1316 bytes\n'


def test_an_example_has_an_operation_of_its_own(line, film):
    """B1: it inspects, drops and rewrites: what is left of a stream is what it says."""
    into, out = places('m-to-m', 'ipv4')
    with contextlib.ExitStack() as stack:
        capture = stack.enter_context(line.sender.capture('eth0'))
        with line.watcher.inside():
            sockets = [stack.enter_context(datagrams.receiver(out, port, 'eth0'))
                       for port in (5020, 5021)]
        switch = open_example(line, stack, 'm-to-m', 'ipv4', 5020)
        with line.sender.inside(), datagrams.sender(into, 'eth0') as stranger:
            stranger.sendto(b'\x80\x61' + bytes(20), (into, 5020))  # another payload type
        assert play(line, film, 'rtp', into, 5020).wait(60) == 0
        sent = [d.payload for d in capture.datagrams(into, 5020)][1:]
        assert len(sent) > 300 and capture.datagrams(into, 5021)
        received = []
        until('all has arrived', lambda: arrive(received, sockets[0], len(sent)))
        assert received == [p[:8] + b'w' + p[9:] for p in sent]
        assert datagrams.all_of(sockets[1]) == []
        dropped = 1 + len(capture.datagrams(into, 5021))
    assert f'{len(sent) + dropped} came, {dropped} were dropped' in switch.said


@pytest.mark.parametrize('kind, family', [*((k, 'ipv4') for k in KINDS), ('m-to-m', 'ipv6')])
def test_ten_thousand_packets_a_second_lose_none(line, tmp_path, kind, family):
    """B2: nor does their order change, where the receiving side keeps up."""
    into, out = places(kind, family)
    count, script = 20000, [sys.executable, str(HERE / 'lib/datagrams.py')]
    seen = tmp_path / 'seen'
    os.mkfifo(seen)
    with running(line.gate, program(), 'switch', *ends(kind, family, 'udp', 5030)) as switch:
        receiver = line.watcher.popen(
            [*script, 'receive', out, '5030', str(count), 'eth0', str(seen)],
            stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
        assert receiver.stdout.readline() == 'ready\n'
        sender = line.sender.popen(
            [*script, 'send', into, '5030', str(count), '10000', 'eth0', str(seen)],
            stdout=subprocess.PIPE, text=True)
        sent = json.loads(sender.communicate(timeout=120)[0])
        received = json.loads(receiver.communicate(timeout=60)[0])
    assert received == sent, switch.said


def test_several_outputs_each_get_all(line):
    """B1: one input, outputs of both kinds; RTP's second port has no place in a udp:// output."""
    with contextlib.ExitStack() as stack:
        with line.watcher.inside():
            receivers = [stack.enter_context(datagrams.receiver(host, port, 'eth0'))
                         for host, port in (('10.2.0.2', 5040), ('239.255.2.1', 5042),
                                            ('239.255.2.1', 5043), ('fd00:2::2', 5044))]
        stack.enter_context(running(
            line.gate, program(), 'switch', 'rtp://@:5040', 'udp://10.2.0.2:5040',
            'rtp://239.255.2.1:5042?iface=10.2.0.1&ttl=9', 'udp://[fd00:2::2]:5044'))
        capture = stack.enter_context(line.watcher.capture('eth0'))
        with line.sender.inside(), datagrams.sender('10.1.0.2') as s:
            for i in range(100):
                s.sendto(b'first %d' % i, ('10.1.0.2', 5040))
                s.sendto(b'second %d' % i, ('10.1.0.2', 5041))
        first, second = ([b'%s %d' % (word, i) for i in range(100)]
                         for word in (b'first', b'second'))
        for s, expected in zip(receivers, (first, first, second, first)):
            received = []
            until('all has arrived', lambda: arrive(received, s, len(expected)))
            assert received == expected
        assert {d.ttl for d in capture.datagrams('239.255.2.1')} == {9}


@pytest.mark.must('M3')
@pytest.mark.must('M7')
def test_only_the_sources_that_are_named(line):
    """B1: by the group's membership (SSM) and by a look at the sender of what comes to a port."""
    line.sender.run('ip address add 10.1.0.9/24 dev eth0')
    with contextlib.ExitStack() as stack:
        with line.watcher.inside():
            receivers = [stack.enter_context(datagrams.receiver('10.2.0.2', port))
                         for port in (5050, 5052)]
        capture = stack.enter_context(line.gate.capture('eth0'))
        switches = [stack.enter_context(running(line.gate, program(), 'switch', *words))
                    for words in (['udp://10.1.0.1@232.1.1.1:5050?iface=eth0',
                                   'udp://10.2.0.2:5050'],
                                  ['udp://@:5052?source=10.1.0.1', 'udp://10.2.0.2:5052'])]
        until('the source is joined', lambda: [
            m for m in capture.memberships('232.1.1.1', 'join') if m.sources == ['10.1.0.1']])
        with line.sender.inside():
            for own in ('10.1.0.9', '10.1.0.1'):
                for host, port in (('232.1.1.1', 5050), ('10.1.0.2', 5052)):
                    with datagrams.sender(host, 'eth0') as s:
                        s.bind((own, 0))
                        s.sendto(own.encode(), (host, port))
        for s in receivers:
            received = []
            until('it arrives', lambda: arrive(received, s, 1))
            assert received == [b'10.1.0.1']
    assert '1 from others' in switches[1].said
    line.sender.run('ip address del 10.1.0.9/24 dev eth0')
