"""With real encoders: what ffmpeg and GStreamer publish, ffmpeg and GStreamer play, decoded."""
import pytest

from lib.gateway import Gateway
from lib.programs import ffmpeg, ffmpeg_publisher, gst_publisher, gstreamer
from lib.wait import until
from test_players import play_all

PLAYERS = [(player, transport) for player in (ffmpeg, gstreamer) for transport in ('udp', 'tcp')]


def is_live(gateway):
    stream = gateway.stream('live')
    return stream and stream['state'] == 'live' and stream['keyFrames'] > 0


@pytest.mark.parametrize('query', ['', '?key=value'])
@pytest.mark.parametrize('transport', ['udp', 'tcp'])
@pytest.mark.parametrize('publisher', [ffmpeg_publisher, gst_publisher])
def test_encoders_and_players(tmp_path, publisher, transport, query):
    with Gateway(tmp_path, {'live': {'source': 'publisher', 'sourceTimeout': '2s'}}) as gateway:
        with publisher(gateway.url('live') + query, transport):
            until('it publishes', lambda: is_live(gateway))
            play_all(gateway.url('live'), PLAYERS if not query else PLAYERS[:1])
            stream = gateway.stream('live')
            assert stream['pulls'] == 1 and stream['transport'] == transport
            assert stream['lost'] == 0 and stream['invalid'] == 0
        until('the stream ends without it', lambda: not gateway.status()['streams'])
        assert gateway.status()['gateway']['malformed'] == 0
