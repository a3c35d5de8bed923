"""Chromium for tests of pages; skipped by name where it is absent."""

import asyncio
import os
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


T = TypeVar("T")


def finish(coroutine: Coroutine[object, object, T]) -> T:
    """Run a coroutine to its end beside Playwright, whose own event loop is running in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


NAMES = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = "ENTRAIN_TEST_REQUIRE_BROWSER"
"""Set by continuous integration, where a skipped browser test would hide that it never ran."""


def chromium() -> str:
    """The path of the system's Chromium; where there is none the test is skipped, or fails if browsers are required."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    reason = "Chromium is not installed: `apt-get install chromium`, or put it on the PATH"
    if os.environ.get(REQUIRED):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless Chromium."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """Pages of one context that may only speak to `base`; `problems` collects errors and foreign requests."""

    def __init__(self, browser: Browser, base: str, **options: object) -> None:
        self.context: BrowserContext = browser.new_context(**options)  # type: ignore[arg-type]
        self.base = base
        self.problems: list[str] = []
        self.context.on("request", self._request)
        self.context.on("weberror", lambda error: self.problems.append(f"error: {error.error}"))
        self.context.on("console", self._console)

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.goto(self.base + path)
        return page

    def _request(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith(self.base):
            self.problems.append(f"request to {url}")

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") in {"error", "warning"}:
            self.problems.append(f"console: {getattr(message, 'text', '')}")
