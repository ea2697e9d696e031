"""How long things are. A wall nobody may pass, and an aim: what is above the aim is listed in
ratchet.json with its length, and may shrink but not grow. Each check yields (file, line, reason).
"""
import ast
import json
import re

FUNCTION_AIM, FUNCTION_WALL = 40, 70
FILE_AIM, FILE_WALL = 300, 800
RATCHET = "tests/tidy/ratchet.json"
KEYWORDS = {"if", "for", "while", "switch", "return", "sizeof", "__attribute__", "defined"}


def c_functions(code):
    """(name, line, length) of each function: from the line of its name to its closing brace."""
    directive = r"(?m)^[ \t]*#(?:[^\n]*\\\n)*[^\n]*"
    code = re.sub(directive, lambda match: "\n" * match.group().count("\n"), code)
    depth, head, start = 0, 0, None
    for match in re.finditer(r"[{};]", code):
        place, sign = match.start(), match.group()
        if sign == "{":
            if depth == 0:
                start = function_start(code, head, place)
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
            if depth == 0 and start:
                first = code.count("\n", 0, start[1]) + 1
                yield start[0], first, code.count("\n", 0, place) + 2 - first
                start = None
        if depth == 0:
            head = place + 1


def function_start(code, head, place):
    """(name, offset) of the function whose body opens at `place`; None for anything else."""
    text = code[head:place]
    if not text.rstrip().endswith(")") or re.search(r"[^=!<>]=[^=]", text):
        return None
    for match in re.finditer(r"\b([A-Za-z_]\w*)[ \t]*\(", text):
        if match.group(1) not in KEYWORDS:
            return match.group(1), head + match.start()
    return None


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def measure(tree):
    """{"file" or "file:function": (length, line, aim, wall)}"""
    lengths = {}
    for name in tree.sources():
        if name.suffix not in (".c", ".h", ".py"):
            continue
        text = tree.text(name)
        lengths[str(name)] = (text.count("\n"), 1, FILE_AIM, FILE_WALL)
        is_python = name.suffix == ".py"
        functions = python_functions(text) if is_python else c_functions(tree.code(name))
        for function, line, length in functions:
            lengths["%s:%s" % (name, function)] = (length, line, FUNCTION_AIM, FUNCTION_WALL)
    return lengths


def above_aim(tree):
    return {key: entry[0] for key, entry in measure(tree).items() if entry[0] > entry[2]}


def check_lengths(tree):
    """Nothing passes the walls, and nothing above the aims grows."""
    ratchet = json.loads(tree.text(RATCHET)) if tree.has(RATCHET) else {}
    for key, (length, line, aim, wall) in measure(tree).items():
        name = key.split(":")[0]
        what = key.split(":")[1] if ":" in key else "the file"
        if length > wall:
            yield name, line, "%s has %d lines, the wall is %d" % (what, length, wall)
        elif length > aim and length > ratchet.get(key, 0):
            yield name, line, "%s has %d lines, %s" % (
                what, length, "it had %d" % ratchet[key] if key in ratchet else "aim at %d" % aim)


def update_ratchet(tree):
    text = json.dumps(above_aim(tree), indent=2, sort_keys=True) + "\n"
    (tree.root / RATCHET).write_text(text)
