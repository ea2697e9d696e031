"""Where things live: floors, pairs, and what belongs to what. Each check yields
(file, line, reason)."""
import os
import re
import shlex
import subprocess

from source_tree import grep

FREE_SOURCES = re.compile(r"src/daemon/(main|command_\w+)\.c$")
SLOPPY_NAMES = {"util", "utils", "common", "misc", "manager", "helper", "helpers"}


def read_floors(tree):
    floors = {}
    for line in tree.text("src/FLOORS").splitlines():
        words = line.split("#")[0].split()
        if words:
            floors[words[0]] = {word for word in words[1:] if word != "-"} | {words[0]}
    return floors


def check_floors(tree):
    """An include names its floor and never climbs."""
    floors = read_floors(tree)
    for name in tree.c_files(("src",)):
        floor = name.parts[1]
        if floor not in floors:
            yield name, 1, "the floor '%s' is not in src/FLOORS" % floor
            continue
        for line, match in grep(r'(?m)^[ \t]*#[ \t]*include[ \t]*"([^"]*)"', tree.text(name)):
            target = match.group(1).split("/")[0]
            if target not in floors or "/" not in match.group(1):
                yield name, line, 'include "%s" does not name its floor' % match.group(1)
            elif target not in floors[floor]:
                yield name, line, "'%s' may not include '%s'" % (floor, target)


def check_floor_order(tree):
    """src/FLOORS itself only points down."""
    above = set()
    for floor, allowed in read_floors(tree).items():
        for target in sorted(allowed - above - {floor}):
            yield "src/FLOORS", 1, "'%s' includes '%s', which is not below it" % (floor, target)
        above.add(floor)


def header_names(stem):
    """server_setup -> server_setup.h, server_setup_internal.h, server.h, server_internal.h"""
    words = stem.split("_")
    for count in range(len(words), 0, -1):
        family = "_".join(words[:count])
        yield family + ".h"
        yield family + "_internal.h"


def check_pairs(tree):
    """A source has a header of its own or of its family."""
    for name in tree.c_files(("src",)):
        if name.suffix != ".c" or FREE_SOURCES.match(str(name)):
            continue
        if not any(tree.has(name.parent / header) for header in header_names(name.stem)):
            yield name, 1, "no header of this name or family"


def check_headers_alone(tree):
    """A header includes what it uses."""
    compiler = shlex.split(os.environ.get("CC", "cc"))
    for name in tree.c_files(("src", "include")):
        if name.suffix != ".h":
            continue
        done = subprocess.run(
            [*compiler, "-fsyntax-only", "-std=gnu17", "-D_GNU_SOURCE", "-Isrc", "-Iinclude", "-x",
             "c", str(name)], cwd=tree.root, capture_output=True, text=True, check=False)
        if done.returncode:
            first = next((line for line in done.stderr.splitlines() if "error" in line), "?")
            yield name, 1, "does not compile alone: %s" % first


def check_fuzz_targets(tree):
    """Every grammar is fuzzed."""
    for name in tree.c_files(("src",)):
        target = "tests/fuzz/fuzz_%s.c" % name.stem
        if name.suffix == ".h" and name.parts[1] == "wire" and not tree.has(target):
            yield name, 1, "%s does not exist" % target


def check_unit_tests(tree):
    """tests/unit/<floor>/test_<x>.c tests src/<floor>/<x>.c (or .h), and runs."""
    for name in tree.c_files(("tests",)):
        if name.parts[1] != "unit" or not name.name.startswith("test_") or name.suffix != ".c":
            continue
        floor, subject = name.parts[2], name.stem[len("test_"):]
        if not any(tree.has("src/%s/%s%s" % (floor, subject, end)) for end in (".c", ".h")):
            yield name, 1, "src/%s/%s.c does not exist" % (floor, subject)
        else:
            yield from missing_in_meson(tree, name, (name.stem, subject))


def check_built(tree):
    """Every source is listed in its floor's meson.build."""
    for name in tree.c_files(("src",)):
        if name.suffix == ".c":
            yield from missing_in_meson(tree, name, (name.name,))


def missing_in_meson(tree, name, words):
    build = name.parent / "meson.build"
    listed = re.findall(r"'([^']*)'", tree.text(build)) if tree.has(build) else []
    if not set(words) & set(listed):
        yield name, 1, "not listed in %s" % build


def check_names(tree):
    """A file is named for what it is."""
    for name in tree.files:
        sloppy = SLOPPY_NAMES & set(re.split(r"[._-]", name.name.lower()))
        if sloppy:
            yield name, 1, "a file is not named '%s'" % sloppy.pop()


def check_links(tree):
    """A link in the documents leads somewhere inside the repository."""
    for name in tree.files:
        if name.suffix != ".md":
            continue
        for line, match in grep(r"\]\(([^)\s]+)\)", tree.text(name)):
            target = match.group(1).split("#")[0]
            if not target or re.match(r"\w+:", target):
                continue
            path = (tree.root / name.parent / target).resolve()
            if tree.root not in path.parents or not path.exists():
                yield name, line, "the link %s leads nowhere" % match.group(1)


def check_config_keys(tree):
    """Every key of the configuration is in docs/config.md."""
    schema, page = "src/daemon/config_schema.c", "docs/config.md"
    if not tree.has(schema):
        return
    known = set(re.findall(r"`(\w+)`", tree.text(page) if tree.has(page) else ""))
    for line, match in grep(r'(?:GLOBAL|PATH)\("(\w+)"', tree.text(schema)):
        if match.group(1) not in known:
            yield schema, line, "%s is not in %s" % (match.group(1), page)
