"""The digest's page as a message: the conclusion first, then what it rests on, one action, one story."""

from collections.abc import Sequence
from functools import partial

from babel.numbers import format_decimal

from bot.platforms.port import Block, Button, Buttons, Chart, Fields, Message, Quote, Table, Text
from bot.presenters import actions
from bot.presenters.digest_spoken import Spoken, spoken
from bot.presenters.digest_words import Rows, Words, capital
from bot.presenters.idea_words import DigestIdeas, excerpt, standing_of
from bot.presenters.report_links import see
from bot.presenters.ways import ways_out
from bot.scene import Args, Presenter, Scene
from content.catalog import Voice
from content.days import DAY_AND_MONTH, WITH_WEEKDAY, in_words
from content.markup import literal
from digests.content import texts
from digests.ideas import Order
from digests.page import Matrix, Page
from digests.suppression import THRESHOLD
from nudges.schedule import local_date
from projects.service import definition
from storage.models import Digest, Project, Role

COMMANDS = (
    "digest",
    "page",
    "actions",
    "plan",
    "preview",
    "schedule",
    "send",
    "pilot",
    "champions",
    "readers",
)
"""What a lead may write, in the order of the help."""


def weekly(scene: Scene, args: Args) -> Message | None:
    """The page of one week. None for who leads the project no longer, or where there is no such page.

    Two rows of three buttons at most: under the action, and at the end; "stop" is behind "why this?" where there is no room.
    """
    membership = scene.work.projects.member(args["project"], scene.person.id)
    digest = scene.work.digests.of_week(args["project"], args["week"])
    if digest is None or membership is None or membership.role is not Role.LEAD:
        return None
    project = scene.work.projects.get(args["project"])
    words = words_of(project, digest, scene.voice, scene.timezone)
    said = spoken(scene.work, words, project.id, scene.timezone)
    action, pressable = actions.of_page(scene, project.id, words)
    page = blocks(words, said, action)
    ways = ways_out(scene, project.id, "digest.weekly")
    below = [*see(scene, project.id, digest.week), *(ways[-1:] if pressable or said.ideas else ways)]
    if said.ideas is None:
        return Message((*page, Buttons(tuple(below))))
    board = Button("idea.board", f"{project.id}|{Order.OPEN}|0", said.ideas.title)
    return Message((*page, *top_ideas(said.ideas), Buttons((board, *below))))


def words_of(project: Project, digest: Digest, voice: Voice, timezone: str) -> Words:
    """A published page as it reads to somebody in this zone."""
    counted = local_date(digest.published_at, timezone)
    file = definition(project)
    over = project.ends_on is not None and counted > project.ends_on
    return Words(Page.from_json(digest.page), voice, file.tool, counted, file.roles(voice), over=over)


def blocks(words: Words, said: Spoken, action: Sequence[Block] = ()) -> tuple[Block, ...]:
    """The page itself, without ideas; `action` is its action with what can be pressed, where something can."""
    excuse, unknown = words.excuse(), words.unknown()
    parts: list[Block | None] = [
        Text(words.headline()),
        Text(excuse) if excuse else None,
        *(action or _action(words, said)),
        Text(said.became) if said.became else None,
        Quote(said.story.text, said.story.by) if said.story else None,
        *(Text(line) for line in words.basis()),
        _others(words),
        _shift(words),
        _fields(words.groups()),
        _funnel(words),
        _fields(words.standing()),
        _fields(words.tested()),
        Text(unknown) if unknown else None,
        Text(words.counted()),
    ]
    return tuple(part for part in parts if part is not None)


def top_ideas(ideas: DigestIdeas) -> tuple[Block, ...]:
    """The beginnings of the ideas that most people support, as they are now."""
    rows = tuple((excerpt(idea.text), standing_of(idea)) for idea in ideas.top)
    return (Text(ideas.heading), Fields(rows)) if rows else ()


def outlook(scene: Scene, args: Args) -> Message | None:
    """How many people hear from the coach in the days to come, as the page of `week` has it. None for who leads no longer.

    Two looks tell no more than one, so that nobody can see what became of an interview in between.
    """
    membership = scene.work.projects.member(args["project"], scene.person.id)
    digest = scene.work.digests.of_week(args["project"], args["week"])
    if digest is None or membership is None or membership.role is not Role.LEAD:
        return None
    project = scene.work.projects.get(args["project"])
    locale, voice = scene.voice.locale, scene.voice
    common = {"tool": definition(project).tool, "threshold": str(THRESHOLD)}

    def people(count: int) -> str:
        return texts().text("outlook.people", voice, count=format_decimal(count, locale=locale))

    blocks: list[Block] = []
    for week in Page.from_json(digest.page).ahead:
        counted = [(in_words(day, voice, WITH_WEEKDAY), people(count)) for day, count in week.days]
        if week.others != 0:
            few = texts().text("outlook.few", voice, **common)
            others = few if week.others is None else people(week.others)
            label = "outlook.others" if counted else "outlook.whole"
            counted.append((texts().text(label, voice), others))
        monday = in_words(week.begins, voice, DAY_AND_MONTH)
        blocks += [Text(texts().rich("outlook.week", voice, day=monday)), Fields(tuple(counted))]
    key = "outlook.intro" if blocks else "outlook.nothing"
    return Message((Text(texts().rich(key, voice, **common)), *blocks))


def help_(scene: Scene, _args: Args) -> Message:
    say = partial(texts().text, voice=scene.voice)
    rows = tuple((say(f"help.{command}"), say(f"help.{command}_for")) for command in COMMANDS)
    return Message((Text(texts().rich("help.intro", scene.voice)), Fields(rows)))


def not_lead(scene: Scene, _args: Args) -> Message:
    return Message((Text(texts().rich("not_lead", scene.voice, threshold=str(THRESHOLD))),))


PRESENTERS: dict[str, Presenter] = {
    "digest.weekly": weekly,
    "digest.outlook": outlook,
    "digest.help": help_,
    "digest.not_lead": not_lead,
}


def _action(words: Words, said: Spoken) -> tuple[Block, ...]:
    """What there is to do, where nothing can be pressed."""
    stands = said.doing.stands if said.doing else None
    what = Text(words.action(said.doing.what if said.doing else None))
    return (what, Text(stands)) if stands else (what,)


def _others(words: Words) -> Fields | None:
    """The causes after the first, and the gaps."""
    rows = [
        (capital(words.cause(cause.name)), words.figure(cause.share, cause.trend))
        for cause in words.page.causes[1:]
    ]
    return _fields([*rows, *words.gaps()])


def _shift(words: Words) -> Table | None:
    """What was said first beside what it was; the title says what hides behind the words most often."""
    matrix = words.page.matrix
    if matrix is None:
        return None
    other = words.text("shift.other")
    rows = [
        (name, *map(words.decimal, counts), words.decimal(sum(counts)))
        for name, counts in zip(
            (*(words.text("shift.row", said=words.said(name)) for name in matrix.stated), capital(other)),
            matrix.counts,
            strict=True,
        )
    ]
    columns = (
        words.text("shift.first"),
        *(capital(words.cause(cause)) for cause in matrix.confirmed),
        capital(other),
        words.text("shift.all"),
    )
    return Table(_hidden(words, matrix), columns, tuple(rows))


def _hidden(words: Words, matrix: Matrix) -> str:
    """The cause that is behind what was said first more often than any other."""
    moved = [
        (counts[place], said, cause, sum(counts))
        for said, counts in zip(matrix.stated, matrix.counts, strict=False)
        for place, cause in enumerate(matrix.confirmed)
        if cause != said and counts[place]
    ]
    if not moved:
        return words.text("shift.title")
    count, said, cause, of = max(moved)
    return words.text(
        "shift.hidden",
        said=words.said(said),
        cause=words.cause(cause),
        count=words.decimal(count),
        of=words.decimal(of),
    )


def _funnel(words: Words) -> Block | None:
    """A bar per stage that may be shown; the title is what a lead wants to see first, in words."""
    stages = words.stages()
    if len(stages) < 2:
        return Text(literal(words.reached())) if stages else None
    return Chart(words.reached(), tuple((name, float(count)) for name, count in stages))


def _fields(rows: Rows) -> Fields | None:
    return Fields(tuple(rows)) if rows else None
