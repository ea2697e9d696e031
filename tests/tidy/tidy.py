#!/usr/bin/env python3
"""Holds the house rules (CONTRIBUTING.md). Prints each violation as `file:line: reason`.

    tidy.py [ROOT] [--tap FILE] [--update]

--tap writes one `ok` or `not ok` line for each check; --update takes the present lengths into
ratchet.json, which is a decision to be explained in the commit. Exits 1 on any violation.
"""
import argparse
import pathlib
import sys

import conformance_checks
import layout_checks
import length_checks
import text_checks
from source_tree import Tree

CHECKS = [
    layout_checks.check_floors,
    layout_checks.check_floor_order,
    layout_checks.check_pairs,
    layout_checks.check_headers_alone,
    layout_checks.check_fuzz_targets,
    layout_checks.check_unit_tests,
    layout_checks.check_built,
    layout_checks.check_names,
    layout_checks.check_links,
    layout_checks.check_config_keys,
    text_checks.check_width,
    text_checks.check_blanks,
    text_checks.check_banned,
    text_checks.check_clocks,
    text_checks.check_logs,
    text_checks.check_leftovers,
    text_checks.check_outside,
    text_checks.check_format,
    length_checks.check_lengths,
    conformance_checks.check_conformance,
]


def run_checks(tree):
    """A (name, rule, violations) for each check."""
    for check in CHECKS:
        yield check.__name__[len("check_"):], check.__doc__.split("\n")[0], list(check(tree))


def main():
    here = pathlib.Path(__file__).resolve()
    parser = argparse.ArgumentParser()
    parser.add_argument("root", nargs="?", default=here.parents[2])
    parser.add_argument("--tap")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    tree = Tree(options.root)
    if options.update:
        length_checks.update_ratchet(tree)
        tree = Tree(options.root)
    verdicts, count = [], 0
    for name, rule, violations in run_checks(tree):
        for file, line, reason in violations:
            print("%s:%d: %s" % (file, line, reason))
        verdicts.append("%s %s: %s" % ("not ok" if violations else "ok", name, rule))
        count += len(violations)
    above = list(length_checks.above_aim(tree))
    print("tidy: %d checks, %d violations; %d functions above %d lines, %d files above %d" % (
        len(verdicts), count, sum(":" in key for key in above), length_checks.FUNCTION_AIM,
        sum(":" not in key for key in above), length_checks.FILE_AIM))
    if options.tap:
        pathlib.Path(options.tap).write_text("\n".join(verdicts) + "\n")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
