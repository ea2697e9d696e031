"""What the scripted origin sends: numbered packets, each of them different."""
import struct
import time

FPS, AUDIO_PPS = 25, 50


class Track:
    def __init__(self, rate, rng, seq, early_wrap_s):
        self.ssrc = rng.randrange(1 << 32)
        self.seq = seq
        self.timestamp = (1 << 32) - rate * early_wrap_s
        self.rate = rate
        self.packets = self.octets = 0

    def packet(self, payload_type, payload, marker=False):
        head = struct.pack('>BBHII', 0x80, payload_type | marker << 7, self.seq,
                           self.timestamp & 0xffffffff, self.ssrc)
        self.seq = (self.seq + 1) & 0xffff
        self.packets += 1
        self.octets += len(payload)
        return head + payload

    def sender_report(self):
        now = time.time() + 2208988800
        return struct.pack('>BBHIIIIII', 0x80, 200, 6, self.ssrc, int(now),
                           int(now % 1 * (1 << 32)), self.timestamp & 0xffffffff, self.packets,
                           self.octets)


class Media:
    """The part of an origin that makes pictures and sound."""

    def send(self, track, packet, is_rtcp=False):
        if is_rtcp or not self.is_lost(track, packet):
            self.send_now(track, packet, is_rtcp)

    def send_now(self, track, packet, is_rtcp=False):
        for connection in self.connections:
            session = connection.session
            if not session or not session.is_playing:
                continue
            if not is_rtcp and session.held is not None:
                held, session.held = session.held, None
                session.send(self, track, packet)
                session.send(self, *held)
            elif not is_rtcp and self.rng.randrange(100) < self.options['reorder']:
                session.held = (track, packet)
            else:
                session.send(self, track, packet, is_rtcp)

    def filler(self, head, size):
        self.counter += 1
        return head + self.counter.to_bytes(8, 'big') * (size // 8)

    def send_picture(self):
        video = self.tracks[0]
        is_key = self.picture % self.options['group'] == 0
        count = self.options['picture_packets'] * (3 if is_key else 1)
        if is_key:
            self.send(0, video.packet(96, b'\x18\x00\x04\x67\x42\x00\x1f\x00\x04\x68\xce\x3c\x80'))
        kind = 0x65 if is_key else 0x41
        for i in range(count):
            fu = (kind & 0x1f) | (0x80 if i == 0 else 0) | (0x40 if i == count - 1 else 0)
            payload = self.filler(bytes([kind & 0xe0 | 28, fu]), self.options['size'])
            self.send(0, video.packet(96, payload, i == count - 1))
        video.timestamp += 90000 // FPS
        self.picture += 1

    def send_sound(self):
        self.send(1, self.tracks[1].packet(self.options['sound'], self.filler(b'', 160)))
        self.tracks[1].timestamp += 8000 // AUDIO_PPS

    def send_reports(self):
        for i, track in enumerate(self.tracks):
            self.send(i, self.named(track.sender_report(), i), True)
