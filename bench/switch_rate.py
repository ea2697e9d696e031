#!/usr/bin/python3
"""How many datagrams a second pass `weir switch`, and at what cost. Needs to be root.

    bench/switch_rate.py [WEIR] [PER_SECOND]     build/weir, 10000

For each of the four kinds, in networks of its own: nobody waits for anybody, five seconds long. On
a machine that is busy with other things it shows how busy, unless nice puts it before them.
"""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests/system'))

from lib.network import Networks  # noqa: E402
from lib.switch_line import KINDS, Line, ends, places  # noqa: E402

SCRIPT = [sys.executable, str(ROOT / 'tests/system/lib/datagrams.py')]
SECONDS = 5


def cpu_seconds(process):
    fields = pathlib.Path(f'/proc/{process.pid}/stat').read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def measure(line, weir, kind, rate):
    into, out = places(kind, 'ipv4')
    count = rate * SECONDS
    switch = line.gate.popen([weir, 'switch', *ends(kind, 'ipv4', 'udp', 5000)],
                             stdout=subprocess.PIPE, text=True)
    switch.stdout.readline()
    receiver = line.watcher.popen([*SCRIPT, 'receive', out, '5000', str(count), 'eth0'],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    receiver.stdout.readline()
    sender = line.sender.popen([*SCRIPT, 'send', into, '5000', str(count), str(rate), 'eth0'],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _, speed = sender.communicate()
    try:
        receiver.wait(3)
    except subprocess.TimeoutExpired:
        pass  # some are missing: it is told to end
    came = json.loads(receiver.communicate()[0])['count']
    used = cpu_seconds(switch)
    switch.terminate()
    totals = switch.communicate()[0].splitlines()[-1]
    print(f'{kind}: {speed.strip()}, {count - came} of {count} lost, {used / count * 1e6:.1f} us '
          f'of processor each\n    {totals}', flush=True)


def main():
    weir = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / 'build/weir')
    rate = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
    with Networks() as net:
        line = Line(net)
        for kind in KINDS:
            measure(line, weir, kind, rate)


if __name__ == '__main__':
    main()
