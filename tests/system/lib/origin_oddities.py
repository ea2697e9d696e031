"""What origins do that they should not: each has been met, or is meant badly.

A function odd_NAME(self, a) changes an answer: its status, lines and body, and what is sent before
it. The names of those that are to be used are in the option "odd".
"""
import re
import socket
import time


def replace_line(a, name, line):
    """Replaces the header; None leaves it out."""
    a.lines = [found for found in a.lines if not found.lower().startswith(name.lower() + ':')]
    if line is not None:
        a.lines.append(line)


def line_of(a, name):
    return next(found for found in a.lines if found.lower().startswith(name.lower() + ':'))


class Oddities:
    """The part of an origin that is odd."""

    slow = None  # a connection whose answer never ends

    def is_odd(self, name):
        return name in self.options['odd']

    def twist(self, a):
        for name in self.options['odd']:
            twist = getattr(self, 'odd_' + name.replace('-', '_'), None)
            if twist:
                twist(a)

    # Descriptions

    def odd_sdp_line_feeds(self, a):
        a.body = a.body.replace(b'\r\n', b'\n')

    def odd_sdp_any_order(self, a):
        head, *media = a.body.split(b'm=')
        lines = sorted(head.splitlines(True))
        media = [m.splitlines(True) for m in media]
        a.body = b''.join(lines) + b''.join(
            b'm=' + m[0] + b''.join(reversed(m[1:])) for m in media)

    def odd_sdp_broken_c(self, a):
        broken = rb'\1\r\nc=IN \r\nc=IN IP4\r\nc=\r\n'
        a.body = re.sub(rb'(a=control:\*|a=rtpmap[^\r]*)\r\n', broken, a.body)

    def odd_sdp_unknown_lines(self, a):
        a.body = a.body.replace(b't=0 0\r\n', b'x=1\r\nt=0 0\r\na\r\n=\r\n?=?\r\na=\xff\xfe\r\n')

    def odd_sdp_no_rtpmap(self, a):
        a.body = re.sub(rb'a=rtpmap[^\r]*\r\n', b'', a.body)

    def odd_sdp_zero_clock(self, a):
        a.body = a.body.replace(b'/90000', b'/0')

    def odd_sdp_ports(self, a):
        a.body = a.body.replace(b'm=video 0 ', b'm=video 49170/2 ')

    def odd_sdp_no_type(self, a):
        replace_line(a, 'Content-Type', None)

    def odd_sdp_32_tracks(self, a, count=32):
        if a.body:
            a.body += b''.join(b'm=application 0 RTP/AVP 107\r\na=control:trackID=%d\r\n' % i
                               for i in range(2, count))

    def odd_sdp_33_tracks(self, a):
        self.odd_sdp_32_tracks(a, 33)

    def odd_sdp_empty(self, a):
        a.body = b''

    def odd_sdp_of_the_web(self, a):
        if a.body:
            replace_line(a, 'Content-Type', 'Content-Type: text/html')
            a.body = b'<html><body>Log in</body></html>'

    def odd_control_of_another_host(self, a):
        a.body = a.body.replace(b'control:trackID', b'control:rtsp://203.0.113.9:8554/live/trackID')

    def odd_control_empty(self, a):
        head, video, _ = a.body.split(b'm=') if a.body else (b'', b'', b'')
        a.body = head and head + b'm=' + video.replace(b'trackID=0', b'')

    def odd_base_relative(self, a):
        if a.body:
            replace_line(a, 'Content-Base', 'Content-Base: /live/')

    def odd_base_missing(self, a):
        replace_line(a, 'Content-Base', None)

    def odd_base_of_another_host(self, a):
        if a.body:
            replace_line(a, 'Content-Base', 'Content-Base: rtsp://203.0.113.9:8554/live/')

    def odd_base_as_location(self, a):
        if a.body:
            replace_line(a, 'Content-Base', None)
            a.lines.append('Content-Location: ' + f'rtsp://127.0.0.1:{self.port}/live')

    # Answers

    def odd_session_late(self, a):
        session = a.connection.session
        if a.method == 'SETUP' and len(session.channels) + len(session.targets) < 2:
            replace_line(a, 'Session', None)

    def odd_session_spaced(self, a):
        if a.method == 'SETUP':
            replace_line(a, 'Session', f'session:   {a.connection.session.id} ;\tTimeout = 2 ; x')

    def odd_cseq_missing(self, a):
        replace_line(a, 'CSeq', None)

    def odd_stray_answers(self, a):
        a.before += b'RTSP/1.0 404 Not Found\r\nCSeq: 99999\r\n\r\n'

    def odd_continue(self, a):
        a.before += f'RTSP/1.0 100 Continue\r\n{line_of(a, "CSeq")}\r\n\r\n'.encode()

    def odd_next_nonce(self, a):
        a.lines.append('Authentication-Info: nextnonce="another", qop=auth')

    def odd_transport_without_tcp(self, a):
        self.change_transport(a, lambda t: t.replace('RTP/AVP/TCP', 'RTP/AVP'))

    def odd_transport_garbage(self, a):
        self.change_transport(a, lambda t: t + ';ssrc=what;lairs=;=;;foo="a;b,c";mode=play')

    def odd_transport_points_inside(self, a):
        self.change_transport(a, lambda t: t + ';source=169.254.169.254')

    def odd_transport_without_unicast(self, a):
        self.change_transport(a, lambda t: t.replace(';unicast', ''))

    def odd_transport_bare(self, a):
        self.change_transport(a, lambda t: t.split(';')[0])

    def odd_server_port_missing(self, a):
        self.change_transport(a, lambda t: re.sub(r';server_port=[^;]*', '', t))

    def odd_multicast_for_udp(self, a):
        self.change_transport(a, lambda t: t if 'TCP' in t else
                              'RTP/AVP;multicast;destination=239.1.1.1;port=5000-5001;ttl=1')

    def odd_reserved_group(self, a):
        self.change_transport(a, lambda t: t if 'TCP' in t else
                              'RTP/AVP;multicast;destination=224.0.0.5;port=5000-5001;ttl=1')

    def odd_udp_for_tcp(self, a):
        self.change_transport(a, lambda t: 'RTP/AVP;unicast;client_port=5000-5001')

    def odd_transport_missing(self, a):
        replace_line(a, 'Transport', None)

    def odd_other_channels(self, a):
        def move(text):
            first = int(re.search(r'interleaved=(\d+)', text)[1])
            for track, pair in a.connection.session.channels.items():
                if pair[0] == first:
                    a.connection.session.channels[track] = (first + 201, first + 202)
            return f'RTP/AVP/TCP;unicast;interleaved={first + 201}-{first + 202}'
        self.change_transport(a, move)

    def odd_same_channels(self, a):
        self.change_transport(a, lambda t: 'RTP/AVP/TCP;unicast;interleaved=0-1')

    @staticmethod
    def change_transport(a, change):
        if a.method == 'SETUP' and a.status.startswith('200'):
            text = line_of(a, 'Transport').split(':', 1)[1].strip()
            replace_line(a, 'Transport', 'Transport: ' + change(text))

    # Answers that are an attack

    def odd_head_without_measure(self, a):
        a.lines.append('X: ' + 'x' * 20000)

    def odd_body_without_measure(self, a):
        a.lines.append('Content-Length: 999999')

    def odd_body_length_negative(self, a):
        a.lines.append('Content-Length: -5')

    def odd_answer_of_the_web(self, a):
        a.before += b'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'

    def odd_other_version(self, a):
        a.before += f'RTSP/2.0 200 OK\r\n{line_of(a, "CSeq")}\r\n\r\n'.encode()

    def odd_binary(self, a):
        a.before += b'\x00\x01\x02'

    def odd_answer_without_end(self, a):
        self.slow = a.connection
        a.before += b'RTSP/1.0 200 OK\r\nX: '
        a.is_cut = True

    def is_refused(self, connection, method, headers):
        """Requests that get nothing, or nothing good."""
        if self.is_odd('no-' + method.lower()):
            connection.answer(headers, self.options['no_status'])
            return True
        if self.is_odd('continue-without-end'):
            self.slow = connection
            connection.cseq = headers['cseq']
            return True
        return False

    def trickle(self):
        """What never ends goes on, piece by piece; the last one was some time ago."""
        now = time.monotonic()
        if not self.slow or self.slow not in self.connections or now < getattr(self, 'next', 0):
            return
        self.next = now + 0.05
        if self.is_odd('continue-without-end'):
            self.slow.write(f'RTSP/1.0 100 Continue\r\nCSeq: {self.slow.cseq}\r\n\r\n'.encode())
        else:
            self.slow.write(b'x')

    # Media

    def play_early(self):
        if self.is_odd('early-media'):
            for _ in range(3):
                self.send_picture()
                self.send_sound()

    def odd_unknown_channels(self, a):
        if a.method == 'PLAY':
            a.before += b'$\x4d\x00\x04abcd' + b'$\x00\x00\x00' + b'$\xff\x00\x00'

    def odd_text_like_frames(self, a):
        """A frame on a channel of nobody's that reads like an answer."""
        text = b'RTSP/1.0 404 Not Found\r\n' + line_of(a, 'CSeq').encode() + b'\r\n\r\n'
        a.before += b'$\x63' + len(text).to_bytes(2, 'big') + text

    def senders(self, sockets):
        from lib.rtsp import udp_pair
        if self.is_odd('other-port'):
            return udp_pair(self.options['host'])
        if self.is_odd('other-host'):
            pair = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
            for s in pair:
                s.bind(('127.0.0.2', 0))
            return pair
        return sockets
