"""SECURITY.md names a test for each threat; each of them is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)
WITHOUT_TEST = {"A dependency has a known vulnerability"}


def test_every_named_test_is_there() -> None:
    for file, name in NAMED:
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        tests = {
            node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert not name or name in tests, f"{file} has no {name}"
    assert len(NAMED) > 20


def test_every_threat_names_one() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")][1:]
    without = {row.split("|")[1].strip() for row in rows if "`tests/" not in row}
    assert without == WITHOUT_TEST
