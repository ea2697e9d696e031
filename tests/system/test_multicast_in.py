"""What is sent to groups and ports becomes a stream: MPEG-TS and RTP, of real programs and bit for
bit; and what is wrong with it is told. In networks of their own."""
import contextlib
import subprocess

import pytest

from lib.gateway import Gateway, program
from lib.programs import ffmpeg, gstreamer
from lib.rtsp import Client, assert_continuous
from lib.sender import (Sender, assert_as_sent, assert_wrapped, describe, ffmpeg_rtp, ffmpeg_ts,
                        h264_packet, in_rtp, rtp, ts_datagram)
from lib.watcher import Watcher, ask
from lib.wait import until

GROUP = '239.1.1.1'


# Programs of others.


@pytest.mark.parametrize('transport', ['tcp', 'udp'])
@pytest.mark.parametrize('player', ['ffmpeg', 'gstreamer'])
def test_a_transport_stream_of_ffmpeg_is_played(tmp_path, wired, player, transport):
    paths = {'tv': {'source': f'udp://{GROUP}:5000?iface=eth0'}}
    with ffmpeg_ts(wired.head, f'udp://{GROUP}:5000?pkt_size=1316&ttl=4'), \
            Gateway(tmp_path, paths, within=wired.gate) as g, wired.gate.inside():
        if player == 'ffmpeg':
            pictures, sound, complaints = ffmpeg(g.url('tv'), transport)
            assert pictures > 60
        else:
            pictures, sound, complaints = gstreamer(g.url('tv'), transport, tracks=1)
            assert pictures >= 75
        assert sound and not complaints, complaints


@pytest.mark.parametrize('transport', ['tcp', 'udp'])
@pytest.mark.parametrize('player', ['ffmpeg', 'gstreamer'])
def test_rtp_of_ffmpeg_is_played_by_its_description(tmp_path, wired, player, transport):
    file = tmp_path / 'cam.sdp'
    with ffmpeg_rtp(wired.head, f'rtp://{GROUP}:5004?ttl=4', file), \
            Gateway(tmp_path, {'cam': {'source': 'cam.sdp?iface=eth0'}}, within=wired.gate) as g, \
            wired.gate.inside():
        if player == 'ffmpeg':
            pictures, _, complaints = ffmpeg(g.url('cam'), transport)
            assert pictures > 60
        else:
            pictures, _, complaints = gstreamer(g.url('cam'), transport, tracks=1,
                                                options=['silent'])
            assert pictures >= 75
        assert not complaints, complaints


# Bit for bit.


@pytest.mark.must('R1')
@pytest.mark.parametrize('transport', ['tcp', 'udp'])
@pytest.mark.parametrize('to, place', [
    ('10.1.0.2', '10.1.0.2'), ('10.1.0.2', '@'), ('fd00:1::2', '[fd00:1::2]'), ('fd00:1::2', '@'),
    (GROUP, GROUP), ('ff15::1', '[ff15::1]'), ('ff12::7', '[ff12::7]')])
def test_a_transport_stream_passes_bit_for_bit(tmp_path, wired, to, place, transport):
    options = '?iface=eth0' if to in (GROUP, 'ff15::1', 'ff12::7') else ''
    source = 'fd00:1::1' if to == 'ff12::7' else None  # not its link-local one, once that is there
    with Sender(wired.head, (to, 5000), source=source) as sender, \
            Gateway(tmp_path, {'tv': {'source': f'udp://{place}:5000{options}'}},
                    within=wired.gate) as g, Watcher(wired.gate, g, 'tv', transport) as viewer:
        packets = viewer.read(400)
        assert_continuous(packets)
        assert_wrapped(sender, packets)
        description = ask(wired.gate, g, 'tv').body
        assert b'm=video 0 RTP/AVP 33\r\na=rtpmap:33 MP2T/90000\r\n' in description


@pytest.mark.must('R1')
@pytest.mark.parametrize('transport', ['tcp', 'udp'])
def test_rtp_passes_bit_for_bit(tmp_path, wired, transport):
    lines = ('m=video 5004 RTP/AVP 96\nc=IN IP4 239.1.1.1/4\na=rtpmap:96 H264/90000\n'
             'm=audio 5006 RTP/AVP 0\nc=IN IP6 ff15::1\n')
    paths = {'cam': {'source': describe(tmp_path, lines) + '?iface=eth0'}}
    with Sender(wired.head, (GROUP, 5004), h264_packet) as video, \
            Sender(wired.head, ('ff15::1', 5006), lambda n: rtp(n, b'%4d' % n, 0, 7)) as audio, \
            Gateway(tmp_path, paths, within=wired.gate) as g, \
            Watcher(wired.gate, g, 'cam', transport, (0, 1)) as viewer:
        viewer.read(200, 0)
        viewer.read(200, 1)
        for track, sender in enumerate((video, audio)):
            assert_continuous(viewer.client.packets[track])
            assert_as_sent(sender, viewer.client.packets[track])


def test_a_transport_stream_in_rtp_is_passed_on_as_it_is(tmp_path, wired):
    """Many heads send RTP where a URL says udp://; and a URL of RTP needs no file for it."""
    paths = {'one': {'source': f'udp://{GROUP}:5000?iface=eth0'},
             'two': {'source': f'rtp://{GROUP}:5000?iface=eth0'}}
    with Sender(wired.head, (GROUP, 5000), lambda n: rtp(n, ts_datagram(n), 33)) as sender, \
            Gateway(tmp_path, paths, within=wired.gate) as g, \
            Watcher(wired.gate, g, 'one') as one, Watcher(wired.gate, g, 'two') as two:
        for viewer in (one, two):
            assert_as_sent(sender, viewer.read(200))


def test_it_comes_by_no_other_transport(tmp_path, wired):
    """There is nobody who could be asked for one."""
    with Sender(wired.head, (GROUP, 5000)), \
            Gateway(tmp_path, {'tv': {'source': f'udp://{GROUP}:5000?iface=eth0'}},
                    within=wired.gate) as g, wired.gate.inside(), \
            contextlib.closing(Client(g.url('tv'))) as client:
        assert client.describe().status == 200
        reply = client.request('SETUP', g.url('tv') + '/trackID=0',
                               ['Transport: x-test/udp;client_port=6000;mode=play'])
        assert reply.status == 461


def test_newcomers_begin_with_the_table_before_a_picture(tmp_path, wired):
    with Sender(wired.head, (GROUP, 5000)) as sender, \
            Gateway(tmp_path, {'tv': {'source': f'udp://{GROUP}:5000?iface=eth0'}},
                    within=wired.gate) as g, Watcher(wired.gate, g, 'tv') as first:
        first.read(100)
        with Watcher(wired.gate, g, 'tv') as second:
            packet = second.read(1)[0]
            heads = [in_rtp(packet, d) for d in sender.sent[::20]]
            assert packet.hash in heads


# What is wrong.


def test_an_interface_that_is_not_there_is_told_and_comes(tmp_path, wired):
    paths = {'tv': {'source': f'udp://{GROUP}:5000?iface=eth0'},
             'far': {'source': f'udp://{GROUP}:5000?iface=eth9'}}
    with Sender(wired.head, (GROUP, 5000)), Gateway(tmp_path, paths, within=wired.gate) as g, \
            Watcher(wired.gate, g, 'tv') as viewer:
        viewer.read(20)
        assert ask(wired.gate, g, 'far').status == 503
        assert 'there is no interface eth9; there are: lo, eth0' in g.log.read_text()
        viewer.read_more(50)
        assert_continuous(viewer.client.packets[0])
        wired.gate.run('ip link set eth0 down && ip link set eth0 name eth9 && ip link set eth9 up')
        assert ask(wired.gate, g, 'far').status == 200


def test_an_interface_that_vanishes_and_returns_is_joined_by_again(tmp_path, wired):
    with Gateway(tmp_path, {'tv': {'source': f'udp://{GROUP}:5000?iface=eth0',
                                   'sourceTimeout': '20s'}}, within=wired.gate) as g:
        with Sender(wired.head, (GROUP, 5000)), Watcher(wired.gate, g, 'tv') as viewer:
            viewer.read(20)
            wired.gate.run('ip link delete eth0')
            wired.head.devices = wired.gate.devices = 0
            wired.wire(wired.head, wired.gate, '10.1.0.0/24')
            wired.head.run('ip route add 224.0.0.0/4 dev eth0')
            viewer.read_more(100)
            assert_continuous(viewer.client.packets[0])
            assert g.stream('tv')['pulls'] == 1  # it was not given up


def test_rtp_that_only_a_description_explains_is_told(tmp_path, wired):
    with Sender(wired.head, (GROUP, 5000), h264_packet), \
            Gateway(tmp_path, {'one': {'source': f'rtp://{GROUP}:5000?iface=eth0'},
                               'two': {'source': f'udp://{GROUP}:5000?iface=eth0',
                                       'sourceOnDemandStartTimeout': '2s'}},
                    within=wired.gate) as g:
        assert ask(wired.gate, g, 'one').status == 502
        assert ask(wired.gate, g, 'two').status == 504
        log = g.log.read_text()
        assert 'RTP of type 96 comes, which only a description explains' in log
        assert log.count('what comes is no MPEG-TS') == 1


def test_what_is_no_transport_stream_is_dropped_and_counted(tmp_path, wired):
    def make(n):
        return b'\x48' + bytes(187) if n % 2 else ts_datagram(n)
    with Sender(wired.head, (GROUP, 5000), make) as sender, \
            Gateway(tmp_path, {'tv': {'source': f'udp://{GROUP}:5000?iface=eth0'}},
                    within=wired.gate) as g, Watcher(wired.gate, g, 'tv') as viewer:
        packets = viewer.read(100)
        assert_continuous(packets)
        sender.sent = sender.sent[::2]
        assert_wrapped(sender, packets)
        until('the others were counted', lambda: g.stream('tv')['oddities'] > 50)


def test_a_file_may_come_later(tmp_path, wired):
    with Gateway(tmp_path, {'cam': {'source': 'later.sdp?iface=eth0'}}, within=wired.gate) as g:
        assert 'later.sdp: No such file' in g.errors.read_text()
        assert ':8:14: warning: paths.cam.source: ' in g.errors.read_text()
        assert ask(wired.gate, g, 'cam').status == 503
        describe(tmp_path, f'm=video 5004 RTP/AVP 96\nc=IN IP4 {GROUP}/4\n'
                 'a=rtpmap:96 H264/90000\n', 'later.sdp')
        with Sender(wired.head, (GROUP, 5004), h264_packet):
            assert ask(wired.gate, g, 'cam').status == 200


def test_a_port_in_use_is_told(tmp_path, wired):
    with Gateway(tmp_path, {'tv': {'source': 'udp://10.1.0.2:5000'},
                            'other': {'source': 'udp://10.9.9.9:5000'}}, within=wired.gate) as g, \
            wired.gate.socket() as taken:
        taken.bind(('10.1.0.2', 5000))
        assert ask(wired.gate, g, 'tv').status == 503
        assert 'port 5000 is in use' in g.log.read_text()
        assert ask(wired.gate, g, 'other').status == 503
        assert '10.9.9.9 is not an address of this host' in g.log.read_text()


@pytest.mark.parametrize('source, because', [
    ('udp://232.1.1.1:5000', '?source=ADDRESS'), ('udp://224.0.0.5:5000', '224.0.0.0/24'),
    ('rtp://239.1.1.1', 'no port'), ('sdp://cam.sdp', 'a whole path'),
    ('udp://239.1.1.1:5000?ttl=3', 'ttl')])
def test_a_source_that_makes_no_sense_is_refused_with_its_place(tmp_path, source, because):
    file = tmp_path / 'weir.yml'
    file.write_text(f'paths:\n  tv:\n    source: {source}\n  "~^ch(.)$":\n'
                    '    source: udp://239.1.1.$1:5000\n')
    done = subprocess.run([program(), 'check', '-c', str(file)], capture_output=True, text=True)
    assert done.returncode == 1, done
    lines = done.stderr.splitlines()
    assert lines[0].startswith(f'{file}:3:13: paths.tv.source: ') and because in lines[0]
    assert f'{file}:5:13: ' in done.stderr and "a pattern's source is an RTSP URL" in done.stderr
