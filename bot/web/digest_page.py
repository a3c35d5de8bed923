"""The digest as one document: what its template is filled with, and its charts, drawn once per page and language."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from bot.presenters.digest_spoken import SILENT, Spoken
from bot.presenters.digest_words import Words, capital
from bot.web import charts
from bot.web.charts import Bar
from content.catalog import Catalog, Lang, Voice
from content.markup import RichText, Style
from digests.page import Cause, Matrix, SayDo, Share
from digests.release import TOP

CHARTS_KEPT = 256
"""Two charts of a page in one language are about 5 kB."""

HEAT = 5
"""Shades of the table of what was said and what it was."""

TAGS = {
    Style.PLAIN: Markup("{}"),
    Style.STRONG: Markup("<strong>{}</strong>"),
    Style.SOFT: Markup("<em>{}</em>"),
}


@dataclass(frozen=True)
class Around:
    """What a reader by a link finds beside the page: until when (a local date in words), and the way to the rest."""

    expires: str
    pdf: str
    csv: str
    other: str


@dataclass(frozen=True)
class Cell:
    """`heat` from 0 to `HEAT` by the share of the row; `same`: what was said first is what it was."""

    people: str
    heat: int
    same: bool


@cache
def texts() -> Catalog:
    """Raises `content.loader.ContentError` if a file is broken."""
    return Catalog.load(files("bot") / "texts" / "digest_page")


@cache
def stylesheet() -> str:
    return (files("bot.web") / "static" / "digest.css").read_text("utf-8")


@cache
def style_hash() -> str:
    """What a Content-Security-Policy names the stylesheet by, as it stands in a document."""
    return b64encode(sha256(stylesheet().encode()).digest()).decode()


@cache
def _templates() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["rich"] = _markup
    environment.filters["capital"] = capital
    return environment


def document(words: Words, said: Spoken = SILENT, around: Around | None = None) -> str:
    """The page as HTML that needs nothing from anywhere."""
    return _filled(
        "digest.html",
        sheet=Sheet(words),
        words=words,
        page=words.page,
        said=said,
        around=around,
    )


@cache
def closed() -> str:
    """What stands where no page is, whatever the reason, in both languages."""
    return _notice("closed")


@cache
def busy() -> str:
    """What stands there for who has asked too often, in both languages."""
    return _notice("busy")


def _notice(key: str) -> str:
    voices = {"french": Voice(Lang.FRENCH), "english": Voice(Lang.ENGLISH)}
    return _filled("notice.html", texts=texts(), key=key, **voices)


def _filled(template: str, **values: object) -> str:
    source = (files("bot.web") / "templates" / template).read_text("utf-8")
    return _templates().from_string(source).render(stylesheet=Markup(stylesheet()), **values)  # noqa: S704 - our own file


def _markup(text: RichText) -> Markup:
    """Spans as HTML; their text stays text."""
    return Markup("").join(TAGS[span.style].format(span.text) for span in text)


class Sheet:
    """What the template asks for beside the words that every way of showing a page shares."""

    def __init__(self, words: Words) -> None:
        self._words, self._page = words, words.page

    def say(self, key: str, **values: str) -> str:
        return texts().text(key, self._words.voice, **(self._words.values | values))

    def lead(self) -> str | None:
        """What is said under the conclusion."""
        excuse = self._page.excuse
        if not self._page.causes:
            return self.say("lead.too_few")
        return self.say("lead.both" if excuse.confirmed else "lead.stated") if excuse else None

    # ---------------------------------------------------------------- figures

    def range(self, share: Share) -> str:
        """The interval, in percent."""
        low, high = (self._words.percent(end) for end in (share.low, share.high))
        return self.say("table.range", low=low, high=high)

    def between(self, share: Share) -> str:
        low, high = (self._words.percent(end) for end in (share.low, share.high))
        return self.say("number.between", low=low, high=high)

    def points(self, gap: SayDo) -> str:
        """By how many points fewer or more did it; neither where the interval of the gap includes none."""
        if gap.low <= 0 <= gap.high:
            return self.say("gaps.same")
        return self.say("gaps.points", points=self._signed(-gap.gap))

    def within(self, gap: SayDo) -> str:
        """The interval of `points`, and of how many people."""
        low, high = self._signed(-gap.high), self._signed(-gap.low)
        return self.say("gaps.within", low=low, high=high, of=self._words.decimal(gap.of))

    def _signed(self, share: float) -> str:
        """In points, with its sign."""
        points = round(100 * share)
        sign = "\N{MINUS SIGN}" if points < 0 else "+" if points else ""
        return sign + self._words.decimal(abs(points))

    def trend(self, cause: Cause) -> str:
        return self.say(f"trend.{cause.trend.value}") if cause.trend else self.say("table.none")

    # ---------------------------------------------------------------- causes

    def causes_title(self) -> str:
        """Whether the first cause is clearly the first: their intervals do not overlap."""
        names = [capital(self._words.cause(cause.name)) for cause in self._page.causes]
        if len(names) == 1:
            return self.say("causes.alone", first=names[0])
        (first, second) = self._page.causes[:2]
        clearly = first.share.low > second.share.high
        return self.say(
            "causes.ahead" if clearly else "causes.close",
            first=names[0],
            second=self._words.cause(second.name),
        )

    def causes_chart(self) -> Markup:
        drawn = [
            Bar(
                capital(self._words.cause(cause.name)),
                self._words.percent(cause.share.share),
                cause.share.share,
                (cause.share.low, cause.share.high),
                first=place == 0,
            )
            for place, cause in enumerate(self._page.causes)
        ]
        return _chart("causes", self.causes_title(), self.say("causes.about"), tuple(drawn))

    # ---------------------------------------------------------------- what was said, what it was

    def shift_title(self, matrix: Matrix) -> str:
        """The largest single cell in a sentence."""
        count, stated, confirmed, of = max(
            (n, stated, confirmed, sum(counts))
            for stated, counts in zip(matrix.stated, matrix.counts, strict=False)
            for confirmed, n in zip(matrix.confirmed, counts, strict=False)
        )
        return self.say(
            "shift.kept" if stated == confirmed else "shift.moved",
            of=self._words.decimal(of),
            count=self._words.decimal(count),
            said=self._words.said(stated),
            cause=self._words.cause(confirmed),
        )

    def shift_rows(self, matrix: Matrix) -> Sequence[tuple[str, Sequence[Cell]]]:
        rows = []
        for stated, counts in zip((*matrix.stated, None), matrix.counts, strict=True):
            label = (
                self.say("shift.said", said=self._words.said(stated))
                if stated
                else self.say("shift.other_said")
            )
            cells = [
                Cell(
                    self._words.decimal(n),
                    round(n / max(sum(counts), 1) * HEAT),
                    stated is not None and stated == confirmed,
                )
                for confirmed, n in zip((*matrix.confirmed, None), counts, strict=True)
            ]
            rows.append((label, cells))
        return rows

    def unknown(self) -> Sequence[str]:
        """What cannot be known, one thing after the other; nothing where there are no figures."""
        page = self._page
        if not page.causes:
            return ()
        silent = page.unknown.silent[:TOP]
        return [
            self.say("unknown.silent", teams=", ".join(silent)) if silent else self.say("unknown.silence"),
            self.say("unknown.small"),
            *([] if page.measured else [self.say("unknown.use")]),
        ]

    # ---------------------------------------------------------------- the funnel

    def funnel_chart(self) -> Markup:
        """Out of the eligible where they are told, else beside the largest stage."""
        shown = [step for step in self._page.funnel if step.count is not None]
        most = max((step.count or 0 for step in shown), default=0) or 1
        drawn = [
            Bar(
                self._words.text(f"stage.{step.stage.value}"),
                self._words.people(step),
                step.share.share if step.share else (step.count or 0) / most,
                (step.share.low, step.share.high) if step.share else None,
            )
            for step in shown
        ]
        about = "funnel.about" if all(step.share for step in shown) else "funnel.about_counts"
        return _chart("funnel", self._words.reached(), self.say(about), tuple(drawn))


@lru_cache(maxsize=CHARTS_KEPT)
def _chart(name: str, title: str, about: str, drawn: tuple[Bar, ...]) -> Markup:
    return Markup(charts.bars(name, title, about, drawn))  # noqa: S704 - made by an XML writer
