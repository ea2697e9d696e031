"""A switch between two wires, and who sends to it and who watches."""
import contextlib
import pathlib
import signal
import subprocess

from lib import datagrams
from lib.gateway import program

KINDS = ['u-to-m', 'm-to-m', 'm-to-u', 'u-to-u']
# By family: where the switch receives and where it sends to, as a host and as a group.
PLACES = {
    'ipv4': {'u': ('10.1.0.2', '10.2.0.2'), 'm': ('239.255.1.1', '239.255.2.1')},
    'ipv6': {'u': ('fd00:1::2', 'fd00:2::2'), 'm': ('ff15::1:1', 'ff15::2:1')},
}


class Line:
    """sender -- gate -- watcher: no packet comes from one end to the other but by a switch."""

    def __init__(self, net):
        self.sender, self.gate, self.watcher = map(net.host, ('sender', 'gate', 'watcher'))
        net.wire(self.sender, self.gate, '10.1.0.0/24', 'fd00:1::/64')
        net.wire(self.gate, self.watcher, '10.2.0.0/24', 'fd00:2::/64')
        self.sender.run('ip route add 239.0.0.0/8 dev eth0')


def places(kind, family):
    """In and out."""
    return PLACES[family][kind[0]][0], PLACES[family][kind[-1]][1]


def url(scheme, host, port, device):
    shown = f'[{host}]' if ':' in host else host
    return f'{scheme}://{shown}:{port}' + (f'?iface={device}' if datagrams.is_group(host) else '')


def ends(kind, family, scheme, port):
    """The URLs of the input and the output."""
    into, out = places(kind, family)
    return url(scheme, into, port, 'eth0'), url(scheme, out, port, 'eth1')


@contextlib.contextmanager
def running(host, *words):
    """A switch that is open; what it prints at its end is in `said`."""
    process = host.popen(list(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         stdin=subprocess.PIPE, text=True)
    process.said = process.stdout.readline()
    assert process.said, process.stderr.read()
    try:
        yield process
        if words[0] != example('u-to-u'):  # that one ends with its standard input
            process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=30)
        process.said += rest
        assert process.returncode == 0 and not errors, errors
    finally:
        process.kill()
        process.communicate()


def example(kind):
    return str(pathlib.Path(program()).parent / 'examples' / kind)


def arrive(received, s, count):
    received.extend(datagrams.all_of(s))
    return len(received) >= count
