"""Fig. 13: a stream crosses unicast and multicast domains, and real programs play it in each."""
import concurrent.futures
import contextlib
import re
import subprocess

import pytest

from lib.borders import ONE_SOURCE, POOLS, Borders, assert_once, media
from lib.programs import ffmpeg, gst_origin, gstreamer, pictures_in, vlc_recorder
from lib.wait import until

# Who joins a group comes into the middle of its pictures. That a packet is missing is worse.
LOSS = re.compile('missed|max delay|dropping')
WAYS = {ffmpeg: {'U': 'udp', 'M': 'udp_multicast'}, gstreamer: {'U': 'udp', 'M': 'udp-mcast'}}


@contextlib.contextmanager
def origin(place, folder, **options):
    with place.origin.inside():
        server = gst_origin(folder, host=place.address('U1', 9), **options)
        url = server.__enter__()
    with contextlib.ExitStack() as stack:
        stack.push(server)
        yield url


def play(user, player, url, way):
    with user.inside():
        return player(url, way)


def play_everywhere(place, player):
    """Two in each domain, all at the same time."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        played = {(lan, i): pool.submit(play, place.user(lan), player, place.url(lan, 'cam1'),
                                        WAYS[player][lan[0]])
                  for lan in place.lans for i in range(2)}
    for (lan, i), result in played.items():
        pictures, sound, complaints = result.result()
        if lan[0] == 'M' and player is ffmpeg:
            complaints = list(filter(LOSS.search, complaints))
        assert not complaints, (lan, complaints)
        assert pictures >= 50 and sound > 0, (lan, pictures, sound)


@contextlib.contextmanager
def playing(user, url):
    """Somebody in a multicast domain, so that the groups flow all the time."""
    process = user.popen(['ffmpeg', '-loglevel', 'fatal', '-rtsp_transport', 'udp_multicast', '-i',
                          url, '-f', 'null', '-'], stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()  # it says goodbye
        process.wait()


@pytest.mark.must('M3', 'M4', 'R1')
@pytest.mark.parametrize('family, pools', [(4, POOLS), (6, POOLS), (4, ONE_SOURCE)],
                         ids=['IPv4', 'IPv6', 'one source'])
def test_a_stream_crosses_the_borders(tmp_path, family, pools):
    with Borders(tmp_path, family, pools) as place, origin(place, tmp_path) as source:
        place.start({'cam1': source})
        one, two = place.wire('M1'), place.wire('M2')
        shark = {lan: place.tshark(lan) for lan in ('M1', 'M2')}
        bystander = place.user('M1').capture('eth0')
        user = place.user('M2')
        with playing(user, place.url('M2', 'cam1')):
            until('the groups flow', lambda: len(media(one)) == len(media(two)) == 2)
            # One after the other: what GStreamer's players send to a group disturbs ffmpeg in it.
            play_everywhere(place, ffmpeg)
            play_everywhere(place, gstreamer)
            group, other = assert_once(one, 2), assert_once(two, 2)
            assert place.a.stream('cam1')['pulls'] == 1, 'the origin is asked once'
            assert place.b.stream('cam1')['pulls'] == 1
            assert {v['transport'] for v in place.a.status()['viewers']} == {'multicast'}
        assert_it_came_and_went(shark['M1'], group, place.member(place.at_b), [one.gateway])
        assert_it_came_and_went(shark['M2'], other, place.member(user))
        assert not two.datagrams(group) and not one.datagrams(other), 'a group stays where it is'
        passed_on, sent = media(two), media(one)
        for (_, port), packets in passed_on.items():
            assert set(packets) <= set(sent[group, port]), 'bit for bit'
        with bystander:
            assert not bystander.datagrams(group), 'nobody has joined there'


def assert_it_came_and_went(shark, group, member, sources=()):
    """Wireshark's word on a member: it joins, for those sources alone, and in the end it leaves."""
    until(f'{member} has left {group}',
          lambda: [r.what for r in shark.changes(group, member)][-1:] == ['leave'])
    first = shark.changes(group, member)[0]
    assert (first.what, first.sources) == ('join', list(sources)), first
    assert first.protocol == ('MLDv2' if ':' in group else 'IGMPv3')


def test_vlc_hears_the_groups(tmp_path):
    """It asks nobody: it is a member of groups that others have asked for."""
    with Borders(tmp_path) as place, origin(place, tmp_path, ts=1) as source:
        place.start({'tv': source})
        wires = {lan: place.wire(lan) for lan in ('M1', 'M2')}
        with playing(place.user('M2'), place.url('M2', 'tv')):
            for lan, wire in wires.items():
                group, port = until('a group is there', lambda: next(iter(media(wire)), None))
                with heard_by_vlc(place.user(lan), tmp_path, f'rtp://@{group}:{port}') as file:
                    until(f'VLC has recorded in {lan}',
                          lambda: file.exists() and file.stat().st_size > 300000)
                assert pictures_in(file) > 25
                file.unlink()
            for wire in wires.values():
                assert_once(wire, 1)


@contextlib.contextmanager
def heard_by_vlc(user, folder, url):
    with user.inside():
        recorder = vlc_recorder(folder, url)
        file = recorder.__enter__()
    with contextlib.ExitStack() as stack:
        stack.push(recorder)
        yield file
