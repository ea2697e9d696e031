"""Two networks with a gateway between them, and what passes it."""
import random

from lib.gateway import Gateway
from lib.wait import until


class World:
    """left (10.1.0.1) - (10.1.0.2 eth0) gate (10.2.0.1 eth1) - (10.2.0.2) right"""

    def __init__(self, net):
        self.net = net
        self.left, self.gate, self.right = (net.host(n) for n in ('left', 'gate', 'right'))
        net.wire(self.left, self.gate, '10.1.0.0/24', 'fd00:1::/64')
        net.wire(self.gate, self.right, '10.2.0.0/24', 'fd00:2::/64')

    def gateway(self, folder, paths=None, **bridges):
        return Gateway(folder, paths or {}, within=self.gate, bridges={
            name: bridge if isinstance(bridge, dict) else {'input': bridge[0],
                                                           'outputs': list(bridge[1:])}
            for name, bridge in bridges.items()})


def bridge_of(gateway, name='hall'):
    return next(b for b in gateway.status()['bridges'] if b['name'] == name)


def some_datagrams(count):
    """Of all sizes, and all different; an empty one is legal."""
    dice = random.Random(count)
    sizes = [0, 1, 188, 1316, 1472] + [dice.randrange(1, 1472) for _ in range(count - 5)]
    return [dice.randbytes(size) for size in sizes]


def check_passage(sender, *receivers, count=2000):
    """All that is sent arrives, in order, unchanged. The network's buffers hold a window."""
    for receiver in receivers:
        receiver.read().clear()
    first = len(sender.sent)
    for number, datagram in enumerate(some_datagrams(count), 1):
        sender.send(datagram)
        for receiver in receivers if number % 100 == 0 else ():
            until(f'{number} datagrams have come', lambda: len(receiver.read()) >= number)
    for receiver in receivers:
        assert receiver.read() == sender.sent[first:]
