"""The page of what is shown: each way it can be wrong, in a small tree."""
import json

import pytest

from conformance_checks import check_conformance, conformance
from source_tree import Tree

MUSTS = [{"title": "Framing", "musts": [
    {"id": "F1", "rule": "a", "ours": "b"},
    {"id": "F2", "rule": "c", "ours": "d", "pending": True},
    {"id": "F3", "rule": "e", "why": "there is none"},
]}]
C_TEST = "/* must: F1 */\n/* Any split. */\nstatic void splits(void **state)\n{\n}\n"
PY_TEST = "import pytest\n\n\n@pytest.mark.must(%s)\ndef test_a():\n    pass\n"


def make(root, c_test=C_TEST, py_test="", musts=MUSTS):
    for name, text in ((conformance.MUSTS, json.dumps(musts, indent=2) + "\n"),
                       ("tests/unit/wire/test_url.c", c_test), ("tests/system/test_a.py", py_test),
                       (conformance.PAGE, "")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def generate(root, monkeypatch):
    monkeypatch.setattr("sys.argv", ["conformance.py", str(root)])
    return conformance.main()


def test_the_page_tells_what_is_shown(tmp_path, monkeypatch):
    py_test = PY_TEST % "'F1', 'F2'" + "\n\n" + (PY_TEST % "'F1'").replace("test_a", "test_b")
    assert generate(make(tmp_path, py_test=py_test), monkeypatch) == 0
    page = (tmp_path / conformance.PAGE).read_text()
    assert ("| F1 | a | b | `system/test_a.py::test_a`<br>`system/test_a.py::test_b`<br>"
            "`unit/wire/test_url.c::splits` |") in page
    assert "| F2 | c | d | `system/test_a.py::test_a` |" in page
    assert "| F3 | e | Does not apply. there is none |  |" in page
    assert "pending" not in (tmp_path / conformance.MUSTS).read_text()
    assert not list(check_conformance(Tree(tmp_path)))


def test_what_is_pending_is_not_shown(tmp_path, monkeypatch):
    assert generate(make(tmp_path), monkeypatch) == 0
    assert "| F2 | c | d | not shown |" in (tmp_path / conformance.PAGE).read_text()


@pytest.mark.parametrize("file, line, files", [
    ("tests/unit/wire/test_url.c", 2, {"c_test": "\n/* must: F1 F9 */\nstatic void a(void)\n"}),
    ("tests/unit/wire/test_url.c", 1, {"c_test": "/* must: F1 */\nint a;\n" + C_TEST}),
    ("tests/system/test_a.py", 4, {"py_test": PY_TEST % "'F9'"}),
    ("tests/system/test_a.py", 1, {"py_test": "a = pytest.mark.must('F1')\n"}),
    (conformance.MUSTS, 6, {"c_test": "\n"}),
])
def test_what_does_not_fit_is_found(tmp_path, monkeypatch, file, line, files):
    assert generate(make(tmp_path, **files), monkeypatch) == 1
    found = list(check_conformance(Tree(tmp_path)))
    assert [(where, number) for where, number, _ in found] == [(file, line)]


def test_what_has_changed_since_is_found(tmp_path, monkeypatch):
    generate(make(tmp_path), monkeypatch)
    (tmp_path / "tests/system/test_a.py").write_text(PY_TEST % "'F2'")
    found = [reason for _, _, reason in check_conformance(Tree(tmp_path))]
    assert found == ["F2 is pending and has a test: ./do conformance",
                     "is not what the tests say: ./do conformance"]
