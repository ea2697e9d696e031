"""Viewers in a host of lib/network.py, one after the other or together."""
import contextlib

from lib.rtsp import Client, Swarm


def ask(host, gateway, path):
    """The answer to DESCRIBE."""
    with host.inside(), contextlib.closing(Client(gateway.url(path))) as client:
        return client.describe()


class Watcher:
    """with Watcher(host, gateway, 'cam') as w: w.read(100)"""

    def __init__(self, host, gateway, path, transport='tcp', tracks=(0,)):
        with host.inside():
            self.client = Client(gateway.url(path), transport).start(tracks)
        self.swarm = Swarm([self.client])

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.swarm.remove(self.client)
        self.client.close()

    def read(self, count=100, track=0):
        packets = self.client.packets[track]
        self.swarm.run_until(f'{count} packets', lambda: len(packets) >= count)
        return packets

    def read_more(self, count=100, track=0):
        return self.read(len(self.client.packets[track]) + count, track)
