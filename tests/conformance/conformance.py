#!/usr/bin/env python3
"""Writes docs/conformance.md: the rules of musts.json, and the tests that show them.

    conformance.py [ROOT]

A pytest test is marked `@pytest.mark.must('F7', 'S3')`, a test in C by a comment before its
function: `/* must: F7 S3 */`. Rules that have got a test lose their "pending" in musts.json.
"""
import ast
import json
import pathlib
import re
import sys

MUSTS, PAGE = 'tests/conformance/musts.json', 'docs/conformance.md'
IN_C = re.compile(r'/\*\s*must:([^*]*)\*/(?:\s*/\*.*?\*/)*\s*(?:static void (\w+)\()?', re.DOTALL)
HEAD = '''# Conformance

The rules Weir binds itself to, what it does about each, and the tests that show it. This page is
written by `./do conformance` from [the list of rules](../tests/conformance/musts.json) and from the
marks in the tests; `./do test tidy` fails when it is not what the tests say.
'''


def read_musts(root):
    return json.loads((root / MUSTS).read_text(encoding='utf-8'))


def marks_in_c(text):
    """(line, test or None, ids) for each mark."""
    for match in IN_C.finditer(text):
        yield text.count('\n', 0, match.start()) + 1, match.group(2), match.group(1).split()


def is_mark(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func) == 'pytest.mark.must'


def marks_in_python(text):
    tree = ast.parse(text)
    left = {node for node in ast.walk(tree) if is_mark(node)}
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name.startswith('test_'):
            for decorator in function.decorator_list:
                for node in filter(is_mark, ast.walk(decorator)):
                    left.discard(node)
                    yield node.lineno, function.name, [ast.literal_eval(a) for a in node.args]
    for node in left:
        yield node.lineno, None, []


def find_marks(root):
    """(file, line, test, ids) for each mark; the test is None where a mark belongs to none."""
    for path in sorted((root / 'tests').rglob('test_*')):
        if path.suffix not in ('.c', '.py') or 'node_modules' in path.parts:
            continue
        marks = marks_in_c if path.suffix == '.c' else marks_in_python
        for line, test, ids in marks(path.read_text(encoding='utf-8')):
            yield path.relative_to(root).as_posix(), line, test, ids


def tests_by_id(marks):
    found = {}
    for file, _, test, ids in marks:
        for must in ids if test else ():
            names = found.setdefault(must, [])
            if f'{file}::{test}' not in names:
                names.append(f'{file}::{test}')
    return found


def row(must, tests):
    shown = '<br>'.join(f'`{test[len("tests/"):]}`' for test in tests)
    if 'why' in must:
        return f'| {must["id"]} | {must["rule"]} | Does not apply. {must["why"]} | {shown} |'
    return f'| {must["id"]} | {must["rule"]} | {must["ours"]} | {shown or "not shown"} |'


def write_page(sections, marks):
    tests = tests_by_id(marks)
    lines = [HEAD]
    for section in sections:
        lines += [f'## {section["title"]}', '', '| id | rule | what we do | tests |',
                  '| --- | --- | --- | --- |']
        lines += [row(must, tests.get(must['id'], [])) for must in section['musts']]
        lines.append('')
    return '\n'.join(lines)


def violations(root):
    """(file, line, reason) for all that does not fit together."""
    sections, marks = read_musts(root), list(find_marks(root))
    musts = {must['id']: must for section in sections for must in section['musts']}
    tests = tests_by_id(marks)
    for file, line, test, ids in marks:
        if not test:
            yield file, line, 'a mark that stands before no test'
        for unknown in sorted(set(ids) - set(musts)):
            yield file, line, f'{unknown} is not in {MUSTS}'
    text = (root / MUSTS).read_text(encoding='utf-8')
    for must in musts.values():
        line = text[:text.index(f'"{must["id"]}"')].count('\n') + 1
        if must['id'] in tests and 'pending' in must:
            yield MUSTS, line, f'{must["id"]} is pending and has a test: ./do conformance'
        elif must['id'] not in tests and not must.keys() & {'pending', 'why'}:
            yield MUSTS, line, f'{must["id"]} has neither a test nor a reason why not'
    page = root / PAGE
    if not page.exists() or page.read_text(encoding='utf-8') != write_page(sections, marks):
        yield PAGE, 1, 'is not what the tests say: ./do conformance'


def main():
    here = pathlib.Path(__file__).resolve()
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else here.parents[2]
    sections, marks = read_musts(root), list(find_marks(root))
    tests = tests_by_id(marks)
    for must in [must for section in sections for must in section['musts']]:
        if must['id'] in tests:
            must.pop('pending', None)
    text = json.dumps(sections, indent=2, ensure_ascii=False) + '\n'
    (root / MUSTS).write_text(text, encoding='utf-8')
    (root / PAGE).write_text(write_page(sections, marks), encoding='utf-8')
    found = list(violations(root))
    for file, line, reason in found:
        print(f'{file}:{line}: {reason}')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
