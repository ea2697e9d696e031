"""Groups are joined with the first viewer and left with the last; who may send to them. In networks
of their own."""
import contextlib

import pytest

from lib.gateway import Gateway
from lib.rtsp import Client, assert_continuous
from lib.sender import (Sender, assert_as_sent, assert_wrapped, describe, in_rtp, rtp, ts_datagram)
from lib.watcher import Watcher
from lib.wait import until

GROUP = '239.1.1.1'


@pytest.mark.must('M3')
@pytest.mark.parametrize('group', [GROUP, 'ff15::1:1'])
def test_a_group_is_joined_for_the_first_viewer_and_left_by_the_last(tmp_path, wired, group):
    shown = f'[{group}]' if ':' in group else group
    with Sender(wired.head, (group, 5000)), \
            Gateway(tmp_path, {'tv': {'source': f'udp://{shown}:5000?iface=eth0'}},
                    within=wired.gate) as g, wired.gate.capture('eth0') as wire:
        def seen():
            """The first of each run: the kernel repeats its reports."""
            whats = [m.what for m in wire.memberships(group) if m.is_sent]
            return [what for i, what in enumerate(whats) if i == 0 or whats[i - 1] != what]
        for visit in range(2):  # the second time it is joined again
            with Watcher(wired.gate, g, 'tv') as one, Watcher(wired.gate, g, 'tv') as other:
                one.read(20)
                other.read(20)
                until('it was joined', lambda: seen() == ['join', 'leave'] * visit + ['join'])
            until('nobody watches', lambda: g.stream('tv') is None)
            until('it was left', lambda: seen() == ['join', 'leave'] * (visit + 1))


@pytest.mark.must('M3')
@pytest.mark.parametrize('source', ['url', 'file'])
def test_of_two_senders_to_a_group_only_the_named_one_is_heard(tmp_path, wired, source):
    """A source-specific join; what an old network brings all the same is dropped here, as a sender
    on the same wire shows, for no router filters it."""
    wired.head.run('ip address add 10.1.0.7/24 dev eth0')
    group = '232.1.1.1'
    lines = (f'm=video 5000 RTP/AVP 33\nc=IN IP4 {group}/4\n'
             f'a=source-filter: incl IN IP4 {group} 10.1.0.1\n')
    paths = {'tv': {'source': f'rtp://{group}:5000?iface=eth0&source=10.1.0.1' if source == 'url'
                    else describe(tmp_path, lines) + '?iface=eth0'}}
    with Sender(wired.head, (group, 5000), lambda n: rtp(n, ts_datagram(n), 33, 9), '10.1.0.7'), \
            Sender(wired.head, (group, 5000), lambda n: rtp(n, ts_datagram(n), 33),
                   '10.1.0.1') as right, \
            Gateway(tmp_path, paths, within=wired.gate) as g, \
            wired.gate.capture('eth0') as wire, Watcher(wired.gate, g, 'tv') as viewer:
        packets = viewer.read(200)
        assert_continuous(packets)
        assert_as_sent(right, packets)
        joins = wire.memberships(group, 'join')
        assert joins and all(m.sources == ['10.1.0.1'] for m in joins)


@pytest.mark.must('M7')
def test_without_a_source_the_first_that_speaks_is_the_one_while_it_speaks(tmp_path, wired):
    wired.head.run('ip address add 10.1.0.7/24 dev eth0')
    with Gateway(tmp_path, {'tv': {'source': f'udp://{GROUP}:5000?iface=eth0'}},
                 within=wired.gate) as g, contextlib.ExitStack() as first:
        one = first.enter_context(Sender(wired.head, (GROUP, 5000), source='10.1.0.1'))
        with Watcher(wired.gate, g, 'tv') as viewer:
            viewer.read(50)
            with Sender(wired.head, (GROUP, 5000), lambda n: ts_datagram(n + 1000000),
                        '10.1.0.7') as other:
                until('the other was heard of', lambda: g.stream('tv')['strays'] > 50)
                assert_wrapped(one, viewer.read_more(50))
                before = len(viewer.client.packets[0])
                first.close()
                packets = viewer.read_more(300)
                assert_continuous(packets)  # for viewers it is one stream
                new = next(i for i in range(before, len(packets)) if packets[i].hash in
                           {in_rtp(packets[i], d, 1) for d in other.sent})  # marked: RFC 2250
                assert_wrapped(other, packets[new + 1:])
                assert new + 1 < len(packets)


@pytest.mark.must('D4')
def test_who_is_excluded_is_not_heard(tmp_path, wired):
    wired.head.run('ip address add 10.1.0.7/24 dev eth0')
    lines = (f'm=video 5000 RTP/AVP 33\nc=IN IP4 {GROUP}/4\n'
             'a=source-filter: excl IN IP4 * 10.1.0.7\n')
    with Sender(wired.head, (GROUP, 5000), lambda n: rtp(n, ts_datagram(n), 33, 9), '10.1.0.7'), \
            Gateway(tmp_path, {'tv': {'source': describe(tmp_path, lines) + '?iface=eth0'}},
                    within=wired.gate) as g, wired.gate.capture('eth0') as wire:
        with wired.gate.inside():
            asker = Client(g.url('tv'))
        asker.send(asker.text('DESCRIBE'))
        until('it listens', lambda: wire.memberships(GROUP, 'join'))
        with Sender(wired.head, (GROUP, 5000), lambda n: rtp(n, ts_datagram(n), 33),
                    '10.1.0.1') as right:
            assert asker.reply().status == 200
            asker.close()
            with Watcher(wired.gate, g, 'tv') as viewer:
                assert_as_sent(right, viewer.read(100))


@pytest.mark.must('M3')
def test_sixty_four_groups_at_once(tmp_path, wired):
    """More than igmp_max_memberships, which is 20 for a socket."""
    groups = [f'239.1.2.{n}' for n in range(64)]
    paths = {f'tv{n}': {'source': f'udp://{group}:5000?iface=eth0'}
             for n, group in enumerate(groups)}
    with contextlib.ExitStack() as stack:
        senders = [stack.enter_context(Sender(wired.head, (group, 5000), rate=40,
                                              make=lambda k, n=n: ts_datagram(k + 100000 * n)))
                   for n, group in enumerate(groups)]
        g = stack.enter_context(Gateway(tmp_path, paths, within=wired.gate))
        viewers = [stack.enter_context(Watcher(wired.gate, g, f'tv{n}')) for n in range(64)]
        for sender, viewer in zip(senders, viewers):
            assert_wrapped(sender, viewer.read(40))
