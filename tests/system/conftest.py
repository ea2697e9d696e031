import pathlib
import random
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))


@pytest.fixture
def seed(request):
    """A random generator whose seed is printed when the test fails."""
    value = random.randrange(1 << 32)
    print(f'seed {value}')
    return random.Random(value)


@pytest.fixture
def wired():
    """A head that sends, and a gate with the gateway and its viewers."""
    from lib.network import Networks
    with Networks() as net:
        net.head, net.gate = net.host('head'), net.host('gate')
        net.wire(net.head, net.gate, '10.1.0.0/24', 'fd00:1::/64')
        net.head.run('ip route add 224.0.0.0/4 dev eth0')
        yield net
