#!/usr/bin/env python3
"""How many viewers a link of 300 kbit/s bears, with a gateway behind it and without: ./do bench.

Writes the table of docs/shaped-link.md and the picture in it. Needs to be root.
"""
import argparse
import os
import pathlib
import platform
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests/system'))

from drawing.plot import Plot, picture  # noqa: E402
from lib.shaped_link import LINK_BITS_PER_S, PACKETS_PER_S, ShapedLink  # noqa: E402

PAGE, PICTURE = ROOT / 'docs/shaped-link.md', ROOT / 'docs/img/shaped-link.svg'
DIRECT, GATEWAY = (1, 2, 3, 5, 10), (1, 10, 50, 100, 200)
RED, BLUE = '#c2512f', '#1f6f8f'
HEAD = ('| | viewers | packets that arrive | viewers who miss none | on the link | to the users '
        '| CPU of the gateway |\n|' + ' --- |' * 7)


def kbit_per_s(outcome, octets):
    return outcome.per_s(octets) * 8 / 1000


def row(kind, outcome):
    count = len(outcome.received)
    cells = [kind, count, f'{outcome.share * 100:.1f} %',
             f'{outcome.received.count(outcome.sent)} of {count}',
             f'{kbit_per_s(outcome, outcome.link_bytes):.0f} kbit/s',
             f'{kbit_per_s(outcome, outcome.user_bytes):.0f} kbit/s',
             f'{outcome.per_s(outcome.cpu_s) * 100:.1f} %' if kind != 'direct' else '']
    return '| ' + ' | '.join(map(str, cells)) + ' |'


def measure(seconds):
    """(kind, Outcome) for each, shown as they come."""
    outcomes = []
    print(HEAD, flush=True)
    with ShapedLink() as link, tempfile.TemporaryDirectory() as folder:
        runs = [('direct', count, lambda n: link.direct(n, seconds * PACKETS_PER_S))
                for count in DIRECT]
        runs += [('gateway', count,
                  lambda n: link.through_gateway(folder, n, seconds * PACKETS_PER_S))
                 for count in GATEWAY]
        for kind, count, run in runs:
            outcomes.append((kind, run(count)))
            print(row(*outcomes[-1]), flush=True)
    return outcomes


def machine():
    text = pathlib.Path('/proc/cpuinfo').read_text()
    model = re.search(r'(?m)^model name\s*:\s*(.*)$', text)
    kernel = '.'.join(platform.release().split('.')[:2])
    return (f'{os.cpu_count()} processors ({model[1] if model else platform.machine()}), '
            f'Linux {kernel}')


def draw(outcomes):
    def points(kind, value):
        return [(len(o.received), value(o)) for k, o in outcomes if k == kind]

    arrived = Plot('Packets that arrive', 'viewers', GATEWAY, (0, 25, 50, 75, 100), ' %')
    load = Plot('What crosses the link, kbit/s', 'viewers', GATEWAY, (0, 100, 200, 300, 400))
    for plot, value in ((arrived, lambda o: o.share * 100),
                        (load, lambda o: kbit_per_s(o, o.link_bytes))):
        plot.curve(points('direct', value), RED)
        plot.curve(points('gateway', value), BLUE)
    arrived.label(4, 55, 'each for himself', RED)
    arrived.label(20, 91, 'through a gateway', BLUE)
    load.line([(1, LINK_BITS_PER_S / 1000), (GATEWAY[-1], LINK_BITS_PER_S / 1000)], '#5b7083',
              'stroke-width="1.5" stroke-dasharray="6 4"')
    load.label(20, 310, 'all it can carry')
    load.label(1.3, 316, 'each for himself', RED)
    load.label(20, 172, 'through a gateway', BLUE)
    return picture('A stream of 200 kbit/s over a link of 300 kbit/s', [arrived, load])


def write_page(outcomes, seconds):
    lines = [HEAD, *(row(*outcome) for outcome in outcomes), '',
             f'Each row is {seconds} s of the stream. One machine was all of it, server, gateway',
             f'and viewers: {machine()}.']
    text, count = re.subn(r'(?s)(<!-- measured -->\n).*(<!-- /measured -->)',
                          lambda match: match[1] + '\n'.join(lines) + '\n' + match[2],
                          PAGE.read_text())
    assert count == 1, f'{PAGE} has no place for the table'
    PAGE.write_text(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seconds', type=int, default=20, help='of the stream, for each row')
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit('networks of our own need to be made by root')
    outcomes = measure(options.seconds)
    PICTURE.write_text(draw(outcomes))
    write_page(outcomes, options.seconds)
    print(f'written: {PAGE.relative_to(ROOT)}, {PICTURE.relative_to(ROOT)}')


if __name__ == '__main__':
    main()
