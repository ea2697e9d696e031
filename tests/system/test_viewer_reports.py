"""RTCP from viewers: figures in the status, and wishes that reach the origin as one voice."""
import collections
import json
import signal
import socket
import subprocess
import time

import pytest

from lib import rtcp
from lib.gateway import Gateway, program
from lib.origin import Origin
from lib.programs import running
from lib.rtcp import Viewer
from lib.rtsp import Swarm, assert_continuous
from lib.wait import until

FEEDBACK = 'RTP/AVPF'


def playing(gateway, *transports):
    viewers = [Viewer(gateway.url('cam1'), t).start() for t in transports]
    swarm = Swarm(viewers)
    swarm.run_until('all play', lambda: all(v.packets[0] and v.packets[1] for v in viewers))
    return viewers, swarm


def status_of(gateway, viewer):
    host, port = viewer.socket.getsockname()[:2]
    return next(v for v in gateway.status()['viewers'] if v['address'] == f'{host}:{port}')


def asked(origin, kind):
    """The packets of that kind the origin was sent, and its tracks."""
    return [p for _, data, _ in origin.stats()['rtcp']
            for p in rtcp.packets(bytes.fromhex(data)) if rtcp.is_kind(p, kind)]


@pytest.mark.must('R4')
@pytest.mark.parametrize('transport', ['udp', 'tcp'])
def test_reports_become_figures(tmp_path, transport):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        (viewer, other), _ = playing(gateway, transport, transport)
        assert status_of(gateway, viewer)['loss'] is None
        viewer.report(0, rtcp.rr(viewer.own, (viewer.ssrc(0), 64, 12, 70000, 900)) +
                      rtcp.sdes(viewer.own, b'me'))
        viewer.report(1, rtcp.rr(viewer.own, (viewer.ssrc(1), 0, -1, 70000, 40)))
        told = until('both reports are in', lambda: next(
            (v for v in gateway.status()['viewers'] if len(v['tracks']) == 2), None))
        picture, sound = told['tracks']
        assert (picture['loss'], picture['lost'], picture['jitter']) == (25, 12, 10)
        assert (sound['loss'], sound['lost'], sound['jitter']) == (0, -1, 5)
        assert (told['loss'], told['lost'], told['jitter']) == (25, 11, 10)
        assert told['reportsRefused'] == 0 and told['reportAge'] >= 0
        assert status_of(gateway, other)['loss'] is None
        shown = subprocess.run([program(), 'status', '-a', f'127.0.0.1:{gateway.api_port}'],
                               capture_output=True, text=True, check=True).stdout
        assert 'LOSS' in shown and '25.0%' in shown and '10.0 ms' in shown
        viewer.close()
        other.close()


@pytest.mark.must('R4', 'R7')
@pytest.mark.parametrize('transport', ['udp', 'tcp'])
def test_forged_and_broken_reports_are_counted_and_dropped(tmp_path, transport, seed):
    with Origin(profile=FEEDBACK) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        (viewer, witness), swarm = playing(gateway, transport, 'tcp')
        good = rtcp.rr(viewer.own, (viewer.ssrc(0), 64, 12, 70000, 900))
        bad = [rtcp.rr(viewer.own, (1234, 255, 12, 0, 0)),                 # of nobody
               rtcp.rr(viewer.own, (viewer.ssrc(0), 255, 12, 0, 1 << 31)),  # hours of jitter
               good[:-4], good[:1] + b'\xc9\xff\xff' + good[4:],           # lengths that lie
               rtcp.rr(viewer.own) + b'\x81\xca\x00\x02' + b'abcd\x01\xffxy',
               rtcp.rr(viewer.own) + b'\x9f\xcb\x00\x01abcd',
               rtcp.rr(viewer.own) + rtcp.pli(viewer.own, 1234)]
        for data in bad:
            viewer.report(0, data)
        refused = until('all of them are counted', lambda: (
            n := status_of(gateway, viewer)['reportsRefused']) >= len(bad) and n)
        assert refused == len(bad) and status_of(gateway, viewer)['loss'] is None
        for _ in range(300):
            viewer.report(0, b'\x80\xc9' + seed.randbytes(seed.randrange(60)))
        until('there were too many', lambda: status_of(
            gateway, viewer)['reportsRefused'] >= len(bad) + 200)
        count = len(witness.packets[0])
        swarm.run_until('it plays on', lambda: len(witness.packets[0]) > count + 50)
        assert_continuous(witness.packets[0])
        assert not asked(origin, rtcp.PLI)
        viewer.close()
        witness.close()


@pytest.mark.must('R4')
def test_reports_from_elsewhere_say_nothing(tmp_path):
    with Origin(profile=FEEDBACK) as origin, \
            Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        (viewer,), swarm = playing(gateway, 'udp')
        forged = rtcp.rr(7, (viewer.ssrc(0), 255, 12, 0, 0)) + rtcp.pli(7, viewer.ssrc(0))
        for host in ('127.0.0.1', '127.0.0.2'):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                stranger.bind((host, 0))
                for _ in range(10):
                    stranger.sendto(forged, (viewer.host, viewer.server_ports[0][1]))
        until('they are counted', lambda: gateway.status()['gateway']['strays'] == 20)
        told = status_of(gateway, viewer)
        assert told['loss'] is None and told['reports'] == 0
        assert gateway.stream('cam1')['wishes'] == 0
        viewer.close()


@pytest.mark.must('R4')
@pytest.mark.parametrize('kind', ['PLI', 'FIR', 'legacy'])
def test_many_want_a_key_frame_and_one_asks(tmp_path, kind):
    lines = {'PLI': 'nack pli', 'FIR': 'ccm fir', 'legacy': 'nack pli'}[kind]
    with Origin(lines=[[f'a=rtcp-fb:96 {lines}'], []]) as origin, Gateway(
            tmp_path, {'cam1': {'source': origin.url, 'sourceTransport': 'udp'}}) as gateway:
        viewers, swarm = playing(gateway, 'udp', 'tcp', 'udp', 'tcp')
        begun = time.monotonic()
        for _ in range(8):
            for v in viewers:
                wish = {'PLI': rtcp.pli, 'FIR': rtcp.fir}.get(
                    kind, lambda own, ssrc: rtcp.packet(192, 0, ssrc.to_bytes(4, 'big')))
                v.report(0, rtcp.rr(v.own) + wish(v.own, v.ssrc(0)))
                v.report(1, rtcp.rr(v.own) + rtcp.pli(v.own, v.ssrc(1)))  # takes none
        heard = rtcp.FIR if kind == 'FIR' else rtcp.PLI
        swarm.run_until('all have wished, and the origin was asked twice', lambda: gateway.stream(
            'cam1')['wishes'] == 64 and len(asked(origin, heard)) >= 2)
        found = asked(origin, heard)
        assert len(found) <= 1 + 2 * (time.monotonic() - begun)
        assert gateway.stream('cam1')['asked'] >= len(found)
        ssrc = origin.stats()['ssrc'][0].to_bytes(4, 'big')
        assert all(ssrc in p[2] for p in found)
        if kind == 'FIR':
            assert [p[2][12] for p in found] == list(range(len(found))), 'each with its own number'
        for v in viewers:
            v.close()


@pytest.mark.must('R4')
def test_an_origin_that_takes_no_feedback_is_not_asked(tmp_path):
    with Origin(drop=9) as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'sourceTransport': 'udp'}}) as gateway:
        (viewer,), swarm = playing(gateway, 'udp')
        viewer.report(0, rtcp.rr(viewer.own) + rtcp.pli(viewer.own, viewer.ssrc(0)) +
                      rtcp.fir(viewer.own, viewer.ssrc(0)))
        until('it has wished', lambda: gateway.stream('cam1')['wishes'] == 2)
        count = len(origin.stats()['rtcp'])
        swarm.run_until('a report goes', lambda: len(origin.stats()['rtcp']) > count)
        kinds = {p[0] for _, data, _ in origin.stats()['rtcp']
                 for p in rtcp.packets(bytes.fromhex(data))}
        assert kinds == {rtcp.RR, rtcp.SDES}
        viewer.close()


def holes(viewer, track=0):
    seqs = [p.seq for p in viewer.packets[track]]
    return [(a + 1) & 0xffff for a, b in zip(seqs, seqs[1:]) if (b - a) & 0xffff == 2]


@pytest.mark.must('R1', 'R4')
def test_what_the_gateway_lacks_is_asked_for_once(tmp_path):
    """The origin loses packets; all viewers miss them; one NACK brings each of them to all."""
    with Origin(drop=50, repair=True, profile=FEEDBACK) as origin, Gateway(
            tmp_path, {'cam1': {'source': origin.url, 'sourceTransport': 'udp'}}) as gateway:
        viewers, swarm = playing(gateway, 'udp', 'udp', 'udp')
        sent = [set() for _ in viewers]

        def step():
            for viewer, known in zip(viewers, sent):
                for seq in set(holes(viewer)) - known:
                    known.add(seq)
                    viewer.report(0, rtcp.rr(viewer.own) +
                                  rtcp.nack(viewer.own, viewer.ssrc(0), seq))
            late = [{p.seq for p in v.packets[0]} & known for v, known in zip(viewers, sent)]
            return all(len(found) >= 3 for found in late)
        swarm.run_until('three of the lost have come to all', step)
        times = collections.Counter(s for p in asked(origin, rtcp.NACK) for s in rtcp.nacked(p))
        assert times and set(times.values()) == {1}
        dropped = {n & 0xffff for t, n in origin.stats()['dropped'] if t == 0}
        assert set(times) <= dropped
        for viewer in viewers:
            viewer.close()


@pytest.mark.must('R4')
def test_what_the_gateway_has_comes_from_the_tape(tmp_path):
    with Origin(profile=FEEDBACK) as origin, Gateway(
            tmp_path, {'cam1': {'source': origin.url, 'sourceTransport': 'udp'}}) as gateway:
        (viewer, other), swarm = playing(gateway, 'udp', 'udp')
        swarm.run_until('it plays', lambda: len(viewer.packets[0]) > 60)
        lost = viewer.packets[0][-5:]
        viewer.report(0, rtcp.rr(viewer.own) + rtcp.nack(
            viewer.own, viewer.ssrc(0), *[p.seq for p in lost]))
        swarm.run_until('they come again', lambda: all(
            sum(p.hash == again.hash for p in viewer.packets[0]) == 2 for again in lost))
        assert status_of(gateway, viewer)['resent'] == 5
        assert status_of(gateway, other)['resent'] == 0
        assert_continuous(other.packets[0])
        for i in range(0, 4000, 40):  # more than anyone may ask for
            viewer.report(0, rtcp.rr(viewer.own) + rtcp.nack(
                viewer.own, viewer.ssrc(0), *[lost[0].seq] * 40))
        begun = time.monotonic()
        swarm.run_until('it is not heard any more', lambda: status_of(
            gateway, viewer)['reportsRefused'] > 0)
        most = 105 + 200 * (time.monotonic() - begun + 1)
        assert status_of(gateway, viewer)['resent'] <= most
        assert not asked(origin, rtcp.NACK)
        viewer.close()
        other.close()


@pytest.mark.must('R4')
def test_the_loss_gstreamer_sees_is_shown(tmp_path):
    with Origin(drop=10) as origin, Gateway(tmp_path, {'cam1': {
            'source': origin.url, 'sourceTransport': 'udp'}}) as gateway:
        pipeline = f'rtspsrc location={gateway.url("cam1")} protocols=udp name=s ' \
                   's. ! fakesink async=false s. ! fakesink async=false'
        with running(['gst-launch-1.0', '-q', *pipeline.split()], stdout=subprocess.DEVNULL,
                     stderr=subprocess.DEVNULL) as player:
            told = until('GStreamer reports loss', lambda: next(
                (v for v in gateway.status()['viewers'] if v['loss']), None), 60)
            player.send_signal(signal.SIGINT)  # it says TEARDOWN
            player.wait(30)
        assert 5 < told['loss'] < 15 and told['lost'] > 0, json.dumps(told)
        assert told['reportsRefused'] == 0
