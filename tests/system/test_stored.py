"""Stored content: each viewer has a session with the origin of his own, played as he wishes."""
import re
import subprocess

import pytest

from lib.gateway import Gateway
from lib.other_origin import LENGTH_S, RATE, STEP_S, OtherOrigin
from lib.programs import gst_origin
from lib.rtsp import Client, Swarm
from lib.wait import until


FILM_S, FPS = 20, 25


@pytest.fixture
def film(tmp_path):
    """GStreamer's server with a film of which each picture shows its own time."""
    clip = tmp_path / 'film.mkv'
    subprocess.run(['ffmpeg', '-loglevel', 'error', '-f', 'lavfi', '-i',
                    f'testsrc2=size=320x240:rate={FPS}', '-t', str(FILM_S), '-c:v', 'libx264',
                    '-preset', 'ultrafast', '-bf', '0', '-g', str(FPS), str(clip)], check=True)
    with gst_origin(tmp_path, film=clip) as url:
        yield url


def watched(url, transport, start):
    """From where to where ffmpeg has decoded a film from that second on, in seconds."""
    result = subprocess.run(
        ['ffmpeg', '-hide_banner', '-rtsp_transport', transport, '-ss', str(start), '-i', url,
         '-copyts', '-vf', 'showinfo', '-frames:v', '50', '-f', 'null', '-'],
        capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL)
    times = [float(t) for t in re.findall(r'pts_time:([\d.]+)', result.stderr)]
    assert times and 'Duration: 00:00:20' in result.stderr, result.stderr[-2000:]
    return times[0], times[-1]


@pytest.mark.parametrize('transport', ['tcp', 'udp'])
def test_ffmpeg_seeks_in_a_film_of_gstreamers(tmp_path, film, transport):
    with Gateway(tmp_path, {'film': {'source': film}}) as gateway:
        for start in (0, 12):
            first, last = watched(gateway.url('film'), transport, start)
            assert abs(first - start) <= 1.1 and last > first + 1, (start, first, last)


@pytest.fixture
def origin():
    with OtherOrigin('stored') as o:
        yield o


@pytest.fixture
def gateway(tmp_path, origin):
    with Gateway(tmp_path, {'movie': {'source': origin.url}}) as g:
        yield g


def open_movie(gateway, transport='tcp'):
    viewer = Client(gateway.url('movie'), transport)
    reply = viewer.describe()
    assert reply.status == 200 and f'a=range:npt=0-{LENGTH_S}\r\n'.encode() in reply.body
    assert viewer.setup(0).status == 200
    return viewer


def play(viewer, start=None, **headers):
    lines = [f'Range: npt={start}-'] if start is not None else []
    lines += [f'{name}: {value}' for name, value in headers.items()]
    reply = viewer.request('PLAY', headers=lines)
    assert reply.status == 200
    return reply


def watch(viewer, count):
    """So many packets more; the positions they stand at, in steps."""
    swarm = Swarm([viewer])
    have = len(viewer.packets[0])
    swarm.run_until(f'{count} packets', lambda: len(viewer.packets[0]) >= have + count)
    swarm.remove(viewer)
    return [p.seq for p in viewer.packets[0][have:have + count]]


@pytest.mark.parametrize('transport', ['tcp', 'udp'])
def test_each_viewer_has_a_session_of_his_own(gateway, origin, transport):
    """Never shared: two viewers at two places."""
    first, second = open_movie(gateway, transport), open_movie(gateway, transport)
    assert origin.count('PLAY') == 0, 'nothing is played before somebody plays it'
    reply = play(first, 10)
    assert reply.headers['range'] == f'npt=10.000-{LENGTH_S}'
    assert f'/movie/trackID=0;seq={round(10 / STEP_S)};rtptime={10 * RATE}' in \
        reply.headers['rtp-info']
    play(second, 0)
    assert watch(first, 5) == list(range(500, 505))
    assert watch(second, 5) == list(range(5))
    assert origin.count('PLAY') == 2
    states = [s['state'] for s in gateway.status()['streams']]
    assert states == ['stored'] * 3, 'its description, and a session for each viewer'
    first.close()
    second.close()
    until('the origin hears of it', lambda: origin.count('TEARDOWN') == 2)


def test_a_viewer_seeks_pauses_and_goes_on(gateway, origin):
    viewer = open_movie(gateway)
    play(viewer, 2)
    watch(viewer, 5)
    assert viewer.request('PAUSE').status == 200
    assert origin.count('PAUSE') == 1
    viewer.packets[0].clear()
    reply = play(viewer, 20)
    assert reply.headers['range'] == f'npt=20.000-{LENGTH_S}'
    assert watch(viewer, 5) == list(range(1000, 1005))
    play(viewer, 5)  # without a pause before it
    assert watch(viewer, 50)[-1] < 1000
    viewer.close()


def test_scale_and_speed_are_the_origins_matter(gateway, origin):
    viewer = open_movie(gateway)
    reply = play(viewer, 0, Scale='2.0', Speed='1.5')
    assert origin.last('PLAY')['scale'] == '2.0' and origin.last('PLAY')['speed'] == '1.5'
    assert reply.headers['scale'] == '2'
    assert watch(viewer, 4) == [0, 2, 4, 6]
    viewer.close()


def test_what_the_origin_refuses_is_refused(gateway, origin):
    viewer = open_movie(gateway)
    reply = viewer.request('PLAY', headers=['Range: npt=1000-'])
    assert reply.status == 457
    play(viewer, 1)
    assert watch(viewer, 3) == [50, 51, 52]
    viewer.close()


def test_the_end_is_told(gateway, origin):
    viewer = open_movie(gateway)
    play(viewer, LENGTH_S - 0.2)
    swarm = Swarm([viewer])
    swarm.run_until('BYE comes', lambda: any(p[9:10] == b'\xcb' for p in viewer.rtcp[0]))
    swarm.remove(viewer)
    assert viewer.request('TEARDOWN').status == 200
    viewer.close()


def test_an_origin_that_dies_takes_its_viewer_with_it(gateway, origin):
    viewer = open_movie(gateway)
    play(viewer, 0)
    watch(viewer, 3)
    origin.__exit__(None, None, None)
    for s in list(origin.open):
        s.shutdown(2) if s.fileno() >= 0 else None
    swarm = Swarm([viewer])
    swarm.run_until('the connection is closed', lambda: viewer.is_ended)
    viewer.close()
