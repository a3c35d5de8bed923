"""The digest's page as a message: the conclusion first, then what it rests on, one action, one story."""

from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from babel import Locale
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
        blocks: list[Block | None] = [
            Text(self._headline()),
            self._excuse(),
            None if self._too_small else Text(self._rich(self._plural("answered", page.answered))),
            Text(self._rich("unreachable")) if page.unreachable else None,
            None if page.figures_week == page.week else Text(self._rich("figures_of")),
            self._others(),
            self._funnel(),
            Text(
                self._rich("action", action=actions().text(page.action, self._scene.voice, tool=self._tool))
            ),
            self._story(),
            Text(self._rich("helped")) if page.helped else None,
            None if page.headline is Headline.TOO_FEW else Text(self._rich("unknown")),
            Text(self._rich("counted")),
            Buttons(ways_out(self._scene, self._project_id, "digest.weekly")),
        ]
        return Message(tuple(block for block in blocks if block is not None))

    @property
    def _too_small(self) -> bool:
        """Among so few people even the number of answers would point at someone."""
        return self._page.eligible < self._page.threshold

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
            "missing": self._decimal(page.missing),
            "answered": self._decimal(page.answered),
            "eligible": self._decimal(page.eligible),
            "date": self._date(),
            "unreachable": self._decimal(page.unreachable or 0),
            "helped": self._decimal(page.helped or 0),
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

    def _plural(self, key: str, number: int) -> str:
        form = Locale.parse(self._locale).plural_form(number)
        return f"{key}.{'one' if form == 'one' else 'other'}"

    # ---------------------------------------------------------------- parts

    def _headline(self) -> RichText:
        headline = self._page.headline
        if self._too_small:
            return self._rich("headline.too_small")
        if headline is Headline.TOO_FEW:
            return self._rich(self._plural("headline.too_few", self._page.missing))
        return self._rich(f"headline.{headline.value}")

    def _excuse(self) -> Text | None:
        """What was said first, beside what holds people back."""
        excuse = self._page.excuse
        if excuse is None:
            return None
        return Text(self._rich("excuse.both" if excuse.confirmed else "excuse.stated"))

    def _others(self) -> Fields | None:
        """The causes after the first, and the gap between what was said first and what was confirmed."""
        rows = [
            (_capital(self._cause(cause.name)), self._figure(cause.share, cause.trend))
            for cause in self._page.causes[1:]
        ]
        if self._page.shifted:
            rows.append((self._text("shifted"), self._figure(self._page.shifted)))
        return Fields(tuple(rows)) if rows else None

    def _funnel(self) -> Block | None:
        """A bar per stage that may be shown; the title is the furthest one, in words."""
        shown = [(step, step.share) for step in self._page.funnel if step.share]
        if not shown:
            return None
        step, share = shown[-1]
        title = self._text(
            f"funnel.{step.stage.value}",
            count=self._decimal(share.count),
            of=self._decimal(share.of),
            tool=self._tool,
        )
        if step.trend:
            title = self._text(f"trend.{step.trend.value}", figure=title)
        if len(shown) == 1:
            return Text(literal(title))
        points = tuple((self._text(f"stage.{step.stage.value}"), float(share.count)) for step, share in shown)
        return Chart(title, points)

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
