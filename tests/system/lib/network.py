"""Networks of a test's own: hosts, and the wires between them. Needs to be root.

    with Networks() as net:
        origin, gate, user = net.host('origin'), net.host('gate'), net.host('user')
        net.wire(origin, gate, '10.1.0.0/24')     # origin is 10.1.0.1, gate 10.1.0.2, both on eth0
        hall = net.lan('hall', snooping=True)     # a switch
        net.plug(gate, hall, '10.2.0.1/24')       # gate's eth1
        net.plug(user, hall, '10.2.0.2/24')       # user's eth0
        user.run('ip route add default via 10.2.0.1')
        with Gateway(tmp_path, paths, host='10.2.0.1', within=gate) as gateway, \\
                user.capture('eth0') as wire:
            player = user.popen(['ffmpeg', ...])
            with user.inside():                   # this thread, and whatever it starts
                viewer = Client(gateway.url('cam1'))
            until('a group comes by', lambda: wire.datagrams('239.255.0.1'))

A host is a network namespace that a process holds; the process ends with the test, however that
ends, and nothing of it has a name that could stay behind.
"""
import contextlib
import ctypes
import ipaddress
import os
import pathlib
import socket
import subprocess

import pytest

from lib.capture import Capture
from lib.namespace import CLONE_NEWNET, check

COUNTERS = [f'{side}_{name}' for side, names in (
    ('rx', 'bytes packets errors dropped fifo frame compressed multicast'),
    ('tx', 'bytes packets errors dropped fifo collisions carrier compressed'))
    for name in names.split()]
# In this order: once it is told to ask it floods for a response interval (1/100 s).
QUERIER = ('ip link set br0 type bridge mcast_igmp_version 3 mcast_mld_version 2 '
           'mcast_query_response_interval 10 && ip link set br0 type bridge mcast_querier 1')
libc = ctypes.CDLL(None, use_errno=True)


class Host:
    def __init__(self, name):
        self.name = name
        self.devices = 0
        self.holder = subprocess.Popen(['unshare', '-n', 'cat'], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with contextlib.suppress(BrokenPipeError):
            self.holder.stdin.write(b'\n')
            self.holder.stdin.flush()
        if self.holder.stdout.readline() != b'\n':
            pytest.skip(f'no network namespaces here: {self.holder.stderr.read().decode()}')
        # Its link-local addresses can be used at once.
        self.run('sysctl -qw net.ipv6.conf.default.accept_dad=0 '
                 'net.ipv6.conf.default.router_solicitations=0; ip link set lo up')

    def close(self):
        self.holder.communicate()

    @contextlib.contextmanager
    def inside(self):
        """This thread, and what it starts, is in the host's network until the block ends."""
        with open('/proc/thread-self/ns/net') as home:
            with open(f'/proc/{self.holder.pid}/ns/net') as there:
                check(libc.setns(there.fileno(), CLONE_NEWNET))
            try:
                yield self
            finally:
                check(libc.setns(home.fileno(), CLONE_NEWNET))

    def run(self, command):
        """Shell commands, one after the other; the first that fails is an error that is shown."""
        with self.inside():
            done = subprocess.run(['sh', '-ec', command], text=True, capture_output=True)
        assert done.returncode == 0, f'{self.name}: {command}: {done.stderr}'
        return done.stdout

    def popen(self, command, **options):
        with self.inside():
            return subprocess.Popen(command, **options)

    def socket(self, kind=socket.SOCK_DGRAM, family=socket.AF_INET):
        with self.inside():
            return socket.socket(family, kind)

    def capture(self, device):
        """What passes the device from now on, in and out."""
        with self.inside():
            return Capture(device)

    def device(self):
        self.devices += 1
        return f'eth{self.devices - 1}'

    def count(self, device, what='rx_bytes'):
        """A counter of the device as it is at this moment: rx_bytes, tx_packets, ..."""
        with self.inside():
            text = pathlib.Path('/proc/thread-self/net/dev').read_text()
        line = next(line for line in text.splitlines() if line.strip().startswith(f'{device}:'))
        return int(line.split(':')[1].split()[COUNTERS.index(what)])

    def shape(self, device, rate, burst='4kb', latency='100ms'):
        """No more than so much leaves by the device: 300kbit."""
        self.run(f'tc qdisc replace dev {device} root tbf rate {rate} burst {burst} '
                 f'latency {latency}')


class Networks:
    def __init__(self):
        if os.geteuid() != 0:
            pytest.skip('networks of our own need to be made by root')
        self.hosts = []
        self.wires = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        for host in self.hosts:
            host.close()

    def host(self, name):
        self.hosts.append(Host(name))
        return self.hosts[-1]

    def veth(self, one, one_device, other, other_device):
        self.wires += 1
        one.run(f'ip link add {one_device} type veth peer name tmp{self.wires} && '
                f'ip link set tmp{self.wires} netns {other.holder.pid} name {other_device}')
        # As on a wire: Linux before 6.2 cannot say that one packet is several.
        for host, device in ((one, one_device), (other, other_device)):
            host.run(f'ip link set {device} gso_max_segs 1 up')

    def wire(self, one, other, *networks):
        """The first address of each network is one's, the second the other's."""
        devices = one.device(), other.device()
        self.veth(one, devices[0], other, devices[1])
        for network in map(ipaddress.ip_network, networks):
            for host, device, address in zip((one, other), devices, network.hosts()):
                give(host, device, f'{address}/{network.prefixlen}')
        return devices

    def lan(self, name, snooping=False):
        """A switch, of which no host is part until it is plugged. One that snoops asks who is
        member of what, and soon sends a group nowhere else."""
        switch = self.host(name)
        switch.run(f'ip link add br0 type bridge mcast_snooping {int(snooping)} && '
                   'ip link set br0 up')
        if snooping:
            switch.run(QUERIER)
        return switch

    def plug(self, host, switch, *addresses):
        """Returns the name of the host's new device."""
        device, port = host.device(), f'port{switch.devices}'
        switch.devices += 1
        self.veth(host, device, switch, port)
        switch.run(f'ip link set {port} master br0')
        for address in addresses:
            give(host, device, address)
        return device


def give(host, device, address):
    """An IPv6 address is there at once, not when nobody else was found to have it."""
    host.run(f'ip address add {address} dev {device} {"nodad" if ":" in address else ""}')
