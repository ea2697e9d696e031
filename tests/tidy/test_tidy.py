"""Each check can fail: a small tree that is tidy, and for each rule one that breaks it."""
import pytest

import layout_checks
import length_checks
import text_checks
import tidy
from source_tree import Tree, strip_c

TIDY = {
    "src/FLOORS": "base -\nwire base\ngateway base wire\ndaemon base wire gateway\n",
    "src/base/meson.build": "files('span.c')\n",
    "src/base/span.h": "struct span {\n    int len;\n};\n",
    "src/base/span.c": '#include "base/span.h"\n',
    "src/wire/meson.build": "files('url.c', 'url_resolve.c')\n",
    "src/wire/url.h": '#include "base/span.h"\n\nint url_parse(struct span text);\n',
    "src/wire/url.c": '#include "wire/url.h"\n',
    "src/wire/url_resolve.c": '#include "wire/url.h"\n',
    "src/daemon/meson.build": "files('main.c')\n",
    "src/daemon/main.c": '#include <stdio.h>\n\n#include "wire/url.h"\n',
    "tests/fuzz/fuzz_url.c": '#include "wire/url.h"\n',
    "tests/unit/wire/meson.build": "foreach name : ['url']\nendforeach\n",
    "tests/unit/wire/test_url.c": '#include "wire/url.h"\n',
    "tests/tidy/ratchet.json": "{}\n",
    ".clang-format": "BasedOnStyle: LLVM\nIndentWidth: 4\n",
    "README.md": "See [the floors](src/FLOORS).\n",
}


@pytest.fixture(name="make")
def make_fixture(tmp_path):
    root = tmp_path / "place" / "checkout"

    def make(**changes):
        files = dict(TIDY)
        files.update({name: text for name, text in changes.get("files", {}).items()})
        for name, text in files.items():
            if text is not None:
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
        return Tree(root)

    return make


def long_function(count):
    return "void f(void)\n{\n" + "    g();\n" * (count - 3) + "}\n"


def test_tidy_tree_is_tidy(make):
    found = {name: violations for name, _, violations in tidy.run_checks(make()) if violations}
    assert found == {}


BROKEN = [
    ("floors", "src/base/span.c", '#include "wire/url.h"\n', "src/base/span.c", 1),
    ("floors", "src/wire/url.c", '#include <x.h>\n#include "url.h"\n', "src/wire/url.c", 2),
    ("floors", "src/attic/a.h", "int a;\n", "src/attic/a.h", 1),
    ("floor_order", "src/FLOORS", "base wire\nwire base\n", "src/FLOORS", 1),
    ("pairs", "src/wire/sdp_write.c", '#include "wire/url.h"\n', "src/wire/sdp_write.c", 1),
    ("headers_alone", "src/wire/url.h", "struct span url(void);\nint f(size_t len);\n",
     "src/wire/url.h", 1),
    ("fuzz_targets", "tests/fuzz/fuzz_url.c", None, "src/wire/url.h", 1),
    ("unit_tests", "tests/unit/wire/test_sdp.c", "int a;\n", "tests/unit/wire/test_sdp.c", 1),
    ("unit_tests", "tests/unit/wire/meson.build", "foreach name : []\nendforeach\n",
     "tests/unit/wire/test_url.c", 1),
    ("built", "src/wire/meson.build", "files('url.c')\n", "src/wire/url_resolve.c", 1),
    ("names", "src/wire/string_util.h", "int a;\n", "src/wire/string_util.h", 1),
    ("links", "README.md", "\nSee [it](docs/none.md).\n", "README.md", 2),
    ("links", "README.md", "See [it](../elsewhere.md).\n", "README.md", 1),
    ("config_keys", "src/daemon/config_schema.c", 'int a;\nGLOBAL("logLevel", level)\n',
     "src/daemon/config_schema.c", 2),
    ("width", "src/base/span.h", "int a;\n/* " + "x" * 95 + " */\n", "src/base/span.h", 2),
    ("blanks", "src/base/span.h", "int a;\n\tint b;\n", "src/base/span.h", 2),
    ("blanks", "src/base/span.h", "int a; \nint b;\n", "src/base/span.h", 1),
    ("blanks", "src/base/span.h", "int a;", "src/base/span.h", 0),
    ("banned", "src/base/span.c", "int a;\nint b = atoi(x);\n", "src/base/span.c", 2),
    ("banned", "src/base/span.c", "void f(void)\n{\n    strcpy(a, b);\n}\n", "src/base/span.c", 3),
    ("clocks", "src/wire/url.c", "int a = time(0);\n", "src/wire/url.c", 1),
    ("clocks", "src/wire/url.c", "int a = clock_now_us();\n", "src/wire/url.c", 1),
    ("clocks", "src/daemon/main.c", "int a = clock_gettime(0, 0);\n", "src/daemon/main.c", 1),
    ("logs", "src/wire/url.c", 'int a = printf("x");\n', "src/wire/url.c", 1),
    ("leftovers", "src/wire/url.c", "/* T" "ODO */\n", "src/wire/url.c", 1),
    ("outside", "src/wire/url.c", "/* see ../" "../../x */\n", "src/wire/url.c", 1),
    ("outside", "README.md", "a\nsee iss" "ue 12\n", "README.md", 2),
    ("lengths", "src/wire/url.c", "int a;\n" + long_function(41), "src/wire/url.c", 2),
    ("lengths", "src/wire/url.c", long_function(71), "src/wire/url.c", 1),
    ("lengths", "src/wire/url.c", "int a;\n" * 301, "src/wire/url.c", 1),
    ("lengths", "tests/a.py", "def f():\n" + "    g()\n" * 40, "tests/a.py", 1),
]


@pytest.mark.parametrize("check, name, text, file, line", BROKEN,
                         ids=["%s-%d" % (entry[0], n) for n, entry in enumerate(BROKEN)])
def test_each_rule_can_be_broken(make, check, name, text, file, line):
    tree = make(files={name: text})
    found = {key: violations for key, _, violations in tidy.run_checks(tree)}[check]
    assert [(str(where), number) for where, number, _ in found] == [(file, line)]


def test_every_check_is_shown_to_fail():
    shown = {entry[0] for entry in BROKEN} | {"format", "conformance"}
    assert {check.__name__[len("check_"):] for check in tidy.CHECKS} == shown


def test_format(make, monkeypatch):
    tree = make(files={"src/base/span.c": "int a ;\n"})
    found = list(text_checks.check_format(tree))
    assert [where for where, _, _ in found][:1] == ["src/base/span.c"]
    monkeypatch.setattr(text_checks.shutil, "which", lambda name: None)
    assert not list(text_checks.check_format(tree))


def test_place_of_the_checkout_is_outside(make):
    tree = make()
    for place in (tree.root, tree.root.parent):
        again = make(files={"README.md": "see %s/notes\n" % place})
        assert len(list(text_checks.check_outside(again))) == 1


def test_a_function_may_shrink_but_not_grow(make):
    ratchet = {length_checks.RATCHET: '{"src/wire/url.c:f": 50}\n'}
    for count, violations in ((49, 0), (50, 0), (51, 1)):
        tree = make(files={**ratchet, "src/wire/url.c": long_function(count)})
        assert len(list(length_checks.check_lengths(tree))) == violations


def test_no_ratchet_moves_the_wall(make):
    tree = make(files={length_checks.RATCHET: '{"src/wire/url.c:f": 90}\n',
                       "src/wire/url.c": long_function(71)})
    assert len(list(length_checks.check_lengths(tree))) == 1
    tree = make(files={"src/wire/url.c": "int a;\n" * 801})
    length_checks.update_ratchet(tree)
    assert len(list(length_checks.check_lengths(Tree(tree.root)))) == 1


def test_update_takes_what_is_there(make):
    tree = make(files={"src/wire/url.c": long_function(45)})
    length_checks.update_ratchet(tree)
    assert not list(length_checks.check_lengths(Tree(tree.root)))


def test_functions_are_found():
    code = strip_c('''
#define MACRO(x) \\
    do { x(); } while (0)
struct a {
    int (*call)(void);
};
static const int table[] = {1, 2};
/* { */
static int
first(int (*visit)(void *arg),
      const char *text)
{
    if (text) {
        return '{' + "{}"[0];
    }
    return 0;
}
__attribute__((cold)) struct a *second(void)
{
}
''')
    assert list(length_checks.c_functions(code)) == [("first", 10, 8), ("second", 18, 3)]


def test_banned_words_in_literals_and_fields_are_free(make):
    text = 'const char *a = "strcpy(a, b)"; /* gets(a) */\nint b = x->random(1) + my_rand(2);\n'
    assert not list(text_checks.check_banned(make(files={"src/base/span.c": text})))


def test_headers_of_a_family():
    names = list(layout_checks.header_names("server_setup"))
    assert "server.h" in names and "server_internal.h" in names and "server_setup.h" in names
