"""The commands: check, serve, status, demo."""
import json
import signal
import socket
import subprocess
import threading

import pytest

from lib.gateway import Gateway, free_port, program
from lib.origin import Origin
from lib.rtsp import Client, Swarm, assert_continuous
from lib.wait import until


def run(*words, **options):
    return subprocess.run([program(), *words], capture_output=True, text=True, timeout=60,
                          **options)


def test_help_and_version():
    assert run('--version').stdout.startswith('weir ')
    for words in (['--help'], ['help', 'serve'], ['serve', '--help'], ['status', '--help']):
        result = run(*words)
        assert result.returncode == 0 and 'usage' in result.stdout
    result = run('fly')
    assert result.returncode == 2 and 'no command fly' in result.stderr
    result = run('serve', '--fly')
    assert result.returncode == 2 and '--fly' in result.stderr and '--help' in result.stderr


@pytest.mark.must('A10')
def test_check_names_file_line_and_reason(tmp_path):
    good = tmp_path / 'good.yml'
    good.write_text('rtspAddress: 127.0.0.1:8554\npaths:\n  cam1:\n'
                    '    source: rtsp://camera.example.net/stream1\n    sourceOnDemand: yes\n')
    result = run('check', '-c', str(good))
    assert result.returncode == 0 and '1 path' in result.stdout
    bad = tmp_path / 'bad.yml'
    bad.write_text('paths:\n  cam1:\n    sourceX: rtsp://u:canary@h/x\n    sourceOnDemand: 10s\n'
                   '    tapeSize: 1T\n  cam2: {source: "rtsp://h/x", sourceTimeout: 10}\n')
    result = run('check', '-c', str(bad))
    assert result.returncode == 1
    for line, word in ((3, 'sourceX'), (4, 'sourceOnDemand'), (5, 'tapeSize'), (6, 'unit')):
        assert any(text.startswith(f'{bad}:{line}:') and word in text
                   for text in result.stderr.splitlines()), (line, result.stderr)
    assert 'canary' not in result.stderr
    result = run('check', '-c', str(tmp_path / 'none.yml'))
    assert result.returncode == 1 and 'No such file' in result.stderr


@pytest.mark.parametrize('text, line', [
    ('logLevel: info\n---\nusers: []\n', 3), ('logLevel: info\n---\n---\n', None),
    ('logLevel: info\n...\n}{\n', 3), ('logLevel: info\n\0users: []\n', 2),
    ('logLevel: info\n# \0\n', 2)])
def test_check_reads_all_of_the_file_or_none(tmp_path, text, line):
    """What stands behind an end that nobody sees may be the users."""
    file = tmp_path / 'weir.yml'
    file.write_text(text)
    result = run('check', '-c', str(file))
    assert result.returncode == 1, result
    assert result.stderr.startswith(f'{file}:{line}:' if line else f'{file}: '), result


def test_an_address_in_use_is_named(tmp_path):
    with Gateway(tmp_path, {}) as gateway:
        second = tmp_path / 'second.yml'
        second.write_text(f'rtspAddress: {gateway.address}\napiAddress: no\n')
        result = run('serve', '-c', str(second))
        assert result.returncode == 1
        assert gateway.address in result.stdout and 'address already in use' in result.stderr


def test_status_tables_and_json(tmp_path):
    api = f'127.0.0.1:{free_port()}'
    result = run('status', '--api', api)
    assert result.returncode == 1 and api in result.stderr
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewer = Client(gateway.url('cam1')).start()
        Swarm([viewer]).run_until('it plays', lambda: len(viewer.packets[0]) > 300)
        api = f'127.0.0.1:{gateway.api_port}'
        tables = run('status', '--api', api).stdout
        for word in ('cam1', 'live', origin.url, 'H264 PCMU', 'tcp', 'bit/s', '127.0.0.1:'):
            assert word in tables, tables
        status = json.loads(run('status', '--json', '--api', api).stdout)
        stream = status['streams'][0]
        assert stream['viewers'] == 1 and stream['pulls'] == 1
        assert stream['inPackets'] >= 300 and stream['inBps'] > 0
        viewer.close()


@pytest.mark.must('A10')
def test_status_of_what_is_no_gateway():
    """Whatever listens there: nothing of it steers the terminal."""
    steer = '\x1b[31m\x9b'
    stream = {key: steer for key in ('name', 'state', 'source', 'transport', 'codecs')}
    for answer, code in ((json.dumps({'version': steer, 'uptime': 1e300, 'streams': [stream, 5],
                                      'viewers': [None, {'address': steer, 'age': -1e300}]}), 0),
                         ('[]', 0), ('{}', 0), (steer, 1), ('', 1), ('[' * 5000, 1)):
        with socket.create_server(('127.0.0.1', 0)) as listener:
            threading.Thread(target=answer_once, args=(listener, answer), daemon=True).start()
            result = run('status', '--api', f'127.0.0.1:{listener.getsockname()[1]}')
        assert result.returncode == code, result
        assert not set(result.stdout + result.stderr) & set(steer[0] + steer[-1]), result


def answer_once(listener, answer):
    connection, _ = listener.accept()
    connection.recv(4096)
    connection.sendall(b'HTTP/1.0 200 OK\r\n\r\n' + answer.encode())
    connection.close()


def test_the_log_as_json(tmp_path):
    config = tmp_path / 'weir.yml'
    config.write_text(f'rtspAddress: 127.0.0.1:{free_port()}\napiAddress: no\nlogFormat: json\n')
    process = subprocess.Popen([program(), 'serve', '-c', str(config)], stdout=subprocess.PIPE,
                               text=True, stderr=subprocess.DEVNULL)
    assert json.loads(process.stdout.readline())['event'] == 'started'
    process.send_signal(signal.SIGTERM)
    assert json.loads(process.stdout.readline())['event'] == 'stopped'
    assert process.wait(30) == 0
    process.stdout.close()


def test_a_log_nobody_reads_stops_no_media(tmp_path):
    """A full pipe for a log: lines are dropped and counted, packets are not."""
    with Origin() as origin:
        port, api = free_port(), free_port()
        config = tmp_path / 'weir.yml'
        config.write_text(f'rtspAddress: 127.0.0.1:{port}\napiAddress: 127.0.0.1:{api}\n'
                          f'logLevel: debug\npaths:\n  cam1:\n    source: {origin.url}\n')
        process = subprocess.Popen([program(), 'serve', '-c', str(config)],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        until('it is up', lambda: run('status', '--api', f'127.0.0.1:{api}').returncode == 0)
        viewer = Client(f'rtsp://127.0.0.1:{port}/cam1').start()
        swarm = Swarm([viewer])

        def dropped():
            for _ in range(50):
                Client(f'rtsp://127.0.0.1:{port}/cam1').close()
            swarm.step(0)
            text = run('status', '--json', '--api', f'127.0.0.1:{api}').stdout
            return json.loads(text)['gateway']['logLinesDropped'] > 0
        until('the pipe is full', dropped, 120)
        count = len(viewer.packets[0])
        swarm.run_until('it plays on', lambda: len(viewer.packets[0]) > count + 100)
        assert_continuous(viewer.packets[0])
        viewer.close()
        process.terminate()
        assert process.wait(30) == 0
        process.stdout.close()


def test_sigterm_ends_politely(tmp_path):
    with Origin() as origin, Gateway(tmp_path, {'cam1': {'source': origin.url}}) as gateway:
        viewers = [Client(gateway.url('cam1'), t).start() for t in ('udp', 'tcp')]
        swarm = Swarm(viewers)
        swarm.run_until('both play', lambda: all(len(v.packets[0]) > 50 for v in viewers))
        gateway.process.send_signal(signal.SIGTERM)
        swarm.run_until('the sessions end', lambda: all(v.is_ended for v in viewers))
        swarm.step()
        for viewer in viewers:
            ssrcs = {viewer.packets[t][0].ssrc.to_bytes(4, 'big') for t in (0, 1)}
            byes = {p[-4:] for t in (0, 1) for p in viewer.rtcp[t] if b'\x81\xcb\x00\x01' in p}
            assert byes == ssrcs, 'a BYE for each track'
            viewer.close()
        until('the origin is told', lambda: origin.stats()['clean_ends'] == 1)
        assert gateway.process.wait(30) == 0
        gateway.check_leaks = lambda: None  # it has ended already


def test_demo_plays(tmp_path):
    port = free_port()
    process = subprocess.Popen([program(), 'demo', '--port', str(port)], stdout=subprocess.PIPE,
                               text=True)
    lines = iter(process.stdout.readline, '')
    url = next(line.strip() for line in lines if line.strip().startswith('rtsp://'))
    viewers = [Client(url, t).start() for t in ('udp', 'tcp')]
    swarm = Swarm(viewers)
    swarm.run_until('both play', lambda: all(len(v.packets[1]) > 100 for v in viewers))
    for viewer in viewers:
        for track in (0, 1):
            assert_continuous(viewer.packets[track])
        viewer.close()
    assert 'saved at the origin' in next(line for line in lines if 'viewers' in line)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    process.stdout.close()


def test_check_explains_patterns_and_origins(tmp_path):
    bad = tmp_path / 'bad.yml'
    bad.write_text(r'''
origins: [live.example.com, 127.1, "[::1", "10.0.0.0/8:x", 224.0.0.1]
hostNames: ["a b"]
paths:
  "~^cam([0-9]+$": {source: "rtsp://10.0.0.$1/main"}
  "~^cam\\d$": {source: "rtsp://10.0.0.$1/main"}
  "~^(a)\\1$": {source: "rtsp://10.0.0.$1/main"}
  "~^b$": {source: "rtsp://10.0.0.$1/main"}
  "~^(c)$": {source: "rtsp://u:canary$1@10.0.0.1/main"}
  "~^(d)$": {source: "rtsp://10.0.0.1/$1", sourceOnDemand: no}
  "~^(e)$": {source: "http://10.0.0.1/$1"}
''')
    result = run('check', '-c', str(bad))
    assert result.returncode == 1 and 'canary' not in result.stderr
    for line, word in ((2, 'neither a host'), (2, 'bracket'), (2, 'ports'), (2, 'no origin'),
                       (3, 'hostNames'), (5, 'Unmatched ('), (6, '[0-9]'), (7, 'referred to'),
                       (8, 'a group'), (9, 'credentials'), (10, 'always on demand'),
                       (11, 'RTSP URL')):
        assert any(text.startswith(f'{bad}:{line}:') and word in text
                   for text in result.stderr.splitlines()), (line, word, result.stderr)
