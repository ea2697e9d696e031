#!/usr/bin/env python3
"""What the gateway's processor does for a packet, engine by engine: ./do bench.

Writes the table of docs/engines.md. The viewers are sockets that nobody reads: only the ratio of
two rows means something.
"""
import argparse
import pathlib
import re
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests/system'))

from lib.gateway import Gateway  # noqa: E402
from lib.origin import Origin  # noqa: E402
from lib.rtsp import Client  # noqa: E402
from lib.wait import until  # noqa: E402

PAGE = ROOT / 'docs/engines.md'
ENGINES, VIEWERS = ('direct', 'loop'), (1, 10, 100)
HEAD = '| viewers | direct | loop | ratio |\n| --- | --- | --- | --- |'


def microseconds(folder, origin, engine, count, seconds):
    """Of processor time for each packet that leaves for a viewer."""
    with Gateway(folder, {'cam1': {'source': origin.url, 'engine': engine}}) as gateway:
        viewers = [Client(gateway.url('cam1'), 'udp').start() for _ in range(count)]
        until('all have caught up', lambda: all(
            v['packets'] > 100 and v['engine'] == engine for v in gateway.status()['viewers']))
        packets, cpu = gateway.stream('cam1')['outPackets'], gateway.cpu_seconds()
        time.sleep(seconds)
        cpu = gateway.cpu_seconds() - cpu
        packets = gateway.stream('cam1')['outPackets'] - packets
        for viewer in viewers:
            viewer.close()
    return cpu / packets * 1e6


def measure(seconds):
    rows = [HEAD]
    with Origin(picture_packets=40) as origin, tempfile.TemporaryDirectory() as folder:
        for count in VIEWERS:
            direct, loop = (microseconds(folder, origin, e, count, seconds) for e in ENGINES)
            rows.append(f'| {count} | {direct:.2f} µs | {loop:.2f} µs | {loop / direct:.1f} |')
            print(rows[-1], flush=True)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--seconds', type=int, default=20, help='of the stream for each figure')
    rows = measure(parser.parse_args().seconds)
    text, count = re.subn(r'(?s)(<!-- measured -->\n).*(<!-- /measured -->)',
                          lambda match: match[1] + '\n'.join(rows) + '\n' + match[2],
                          PAGE.read_text())
    assert count == 1, f'{PAGE} has no place for what was measured'
    PAGE.write_text(text)


if __name__ == '__main__':
    main()
