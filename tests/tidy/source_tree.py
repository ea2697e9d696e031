"""The files of a checkout, as the checks see them."""
import functools
import pathlib
import re

SKIPPED = {".git", "node_modules", "__pycache__", ".pytest_cache"}
C_ROOTS = ("src", "include", "tests", "examples")
TEXT_ENDS = {".c", ".h", ".py", ".js", ".sh", ".md", ".build", ".txt", ".yml", ".json", ".svg"}


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()

    @functools.cached_property
    def files(self):
        """Paths below the root, sorted; build folders and what package managers put in are out."""
        found, folders = [], [self.root]
        while folders:
            for path in sorted(folders.pop().iterdir()):
                name = path.relative_to(self.root)
                if path.name in SKIPPED or re.match(r"build(-\w+)?$", str(name)):
                    continue
                if path.is_dir():
                    folders.append(path)
                elif path.is_file():
                    found.append(name)
        return sorted(found)

    def has(self, name):
        return (self.root / name).exists()

    @functools.lru_cache(maxsize=None)
    def text(self, name):
        return (self.root / name).read_text(encoding="utf-8", errors="replace")

    @functools.lru_cache(maxsize=None)
    def code(self, name):
        """C without comments and literals; every line keeps its number."""
        return strip_c(self.text(name))

    def c_files(self, under=C_ROOTS):
        return [name for name in self.files
                if name.suffix in (".c", ".h") and name.parts[0] in under]

    def sources(self):
        """What people write and a machine runs: C, Python, JavaScript, shell, meson."""
        return [name for name in self.texts()
                if name.suffix in (".c", ".h", ".py", ".js", ".sh", ".build")
                or str(name) in ("do", ".ci/run")]

    def texts(self):
        """All text but what is kept as data."""
        return [name for name in self.files
                if "corpus" not in name.parts and name.name != "LICENSE"
                and (name.suffix in TEXT_ENDS or not name.suffix and name.name[0] != ".")
                or str(name) in (".ci/run", ".gitignore", ".clang-format")]


def strip_c(text):
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''

    def blank(match):
        piece = match.group()
        if piece[0] == '"':
            return '""'
        return "\n" * piece.count("\n") or " "

    return re.sub(pattern, blank, text, flags=re.DOTALL)


def grep(pattern, text):
    """(line number, match) for each match, in order."""
    for match in re.finditer(pattern, text):
        yield text.count("\n", 0, match.start()) + 1, match
