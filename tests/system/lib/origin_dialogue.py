"""What the scripted origin answers."""
import re
import selectors

from lib.origin_connection import Session


class Dialogue:
    """The part of an origin that answers requests."""

    def request(self, connection, method, url, headers):
        self.stats['methods'][method] = self.stats['methods'].get(method, 0) + 1
        self.stats['headers'] = sorted({*self.stats['headers'], *headers})
        self.stats['via'] = headers.get('via')
        self.stats['authorizations'] += 'authorization' in headers
        if self.is_refused(connection, method, headers):
            return
        if self.is_guarded(method):
            if not self.is_authorized(method, url, headers):
                self.stats['unauthorized'] += 1
                connection.answer(headers, '401 Unauthorized', self.challenge())
                return
            self.stats['authorized'] += 1
        if self.is_moved(connection, method, url, headers):
            return
        getattr(self, 'on_' + method.lower(), self.on_other)(connection, url, headers)

    def is_moved(self, connection, method, url, headers):
        """Answers with a redirect, where one is set for the method and the path."""
        target = self.options['move'].get(method)
        if isinstance(target, dict):
            target = target.get('/' + url.split('/', 3)[3].rstrip('/'))
        if target:
            connection.answer(headers, self.options['move_status'], [f'Location: {target}'])
        return bool(target)

    def on_other(self, connection, url, headers):
        connection.answer(headers, '501 Not Implemented')

    def on_options(self, connection, url, headers):
        connection.answer(headers, extra=[f'Public: {self.options["public"]}'])

    def on_get_parameter(self, connection, url, headers):
        connection.answer(headers)

    def on_describe(self, connection, url, headers):
        if self.options['status']:
            connection.answer(headers, self.options['status'])
            return
        base = f'rtsp://{self.options["host"]}:{self.port}/live'
        forms = {'relative': 'trackID={}', 'absolute': base + '/trackID={}',
                 'slash': '/live/trackID={}', 'query': 'trackID={}?key=1'}
        control = forms[self.options['control']]
        profile = self.options['profile']
        first, second = (''.join(line + '\r\n' for line in lines)
                         for lines in self.options['lines'])
        body = ('v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=test\r\nt=0 0\r\na=control:*\r\n'
                f'm=video 0 {profile} 96\r\n{first}a=rtpmap:96 H264/90000\r\n'
                'a=fmtp:96 packetization-mode=1\r\n' + f'a=control:{control.format(0)}\r\n' +
                f'm=audio 0 {profile} {self.options["sound"]}\r\n{second}'
                f'a=control:{control.format(1)}\r\n').encode()
        connection.answer(headers, body=body, extra=[
            'Content-Type: application/sdp', f'Content-Base: {base}/'])

    def on_setup(self, connection, url, headers):
        named = re.search(r'trackID=(\d+)', url)
        track = int(named[1]) if named else 0
        transport = headers['transport']
        is_tcp = 'TCP' in transport
        is_unknown = 'multicast' in transport and not self.options['multicast']
        if is_unknown or not self.options['tcp' if is_tcp else 'udp']:
            connection.answer(headers, '461 Unsupported Transport')
            return
        if not connection.session:
            connection.session = Session(connection)
            self.stats['sessions'] += 1
        session = connection.session
        if is_tcp:
            pair = re.search(r'interleaved=(\d+)-(\d+)', transport)
            session.channels[track] = (int(pair[1]), int(pair[2]))
        elif self.options['multicast']:
            transport = self.open_group(session, track)
        else:
            transport += self.open_ports(session, track, transport)
        connection.answer(headers, extra=[
            f'Transport: {transport}', f'Session: {session.id};timeout={self.options["timeout"]}'])

    def open_ports(self, session, track, transport):
        from lib.rtsp import udp_pair
        sockets = udp_pair(self.options['host'])
        port = int(re.search(r'client_port=(\d+)', transport)[1])
        self.stats['client_ports'].append(port)
        peer = session.connection.socket.getpeername()[0]
        senders = self.senders(sockets)
        session.targets[track] = (sockets, ((peer, port), (peer, port + 1)), senders)
        for s in sockets:
            self.selector.register(s, selectors.EVENT_READ,
                                   lambda s=s: self.listen(s, track))
        own = sockets[0].getsockname()[1]
        return f';server_port={own}-{own + 1}'

    def on_play(self, connection, url, headers):
        named = headers.get('session', '').split(';')[0]
        if not connection.session or named != connection.session.id:
            connection.answer(headers, '454 Session Not Found')
            return
        self.stats['playing'] += not connection.session.is_playing
        connection.session.is_playing = True
        self.play_early()
        connection.answer(headers, extra=[f'Session: {connection.session.id}', 'Range: npt=now-'])

    def on_teardown(self, connection, url, headers):
        self.stats['clean_ends'] += 1
        self.end(connection)
        connection.answer(headers)
