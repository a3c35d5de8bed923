"""Where the bot posts what nobody asked for, read from its source."""

import ast
from pathlib import Path

import bot


def unasked_postings() -> list[tuple[str, ast.Call]]:
    """Each call that posts something `paced`, or by `post_unasked`, by file and line."""
    return [
        (f"{file.name}:{node.lineno}", node)
        for file in sorted(Path(str(bot.__path__[0])).rglob("*.py"))
        if file.name != "scene.py"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (
            "paced" in {keyword.arg for keyword in node.keywords}
            or getattr(node.func, "attr", "") == "post_unasked"
        )
    ]
