"""One page of the digest in words: what every way of showing it says alike."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from babel.numbers import format_decimal, format_percent

from bot.presenters.action_words import last
from content.blockers import Family
from content.catalog import Voice
from content.days import in_words
from content.markup import RichText
from content.stages import Stage
from content.texts import texts as names
from digests.content import actions, follow_up, proposals, texts
from digests.page import Headline, Page, SayDo, Share, Step, Trend
from digests.release import TOP
from nudges.content import texts as sample_texts
from storage.work import Work

Rows = Sequence[tuple[str, str]]
"""Names, each with its figure in words."""


class Words:
    """A page in one reader's language; `counted` is the reader's date on which it was made.

    `roles` are the labels of personas, by key; one without any is called by its key. `over`: the project had ended by then.
    """

    def __init__(
        self,
        page: Page,
        voice: Voice,
        tool: str,
        counted: date,
        roles: Mapping[str, str] | None = None,
        *,
        over: bool = False,
    ) -> None:
        self.page, self.voice, self.tool, self._roles = page, voice, tool, roles or {}
        self._counted, self._locale, self._over = counted, voice.locale, over

    # ---------------------------------------------------------------- texts and numbers

    def rich(self, key: str, **values: str) -> RichText:
        return texts().rich(key, self.voice, **self.values, **values)

    def text(self, key: str, **values: str) -> str:
        return texts().text(key, self.voice, **values)

    @cached_property
    def values(self) -> dict[str, str]:
        """What the texts of any page may name."""
        page = self.page
        values = {
            "week": self.text("week", number=_number(page.week)),
            "number": _number(page.figures_week),
            "threshold": self.decimal(page.threshold),
            "answered": self.decimal(page.answered),
            "eligible": self.decimal(page.eligible or 0),
            "round": self.decimal(page.round),
            "tool": self.tool,
            "date": in_words(self._counted, self.voice),
            "unreachable": self.decimal(page.unreachable or 0),
        }
        if page.causes:
            values["cause"] = self.cause(page.causes[0].name)
            values["figure"] = self.figure(page.causes[0].share, page.causes[0].trend)
        if page.excuse:
            values["excuse"] = self.cause(page.excuse.name)
            values["said"] = self.said(page.excuse.name)
            values["stated"] = self.percent(page.excuse.stated.share)
            values["confirmed"] = self.percent(page.excuse.confirmed.share) if page.excuse.confirmed else ""
        return values

    def cause(self, name: str) -> str:
        """A blocker, or a family, as a report names it."""
        kind = "family" if name in set(Family) else "blocker_report"
        return names().text(f"{kind}.{name}", self.voice)

    def said(self, name: str) -> str:
        """A blocker in the words of those who state it."""
        return self.text(f"said.{name}")

    def figure(self, share: Share, trend: Trend | None = None) -> str:
        """Count, percentage and interval."""
        figure = self.text(
            "figure",
            count=self.decimal(share.count),
            of=self.decimal(share.of),
            percent=self.percent(share.share),
            low=self.decimal(round(share.low * 100)),
            high=self.decimal(round(share.high * 100)),
        )
        return self.text(f"trend.{trend.value}", figure=figure) if trend else figure

    def decimal(self, number: int) -> str:
        return format_decimal(number, locale=self._locale)

    def percent(self, share: float) -> str:
        return format_percent(share, locale=self._locale)

    # ---------------------------------------------------------------- parts

    def headline(self) -> RichText:
        return self.rich(f"headline.{self.page.headline.value}")

    def excuse(self) -> RichText | None:
        """What was said first, beside what holds people back."""
        if self.page.excuse is None:
            return None
        return self.rich("excuse.both" if self.page.excuse.confirmed else "excuse.stated")

    def basis(self) -> Sequence[RichText]:
        """What the figures rest on."""
        page = self.page
        told = page.headline is not Headline.TOO_FEW
        counted = "answered.of" if page.eligible else "answered.alone"
        lines = [
            (told, counted if page.round == 1 else f"{counted}_round"),
            (bool(page.unreachable), "unreachable"),
            (told and page.figures_week != page.week, "figures_of"),
        ]
        return [self.rich(key) for holds, key in lines if holds]

    def gaps(self) -> Rows:
        gaps = self.page.gaps
        figures = (
            ("excuse", gaps.excuse and self.figure(gaps.excuse)),
            ("need", gaps.need and self.figure(gaps.need)),
            ("say_do", gaps.say_do and self.say_do(gaps.say_do)),
        )
        return [(self.text(f"gap.{name}", tool=self.tool), figure) for name, figure in figures if figure]

    def say_do(self, gap: SayDo) -> str:
        """The gap in points, whichever side of nothing it is on, with its interval."""
        points, low, high = (round(100 * share) for share in (gap.gap, gap.low, gap.high))
        key, told = "same", (points, -low, high)
        if low > 0:
            key, told = "fewer", (points, low, high)
        elif high < 0:
            key, told = "more", (-points, -high, -low)
        values = dict(zip(("points", "low", "high"), map(self.decimal, told), strict=True))
        return self.text(f"say_do.{key}", of=self.decimal(gap.of), **values)

    def group(self, kind: str, name: str) -> str:
        """A team by its name, a persona by its label."""
        return capital(self._roles.get(name, name) if kind == "persona" else name)

    def groups(self) -> Rows:
        """The first cause of each persona and team."""
        return [
            (
                self.text(f"group.{kind}", name=self.group(kind, group.name)),
                self.text(
                    "group.cause",
                    cause=self.cause(group.causes[0].name),
                    figure=self.figure(group.causes[0].share),
                ),
            )
            for kind, groups in (("persona", self.page.personas), ("team", self.page.teams))
            for group in groups[:TOP]
            if group.causes
        ]

    def stages(self) -> Sequence[tuple[str, int]]:
        """The stages of the funnel that may be shown, with their people."""
        return [
            (self.text(f"stage.{step.stage.value}"), step.count)
            for step in self.page.funnel
            if step.count is not None
        ]

    def reached(self) -> str:
        """How many have it in their routine, or are at the furthest stage before, as a sentence; empty: none is told.

        Those who tell others stand beside the way there, and are named only where nothing else may be.
        """
        shown = [step for step in self.page.funnel if step.count is not None]
        if not shown:
            return ""
        step = ([step for step in shown if step.stage is not Stage.ADVOCATE] or shown)[-1]
        return self.text(f"funnel.{step.stage.value}", people=self.people(step), tool=self.tool)

    def people(self, step: Step) -> str:
        return self.text(
            "people.of" if step.share else "people.alone",
            count=self.decimal(step.count or 0),
            of=self.decimal(step.share.of if step.share else 0),
        )

    def standing(self) -> Rows:
        """Routines, and whom the champions' stories have reached."""
        page = self.page
        figures = (
            ("running", page.running, "people.alone"),
            ("ended", page.ended, "people.alone"),
            ("read", page.read, "people.least"),
            ("helped", page.helped, "people.least"),
        )
        return [
            (self.text(f"standing.{name}"), self.text(people, count=self.decimal(count)))
            for name, count, people in figures
            if count is not None
        ]

    def tested(self) -> Rows:
        """What tests on a sample say."""
        return [
            (
                self.text(
                    "tested.name",
                    kind=sample_texts("samples").text(f"kind.{test.kind}", self.voice),
                    name=test.name,
                ),
                self.text(f"tested.{test.word}"),
            )
            for test in self.page.tested
        ]

    def action(self, now: str | None = None) -> RichText:
        """The page's action with what announces it: as it is worded `now`, else as it was proposed."""
        proposed = now or self.proposed()
        return follow_up().rich("proposed", self.voice, action=proposed) if proposed else self.nothing()

    def nothing(self) -> RichText:
        """Why the page proposes nothing."""
        return follow_up().rich("over" if self._over else "nothing", self.voice)

    def proposed(self) -> str:
        """What was proposed when the page was made; empty where there was nothing new."""
        proposal = self.page.proposal
        if proposal is None:
            proposal = f"{self.page.action}.{proposals()[self.page.action][0]}"
        return actions().text(f"{proposal}.text", self.voice, tool=self.tool) if proposal else ""

    def last(self, work: Work) -> RichText | None:
        """What became of the last action; None where there is none, or its words are kept no longer."""
        return last(work, self.page.last, self.voice, self.tool) if self.page.last else None

    def unknown(self) -> RichText | None:
        """What cannot be known; None where there are no figures."""
        if self.page.headline is Headline.TOO_FEW:
            return None
        use = "measured" if self.page.measured else "unmeasured"
        silent = self.page.unknown.silent
        if not silent:
            return self.rich(f"unknown.{use}")
        return self.rich(f"unknown.{use}_silent", teams=", ".join(silent[:TOP]))

    def counted(self) -> RichText:
        return self.rich("counted")


def _number(week: str) -> str:
    """The week's number: "2026-W08" is week 8."""
    return str(int(week.partition("-W")[2]))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
