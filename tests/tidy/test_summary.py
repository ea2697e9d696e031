"""The last line of a test run counts what really ran."""
import json
import pathlib
import subprocess
import sys

SUMMARY = pathlib.Path(__file__).parents[1] / "summary.py"
CMOCKA = ("[==========] Running 2 test(s).\n[ RUN      ] a\n[       OK ] a\n[ RUN      ] b\n"
          "[  ERROR   ] --- 1 != 2\n[  FAILED  ] b\n[  PASSED  ] 1 test(s).\n"
          "[  FAILED  ] tests: 1 test(s), listed below:\n[  FAILED  ] b\n")
JUNIT = ("<testsuites><testsuite><testcase name='a'/><testcase name='b'><failure/></testcase>"
         "<testcase name='c'><skipped/></testcase><testcase name='d'><error/></testcase>"
         "</testsuite></testsuites>")


def summarise(folder, *suites):
    done = subprocess.run([sys.executable, str(SUMMARY), str(folder), *suites],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()[-1]


def meson(result, stdout):
    return json.dumps({"name": "program", "result": result, "stdout": stdout}) + "\n"


def test_all_kinds_are_counted(tmp_path):
    (tmp_path / "unit.json").write_text(meson("FAIL", CMOCKA) + meson("OK", "hello\n"))
    (tmp_path / "tidy.tap").write_text("ok a: b\nnot ok c: d\n")
    (tmp_path / "tidy_self.xml").write_text(JUNIT)
    assert summarise(tmp_path, "unit", "tidy") == (1, "4 passed, 4 failed")


def test_a_program_that_crashes_has_failed(tmp_path):
    (tmp_path / "unit.json").write_text(meson("FAIL", "[       OK ] a\n[ RUN      ] b\n"))
    assert summarise(tmp_path, "unit") == (1, "1 passed, 1 failed")


def test_what_did_not_run_has_failed(tmp_path):
    (tmp_path / "unit.json").write_text("")
    (tmp_path / "system.xml").write_text("<testsuites>")
    assert summarise(tmp_path, "unit", "system", "tidy") == (1, "0 passed, 3 failed")


def test_success(tmp_path):
    (tmp_path / "unit.json").write_text(meson("OK", "[       OK ] a\n[       OK ] b\n"))
    assert summarise(tmp_path, "unit") == (0, "2 passed, 0 failed")
