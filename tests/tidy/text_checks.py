"""How things are written. Each check yields (file, line, reason)."""
import pathlib
import re
import shutil
import subprocess

from layout_checks import read_floors
from source_tree import grep

WIDTH = 100
BANNED = {
    "strcpy": "span_copy", "strcat": "struct writer", "strncpy": "span_copy",
    "sprintf": "writer_format", "vsprintf": "writer_format", "strtok": "span_cut",
    "gets": "a bounded read", "atoi": "span_parse_uint", "atol": "span_parse_uint",
    "localtime": "localtime_r", "gmtime": "gmtime_r", "alloca": "a bound", "rand": "random_u32",
    "srand": "random_u32", "random": "random_u32", "srandom": "random_u32",
}
RAW_CLOCKS = r"\b(clock_gettime|gettimeofday)[ \t]*\("
CLOCKS = r"\b(clock_now_us|clock_wall_us|time|uv_now|uv_hrtime)[ \t]*\("
LOGS = r"\b(log_event|printf|fprintf|perror|puts|fputs|syslog)[ \t]*\("
# Spelled so that this line is not a finding itself.
LEFTOVERS = r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b"
# Folders that are everybody's: a checkout in /home/me says nothing about "/home".
SHARED_FOLDERS = {"/", "/tmp", "/home", "/root", "/opt", "/srv", "/usr", "/usr/src", "/var"}


def check_width(tree):
    """A line has at most 100 columns."""
    for name in tree.sources():
        for number, line in enumerate(tree.text(name).split("\n"), 1):
            if len(line) > WIDTH:
                yield name, number, "%d columns" % len(line)


def check_blanks(tree):
    """No tabs, no trailing blanks, one newline at the end."""
    for name in tree.texts():
        text = tree.text(name)
        for line, match in grep(r"\t|[ \r]+(?=\n|$)", text):
            yield name, line, "a tab" if match.group() == "\t" else "a trailing blank"
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            yield name, text.count("\n"), "does not end with one newline"


def check_banned(tree):
    """Calls that have a better replacement."""
    pattern = r"(?<![.>\w])(%s)[ \t]*\(" % "|".join(BANNED)
    for name in tree.c_files():
        for line, match in grep(pattern, tree.code(name)):
            yield name, line, "%s() is banned: %s" % (match.group(1), BANNED[match.group(1)])


def check_clocks(tree):
    """The kernel's clock is read in `base` alone; no clock below `gateway`, but by the library,
    whose loop it is."""
    low = floors_below(tree, "gateway") - {"library"}
    for name in tree.c_files(("src",)):
        floor = name.parts[1]
        if floor == "base":
            continue
        patterns = [RAW_CLOCKS] + ([CLOCKS] if floor in low else [])
        for pattern in patterns:
            for line, match in grep(r"(?<![.>\w])" + pattern, tree.code(name)):
                yield name, line, "'%s' reads a clock: %s" % (floor, match.group(1))


def check_logs(tree):
    """Floors below `gateway` return and count; they do not log."""
    low = floors_below(tree, "gateway") - {"base"}
    for name in tree.c_files(("src",)):
        if name.parts[1] in low:
            for line, match in grep(LOGS, tree.code(name)):
                yield name, line, "'%s' logs: %s" % (name.parts[1], match.group(1))


def floors_below(tree, wall):
    floors = list(read_floors(tree))
    return set(floors[:floors.index(wall)] if wall in floors else floors)


def check_leftovers(tree):
    """What is to be done is done, or in the changelog, not in the source."""
    for name in tree.sources():
        for line, match in grep(LEFTOVERS, tree.text(name)):
            yield name, line, "%s" % match.group(1)


def check_outside(tree):
    """The repository stands alone: nothing in it names what lies outside."""
    places = {str(tree.root), str(tree.root.parent)} - SHARED_FOLDERS
    named = "|".join(r"(?<![\w.])%s(?![\w-])" % re.escape(place) for place in sorted(places))
    for name in tree.texts():
        text = tree.text(name)
        for line, match in grep(named, text) if named else ():
            yield name, line, "names the folder it was checked out to: %s" % match.group()
        for line, match in grep(r"(?i)\bissues? #?\d+", text):
            yield name, line, "'%s' says nothing without its tracker" % match.group()
        for line, match in grep(r"(?<![\w.])(?:\.\./)+[\w.-]*", text):
            if climbs_out(name, match.group()):
                yield name, line, "%s lies outside of the repository" % match.group()


def climbs_out(name, reference):
    return reference.count("../") > len(pathlib.PurePath(name).parts) - 1


def check_format(tree):
    """clang-format has nothing to change (the version of Debian 12; others differ in details)."""
    program = shutil.which("clang-format")
    version = program and subprocess.run([program, "--version"], capture_output=True, text=True,
                                         check=False).stdout
    if not version or "version 14." not in version or not tree.c_files():
        return
    done = subprocess.run([program, "--dry-run", "-Werror", *map(str, tree.c_files())],
                          cwd=tree.root, capture_output=True, text=True, check=False)
    seen = set()
    for match in re.finditer(r"(?m)^([^:\n]+):(\d+):\d+: error:", done.stderr):
        if match.group(1) not in seen:
            seen.add(match.group(1))
            yield match.group(1), int(match.group(2)), "not formatted: ./do fmt"
