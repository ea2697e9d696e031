"""RTCP with the origin: what passes, what the gateway says itself, and how it says goodbye."""
import socket
import struct

import pytest

from lib import rtcp
from lib.gateway import Gateway
from lib.origin import Origin
from lib.rtcp import Viewer
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until


def reports(stats, track):
    """The gateway's receiver reports about a track: (packet list, when it came)."""
    found = [(rtcp.packets(bytes.fromhex(data)), at)
             for of, data, at in stats['rtcp'] if of == track]
    return [(packets, at) for packets, at in found if packets[0][:2] == (rtcp.RR, 1)]


def block(packets):
    """SSRC, fraction, lost (signed), highest, jitter, LSR, DLSR of a report."""
    ssrc, loss, highest, jitter, lsr, dlsr = struct.unpack_from('>IIIIII', packets[0][2], 4)
    lost = loss & 0xffffff
    return ssrc, loss >> 24, lost - ((lost & 0x800000) << 1), highest, jitter, lsr, dlsr


@pytest.mark.must('R1', 'R2')
@pytest.mark.parametrize('pull', ['udp', 'tcp'])
@pytest.mark.parametrize('transport', ['udp', 'tcp'])
def test_reports_and_names_pass_bit_for_bit(tmp_path, pull, transport):
    with Origin(sdes=True) as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'sourceTransport': pull}}) as gateway:
        direct = Client(origin.url).start()
        viewer = Viewer(gateway.url('cam1'), transport).start()
        swarm = Swarm([direct, viewer])
        swarm.run_until('reports of both tracks have come', lambda: all(
            len(viewer.rtcp[t]) >= 3 and len(direct.rtcp[t]) >= 4 for t in (0, 1)))
        swarm.run_until('the last of them has come to both', lambda: all(
            set(viewer.rtcp[t][:3]) <= set(direct.rtcp[t]) for t in (0, 1)))
        for track in (0, 1):
            for compound in viewer.rtcp[track]:
                report, names, data = rtcp.packets(compound)
                assert report[:2] == (rtcp.SR, 0) and data[0] == rtcp.APP, 'one source, whole'
                assert rtcp.cname_of(names) == b'camera@test'
                assert {rtcp.ssrc_of(p) for p in (report, names, data)} == {viewer.ssrc(track)}
        viewer.close()
        direct.close()


def expected(stats, track, before, highest):
    """Lost in all and since the report before, in 1/256, by what the origin dropped."""
    first = stats['first'][str(track)]
    base = first - (first & 0xffff)  # the gateway counts wraps from its own first packet
    numbers = [n - base for of, n in stats['dropped'] if of == track and n > first]
    lost = sum(n <= highest for n in numbers)
    since = first - base - 1 if before is None else before
    recent = sum(since < n <= highest for n in numbers)
    return lost, recent * 256 // (highest - since)


@pytest.mark.must('R3', 'R4')
def test_the_origin_gets_one_receivers_exact_figures(tmp_path):
    with Origin(drop=7) as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'sourceTransport': 'udp'}}) as gateway:
        viewers = [Viewer(gateway.url('cam1'), t).start() for t in ('udp', 'tcp', 'udp')]
        swarm = Swarm(viewers)
        swarm.run_until('all play', lambda: all(v.packets[0] and v.packets[1] for v in viewers))
        for viewer in viewers:
            for track in (0, 1):
                viewer.report(track, rtcp.rr(viewer.own, (viewer.ssrc(track), 255, 99, 0, 0)))
        swarm.run_until('three reports of each track have come', lambda: all(
            len(reports(origin.stats(), t)) >= 3 for t in (0, 1)))
        stats = origin.stats()
        heard = [rtcp.packets(bytes.fromhex(data)) for _, data, _ in stats['rtcp']]
        receivers = {rtcp.ssrc_of(packets[0]) for packets in heard}
        assert len(receivers) == 1 and not receivers & set(stats['ssrc']), 'one name of its own'
        names = {rtcp.cname_of(packets[1]) for packets in heard}
        assert len(names) == 1 and len(names.pop()) > 15
        for track in (0, 1):
            before = None
            for packets, at in reports(stats, track):
                ssrc, fraction, lost, highest, _, lsr, dlsr = block(packets)
                wanted = expected(stats, track, before, highest)
                assert ssrc == stats['ssrc'][track]
                assert abs(lost - wanted[0]) <= 1 and abs(fraction - wanted[1]) <= 1
                sent = [s for of, stamp, s in stats['sent_sr'] if of == track and stamp == lsr]
                assert sent and 0 <= dlsr / 65536 <= at - sent[0] + 0.001
                before = highest
        for viewer in viewers:
            viewer.close()


@pytest.mark.must('R6')
def test_no_reports_where_none_are_wanted(tmp_path):
    with Origin(lines=[['b=RR:0'], []]) as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'sourceTransport': 'udp'}}) as gateway:
        viewer = Viewer(gateway.url('cam1')).start()
        swarm = Swarm([viewer])
        swarm.run_until('the other track is reported on',
                        lambda: len(reports(origin.stats(), 1)) >= 2)
        assert all(track == 1 for track, _, _ in origin.stats()['rtcp'])
        viewer.close()


@pytest.mark.must('R5')
@pytest.mark.parametrize('pull', ['udp', 'tcp'])
def test_the_origin_hears_a_goodbye(tmp_path, pull):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'sourceTransport': pull}}) as gateway:
        viewer = Viewer(gateway.url('cam1')).start()
        Swarm([viewer]).run_until('both tracks are reported on', lambda: all(
            reports(origin.stats(), t) for t in (0, 1)))
        viewer.close()
        until('the pull ends', lambda: origin.stats()['sessions'] == 0)
        last = {t: rtcp.packets(bytes.fromhex(data)) for t, data, _ in origin.stats()['rtcp']}
        for track in (0, 1):
            assert [p[0] for p in last[track]] == [rtcp.RR, rtcp.SDES, rtcp.BYE]
            assert len({rtcp.ssrc_of(p) for p in last[track]}) == 1


def await_goodbye(viewer, end):
    swarm = Swarm([viewer])
    swarm.run_until('it plays', lambda: viewer.packets[0] and viewer.packets[1])
    names = {t: viewer.ssrc(t) for t in (0, 1)}
    end()
    swarm.run_until('goodbye', lambda: viewer.byes(0) and viewer.byes(1))
    assert {t: viewer.byes(t) for t in (0, 1)} == {t: [names[t]] for t in (0, 1)}
    viewer.vanish()


@pytest.mark.must('R5')
@pytest.mark.parametrize('transport', ['udp', 'tcp'])
def test_viewers_hear_a_goodbye_when_the_source_stays_away(tmp_path, transport):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'keepViewers': '1s'}}) as gateway:
        await_goodbye(Viewer(gateway.url('cam1'), transport).start(), origin.kill)


@pytest.mark.must('R5')
@pytest.mark.parametrize('transport', ['udp', 'tcp'])
def test_viewers_hear_a_goodbye_when_the_gateway_stops(tmp_path, transport):
    with Origin() as origin:
        gateway = Gateway(tmp_path, {'cam1': {'source': origin.url}})
        try:
            gateway.__enter__()
            await_goodbye(Viewer(gateway.url('cam1'), transport).start(), gateway.stop)
        finally:
            gateway.stop()


@pytest.mark.must('R5')
def test_viewers_hear_a_goodbye_when_their_session_runs_out(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}},
                                     sessionTimeout='2s') as gateway:
        await_goodbye(Viewer(gateway.url('cam1')).start(), lambda: None)


@pytest.mark.must('R2', 'R8', 'R9')
@pytest.mark.parametrize('pull', ['udp', 'tcp'])
def test_a_source_that_goes_makes_way_unheard(tmp_path, pull):
    """BYE of the origin ends at the gateway; new names and numbers go on under the old ones."""
    with Origin() as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'sourceTransport': pull}}) as gateway:
        viewer = Viewer(gateway.url('cam1'), 'tcp').start()
        swarm = Swarm([viewer])
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 50)
        for i, order in enumerate(('bye', 'stats', 'bye')):
            origin.stats(order)
            origin.stats('restart')  # the second time without a goodbye
            count = [len(viewer.packets[t]) for t in (0, 1)]
            swarm.run_until('it plays on', lambda: all(
                len(viewer.packets[t]) > count[t] + 60 for t in (0, 1)))
            assert gateway.stream('cam1')['splices'] == 2 * (i + 1)
        assert gateway.stream('cam1')['byes'] == 4
        assert gateway.stream('cam1')['pulls'] == 1
        for track in (0, 1):
            assert_continuous(viewer.packets[track])
            assert not viewer.byes(track)
            for compound in viewer.rtcp[track]:
                assert rtcp.ssrc_of(rtcp.packets(compound)[0]) == viewer.ssrc(track)
        viewer.close()


@pytest.mark.must('R8', 'A6')
def test_strangers_are_counted_and_not_heard(tmp_path):
    """The source's own SSRC from other addresses, a goodbye in its name, and a passing SSRC."""
    with Origin() as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'sourceTransport': 'udp'}}) as gateway:
        viewer = Viewer(gateway.url('cam1'), 'tcp').start()
        swarm = Swarm([viewer])
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 50)
        stats = origin.stats()
        ssrc, port = stats['ssrc'][0], stats['client_ports'][0]
        for host in ('127.0.0.1', '127.0.0.2'):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.bind((host, 0))
                for _ in range(50):
                    stranger.sendto(struct.pack('>BBHII', 0x80, 96, 5, 5, ssrc) + b'\x41',
                                    ('127.0.0.1', port))
                    stranger.sendto(rtcp.rr(ssrc) + rtcp.bye(ssrc), ('127.0.0.1', port + 1))
                swarm.step()
        origin.stats('stray')
        origin.stats('stray')
        count = len(viewer.packets[0])
        swarm.run_until('it plays on', lambda: len(viewer.packets[0]) > count + 100)
        assert_continuous(viewer.packets[0])
        stream = gateway.stream('cam1')
        assert stream['strays'] == 201, 'of two strays in a row one is still waited for'
        assert stream['byes'] == 0 and stream['splices'] == 0 and not viewer.byes(0)
        viewer.close()


@pytest.mark.must('R8')
def test_a_source_that_takes_our_name_keeps_it(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'sourceTransport': 'udp'}}) as gateway:
        viewer = Viewer(gateway.url('cam1')).start()
        swarm = Swarm([viewer])
        swarm.run_until('we have a name', lambda: reports(origin.stats(), 0))
        taken = rtcp.ssrc_of(reports(origin.stats(), 0)[0][0][0])
        origin.stats('collide')
        count = len(reports(origin.stats(), 0))
        swarm.run_until('two more reports', lambda: len(reports(origin.stats(), 0)) >= count + 2)
        last = reports(origin.stats(), 0)[-1][0]
        assert rtcp.ssrc_of(last[0]) != taken and block(last)[0] == taken
        assert_continuous(viewer.packets[0])
        viewer.close()


@pytest.mark.must('R10')
def test_ports_come_in_pairs_and_are_those_announced(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1] & ~1
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url,
                                                         'sourceTransport': 'udp'}},
                                     rtpAddress=f'127.0.0.1:{port}') as gateway:
        viewer = Viewer(gateway.url('cam1'))
        assert viewer.describe().status == 200
        assert viewer.setup(0).status == 200
        assert viewer.server_ports[0] == (port, port + 1)
        assert viewer.play().status == 200
        for s, (_, is_rtcp) in viewer.media.items():
            s.settimeout(30)
            assert s.recvfrom(65536)[1] == ('127.0.0.1', port + is_rtcp)
        assert all(p % 2 == 0 for p in origin.stats()['client_ports'])
        viewer.close()
