#!/usr/bin/env python3
"""Makes demo/clip.rtp and demo/clip.sdp, the clip that `weir demo` plays.

    python3 demo/make_clip.py [FOLDER]

Needs ffmpeg with libx264 and the DejaVu fonts. Eight seconds that loop without a seam: 200 video
frames of 3600 ticks (90 kHz) and 250 audio frames of 1024 ticks (32 kHz) both last exactly 8 s,
every wave in the picture has a period that divides 8 s, and the audio is the middle of three
rounds, so that its first frame overlaps with what the last one leaves.

The file is in rtpdump format (`#!rtpplay1.0`, 16 bytes of header, then a record for each packet:
its length with these 8 bytes, its length, the offset in milliseconds at which it is sent, and the
packet). Sequence numbers and timestamps start at 0; whoever plays it adds its own.
"""
import base64
import math
import pathlib
import struct
import subprocess
import sys

SECONDS = 8
FPS, VIDEO_RATE, VIDEO_TYPE, VIDEO_SSRC = 25, 90000, 96, 0x77656972
AUDIO_RATE, AAC_SAMPLES, AUDIO_TYPE, AUDIO_SSRC = 32000, 1024, 97, 0x74617065
PAYLOAD_MAX = 1200 - 12
NAL_IDR, NAL_SEI, NAL_SPS, NAL_PPS, NAL_AUD = 5, 6, 7, 8, 9
FU_A = 28

# Still water above, falling water below the crest; drawn small and scaled up, which is soft and
# cheap. Each wave makes a whole number of turns in 8 s (T runs from 0 to 8).
CREST = "(H*0.56+1.2*sin(2*PI*(X/W*2-T/4)))"
STILL = "92+26*Y/H+7*sin(2*PI*(X/W*3+Y/H*2-T/4))+5*sin(2*PI*(X/W*7-Y/H*5+T/2))"
FALL = ("150+38*sin(2*PI*(X/W*9+0.3*sin(X)))*sin(2*PI*(Y/H*1.5-T))"
        "+24*sin(2*PI*(X/W*23-Y/H*0.5+T/2))-120*(Y-%s)/H" % CREST)
LUMA = "if(lt(Y,%s),%s,if(lt(Y,%s+1.5),225,%s))" % (CREST, STILL, CREST, FALL)
TEXT = "drawtext=font='DejaVu Sans':fontcolor=white:shadowcolor=black@0.4:shadowx=2:shadowy=2:"
PICTURE = ",".join([
    "color=size=160x90:rate=%d:duration=%d" % (FPS, SECONDS), "format=yuv444p",
    "geq=lum='%s':cb='150-8*Y/H':cr='100+6*Y/H'" % LUMA, "scale=640:360:flags=bicubic",
    "format=yuv420p",
    TEXT + "fontsize=84:text='weir':x=48:y=64",
    TEXT + "fontsize=30:text='%{eif\\:t\\:d}.%{eif\\:mod(t*100,100)\\:d\\:2} s':x=470:y=84",
    TEXT + "fontsize=30:text='frame %{n}':x=470:y=120",
    TEXT + "fontsize=34:text='●':x='640*mod(t/8+0.5,1)-12':y='176+5*sin(2*PI*t)'",
])

# A slow pentatonic figure: (second at which it sounds, Hz). Tails run on into the next round.
NOTES = [(0, 392.0), (1, 440.0), (1.5, 523.25), (2.5, 587.33), (3, 659.25), (4, 523.25),
         (5, 440.0), (5.5, 587.33), (6.5, 392.0), (7, 329.63)]


def run(args, data=b""):
    done = subprocess.run(["ffmpeg", "-v", "error", *args], input=data, stdout=subprocess.PIPE,
                          check=True)
    return done.stdout


def video_stream():
    """The encoded picture as one Annex B byte stream: a key frame each 2 s, nothing reordered."""
    x264 = ("level=3.0:ref=3:keyint=50:min-keyint=50:scenecut=0:open-gop=0:bframes=0:"
            "repeat-headers=1:aud=1")
    return run(["-f", "lavfi", "-i", PICTURE, "-c:v", "libx264", "-profile:v", "main", "-preset",
                "veryslow", "-b:v", "350k", "-maxrate", "420k", "-bufsize", "420k", "-threads",
                "1", "-x264-params", x264, "-f", "h264", "pipe:1"])


def access_units(stream):
    """Splits Annex B into frames, each a list of NAL units, at the access unit delimiters."""
    units = []
    for piece in stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:]:
        kind = piece[0] & 31
        if kind == NAL_AUD:
            units.append([])
        elif kind != NAL_SEI:
            units[-1].append(piece)
    return units


def h264_payloads(nal):
    """RFC 6184: as it is when it fits, else in fragments (FU-A)."""
    if len(nal) <= PAYLOAD_MAX:
        return [nal]
    room, rest = PAYLOAD_MAX - 2, nal[1:]
    count = -(-len(rest) // room)
    size = -(-len(rest) // count)
    payloads = []
    for start in range(0, len(rest), size):
        bits = (0x80 if start == 0 else 0) | (0x40 if start + size >= len(rest) else 0)
        head = bytes([(nal[0] & 0xE0) | FU_A, bits | (nal[0] & 31)])
        payloads.append(head + rest[start:start + size])
    return payloads


def tones(rounds):
    """The sound as 16-bit PCM; a note's tail wraps from the end of a round to its beginning."""
    count = SECONDS * AUDIO_RATE
    wave = [0.0] * count
    for second, pitch in NOTES:
        first = int(second * AUDIO_RATE)
        for i in range(4 * AUDIO_RATE):
            t = i / AUDIO_RATE
            loudness = 0.11 * min(1, t / 0.012) * math.exp(-t * 1.6) * min(1, (4 - t) / 0.1)
            wave[(first + i) % count] += loudness * (math.sin(2 * math.pi * pitch * t) +
                                                     0.25 * math.sin(4 * math.pi * pitch * t))
    return struct.pack("<%dh" % count, *(int(32767 * v) for v in wave)) * rounds


def audio_frames():
    adts = run(["-f", "s16le", "-ar", str(AUDIO_RATE), "-ac", "1", "-i", "pipe:0", "-c:a", "aac",
                "-profile:a", "aac_low", "-b:a", "48k", "-f", "adts", "pipe:1"], tones(3))
    frames = []
    while adts:
        size = (adts[3] & 3) << 11 | adts[4] << 3 | adts[5] >> 5
        frames.append(adts[7 if adts[1] & 1 else 9:size])
        adts = adts[size:]
    # The encoder is one frame behind what it hears: the second round begins at frame 251.
    count = SECONDS * AUDIO_RATE // AAC_SAMPLES
    return frames[count + 1:2 * count + 1]


def aac_payload(frame):
    """RFC 3640, AAC-hbr: one 16-bit header (13 bits of size) before the one frame."""
    return struct.pack("!HH", 16, len(frame) << 3) + frame


def packet(kind, seq, timestamp, ssrc, is_marked, payload):
    second = (0x80 if is_marked else 0) | kind
    return struct.pack("!BBHII", 0x80, second, seq, timestamp, ssrc) + payload


def video_packets(units):
    """(offset in ms, packet): a frame's packets are spread over its time, none comes in a burst."""
    sent, frame_ms = [], 1000 / FPS
    for n, nals in enumerate(units):
        payloads = [p for nal in nals for p in h264_payloads(nal)]
        for i, payload in enumerate(payloads):
            sent.append((frame_ms * (n + i / len(payloads)),
                         packet(VIDEO_TYPE, len(sent), n * VIDEO_RATE // FPS, VIDEO_SSRC,
                                i == len(payloads) - 1, payload)))
    return sent


def audio_packets(frames):
    return [(1000 * n * AAC_SAMPLES / AUDIO_RATE,
             packet(AUDIO_TYPE, n, n * AAC_SAMPLES, AUDIO_SSRC, True, aac_payload(frame)))
            for n, frame in enumerate(frames)]


def write_dump(path, packets):
    with open(path, "wb") as out:
        out.write(b"#!rtpplay1.0 127.0.0.1/5004\n")
        out.write(struct.pack("!IIIHH", 0, 0, 0x7F000001, 5004, 0))
        for offset_ms, data in packets:
            out.write(struct.pack("!HHI", len(data) + 8, len(data), int(offset_ms)) + data)


def write_sdp(path, sps, pps):
    sets = ",".join(base64.b64encode(nal).decode() for nal in (sps, pps))
    config = 2 << 11 | 5 << 7 | 1 << 3  # AAC-LC, 32 kHz, one channel (ISO 14496-3 1.6.2.1)
    lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=weir demo", "c=IN IP4 0.0.0.0", "t=0 0",
             "a=control:*", "m=video 0 RTP/AVP 96", "b=AS:400", "a=rtpmap:96 H264/90000",
             "a=fmtp:96 packetization-mode=1;profile-level-id=%s;sprop-parameter-sets=%s" %
             (sps[1:4].hex().upper(), sets), "a=framerate:%d" % FPS, "a=control:trackID=0",
             "m=audio 0 RTP/AVP 97", "b=AS:52", "a=rtpmap:97 mpeg4-generic/32000/1",
             "a=fmtp:97 streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;"
             "indexdeltalength=3;config=%04X" % config, "a=control:trackID=1"]
    path.write_bytes("".join(line + "\r\n" for line in lines).encode())


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    units, frames = access_units(video_stream()), audio_frames()
    keys = [n for n, nals in enumerate(units) if nals[0][0] & 31 == NAL_SPS]
    assert len(units) == SECONDS * FPS and keys == [0, 50, 100, 150], (len(units), keys)
    assert len(frames) == SECONDS * AUDIO_RATE // AAC_SAMPLES, len(frames)
    packets = sorted(video_packets(units) + audio_packets(frames), key=lambda p: p[0])
    write_dump(folder / "clip.rtp", packets)
    write_sdp(folder / "clip.sdp", units[0][0], units[0][1])
    size = (folder / "clip.rtp").stat().st_size
    print("%d packets, %d bytes: %d video and %d audio frames" %
          (len(packets), size, len(units), len(frames)))


if __name__ == "__main__":
    main()
