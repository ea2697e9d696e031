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
# What a player says when it misses something.
COMPLAINTS = re.compile(r'missed|max delay|error while decoding|concealing|corrupt|Invalid data',
                        re.IGNORECASE)


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
def gst_origin(folder, group=25):
    with running([sys.executable, str(HERE / 'gst_origin.py'), str(group)], text=True,
                 stdout=subprocess.PIPE) as process:
        yield f'rtsp://127.0.0.1:{int(process.stdout.readline())}/live'


def is_listening(port):
    with contextlib.suppress(OSError), socket.create_connection(('127.0.0.1', port)):
        return True


@contextlib.contextmanager
def vlc_origin(folder):
    """VLC sends a file in a loop. It refuses to run as root: it runs as nobody."""
    clip = pathlib.Path(folder) / 'clip.ts'
    subprocess.run(['ffmpeg', '-loglevel', 'error', '-f', 'lavfi', '-i',
                    'testsrc2=size=320x240:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440',
                    '-t', '60', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-bf', '0',
                    '-b:v', '500k', '-c:a', 'mp2', str(clip)], check=True)
    home = pathlib.Path(folder) / 'home'
    home.mkdir()
    for place in (clip, home, *clip.parents[:3]):
        with contextlib.suppress(PermissionError):
            place.chmod(0o777 if place == home else 0o755)
    port = free_port()
    drop = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] \
        if os.geteuid() == 0 else []
    with running([*drop, 'cvlc', '--quiet', '--loop', str(clip), '--sout',
                  f'#rtp{{sdp=rtsp://127.0.0.1:{port}/live}}', '--sout-keep'],
                 env={**os.environ, 'HOME': str(home), 'XDG_RUNTIME_DIR': str(home)},
                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        until('VLC listens', lambda: is_listening(port))
        yield f'rtsp://127.0.0.1:{port}/live'


def ffmpeg(url, transport, seconds=4):
    """Decoded pictures, decoded sound in seconds, and what it complained of."""
    result = subprocess.run(
        ['ffmpeg', '-hide_banner', '-nostats', '-rtsp_transport', transport,
         '-i', url, '-t', str(seconds), '-map', '0', '-c:v', 'rawvideo', '-c:a', 'pcm_s16le',
         '-progress', 'pipe:1', '-f', 'null', '-'],
        capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL)
    assert result.returncode == 0, result.stderr
    frames = [int(n) for n in re.findall(r'^frame=(\d+)', result.stdout, re.MULTILINE)]
    sound = re.findall(r'audio:(\d+)kB', result.stderr)
    complaints = [line for line in result.stderr.splitlines() if COMPLAINTS.search(line)]
    return frames[-1], int(sound[-1]) if sound else 0, complaints


def gstreamer(url, transport, pictures=60):
    """Waits for so many decoded pictures; what it complained of."""
    result = subprocess.run(
        ['gst-launch-1.0', '-v', 'rtspsrc', f'location={url}', f'protocols={transport}',
         'latency=200', 'name=s', 's.', '!', 'rtph264depay', '!', 'avdec_h264', '!', 'identity',
         f'eos-after={pictures}', 'silent=false', 'name=count', '!', 'fakesink', 'sync=false'],
        capture_output=True, text=True, timeout=90, stdin=subprocess.DEVNULL)
    count = len(re.findall(r'count: last-message = chain', result.stdout))
    complaints = [line for line in (result.stdout + result.stderr).splitlines()
                  if line.startswith(('ERROR', 'WARNING'))]
    return count, 1, complaints


def yellowstone(url, packets=100):
    """npm's client speaks RTSP over TCP alone. Packets, and breaks in their sequence."""
    package = ROOT / 'tests/system/node_modules/yellowstone'
    assert package.exists(), './do test installs npm\'s yellowstone: it is missing'
    result = subprocess.run([shutil.which('node'), str(HERE / 'yellowstone.js'), url, str(packets)],
                            capture_output=True, text=True, timeout=90)
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout.splitlines()[-1])
    return seen['packets'], seen['breaks']
