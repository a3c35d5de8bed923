"""The digest on paper: WeasyPrint lays out less than a browser does, so nothing may lie over anything or off the sheet."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

import pytest

from bot.presenters.digest_spoken import Doing, Spoken
from bot.presenters.digest_words import Words
from bot.web.digest_page import document
from content.catalog import Address, Lang, Voice
from content.markup import rich
from digests.composing import page
from digests.page import Page
from digests.release import Crossing
from tests.support import pages

weasyprint = pytest.importorskip("weasyprint")

SAID = Spoken(
    doing=Doing("Ouvrir Trello au début d'une réunion.", rich("**Premier pas :** choisir la réunion.")),
    became=rich("**Réglé :** « La règle est affichée au quai. » La plupart des personnes le disent. " * 3),
)
TWO_TABLES = replace(
    pages.LARGE,
    personas=Crossing(("Planification des tournées",), ("trust", "fit"), ((35, 20, 25), (17, 20, 63))),
)


@dataclass(frozen=True)
class Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float

    def over(self, other: "Word") -> bool:
        """By more than half of the lower one's height: lines have leading."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 1 and down > min(self.bottom - self.top, other.bottom - other.top) / 2


def printed(html: str) -> Iterator[tuple[float, list[Word]]]:
    """The width of each sheet, and what is written on it."""
    for sheet in weasyprint.HTML(string=html).render().pages:
        boxes = [box for box in sheet._page_box.descendants() if hasattr(box, "text")]
        yield (
            sheet.width,
            [
                Word(
                    box.text,
                    box.position_x,
                    box.position_y,
                    box.position_x + box.width,
                    box.position_y + box.height,
                )
                for box in boxes
                if box.text.strip()
            ],
        )


@pytest.mark.parametrize(
    "made",
    [
        page(pages.round_(TWO_TABLES, number=2, earlier=(pages.SANDRINE,)), pages.MANY, pages.WEEK),
        pages.too_few(),
    ],
    ids=["everything", "nothing"],
)
def test_nothing_lies_over_anything(made: Page) -> None:
    words = Words(made, Voice(Lang.FRENCH, Address.TU), "Trello", date(2026, 11, 23))
    for width, written in printed(document(words, SAID)):
        assert written
        assert [one for one in written if one.left < 0 or one.right > width] == []
        assert [pair for pair in combinations(written, 2) if pair[0].over(pair[1])] == []
