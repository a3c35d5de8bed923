"""`make pictures`: the digest of a made-up company's year, photographed as its readers get it, to be looked at.

The web page at three widths, in both languages, light and dark; its PDF; its message as Slack and Teams draw it. Needs
Node and Chromium. Others draw the formats of others: slack-blocks-to-jsx, Microsoft's adaptivecards, Mozilla's pdf.js;
axe-core looks for what a screen reader or a keyboard would miss. Whatever it finds is printed, and the exit code is then 1.
"""

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date
from playwright.sync_api import Browser, Page, Route

from bot.app import router
from bot.platforms.port import Message
from bot.platforms.slack import render as slack
from bot.platforms.teams import render as teams
from bot.presenters.digest import words_of
from bot.presenters.digest_spoken import Spoken, spoken
from bot.presenters.digest_words import Words
from bot.web import pdf
from bot.web.digest_page import Around, document
from content.catalog import Address, Lang, Voice
from storage.clock import SystemClock
from storage.database import Database
from storage.ids import CountedIds
from tests.support.browser import browsing
from tests.support.databases import SqliteTemplate, keyring
from tests.support.year import Year

KITS = Path("var/pictures")
PACKAGES = (
    "adaptivecards@3.0.6",
    "axe-core@4.14.1",
    "pdfjs-dist@4.10.38",
    "react-dom@18.3.1",
    "react@18.3.1",
    "slack-blocks-to-jsx@1.1.1",
)
WIDTHS = (360, 768, 1280)
ORIGIN = "https://pictures.test"
SLACK = """
const React = require("react"), { renderToStaticMarkup } = require("react-dom/server");
const { Message } = require("slack-blocks-to-jsx");
const blocks = JSON.parse(require("fs").readFileSync(0, "utf8"));
const props = { blocks, time: new Date(), name: "Entrain", logo: "data:,", withoutWrapper: false };
process.stdout.write(renderToStaticMarkup(React.createElement(Message, props)));
"""
CARD = """
(card) => {
  const shown = new AdaptiveCards.AdaptiveCard();
  shown.hostConfig = new AdaptiveCards.HostConfig({ fontFamily: "Segoe UI, system-ui, sans-serif" });
  shown.parse(card);
  document.body.append(shown.render());
}
"""
PDF = """
async (data) => {
  const lib = await import("/pdfjs-dist/legacy/build/pdf.mjs");
  lib.GlobalWorkerOptions.workerSrc = "/pdfjs-dist/legacy/build/pdf.worker.mjs";
  const opened = await lib.getDocument({ data: Uint8Array.from(atob(data), (c) => c.charCodeAt(0)) }).promise;
  for (let number = 1; number <= opened.numPages; number++) {
    const page = await opened.getPage(number), viewport = page.getViewport({ scale: 1.4 });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [viewport.width, viewport.height];
    canvas.style.cssText = "display:block;margin:8px auto;box-shadow:0 0 4px gray";
    document.body.append(canvas);
    await page.render({ canvasContext: canvas.getContext("2d"), viewport }).promise;
  }
  return opened.numPages;
}
"""


@dataclass(frozen=True)
class Sheet:
    """The last week's page in one language: as a document, and as the message in chat."""

    lang: Lang
    words: Words
    spoken: Spoken
    message: Message

    @property
    def html(self) -> str:
        until = format_date(date(2026, 12, 7), "long", locale=Voice(self.lang).locale)
        around = Around(until, "#pdf", "#csv", "#other")
        return document(self.words, self.spoken, around)


def sheets(folder: Path) -> list[Sheet]:
    """A year is lived in a database in `folder`."""
    database = Database(SqliteTemplate(folder).clone(folder), keyring(), SystemClock(), CountedIds())
    with database.system() as system:
        place = system.workspaces.add("playground", "demo", "Lampion", lang="fr", address="tu")
    found = []
    with database.transaction(place.id) as work:
        year = Year.begun(work)
        digest = year.live()[-1]
        here, features = year.work, router()
        for lang in Lang:
            year.lead.lang = lang.value
            words = words_of(year.project, digest, Voice(lang, Address.TU), "Europe/Paris")
            args = {"project": year.project.id, "week": digest.week}
            message = features.render(features.scene(here, year.lead, "picture"), "digest.weekly", args)
            assert message
            said = spoken(here, words, year.project.id, "Europe/Paris")
            found.append(Sheet(lang, words, said, message))
    database.dispose()
    return found


class Studio:
    """Takes the pictures into `out`; `problems` is what axe found."""

    def __init__(self, browser: Browser, out: Path) -> None:
        self._browser, self._out = browser, out
        self.problems: list[str] = []

    def web(self, sheet: Sheet) -> None:
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                with self._page(width, scheme) as page:
                    page.set_content(sheet.html)
                    self._look(page, f"web-{sheet.lang}-{width}-{scheme}")
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    if wide > width:
                        self.problems.append(f"web-{sheet.lang}-{width}: {wide} px wide")

    def paper(self, sheet: Sheet) -> None:
        with self._page(900) as page:
            page.goto(f"{ORIGIN}/")
            page.evaluate(PDF, base64.b64encode(pdf.write(sheet.html)).decode())
            self._shoot(page, f"pdf-{sheet.lang}")

    def slack(self, sheet: Sheet) -> None:
        blocks, _ = slack.message(sheet.message)
        drawn = subprocess.run(
            ["node", "-e", SLACK],
            input=json.dumps(blocks),
            capture_output=True,
            text=True,
            check=True,
            cwd=KITS,
        ).stdout
        style = (KITS / "node_modules/slack-blocks-to-jsx/dist/style.css").read_text("utf-8")
        with self._page(700) as page:
            page.set_content(f"<style>{style} body {{ margin: 16px }}</style>{drawn}")
            self._shoot(page, f"slack-{sheet.lang}")

    def teams(self, sheet: Sheet) -> None:
        card = teams.render(sheet.message)["attachments"][0]["content"]
        with self._page(600) as page:
            page.goto(f"{ORIGIN}/")
            page.add_script_tag(url=f"{ORIGIN}/adaptivecards/dist/adaptivecards.js")
            page.evaluate(CARD, card)
            self._shoot(page, f"teams-{sheet.lang}")

    @contextmanager
    def _page(self, width: int, scheme: Any = "light") -> Iterator[Page]:
        """Where only the kits can be fetched."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, device_scale_factor=1
        )
        context.route("**/*", _serve)
        try:
            yield context.new_page()
        finally:
            context.close()

    def _look(self, page: Page, name: str) -> None:
        self._shoot(page, name)
        page.evaluate((KITS / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
        for found in page.evaluate("axe.run()")["violations"]:
            self.problems.append(
                f"{name}: {found['id']}: {found['help']} ({found['nodes'][0]['html'][:120]})"
            )

    def _shoot(self, page: Page, name: str) -> None:
        page.screenshot(path=self._out / f"{name}.png", full_page=True)


def _serve(route: Route) -> None:
    asked = route.request.url
    if asked == f"{ORIGIN}/":
        route.fulfill(body="<!doctype html><meta charset=utf-8><body>", content_type="text/html")
    elif asked.startswith(ORIGIN):
        kind = "text/javascript" if asked.endswith(("js", "mjs")) else None
        route.fulfill(path=KITS / "node_modules" / asked.removeprefix(f"{ORIGIN}/"), content_type=kind)
    else:
        route.abort()


def main() -> int:
    out = KITS / "taken"
    out.mkdir(parents=True, exist_ok=True)
    install = [
        "npm",
        "install",
        "--prefix",
        str(KITS),
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        *PACKAGES,
    ]
    subprocess.run(install, check=True)
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        studio = Studio(browser, out)
        for sheet in sheets(Path(folder)):
            for take in (studio.web, studio.paper, studio.slack, studio.teams):
                take(sheet)
    for problem in studio.problems:
        print(problem)
    print(f"{len(list(out.glob('*.png')))} pictures in {out}: look at them")
    return 1 if studio.problems else 0


if __name__ == "__main__":
    sys.exit(main())
