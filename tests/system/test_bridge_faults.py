"""Bridges that the file says wrongly, and those that the world hinders."""
import subprocess

import pytest

from lib.gateway import Gateway, program
from lib.multicast import Receiver, Sender
from lib.network import Networks
from lib.wait import until

FINE = 'udp://239.254.9.2:6000?iface=lo'

# What stands below `bridges:`, the line that is complained of, and words that have to be in it.
FAULTS = {
    'no input': ('{a: {outputs: ["udp://192.0.2.1:5000"]}}',
                 ['a.input', 'missing', 'udp://@:5000']),
    'no outputs': ('{a: {input: "udp://@:5000"}}', ['a.outputs', '1 to 64 URLs']),
    'no list': ('{a: {input: "udp://@:5000", outputs: "udp://192.0.2.1:1"}}',
                ['a.outputs', 'list']),
    'too many': ('{a: {input: "udp://@:5000", outputs: [%s]}}' % ', '.join(['"%s"' % FINE] * 65),
                 ['a.outputs', '1 to 64']),
    'no mapping': ('{a: "udp://@:5000"}', ['bridges', 'input: URL']),
    'no names': ('[a, b]', ['bridges', 'expected names']),
    'given twice': ('{a: {input: "udp://@:1", outputs: ["udp://192.0.2.1:1"]}, a: {}}', ['twice']),
    'unknown key': ('{a: {input: "udp://@:5000", output: []}}', ['output', 'outputs']),
    'key twice': ('{a: {input: "udp://@:1", input: "udp://@:2", outputs: ["udp://192.0.2.1:1"]}}',
                  ['a.input', 'twice']),
    'no URL': ('{a: {input: 7, outputs: ["udp://192.0.2.1:1"]}}', ['a.input', 'udp:// or rtp://']),
    'scheme': ('{a: {input: "http://x/", outputs: ["udp://192.0.2.1:1"]}}', ['udp:// or rtp://']),
    'a list as input': ('{a: {input: [1], outputs: ["udp://192.0.2.1:1"]}}', ['a.input', 'URL']),
    'port': ('{a: {input: "udp://@:66000", outputs: ["udp://192.0.2.1:1"]}}', ["'66000'", '65535']),
    'no port': ('{a: {input: "udp://239.1.1.1", outputs: ["udp://192.0.2.1:1"]}}', ['no port']),
    'a name': ('{a: {input: "udp://@:1", outputs: ["udp://example.org:1"]}}',
               ['example.org', 'not an address']),
    'reserved group': ('{a: {input: "udp://224.0.0.9:1", outputs: ["udp://192.0.2.1:1"]}}',
                       ['224.0.0.0/24', '239.255.0.0/16']),
    'reserved group out': ('{a: {input: "udp://@:1", outputs: ["udp://224.0.0.9:1"]}}',
                           ['a.outputs', '224.0.0.0/24', '239.255.0.0/16']),
    'class E': ('{a: {input: "udp://@:1", outputs: ["udp://240.0.0.9:1"]}}', ['224.0.1.0']),
    'ff02::1': ('{a: {input: "udp://@:1", outputs: ["udp://[ff02::1]:1"]}}', ['ff12::/16']),
    'SSM without a source': ('{a: {input: "udp://232.1.1.1:1?iface=lo", outputs: ["%s"]}}' % FINE,
                             ['source=ADDRESS']),
    'option of outputs': ('{a: {input: "udp://@:1?ttl=3", outputs: ["udp://192.0.2.1:1"]}}',
                          ['ttl']),
    'ttl': ('{a: {input: "udp://@:1", outputs: ["udp://239.1.1.1:1?ttl=300"]}}', ['ttl', '255']),
    'ttl of a host': ('{a: {input: "udp://@:1", outputs: ["udp://192.0.2.1:1?ttl=3"]}}',
                      ['ttl', 'single host']),
    'no host to send to': ('{a: {input: "udp://@:1", outputs: ["udp://@:2"]}}',
                           ['a.outputs', 'host']),
    'back where it came from': ('{a: {input: "udp://239.1.1.1:1?iface=lo", '
                                'outputs: ["udp://239.1.1.1:2?iface=lo"]}}',
                                ['never goes back', '?iface=']),
    'back, it is not said where': ('{a: {input: "udp://239.1.1.1:1", '
                                   'outputs: ["udp://239.1.1.1:2?iface=lo"]}}',
                                   ['never goes back']),
    'two to one group': ('{a: {input: "udp://@:1", outputs: ["%s"]}, '
                         'b: {input: "udp://@:2", outputs: ["%s"]}}' % (FINE, FINE),
                         ['b.outputs', 'bridge a']),
    'two, RTCP': ('{a: {input: "rtp://@:2", outputs: ["rtp://239.1.1.1:6000?iface=lo", '
                  '"udp://239.1.1.1:6001?iface=lo"]}}', ['a.outputs', 'bridge a']),
    'on demand, no group': ('{a: {input: "udp://@:1", outputs: ["udp://192.0.2.1:1"], '
                            'onDemand: yes}}', ['a.onDemand', 'no output is a group']),
    'on demand, no interface': ('{a: {input: "udp://@:1", outputs: ["udp://239.1.1.1:1"], '
                                'onDemand: yes}}', ['a.onDemand', '?iface=']),
    'on demand, a word': ('{a: {input: "udp://@:1", outputs: ["udp://239.1.1.1:1"], '
                          'onDemand: maybe}}', ['a.onDemand', 'yes nor no']),
    'no such path': ('{a: {input: cam2, outputs: ["rtp://192.0.2.1:2"]}}', ['a.input', 'path']),
    'a path as datagrams': ('{a: {input: cam1, outputs: ["udp://192.0.2.1:2"]}}',
                            ['a.outputs', 'rtp://']),
    'group of a path': ('{a: {input: "udp://@:1", outputs: ["udp://239.255.1.7:1"]}}',
                        ['a.outputs', 'path or domain', 'pool']),
}
REST = '''
domains:
  hall: {networks: [10.0.0.0/8], delivery: multicast, interface: eth1}
paths:
  cam1: {source: "rtsp://192.0.2.1/x", multicastGroup: 239.255.1.7}
'''


@pytest.mark.parametrize('fault', FAULTS)
def test_a_fault_in_the_file_is_named_with_the_way_out(tmp_path, fault):
    text, words = FAULTS[fault]
    file = tmp_path / 'weir.yml'
    file.write_text(f'bridges: {text}{REST}')
    done = subprocess.run([program(), 'check', '-c', str(file)], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 1 and done.stderr.startswith(f'{file}:1:'), done.stderr
    for word in words:
        assert word in done.stderr, (word, done.stderr)


def test_what_is_right_is_ok(tmp_path):
    file = tmp_path / 'weir.yml'
    file.write_text('bridges: {a: {input: "udp://@:5000", outputs: ["%s", '
                    '"rtp://239.254.9.2:6002?iface=eth7&dscp=34", "udp://[ff15::9]:1?iface=eth7"], '
                    'onDemand: no}, b: {input: "udp://239.1.1.1:5000?iface=eth8", '
                    'outputs: ["udp://239.1.1.1:5000?iface=eth9"], onDemand: yes}}' % FINE)
    done = subprocess.run([program(), 'check', '-c', str(file)], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def pair():
    """left (10.1.0.1) - (10.1.0.2, eth0) gate"""
    with Networks() as net:
        left, gate = net.host('left'), net.host('gate')
        net.wire(left, gate, '10.1.0.0/24')
        yield net, left, gate


def bridge_of(gateway, name):
    return next(b for b in gateway.status()['bridges'] if b['name'] == name)


HINDERED = {
    'good': {'input': 'udp://@:5000', 'outputs': ['udp://10.1.0.1:6000']},
    'taken': {'input': 'udp://@:5001', 'outputs': ['udp://10.1.0.1:6001']},
    'later': {'input': 'udp://@:5002', 'outputs': ['udp://239.254.9.2:6000?iface=eth1',
                                                   'udp://10.1.0.1:6002']},
    'also': {'input': 'udp://239.254.9.3:6000?iface=eth1', 'outputs': ['udp://10.1.0.1:6003']},
    'circle': {'input': 'udp://239.254.9.4:1?iface=eth0',
               'outputs': ['udp://239.254.9.4:2?iface=10.1.0.2']}}


def check_hindrances(gateway):
    log = gateway.log.read_text()
    for words in ('port 5001 is in use by another program',
                  'udp://239.254.9.2:6000?iface=eth1: there is no interface eth1; there are: '
                  'lo, eth0', 'udp://239.254.9.3:6000?iface=eth1: there is no interface eth1',
                  'what goes there comes in again at udp://239.254.9.4:1'):
        assert words in log
    assert {b['name']: b['state'] for b in gateway.status()['bridges']} == {
        'good': 'silent', 'taken': 'failed', 'later': 'silent', 'also': 'failed',
        'circle': 'silent'}
    assert [o['state'] for o in bridge_of(gateway, 'later')['outputs']] == ['failed', 'sending']
    assert bridge_of(gateway, 'circle')['outputs'][0]['state'] == 'failed'


@pytest.mark.must('M4')
def test_what_cannot_be_opened_waits_and_harms_nobody(pair, tmp_path):
    net, left, gate = pair
    with gate.socket() as taken, Sender(left, '10.1.0.2', 5000) as to_good, \
            Receiver(left, 6000) as good, Receiver(left, 6001) as freed, \
            Receiver(left, 6002) as late, Sender(left, '10.1.0.2', 5001) as to_taken, \
            Sender(left, '10.1.0.2', 5002) as to_later:
        taken.bind(('0.0.0.0', 5001))
        with Gateway(tmp_path, {}, within=gate, bridges=HINDERED) as gateway:
            check_hindrances(gateway)
            to_good.send(b'good')
            to_later.send(b'also')
            until('both arrive', lambda: (good.read(), late.read()) == ([b'good'], [b'also']))
            taken.close()
            until('the port is taken when it is free',
                  lambda: bridge_of(gateway, 'taken')['state'] == 'silent')
            to_taken.send(b'freed')
            until('and serves', lambda: freed.read() == [b'freed'])

            right = net.host('right')
            net.wire(gate, right, '10.2.0.0/24')
            until('the interface is used when it is there', lambda: [
                bridge_of(gateway, 'also')['state'],
                bridge_of(gateway, 'later')['outputs'][0]['state']] == ['silent', 'sending'])
            with Receiver(right, 6000, '239.254.9.2') as receiver:
                to_later.send(b'by eth1')
                until('it comes by the new interface', lambda: receiver.read() == [b'by eth1'])
            # Each is told once, however often it is tried, and that it is well again.
            log = gateway.log.read_text()
            assert log.count('warn  bridge_failed') == 4
            assert log.count(' bridge_recovered ') == 3
            gateway.first_files = gateway.open_files()  # more is open than at first


def test_senders_are_told_apart(pair, tmp_path):
    _, left, gate = pair
    left.run('ip address add 10.1.0.7/24 dev eth0')
    with Gateway(tmp_path, {}, within=gate, bridges={
            'hall': {'input': 'udp://@:5000?source=10.1.0.7',
                     'outputs': ['udp://10.1.0.1:6000']}}) as gateway, \
            Receiver(left, 6000) as receiver, left.socket() as right, left.socket() as wrong:
        right.bind(('10.1.0.7', 0))
        wrong.bind(('10.1.0.1', 0))
        for number in range(10):
            wrong.sendto(b'wrong', ('10.1.0.2', 5000))
            right.sendto(b'right %d' % number, ('10.1.0.2', 5000))
        until('the right ones come', lambda: len(receiver.read()) == 10)
        assert receiver.datagrams == [b'right %d' % number for number in range(10)]
        until('the others are counted', lambda: bridge_of(gateway, 'hall')['strays'] == 10)


def test_the_status_shows_bridges(pair, tmp_path):
    _, left, gate = pair
    with Gateway(tmp_path, {}, within=gate, bridges={
            'hall': {'input': 'rtp://@:5000', 'outputs': ['rtp://10.1.0.1:6000',
                                                          'udp://239.254.9.2:7000?iface=eth9']},
            'rest': {'input': 'udp://239.254.9.3:5000?iface=eth0', 'onDemand': True,
                     'outputs': ['udp://239.254.9.4:5000?iface=eth0']}}) as gateway, \
            Receiver(left, 6000) as rtp, Receiver(left, 6001) as rtcp, \
            Sender(left, '10.1.0.2', 5000) as sender, Sender(left, '10.1.0.2', 5001) as reporter:
        for seq in [*range(40), *range(43, 100)]:  # three are missing
            sender.send(bytes([0x80, 33, 0, seq]) + bytes(8) + b'\x47' + bytes(187))
        reporter.send(b'\x80\xc9\x00\x01abcd')
        until('all pass', lambda: rtp.read() == sender.sent and rtcp.read() == reporter.sent)
        bridge = bridge_of(gateway, 'hall')
        assert (bridge['kind'], bridge['lost'], bridge['packets']) == ('rtp', 3, 98)
        assert bridge['outputs'][0]['packets'] == 98
        with gate.inside():
            shown = subprocess.check_output([program(), 'status', '--api',
                                             f'127.0.0.1:{gateway.api_port}'], text=True)
        table = shown[shown.index('BRIDGE'):].splitlines()
        rows = [line.split() for line in table]
        assert rows[0][:3] == ['BRIDGE', 'STATE', 'INPUT']
        assert {'hall', 'rtp://@:5000', 'rtp://10.1.0.1:6000', '98', '3'} <= set(rows[1])
        assert rows[2][0] == '-' and 'failed' in rows[2]
        assert rows[3][:2] == ['rest', 'idle'] and '0' in rows[3]


def test_many_bridges_come_and_go_with_their_interface(pair, tmp_path):
    """Nothing is left of what was opened and closed."""
    net, left, gate = pair
    bridges = {f'b{n}': {'input': f'udp://239.254.1.{n}:5000?iface=eth0', 'onDemand': True,
                         'outputs': [f'udp://239.254.2.{n}:5000?iface=eth0']} for n in range(40)}
    with Gateway(tmp_path, {}, within=gate, bridges=bridges) as gateway:
        for _ in range(3):
            members = [Receiver(left, 5000, f'239.254.2.{n}') for n in range(0, 40, 2)]
            until('half of them are open', lambda: sum(
                b['state'] == 'silent' for b in gateway.status()['bridges']) == 20)
            for member in members:
                member.socket.close()
            until('all are idle', lambda: all(
                b['state'] == 'idle' for b in gateway.status()['bridges']))
        until('what was opened is closed', lambda: gateway.open_files() <= gateway.first_files)
