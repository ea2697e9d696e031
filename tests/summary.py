#!/usr/bin/env python3
"""Counts what the suites said, and ends with the line `N passed, N failed`.

    summary.py FOLDER SUITE...

A suite leaves one file or more in FOLDER, named for it (`tidy.tap`, `tidy_self.xml`): meson's
testlog.json, JUnit XML, or lines beginning with `ok` and `not ok`. A suite that left nothing did
not run, which is a failure. Exits 1 when anything failed.
"""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as xml


def count_tap(text):
    """[passed, failed, names of the failed]"""
    verdicts = re.findall(r"^(ok|not ok)\b[ \d-]*(.*)$", text, re.MULTILINE)
    failed = [name for verdict, name in verdicts if verdict == "not ok"]
    return len(verdicts) - len(failed), failed


def count_meson(text):
    """A program counts each case it reports, and once more when it failed without saying where."""
    passed, failed = 0, []
    for line in text.splitlines():
        test = json.loads(line)
        inner_passed, inner_failed = count_cases(test.get("stdout", "") + test.get("stderr", ""))
        is_ok = test["result"] in ("OK", "EXPECTEDFAIL")
        if is_ok and not inner_passed:
            inner_passed = 1
        if not is_ok and not inner_failed:
            inner_failed = [test["result"].lower()]
        passed += inner_passed
        failed += ["%s: %s" % (test["name"], name) for name in inner_failed]
    return passed, failed


def count_cases(output):
    """What cmocka prints: `[       OK ] name` and `[  FAILED  ] name`, the latter twice; or TAP."""
    passed = set(re.findall(r"^\[ +OK \] (\S+)", output, re.MULTILINE))
    failed = set(re.findall(r"^\[ +FAILED +\] (\w+)$", output, re.MULTILINE))
    if passed or failed:
        return len(passed - failed), sorted(failed)
    return count_tap(output)


def count_junit(text):
    passed, failed = 0, []
    for case in xml.fromstring(text).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(case.get("name"))
        elif case.find("skipped") is None:
            passed += 1
    return passed, failed


READERS = {".tap": count_tap, ".json": count_meson, ".xml": count_junit}


def count_suite(folder, suite):
    files = [path for path in sorted(folder.glob(suite + "*"))
             if re.fullmatch(suite + r"(_\w+)?", path.stem)]
    passed, failed = 0, []
    for path in files:
        try:
            more, worse = READERS[path.suffix](path.read_text())
        except (ValueError, KeyError, xml.ParseError) as error:
            more, worse = 0, ["%s is broken: %s" % (path.name, error)]
        passed, failed = passed + more, failed + worse
    if not passed and not failed:
        failed = ["did not run"]
    return passed, failed


def main():
    folder, suites = pathlib.Path(sys.argv[1]), sys.argv[2:]
    total, wrong = 0, 0
    print()
    for suite in suites:
        passed, failed = count_suite(folder, suite)
        print("%-10s %5d passed %5d failed" % (suite, passed, len(failed)))
        for name in failed:
            print("    %s" % name)
        total, wrong = total + passed, wrong + len(failed)
    print("%d passed, %d failed" % (total, wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
