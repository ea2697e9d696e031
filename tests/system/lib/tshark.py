"""Wireshark's word on who joined and left which group."""
import collections
import subprocess
import tempfile

from lib.wait import until

# 'join' or 'leave', of whom ('' for all sources), with the version of the protocol.
Report = collections.namedtuple('Report', 'member what group sources protocol')

# MLD stands behind hop-by-hop options: a router alert.
CAPTURED = 'igmp or (ip6 and ip6[6] == 0)'
FIELDS = ('ip.src', 'igmp.type', 'igmp.record_type', 'igmp.num_src', 'igmp.maddr', 'igmp.saddr',
          'ipv6.src', 'icmpv6.type', 'icmpv6.mldr.mar.record_type', 'icmpv6.mldr.mar.nb_sources',
          'icmpv6.mldr.mar.multicast_address', 'icmpv6.mldr.mar.source_address')
PROTOCOLS = {('0x22', ''): 'IGMPv3', ('', '143'): 'MLDv2'}
CHANGES = {3: 'leave', 4: 'join', 5: 'join', 6: 'leave'}  # RFC 3376 4.2.12, RFC 3810 5.2.12


class Tshark:
    """From now on, on that device of the host: changes of state, not what queries are answered."""

    def __init__(self, host, device):
        self.out, self.said = tempfile.TemporaryFile('w+'), tempfile.TemporaryFile('w+')
        command = ['tshark', '-l', '-n', '-i', device, '-f', CAPTURED, '-T', 'fields']
        for field in FIELDS:
            command += ['-e', field]
        self.process = host.popen(command, stdin=subprocess.DEVNULL, stdout=self.out,
                                  stderr=self.said)

    def __enter__(self):
        until('tshark captures', self.is_up)
        return self

    def __exit__(self, kind, error, trace):
        self.process.terminate()
        self.process.wait()
        self.out.close()
        self.said.close()

    def is_up(self):
        self.said.seek(0)
        said = self.said.read()
        assert self.process.poll() is None, said
        return 'Capture started' in said

    def changes(self, group, member=None):
        """In their order: joins and leaves of that group, of that member or of any."""
        self.out.seek(0)
        reports = [r for line in self.out.read().split('\n')[:-1] for r in reports_in(line)]
        return [r for r in reports if r.group == group and member in (None, r.member)]


def reports_in(line):
    fields = line.split('\t')
    igmp, mld = fields[:6], fields[6:]
    protocol = PROTOCOLS.get((igmp[1], mld[1]))
    if not protocol:
        return
    member, _, kinds, counts, groups, sources = igmp if protocol == 'IGMPv3' else mld
    left = sources.split(',')
    for kind, count, group in zip(kinds.split(','), counts.split(','), groups.split(',')):
        mine, left = left[:int(count)], left[int(count):]
        what = CHANGES.get(int(kind))
        if what:
            yield Report(member, what, group, mine, protocol)
