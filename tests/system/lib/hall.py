"""A hall that takes multicast, a gateway at its door, and players in it."""
import contextlib
import re
import subprocess
import sys

from lib.gateway import Gateway
from lib.network import Networks
from lib.origin import Origin
from lib.programs import HERE, gst_origin

HALL = {'networks': ['10.7.0.0/24', 'fd07::/64'], 'interface': 'eth0', 'delivery': 'multicast',
        'pool': ['239.255.16.0/20', 'ff15::/16'], 'ttl': 3, 'port': 5010}


@contextlib.contextmanager
def hall(tmp_path, path=None, host='10.7.0.1', real=False, origin=None, **domain):
    """A gateway with its origin, and two hosts of viewers on one switch. What is `real` can be
    decoded; `origin` is made within the gateway's host."""
    with Networks() as net, contextlib.ExitStack() as stack:
        gate, first, second = (net.host(name) for name in ('gate', 'first', 'second'))
        lan = net.lan('lan')
        for i, one in enumerate((gate, first, second)):
            net.plug(one, lan, f'10.7.0.{i + 1}/24', f'fd07::{i + 1}/64')
            one.run('ip route add default dev eth0')
        with gate.inside():
            if real:
                url = stack.enter_context(gst_origin(tmp_path))
            else:
                origin = origin or Origin()
                url = stack.enter_context(origin).url
        with Gateway(tmp_path, {'cam1': {'source': url, **(path or {})}}, host=host, within=gate,
                     domains={'hall': {**HALL, **domain}}, sessionTimeout='2s') as gateway:
            yield gateway, gate, first, second


def ffmpeg(host, url, seconds=4):
    return host.popen(['ffmpeg', '-hide_banner', '-nostats', '-rtsp_transport', 'udp_multicast',
                       '-i', url, '-t', str(seconds), '-map', '0', '-progress', 'pipe:1',
                       '-f', 'null', '-'],
                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                      stdin=subprocess.DEVNULL)


def gstreamer(host, url):
    return host.popen([sys.executable, str(HERE / 'gst_player.py'), url, 'udp-mcast', '75'],
                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                      stdin=subprocess.DEVNULL)


def pictures(player):
    out, errors = player.communicate(timeout=90)
    assert player.returncode == 0, errors
    frames = re.findall(r'^frame=(\d+)', out, re.MULTILINE)
    seen = frames or re.findall(r'"pictures": (\d+)', out)
    return int(seen[-1])
