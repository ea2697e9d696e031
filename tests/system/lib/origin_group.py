"""The scripted origin's groups: it sends there once, whoever asks."""
import selectors
import socket
import struct


class Group:
    """The part of an origin that answers SETUP with multicast, where its option says so."""

    def group_socket(self, port, group, ttl):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        host = socket.inet_aton(self.options['host'])
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, host)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        s.bind(('', port))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     struct.pack('4s4s', socket.inet_aton(group), host))
        s.setblocking(False)
        return s

    def open_group(self, session, track):
        """Each track has ports of its own. Reports are heard in the group, and at our address."""
        place = {'ttl': 4, **self.options['multicast']}
        group, port = place['destination'], place['port'] + 2 * track
        try:
            sockets = [self.group_socket(port + i, group, place['ttl']) for i in range(2)]
        except OSError:  # no group: what is answered matters alone
            sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        session.targets[track] = (sockets, ((group, port), (group, port + 1)), sockets)
        for s in sockets:
            self.selector.register(s, selectors.EVENT_READ, lambda s=s: self.listen(s, track))
        source = f';source={place["source"]}' if 'source' in place else ''
        return (f'RTP/AVP;multicast;destination={group}{source};port={port}-{port + 1};'
                f'ttl={place["ttl"]}')
