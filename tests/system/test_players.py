"""With real programs: what others serve, others see through the gateway, decoded and counted."""
import concurrent.futures
import signal
import subprocess

import pytest

from lib.gateway import Gateway, free_port, program
from lib.programs import curl, ffmpeg, gst_origin, gstreamer, vlc_origin, yellowstone

# VLC's own RTSP server sends over UDP alone: see the test of that below.
CASES = [(gst_origin, 'udp'), (gst_origin, 'tcp'), (vlc_origin, 'udp')]
PLAYERS = [(ffmpeg, 'udp'), (ffmpeg, 'tcp'), (gstreamer, 'udp'), (gstreamer, 'tcp'),
           (yellowstone, 'tcp')]


def play_all(url, players):
    """Every player sees fifty pictures and sound, and misses nothing."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        played = [(f'{player.__name__} {transport}', pool.submit(player, url, transport))
                  for player, transport in players]
    for name, player in played:
        pictures, sound, complaints = player.result()
        assert not complaints, (name, complaints)
        assert pictures >= 50, (name, pictures)
        assert sound is None or sound > 0, (name, 'no sound')


def keep(source, transport='automatic'):
    return {'cam1': {'source': source, 'sourceTransport': transport,
                     'sourceOnDemandCloseAfter': '3s'}}


@pytest.mark.parametrize('origin, pull', CASES)
def test_origins_and_players(tmp_path, origin, pull):
    with origin(tmp_path) as source, Gateway(tmp_path, keep(source, pull)) as gateway:
        play_all(gateway.url('cam1'), PLAYERS)
        stream = gateway.stream('cam1')
        assert stream['pulls'] == 1 and stream['transport'] == pull and stream['lost'] == 0


def test_over_ipv6(tmp_path):
    with gst_origin(tmp_path, host='::1') as source, \
            Gateway(tmp_path, keep(source), host='::1') as gateway:
        play_all(gateway.url('cam1'), PLAYERS[:4])


def test_a_server_that_refuses_udp_is_asked_for_tcp(tmp_path):
    with gst_origin(tmp_path, only='tcp') as source, Gateway(tmp_path, keep(source)) as gateway:
        play_all(gateway.url('cam1'), [(ffmpeg, 'udp')])
        stream = gateway.stream('cam1')
        assert stream['transport'] == 'tcp' and stream['lost'] == 0


def test_a_long_group_over_udp_with_default_buffers(tmp_path):
    """The catch-up is paced: what most kernels grant by default holds what comes. Each newcomer but
    the first comes four seconds or more into a group, with two megabytes to catch up.
    """
    buffers = ['-buffer_size', '212992']
    with gst_origin(tmp_path, group=150, kbits=4000) as source, \
            Gateway(tmp_path, keep(source)) as gateway:
        for transport, options in [('tcp', ())] + 3 * [('udp', buffers)]:
            pictures, sound, complaints = ffmpeg(gateway.url('cam1'), transport, 4, options)
            assert not complaints
            assert pictures >= 90 and sound > 0


@pytest.mark.must('F6', 'T7', 'L4')
def test_curl(tmp_path):
    """OPTIONS, DESCRIBE, SETUP of both tracks, PLAY, GET_PARAMETER, PAUSE and TEARDOWN."""
    with gst_origin(tmp_path) as source, Gateway(tmp_path, keep(source)) as gateway:
        statuses, packets, breaks = curl(gateway.url('cam1'))
        assert statuses == 8 * [200]
        assert packets >= 300 and breaks == 0


def test_the_demo(tmp_path):
    port = free_port()
    process = subprocess.Popen([program(), 'demo', '--port', str(port)], stdout=subprocess.PIPE,
                               text=True)
    lines = iter(process.stdout.readline, '')
    url = next(line.strip() for line in lines if line.strip().startswith('rtsp://'))
    try:
        play_all(url, PLAYERS[:4])
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 0
