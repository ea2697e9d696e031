"""A link of 300 kbit/s, a stream of 200: two viewers are one too many, unless a
gateway stands behind it."""
import pytest

from lib.shaped_link import PACKETS_PER_S, ShapedLink

PACKETS = 5 * PACKETS_PER_S


@pytest.fixture(scope='module')
def link():
    with ShapedLink() as link:
        yield link


@pytest.fixture(scope='module')
def alone(link):
    return link.direct(1, PACKETS)


def test_one_viewer_fits(alone):
    assert alone.received == [alone.sent]


def test_two_viewers_do_not(link):
    two = link.direct(2, PACKETS)
    assert two.share < 0.8, two


def test_two_hundred_viewers_of_a_gateway_are_as_one(tmp_path, link, alone):
    crowd = link.through_gateway(tmp_path, 200, PACKETS)
    assert crowd.received == [crowd.sent] * 200
    assert crowd.per_s(crowd.link_bytes) < 1.2 * alone.per_s(alone.link_bytes)
