"""axe-core, which looks for what keeps people from reading a page; fetched from npm once."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.browser import REQUIRED

FOLDER = Path(__file__).parents[2] / "var" / "axe"
PACKAGE = "axe-core@4.14.1"
SCRIPT = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
FETCHING = 120.0
"""Seconds."""


@cache
def source() -> str:
    """The script; where it cannot be had the test is skipped, or fails if browsers are required."""
    if not SCRIPT.exists():
        npm = shutil.which("npm")
        if npm is None:
            _without("Node is not installed, which fetches axe-core: `apt-get install npm`")
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-save"]
        fetched = subprocess.run(
            [str(npm), "install", "--prefix", str(FOLDER), *options, PACKAGE],
            capture_output=True,
            timeout=FETCHING,
            check=False,
        )
        if fetched.returncode:
            _without(f"npm could not fetch {PACKAGE}")
    return SCRIPT.read_text("utf-8")


def _without(reason: str) -> None:
    if os.environ.get(REQUIRED):
        pytest.fail(reason)
    pytest.skip(reason)


def violations(page: Page) -> list[str]:
    """What is wrong with the page as it is shown now: rule and place."""
    page.evaluate(source())
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(found => found.violations)")
    return [
        f"{violation['id']} at {node['target']}: {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
