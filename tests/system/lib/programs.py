"""Programs of others: origins that serve, players that decode and count."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys

from lib.gateway import free_port
from lib.wait import until

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]
# What ffmpeg says when it misses something.
COMPLAINTS = re.compile(r'missed|missing|max delay|dropping|error|concealing|corrupt|invalid data|'
                        r'non-existing|no frame|unref short|late', re.IGNORECASE)


@contextlib.contextmanager
def running(command, **options):
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@contextlib.contextmanager
def gst_origin(folder, host='127.0.0.1', **options):
    words = [f'--{name}={value}' for name, value in {'host': host, **options}.items()]
    with running([sys.executable, str(HERE / 'gst_origin.py'), *words], text=True,
                 stdout=subprocess.PIPE) as process:
        port = int(process.stdout.readline())
        yield f'rtsp://[{host}]:{port}/live' if ':' in host else f'rtsp://{host}:{port}/live'


def is_listening(port):
    with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', port)):
        return True


# VLC refuses to run as root: it runs as nobody.
VLC_DROP = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] \
    if os.geteuid() == 0 else []


def vlc_home(folder, *files):
    """A home of its own for it, and files that it may read."""
    home = pathlib.Path(folder) / 'home'
    home.mkdir(exist_ok=True)
    for place in (*files, home, *home.parents[:3]):
        with contextlib.suppress(PermissionError):
            place.chmod(0o777 if place == home else 0o755)
    return home


def vlc_environment(home):
    return {**os.environ, 'HOME': str(home), 'XDG_RUNTIME_DIR': str(home)}


@contextlib.contextmanager
def vlc_origin(folder):
    """VLC sends a file in a loop.

    Matroska, since a transport stream would hold access unit delimiters: see yellowstone().
    """
    clip = pathlib.Path(folder) / 'clip.mkv'
    subprocess.run(['ffmpeg', '-loglevel', 'error', '-f', 'lavfi', '-i',
                    'testsrc2=size=320x240:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440',
                    '-t', '60', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-bf', '0',
                    '-b:v', '500k', '-c:a', 'mp2', str(clip)], check=True)
    home = vlc_home(folder, clip)
    port = free_port()
    with running([*VLC_DROP, 'cvlc', '--quiet', '--loop', str(clip), '--sout',
                  f'#rtp{{sdp=rtsp://127.0.0.1:{port}/live}}', '--sout-keep'],
                 env=vlc_environment(home), stdout=subprocess.DEVNULL,
                 stderr=subprocess.DEVNULL):
        until('VLC listens', lambda: is_listening(port))
        yield f'rtsp://127.0.0.1:{port}/live'


@contextlib.contextmanager
def vlc_recorder(folder, url):
    """VLC writes what it hears at a URL into a file, as it is. The file's name."""
    home = vlc_home(folder)
    with running([*VLC_DROP, 'cvlc', '--quiet', url, '--sout',
                  f'#std{{access=file,mux=ts,dst={home}/heard.ts}}'], env=vlc_environment(home),
                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        yield home / 'heard.ts'


def pictures_in(file):
    """How many of a file's pictures ffmpeg decodes."""
    result = subprocess.run(
        ['ffmpeg', '-hide_banner', '-nostats', '-i', str(file), '-map', '0:v', '-c:v', 'rawvideo',
         '-fps_mode', 'passthrough', '-progress', 'pipe:1', '-f', 'null', '-'],
        capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL)
    frames = [int(n) for n in re.findall(r'^frame=(\d+)', result.stdout, re.MULTILINE)]
    return frames[-1] if frames else 0


@contextlib.contextmanager
def ffmpeg_publisher(url, transport):
    with running(['ffmpeg', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i',
                  'testsrc2=size=320x240:rate=25', '-re', '-f', 'lavfi', '-i', 'sine=frequency=440',
                  '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25',
                  '-c:a', 'aac', '-f', 'rtsp', '-rtsp_transport', transport, url],
                 stdin=subprocess.DEVNULL) as process:
        yield process


@contextlib.contextmanager
def gst_publisher(url, transport):
    with running(['gst-launch-1.0', '-q', 'videotestsrc', 'is-live=true', '!',
                  'video/x-raw,width=320,height=240,framerate=25/1', '!', 'x264enc',
                  'tune=zerolatency', 'speed-preset=ultrafast', 'key-int-max=25', '!',
                  'rtspclientsink', 'name=sink', 'latency=200', f'location={url}',
                  f'protocols={transport}', 'audiotestsrc', 'is-live=true', '!',
                  'audio/x-raw,rate=48000,channels=1', '!', 'avenc_aac', '!', 'sink.'],
                 stdin=subprocess.DEVNULL) as process:
        yield process


def ffmpeg(url, transport, seconds=4, options=()):
    """Decoded pictures, decoded sound in kB, and what it complained of."""
    result = subprocess.run(
        ['ffmpeg', '-hide_banner', '-nostats', '-rtsp_transport', transport, *options, '-i', url,
         '-t', str(seconds), '-map', '0', '-c:v', 'rawvideo', '-c:a', 'pcm_s16le',
         '-fps_mode', 'passthrough', '-progress', 'pipe:1', '-f', 'null', '-'],
        capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL)
    assert result.returncode == 0, result.stderr
    frames = [int(n) for n in re.findall(r'^frame=(\d+)', result.stdout, re.MULTILINE)]
    sound = re.findall(r'audio:(\d+)kB', result.stderr)
    complaints = [line for line in result.stderr.splitlines() if COMPLAINTS.search(line)]
    return frames[-1], int(sound[-1]) if sound else 0, complaints


def gstreamer(url, transport, pictures=75, tracks=2, options=()):
    """Decoded pictures, decoded buffers of sound, and what it complained of or lost."""
    if transport == 'http':  # it tunnels where the URL says so
        url, transport = url.replace('rtsp:', 'rtsph:', 1), 'tcp+http'
    result = subprocess.run(
        [sys.executable, str(HERE / 'gst_player.py'), url, transport, str(pictures), *options],
        capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL)
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout.splitlines()[-1])
    complaints = seen['complaints']
    if seen['tracks'] != tracks or seen['lost'] or seen['late']:
        complaints.append(str(seen))
    return seen['pictures'], seen['sound'], complaints


def curl(url, packets=300):
    """libcurl's RTSP: the status of each request, packets, and breaks in their sequence."""
    result = subprocess.run([sys.executable, str(HERE / 'curl_player.py'), url, str(packets)],
                            capture_output=True, text=True, timeout=90)
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout)
    return seen['statuses'], seen['packets'], seen['breaks']


def yellowstone(url, transport='tcp', pictures=75):
    """npm's client: it speaks RTSP over TCP alone, and decodes nothing. Access units, sound it
    does not ask for, and breaks in the sequence. It takes a packet with less than four bytes of
    payload for a fault, so origins send no access unit delimiters.
    """
    assert transport == 'tcp'
    package = ROOT / 'tests/system/node_modules/yellowstone'
    assert package.exists(), './do test installs npm\'s yellowstone: it is missing'
    result = subprocess.run([shutil.which('node'), str(HERE / 'yellowstone.js'), url,
                             str(pictures)], capture_output=True, text=True, timeout=90)
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout.splitlines()[-1])
    return seen['pictures'], None, seen['breaks']
