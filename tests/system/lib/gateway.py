"""A gateway under test: `weir serve` with a config of the test's own."""
import contextlib
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import urllib.request

from lib.wait import until

ROOT = pathlib.Path(__file__).resolve().parents[3]


def program():
    named = os.environ.get('WEIR')
    found = [p for p in (named, ROOT / 'build-test/weir', ROOT / 'build/weir')
             if p and os.path.exists(p)]
    assert found, 'there is no weir to test: ./do test builds it'
    return str(found[0])


def free_port(host='127.0.0.1'):
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.bind((host, 0))
        return s.getsockname()[1]


def yaml(value, indent=0):
    """Dictionaries of plain values, and lists of them, as YAML."""
    lines = []
    for key, item in value.items():
        if isinstance(item, dict):
            lines += [' ' * indent + f'{json.dumps(key)}:', yaml(item, indent + 2)]
        else:
            text = item if isinstance(item, (bool, list)) else str(item)
            lines.append(' ' * indent + f'{key}: {json.dumps(text)}')
    return '\n'.join(lines)


class Gateway:
    """with Gateway(tmp_path, {'cam1': {'source': url}}) as g: ... g.url('cam1') ..."""

    def __init__(self, folder, paths, host='127.0.0.1', files=None, prefix=(), within=None,
                 **settings):
        self.host = host
        self.inside = within.inside if within else contextlib.nullcontext  # lib/network.py
        with self.inside():
            self.port = free_port(host)
            self.api_port = free_port()
        shown = f'[{host}]' if ':' in host else host
        self.address = f'{shown}:{self.port}'
        config = {'rtspAddress': self.address, 'apiAddress': f'127.0.0.1:{self.api_port}',
                  'pathDefaults': {'sourceOnDemand': True, 'sourceOnDemandCloseAfter': '500ms'},
                  **settings, 'paths': paths}
        self.file = pathlib.Path(folder) / f'weir-{self.port}.yml'
        self.file.write_text(yaml(config) + '\n')
        self.log = pathlib.Path(folder) / f'weir-{self.port}.log'
        self.errors = pathlib.Path(folder) / f'weir-{self.port}.err'
        self.files = files
        self.prefix = prefix  # of the command
        self.process = None

    def __enter__(self):
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))
                 ) if self.files else None
        with self.inside():
            self.process = subprocess.Popen(
                [*self.prefix, program(), 'serve', '-c', str(self.file), '--log-level', 'debug'],
                stdout=self.log.open('wb'), stderr=self.errors.open('wb'), preexec_fn=limit)
        until('the gateway answers', self.is_up)
        self.first_files = self.open_files()
        return self

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                self.check_leaks()
        finally:
            self.stop(kind is None)

    def is_up(self):
        assert self.process.poll() is None, self.errors.read_text() + self.log.read_text()
        try:
            return self.status() is not None
        except OSError:
            return False

    def url(self, name):
        return f'rtsp://{self.address}/{name}'

    def status(self):
        url = f'http://127.0.0.1:{self.api_port}/v1/status'
        with self.inside(), urllib.request.urlopen(url, timeout=20) as r:
            return json.load(r)

    def stream(self, name):
        """The status of one stream; None while there is none."""
        return next((s for s in self.status()['streams'] if s['name'] == name), None)

    def open_files(self):
        return len(os.listdir(f'/proc/{self.process.pid}/fd'))

    def cpu_seconds(self):
        stat = pathlib.Path(f'/proc/{self.process.pid}/stat').read_text()
        fields = stat.rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def check_leaks(self):
        """Once the last viewer has gone, everything is as it was at the start."""
        until('no connection is left', lambda: self.status()['gateway']['connections'] == 0)
        on_demand = 'sourceOnDemand: false' not in self.file.read_text()
        if on_demand:
            until('no stream is left', lambda: not self.status()['streams'])
            until(f'file descriptors are back to {self.first_files}',
                  lambda: self.open_files() <= self.first_files)

    def stop(self, check=True):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        errors = self.errors.read_text()
        assert 'Sanitizer' not in errors and 'runtime error' not in errors, errors
        assert not check or code == 0, f'exit status {code}: {errors}'
