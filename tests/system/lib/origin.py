"""The scripted origin as a test sees it: started, asked, frozen, killed, started again."""
import contextlib
import json
import pathlib
import signal
import subprocess
import sys

PROGRAM = pathlib.Path(__file__).with_name('origin_program.py')


class Origin:
    def __init__(self, within=None, **options):
        self.inside = within.inside if within else contextlib.nullcontext  # lib/network.py
        self.options = options
        self.process = None
        self.port = None

    def start(self):
        with self.inside():
            self.process = subprocess.Popen(
                [sys.executable, str(PROGRAM), json.dumps(self.options)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())['port']
        self.options['port'] = self.port  # it comes back where it was
        return self

    __enter__ = start

    def __exit__(self, kind, error, trace):
        self.kill()

    @property
    def place(self):
        host = self.options.get('host', '127.0.0.1')
        shown = {'::': '127.0.0.1', '0.0.0.0': '127.0.0.1'}.get(host, host)
        return f'[{shown}]:{self.port}' if ':' in shown else f'{shown}:{self.port}'

    @property
    def url(self):
        return f'rtsp://{self.place}/live'

    def url_with(self, user, password):
        return f'rtsp://{user}:{password}@{self.place}/live'

    def stats(self, order='stats'):
        """What it has seen so far, once it has done what it was told (origin_program.py)."""
        self.process.stdin.write(order + '\n')
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def say(self, text):
        """Says something to all who have a session."""
        return self.stats(json.dumps({'say': text}))

    def change(self, **options):
        self.options.update(options)
        return self.stats(json.dumps({'options': options}))

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)
