"""Whether docs/conformance.md tells the truth. Each check yields (file, line, reason)."""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "conformance"))

import conformance  # noqa: E402


def check_conformance(tree):
    """Every rule we are bound by has a test or a reason, and docs/conformance.md says which."""
    if tree.has(conformance.MUSTS):
        yield from conformance.violations(tree.root)
