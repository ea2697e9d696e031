"""With real programs: what others serve, others see through the gateway, decoded and counted."""
import concurrent.futures

import pytest

from lib.gateway import Gateway
from lib.programs import ffmpeg, gst_origin, gstreamer, vlc_origin, yellowstone

# VLC's own RTSP server sends over UDP alone.
CASES = [(gst_origin, 'udp'), (gst_origin, 'tcp'), (vlc_origin, 'udp')]


@pytest.mark.parametrize('origin, pull', CASES)
def test_origins_and_players(tmp_path, origin, pull):
    with origin(tmp_path) as url, \
            Gateway(tmp_path, {'cam1': {'source': url, 'sourceTransport': pull,
                                        'sourceOnDemandCloseAfter': '5s'}}) as gateway, \
            concurrent.futures.ThreadPoolExecutor() as pool:
        players = {f'{player.__name__} {transport}': pool.submit(player, gateway.url('cam1'),
                                                                 transport)
                   for player in (ffmpeg, gstreamer) for transport in ('udp', 'tcp')}
        # It stumbles over packets with less than four bytes of payload, which VLC's access unit
        # delimiters are; and it speaks TCP alone.
        third = pool.submit(yellowstone, gateway.url('cam1')) if origin is gst_origin else None
        for name, player in players.items():
            pictures, sound, complaints = player.result()
            assert pictures >= 50, (name, pictures, complaints)
            assert sound > 0, (name, 'no sound')
            assert not complaints, (name, complaints)
        if third:
            packets, breaks = third.result()
            assert packets >= 100 and breaks == 0
        stream = gateway.stream('cam1')
        assert stream['pulls'] == 1 and stream['transport'] == pull and stream['lost'] == 0


def test_over_ipv6(tmp_path):
    with gst_origin(tmp_path) as url, Gateway(tmp_path, {'cam1': {'source': url}},
                                              host='::1') as gateway:
        for transport in ('udp', 'tcp'):
            pictures, _, complaints = ffmpeg(gateway.url('cam1'), transport, 2)
            assert pictures >= 25 and not complaints


def test_a_long_group_over_udp_with_default_buffers(tmp_path):
    """The catch-up is paced: a newcomer's socket buffer holds what comes."""
    with gst_origin(tmp_path, group=250) as url, \
            Gateway(tmp_path, {'cam1': {'source': url,
                                        'sourceOnDemandCloseAfter': '5s'}}) as gateway:
        ffmpeg(gateway.url('cam1'), 'tcp', 6)
        for _ in range(3):
            pictures, _, complaints = ffmpeg(gateway.url('cam1'), 'udp', 4)
            assert pictures >= 80 and not complaints
