"""What the scripted origin says and hears over RTCP, and how it loses packets on purpose."""
import os
import struct
import time

from lib import rtcp

KEPT = 4000  # compounds


class Reports:
    """The part of an origin that reports, loses and repairs. Its options: see OPTIONS."""

    def begin_reports(self):
        self.stats.update({'rtcp': [], 'dropped': [], 'first': {}, 'sent_sr': [],
                           'client_ports': [], 'ssrc': [t.ssrc for t in self.tracks]})
        self.counts = [0, 0]
        self.lost = {}  # (track, number) -> packet
        self.receiver = None  # its SSRC

    def is_lost(self, track, packet):
        """Counts a packet; every n-th of a track is lost. Numbers are extended by the origin."""
        number = self.options['seq'] + self.counts[track]
        self.counts[track] += 1
        if not any(c.session and c.session.is_playing for c in self.connections):
            return False
        drop = self.options['drop']
        if drop and self.counts[track] % drop == 0:
            self.stats['dropped'].append((track, number))
            self.lost[track, number & 0xffff] = packet
            return True
        self.stats['first'].setdefault(str(track), number)
        return False

    def named(self, report, track):
        """SDES and APP behind a sender report."""
        ssrc = self.tracks[track].ssrc
        self.stats['sent_sr'].append((track, int.from_bytes(report[10:14], 'big'),
                                      time.monotonic()))
        if not self.options['sdes']:
            return report
        return report + rtcp.sdes(ssrc, b'camera@test') + rtcp.app(ssrc, b'test', b'weirweir')

    def take_rtcp(self, data, track=0):
        if len(data) < 8 or not 192 <= data[1] <= 223:
            return
        self.stats['rtcp'].append((track, data.hex(), time.monotonic()))
        del self.stats['rtcp'][:-KEPT]
        for packet in rtcp.packets(data):
            if packet[0] == rtcp.RR:
                self.receiver = rtcp.ssrc_of(packet)
                self.note_block(packet)
            elif rtcp.is_kind(packet, rtcp.NACK) and self.options['repair']:
                for seq in rtcp.nacked(packet):
                    if (track, seq) in self.lost:
                        self.send_now(track, self.lost[track, seq])

    def note_block(self, packet):
        if packet[1]:
            fraction, highest = struct.unpack_from('>II', packet[2], 8)
            self.stats['rr'].append({'fraction': fraction >> 24, 'lost': fraction & 0xffffff,
                                     'highest': highest})

    def listen(self, sock, track):
        try:
            self.take_rtcp(sock.recv(2048), track)
        except OSError:
            pass  # closed by a TEARDOWN in the same round

    def drain(self, session):
        """What came before a TEARDOWN, and is read after it."""
        for track, (sockets, _, _) in session.targets.items():
            try:
                while True:
                    self.take_rtcp(sockets[1].recv(2048), track)
            except OSError:
                continue

    # Orders of a test, by name

    def do_bye(self):
        for i, track in enumerate(self.tracks):
            self.send(i, track.sender_report() + rtcp.bye(track.ssrc), True)

    def do_restart(self):
        """Other names and numbers, without a word."""
        for track in self.tracks:
            track.ssrc ^= 0x5a5a5a5a
            track.seq = (track.seq + 30000) & 0xffff
            track.timestamp += 1 << 30
        self.stats['ssrc'] = [t.ssrc for t in self.tracks]

    def do_collide(self):
        """The picture takes the name its receiver has."""
        self.tracks[0].ssrc = self.receiver
        self.stats['ssrc'] = [t.ssrc for t in self.tracks]

    def do_stray(self):
        """One packet of somebody who never comes again."""
        self.send_now(0, struct.pack('>BBHI', 0x80, 96, 7, 7) + os.urandom(4) + b'\x41stray')
