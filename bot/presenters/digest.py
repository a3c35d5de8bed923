"""The digest's page as a message: the conclusion first, then what it rests on, one action, one story."""

from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from bot.platforms.port import Block, Buttons, Chart, Fields, Message, Quote, Text
from bot.presenters.ways import ways_out
from bot.scene import Args, Presenter, Scene
from content.blockers import Family
from content.markup import RichText, literal
from content.texts import texts as names
from digests.content import actions, texts
from digests.outlook import DAYS
from digests.outlook import outlook as expected
from digests.page import Headline, Page, Share, Trend
from digests.release import TOP
from digests.suppression import THRESHOLD
from nudges import sharing
from nudges.schedule import local_date
from projects.service import definition
from storage.models import Project, Role


def weekly(scene: Scene, args: Args) -> Message | None:
    """The page of one week. None for who leads the project no longer, or where there is no such page."""
    membership = scene.work.projects.member(args["project"], scene.person.id)
    digest = scene.work.digests.of_week(args["project"], args["week"])
    if digest is None or membership is None or membership.role is not Role.LEAD:
        return None
    project = scene.work.projects.get(args["project"])
    return _Sheet(scene, project, Page.from_json(digest.page), digest.published_at).message()


def outlook(scene: Scene, args: Args) -> Message | None:
    """How many people hear from the coach in the days to come. None for who leads the project no longer."""
    membership = scene.work.projects.member(args["project"], scene.person.id)
    if membership is None or membership.role is not Role.LEAD:
        return None
    project = scene.work.projects.get(args["project"])
    foreseen = scene.work.agenda.foreseen(project.id, scene.now + timedelta(days=DAYS))
    locale, voice = scene.voice.locale, scene.voice
    common = {"tool": definition(project).tool, "threshold": str(THRESHOLD)}

    def people(count: int) -> str:
        return texts().text("outlook.people", voice, count=format_decimal(count, locale=locale))

    blocks: list[Block] = []
    for week in expected(foreseen, scene.timezone):
        counted = [
            (format_date(day, "EEEE d MMMM", locale=locale), people(count)) for day, count in week.days
        ]
        if week.others != 0:
            few = texts().text("outlook.few", voice, **common)
            others = few if week.others is None else people(week.others)
            label = "outlook.others" if counted else "outlook.whole"
            counted.append((texts().text(label, voice), others))
        monday = format_date(week.begins, "d MMMM", locale=locale)
        blocks += [Text(texts().rich("outlook.week", voice, day=monday)), Fields(tuple(counted))]
    key = "outlook.intro" if blocks else "outlook.nothing"
    return Message((Text(texts().rich(key, voice, **common)), *blocks))


def help_(scene: Scene, _args: Args) -> Message:
    return Message((Text(texts().rich("help", scene.voice)),))


def not_lead(scene: Scene, _args: Args) -> Message:
    return Message((Text(texts().rich("not_lead", scene.voice, threshold=str(THRESHOLD))),))


PRESENTERS: dict[str, Presenter] = {
    "digest.weekly": weekly,
    "digest.outlook": outlook,
    "digest.help": help_,
    "digest.not_lead": not_lead,
}


class _Sheet:
    """One page in one lead's language."""

    def __init__(self, scene: Scene, project: Project, page: Page, published_at: datetime) -> None:
        self._scene, self._page, self._published_at = scene, page, published_at
        self._project_id = project.id
        self._tool = definition(project).tool
        self._locale = scene.voice.locale

    def message(self) -> Message:
        page = self._page
        told = page.headline is not Headline.TOO_FEW
        blocks: list[Block | None] = [
            Text(self._headline()),
            self._excuse(),
            Text(self._answered()) if told else None,
            Text(self._rich("unreachable")) if page.unreachable else None,
            Text(self._rich("figures_of")) if told and page.figures_week != page.week else None,
            self._others(),
            self._shift(),
            self._groups(),
            self._funnel(),
            self._standing(),
            Text(
                self._rich("action", action=actions().text(page.action, self._scene.voice, tool=self._tool))
            ),
            self._story(),
            Text(self._unknown()) if told else None,
            Text(self._rich("counted")),
            Buttons(ways_out(self._scene, self._project_id, "digest.weekly")),
        ]
        return Message(tuple(block for block in blocks if block is not None))

    # ---------------------------------------------------------------- words and numbers

    def _rich(self, key: str, **values: str) -> RichText:
        return texts().rich(key, self._scene.voice, **self._common, **values)

    def _text(self, key: str, **values: str) -> str:
        return texts().text(key, self._scene.voice, **values)

    @cached_property
    def _common(self) -> dict[str, str]:
        """What the texts of any page may name."""
        page = self._page
        values = {
            "week": self._text("week", number=_number(page.week)),
            "number": _number(page.figures_week),
            "threshold": self._decimal(page.threshold),
            "answered": self._decimal(page.answered),
            "eligible": self._decimal(page.eligible or 0),
            "round": self._decimal(page.round),
            "tool": self._tool,
            "date": self._date(),
            "unreachable": self._decimal(page.unreachable or 0),
        }
        if page.causes:
            values["cause"] = self._cause(page.causes[0].name)
            values["figure"] = self._figure(page.causes[0].share, page.causes[0].trend)
        if page.excuse:
            values["excuse"] = self._cause(page.excuse.name)
            values["said"] = self._text(f"said.{page.excuse.name}")
            values["stated"] = self._percent(page.excuse.stated.share)
            values["confirmed"] = self._percent(page.excuse.confirmed.share) if page.excuse.confirmed else ""
        return values

    def _cause(self, name: str) -> str:
        """A blocker, or a family, as a report names it."""
        kind = "family" if name in set(Family) else "blocker_report"
        return names().text(f"{kind}.{name}", self._scene.voice)

    def _figure(self, share: Share, trend: Trend | None = None) -> str:
        figure = self._text(
            "figure",
            count=self._decimal(share.count),
            of=self._decimal(share.of),
            percent=self._percent(share.share),
            low=self._decimal(round(share.low * 100)),
            high=self._decimal(round(share.high * 100)),
        )
        return self._text(f"trend.{trend.value}", figure=figure) if trend else figure

    def _decimal(self, number: int) -> str:
        return format_decimal(number, locale=self._locale)

    def _percent(self, share: float) -> str:
        return format_percent(share, locale=self._locale)

    def _date(self) -> str:
        local = self._published_at.astimezone(ZoneInfo(self._scene.timezone))
        return format_date(local, format="long", locale=self._locale)

    # ---------------------------------------------------------------- parts

    def _headline(self) -> RichText:
        return self._rich(f"headline.{self._page.headline.value}")

    def _answered(self) -> RichText:
        counted = "answered.of" if self._page.eligible else "answered.alone"
        return self._rich(counted if self._page.round == 1 else f"{counted}_round")

    def _excuse(self) -> Text | None:
        """What was said first, beside what holds people back."""
        excuse = self._page.excuse
        if excuse is None:
            return None
        return Text(self._rich("excuse.both" if excuse.confirmed else "excuse.stated"))

    def _others(self) -> Fields | None:
        """The causes after the first, and the gaps."""
        gaps = self._page.gaps
        rows = [
            (_capital(self._cause(cause.name)), self._figure(cause.share, cause.trend))
            for cause in self._page.causes[1:]
        ]
        rows += [
            (self._text(f"gap.{name}", tool=self._tool), self._figure(share))
            for name, share in (("excuse", gaps.excuse), ("need", gaps.need))
            if share
        ]
        return Fields(tuple(rows)) if rows else None

    def _shift(self) -> Fields | None:
        """For each thing that was said first: what it was for."""
        matrix = self._page.matrix
        if matrix is None:
            return None
        rows = []
        for stated, counts in zip(matrix.stated, matrix.counts, strict=False):
            parts = [
                self._text("shift.part", cause=self._cause(cause), count=self._decimal(n))
                for cause, n in sorted(
                    zip(matrix.confirmed, counts, strict=False), key=lambda pair: (-pair[1], pair[0])
                )
                if n
            ]
            parts.append(self._text("shift.others", count=self._decimal(counts[-1])))
            said, count = self._text(f"said.{stated}"), self._decimal(sum(counts))
            rows.append((self._text("shift.said", said=said, count=count), ", ".join(parts)))
        return Fields(tuple(rows))

    def _groups(self) -> Fields | None:
        """The first cause of each persona and team."""
        rows = [
            (
                self._text(f"group.{kind}", name=_capital(group.name)),
                self._text(
                    "group.cause",
                    cause=self._cause(group.causes[0].name),
                    figure=self._figure(group.causes[0].share),
                ),
            )
            for kind, groups in (("persona", self._page.personas), ("team", self._page.teams))
            for group in groups[:TOP]
            if group.causes
        ]
        return Fields(tuple(rows)) if rows else None

    def _funnel(self) -> Block | None:
        """A bar per stage that may be shown; the title is the furthest one, in words."""
        shown = [(step, step.count) for step in self._page.funnel if step.count is not None]
        if not shown:
            return None
        step, count = shown[-1]
        people = self._text(
            "people.of" if step.share else "people.alone",
            count=self._decimal(count),
            of=self._decimal(step.share.of if step.share else 0),
        )
        title = self._text(f"funnel.{step.stage.value}", people=people, tool=self._tool)
        if len(shown) == 1:
            return Text(literal(title))
        points = tuple((self._text(f"stage.{step.stage.value}"), float(count)) for step, count in shown)
        return Chart(title, points)

    def _standing(self) -> Fields | None:
        """Routines, and whom the champions' stories have reached."""
        page = self._page
        figures = (
            ("running", page.running, "people.alone"),
            ("ended", page.ended, "people.alone"),
            ("read", page.read, "people.least"),
            ("helped", page.helped, "people.least"),
        )
        rows = [
            (self._text(f"standing.{name}"), self._text(people, count=self._decimal(count)))
            for name, count, people in figures
            if count is not None
        ]
        return Fields(tuple(rows)) if rows else None

    def _unknown(self) -> RichText:
        use = "measured" if self._page.measured else "unmeasured"
        silent = self._page.unknown.silent
        if not silent:
            return self._rich(f"unknown.{use}")
        return self._rich(f"unknown.{use}_silent", teams=", ".join(silent[:TOP]))

    def _story(self) -> Quote | None:
        """The story's words, if they are still consented to at this moment."""
        work = self._scene.work
        story = work.testimonials.find(self._page.story) if self._page.story else None
        if story is None or not sharing.may_be_shown(
            story, local_date(self._scene.now, self._scene.timezone)
        ):
            return None
        name = sharing.signed(work, story, self._text("nobody"))
        return Quote(sharing.text_of(work, story), self._text("story", name=name))


def _number(week: str) -> str:
    """The week's number: "2026-W08" is week 8."""
    return str(int(week.partition("-W")[2]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
