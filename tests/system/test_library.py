"""libweir as another program finds it once it is installed (row B1)."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from lib.gateway import ROOT, program

HEADER = ROOT / 'include/weir/switch.h'
EXAMPLES = sorted((ROOT / 'examples').glob('*.c'))


def run(*words, **options):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=120,
                          **options)
    assert done.returncode == 0, (words, done.stdout + done.stderr)
    return done.stdout


class Installed:
    def __init__(self, folder):
        build = pathlib.Path(program()).parent
        run('meson', 'install', '-C', build, '--no-rebuild', '--destdir', folder)
        self.file, = folder.rglob('weir.pc')
        self.lib, self.prefix = self.file.parents[1], self.file.parents[2]
        while not (self.prefix / 'include/weir').exists():
            self.prefix = self.prefix.parent
        symbols = run('nm', '-D', self.lib / 'libweir.so')
        # What was built with sanitizers wants them in the program, too.
        self.flags = ['-fsanitize=address,undefined'] if '__asan' in symbols else []

    def pkg_config(self, *words):
        return run('pkg-config', f'--define-variable=prefix={self.prefix}', *words, 'weir',
                   env={**os.environ, 'PKG_CONFIG_PATH': str(self.file.parent)}).split()


@pytest.fixture(scope='module')
def installed(tmp_path_factory):
    return Installed(tmp_path_factory.mktemp('installed'))


def declared():
    """The functions of the header."""
    text = re.sub(r'/\*.*?\*/', '', HEADER.read_text(), flags=re.DOTALL)
    return set(re.findall(r'^[\w *]*?\b(weir_\w+)\(', text, re.MULTILINE))


def test_nothing_but_the_header_is_seen(installed):
    """B1: shared and static; all that is declared is there, under its version."""
    names = declared()
    assert {'weir_loop_run', 'weir_input_new', 'weir_output_set', 'weir_error'} <= names
    shared = run('nm', '-D', '--defined-only', installed.lib / 'libweir.so').splitlines()
    found = {line.split()[-1] for line in shared}
    assert found - {'WEIR_0'} == {f'{name}@@WEIR_0' for name in names}
    static = run('nm', '-g', '--defined-only', installed.lib / 'libweir.a').splitlines()
    assert {line.split()[-1] for line in static if len(line.split()) == 3} == names
    assert 'libweir.so.0' in run('readelf', '-d', installed.lib / 'libweir.so')


@pytest.mark.parametrize('is_static', [False, True], ids=['shared', 'static'])
@pytest.mark.parametrize('example', EXAMPLES, ids=lambda path: path.stem)
def test_examples_build_out_of_tree(installed, tmp_path, example, is_static):
    """B1: with what pkg-config says, and nothing else of the repository."""
    shutil.copy(example, tmp_path)
    assert len(example.read_text().splitlines()) < 60
    libs = installed.pkg_config('--libs', *(['--static'] if is_static else []))
    if is_static:
        libs = ['-l:libweir.a' if word == '-lweir' else word for word in libs]
    run('cc', '-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-D_POSIX_C_SOURCE=200809L',
        *installed.flags, *installed.pkg_config('--cflags'), example.name, *libs, '-o',
        tmp_path / 'program', cwd=tmp_path)
    needed = run('readelf', '-d', tmp_path / 'program')
    assert ('libweir.so' in needed) != is_static
    done = subprocess.run([tmp_path / 'program', 'x', 'y', '1'], text=True, capture_output=True,
                          env={**os.environ, 'LD_LIBRARY_PATH': str(installed.lib)}, timeout=60)
    assert done.returncode == 1 and 'udp://' in done.stderr, done


@pytest.mark.parametrize('compiler', ['gcc -std=c99', 'g++ -x c++ -std=c++98',
                                      'g++ -x c++ -std=c++20', 'clang -std=c99'])
def test_the_header_is_for_c_and_for_cpp(tmp_path, compiler):
    """B1: alone, without a warning, by the strictest reading."""
    source = tmp_path / 'program.c'
    source.write_text('#include <weir/switch.h>\n'
                      'int main(void) { return weir_version() == 0; }\n')
    if not shutil.which(compiler.split()[0]):
        pytest.skip(f'there is no {compiler.split()[0]} here')
    run(*compiler.split(), '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-fsyntax-only',
        f'-I{ROOT / "include"}', source)
