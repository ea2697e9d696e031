#!/usr/bin/env python3
"""Plays demo/clip.rtp over UDP into ffmpeg, in real time, and counts what it decodes.

    python3 demo/check_clip.py [ROUNDS]

Exits 0 when every frame of every round was decoded, 200 and 250 a round, and each round gave the
same pictures as the first. One second more is played, since a decoder holds its last frames back.
"""
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
TICKS = {96: 8 * 90000, 97: 8 * 32000}  # a round, by payload type


def read_dump(path):
    data = path.read_bytes()
    place = data.index(b"\n") + 1 + 16
    records = []
    while place < len(data):
        size, length, offset_ms = struct.unpack_from("!HHI", data, place)
        records.append((offset_ms, data[place + 8:place + 8 + length]))
        place += size
    return records


def count_by_type(records):
    kinds = [packet[1] & 0x7F for _, packet in records]
    return {kind: kinds.count(kind) for kind in TICKS}


def renumber(packet, round_number, counts):
    kind = packet[1] & 0x7F
    seq, timestamp = struct.unpack_from("!HI", packet, 2)
    seq = (seq + round_number * counts[kind]) & 0xFFFF
    timestamp = (timestamp + round_number * TICKS[kind]) & 0xFFFFFFFF
    return packet[:2] + struct.pack("!HI", seq, timestamp) + packet[8:]


def play(records, rounds, ports):
    counts, out = count_by_type(records), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    start = time.monotonic()
    for n in range(rounds + 1):
        for offset_ms, packet in records:
            if n == rounds and offset_ms >= 1000:
                break
            due = start + 8 * n + offset_ms / 1000
            time.sleep(max(0, due - time.monotonic()))
            out.sendto(renumber(packet, n, counts), ("127.0.0.1", ports[packet[1] & 0x7F]))


def wait_for_listener(ports):
    wanted = {":%04X" % port for port in ports}
    while True:
        bound = {line.split()[1][-5:] for line in open("/proc/net/udp").readlines()[1:]}
        if wanted <= bound:
            return
        time.sleep(0.02)


def sdp_with_ports(ports):
    text = (HERE / "clip.sdp").read_text().replace("IP4 0.0.0.0", "IP4 127.0.0.1")
    text = re.sub(r"a=control:.*\n", "", text)
    return text.replace("m=video 0", "m=video %d" % ports[96]).replace(
        "m=audio 0", "m=audio %d" % ports[97])


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    records, ports = read_dump(HERE / "clip.rtp"), {96: 25004, 97: 25006}
    with tempfile.NamedTemporaryFile("w", suffix=".sdp") as sdp:
        sdp.write(sdp_with_ports(ports))
        sdp.flush()
        player = subprocess.Popen(
            ["ffmpeg", "-v", "info", "-nostdin", "-protocol_whitelist", "file,udp,rtp", "-i",
             sdp.name, "-map", "0:v", "-map", "0:a", "-fps_mode", "passthrough", "-c:v",
             "rawvideo", "-c:a", "pcm_s16le", "-f", "framecrc", "pipe:1"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_for_listener(ports.values())
        play(records, rounds, ports)
        player.send_signal(signal.SIGINT)
        out, errors = player.communicate()
    lines = [line for line in out.splitlines() if line and not line.startswith("#")]
    pictures = [line.split(",")[5] for line in lines if line.startswith("0,")]
    sounds = sum(int(line.split(",")[4]) for line in lines if line.startswith("1,")) // 2048
    faults = [e for e in errors.splitlines() if re.search("missed|error|corrupt|conceal", e)]
    is_same = all(a == b for a, b in zip(pictures, pictures[200:]))
    print("decoded %d video and %d audio frames, wanted %d and %d or a few more%s" %
          (len(pictures), sounds, 200 * rounds, 250 * rounds,
           "" if is_same else "; the rounds differ"), *faults, sep="\n")
    is_whole = len(pictures) >= 200 * rounds and sounds >= 250 * rounds
    return 0 if is_whole and is_same and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
