"""What weir switch says: of loss, of outputs that nobody hears, and of what cannot be (row B1)."""
import os
import pty
import signal
import subprocess

import pytest

from lib import datagrams
from lib.gateway import program
from lib.network import Networks
from lib.switch_line import Line, arrive, running
from lib.wait import until


@pytest.fixture(scope='module')
def line():
    with Networks() as net:
        yield Line(net)


def test_loss_is_told(line):
    """A line says what never came, of RTP and of an MPEG transport stream."""
    rtp = [b'\x80\x21' + i.to_bytes(2, 'big') + bytes(8) + b'x' * 100 for i in range(50)]
    ts = [b'G\x01\x00' + bytes([0x10 | i % 16]) + bytes(184) for i in range(50)]
    for packets, name in ((rtp, 'RTP'), (ts, 'MPEG-TS')):
        with running(line.gate, program(), 'switch', '-i', '1', 'udp://@:5060',
                     'udp://10.2.0.2:5060') as switch:
            with line.sender.inside(), datagrams.sender('10.1.0.2') as s:
                for packet in packets[:20] + packets[23:]:
                    s.sendto(packet, ('10.1.0.2', 5060))
            until('a line', lambda: 'lost 3' in switch.stdout.readline())
        assert 'in 47 packets' in switch.said and f'lost 3 {name} packets' in switch.said


def test_on_a_terminal_the_line_is_rewritten_in_place(line):
    """B1: and the totals take its place."""
    ours, theirs = pty.openpty()
    process = line.gate.popen([program(), 'switch', 'udp://@:5065', 'udp://10.2.0.2:5065'],
                              stdout=theirs)
    os.close(theirs)
    seen = b''
    while b'\r\x1b[K  in 0 packets' not in seen:
        seen += os.read(ours, 4096)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    while b'total in ' not in seen:
        seen += os.read(ours, 4096)
    os.close(ours)
    assert seen.count(b'\n') == 2, seen  # the way, and the totals


def test_an_output_that_nobody_hears_is_counted(line):
    """No route, no host: the other outputs do not mind."""
    with line.watcher.inside(), datagrams.receiver('10.2.0.2', 5070) as heard:
        with running(line.gate, program(), 'switch', 'udp://@:5070', 'udp://198.51.100.1:5070',
                     'udp://10.2.0.2:5070') as switch:
            with line.sender.inside(), datagrams.sender('10.1.0.2') as s:
                for i in range(10):
                    s.sendto(b'%d' % i, ('10.1.0.2', 5070))
            received = []
            until('it arrives', lambda: arrive(received, heard, 10))
        assert received == [b'%d' % i for i in range(10)]
    assert '10 not sent (Network is unreachable)' in switch.said


def refused(line, *words):
    with line.gate.inside():
        result = subprocess.run([program(), 'switch', *words], capture_output=True, text=True,
                                timeout=30)
    assert result.stderr.startswith('weir switch: ') and result.stdout == '', result
    return result.returncode, result.stderr


@pytest.mark.parametrize('urls, code, words', [
    (['udp://@:5000'], 2, ['an input and an output']),
    (['239.1.1.1:5000', 'udp://10.2.0.2:1'], 2, ['udp://', 'rtp://']),
    (['udp://camera:5000', 'udp://10.2.0.2:1'], 2, ["'camera'", 'address']),
    (['udp://@:70000', 'udp://10.2.0.2:1'], 2, ["'70000'", '65535']),
    (['udp://@:5000?ttl=1', 'udp://10.2.0.2:1'], 2, ['ttl', 'outputs', 'iface, source']),
    (['udp://@:5000', 'udp://10.2.0.2:1?pkt_size=1316'], 2, ["'pkt_size'", 'iface, ']),
    (['udp://@:5000', 'udp://@:5001'], 2, ['a host or a group']),
    (['udp://@:5000', 'udp://239.1.1.1:1?ttl=300&iface=eth1'], 2, ['ttl', '255']),
    (['udp://@:5000', 'udp://10.2.0.2:1?ttl=3'], 2, ['10.2.0.2', 'single host']),
    (['udp://@:5000', 'udp://224.0.0.5:1'], 2, ['224.0.0.0/24', '239.255.0.0/16']),
    (['udp://@:5000', 'udp://255.255.255.255:1'], 2, ['neither', '239.255.0.0/16']),
    (['udp://232.1.1.1:5000?iface=eth0', 'udp://10.2.0.2:1'], 2, ['source']),
    (['udp://@:5000', 'udp://10.2.0.1:5000'], 2, ['comes in again', 'another port']),
    (['rtp://@:5000', 'udp://127.0.0.1:5001'], 2, ['comes in again', 'another port']),
    (['udp://239.1.1.1:5000?iface=eth0', 'udp://239.1.1.1:6000?iface=10.1.0.2'], 2,
     ['comes in again', 'another group or interface']),
    (['udp://239.1.1.1:5000?iface=eth7', 'udp://10.2.0.2:1'], 1, ['eth7', 'lo, eth0, eth1']),
    (['udp://@:5000', 'udp://239.1.1.1:1?iface=10.9.9.9'], 1, ['10.9.9.9', 'lo, eth0, eth1']),
    (['udp://238.1.1.1:5000', 'udp://10.2.0.2:1'], 1, ['no route leads to', 'iface=']),
    (['udp://192.0.2.1:5000', 'udp://10.2.0.2:1'], 1, ['not an address of this host']),
])
def test_what_cannot_be_is_named(line, urls, code, words):
    """B1: the thing, and the way out."""
    result, errors = refused(line, *urls)
    assert result == code, errors
    assert all(word in errors for word in words), errors


def test_a_port_in_use_is_named(line):
    """B1: by whom is another program's matter; the one that has it goes on."""
    with line.watcher.inside(), datagrams.receiver('10.2.0.2', 5080) as heard:
        with running(line.gate, program(), 'switch', 'udp://@:5080', 'udp://10.2.0.2:5080'):
            code, errors = refused(line, 'rtp://10.1.0.2:5079', 'udp://10.2.0.2:1')
            assert code == 1 and 'port 5079 or 5080 is in use' in errors, errors
            code, errors = refused(line, 'udp://@:5080', 'udp://10.2.0.2:1')
            assert code == 1 and 'port 5080 is in use' in errors, errors
            with line.sender.inside(), datagrams.sender('10.1.0.2') as s:
                s.sendto(b'still', ('10.1.0.2', 5080))
            received = []
            until('it arrives', lambda: arrive(received, heard, 1))
