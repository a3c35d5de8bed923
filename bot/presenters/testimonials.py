"""Testimonials as messages and as a form. A text is shown exactly as it was consented to, or not at all."""

from datetime import date

from bot.platforms.port import Block, Buttons, Choice, FieldKind, Form, FormField, Message, Text
from bot.presenters.stories import NAMED, button, first_of, say, words
from bot.presenters.ways import at_rest, ways_out
from bot.scene import Args, FormPresenter, Presenter, Scene
from content.blockers import Blocker
from content.days import in_words
from content.texts import texts as names
from nudges import gains, sharing
from nudges.content import texts
from nudges.hints import hints
from nudges.plan import story_answers
from nudges.schedule import local_date
from nudges.sharing import Reaction
from nudges.testimonials import ANSWERABLE, LONGEST, signature
from projects.service import definition
from storage.models import Naming, Testimonial, TestimonialStatus

WITHDRAW = "testimonial.withdraw"
EXCERPT = 60
"""Characters by which an author recognises a text in a list."""

HINTS = 2
"""Hints given at once; more would be marks."""


def form(scene: Scene, context: str) -> Form:
    """`project_id|last day of consent|testimonial_id`: without a project the person chooses one; the last is told again."""
    project_id, expires, earlier = (*context.split("|"), "", "")[:3]
    person, voice = scene.person, scene.voice
    before = _own(scene, earlier)
    fields: list[FormField] = []
    if not project_id:
        projects = tuple((p.id, definition(p).name) for _, p in scene.work.projects.of_person(person.id))
        fields.append(_field(scene, "project", FieldKind.CHOICE, options=projects))
    obstacles = tuple((blocker.value, names().text(f"blocker.{blocker}", voice)) for blocker in ANSWERABLE)
    signatures = (
        (Naming.FULL.value, signature(person.name, person.team, full=True)),
        (Naming.FIRST_NAME_AND_TEAM.value, signature(person.name, person.team, full=False)),
        (Naming.ANONYMOUS.value, texts("testimonials").text("naming.anonymous", voice)),
    )
    return Form(
        name="testimonial",
        title=texts("testimonials").text("form.title", voice),
        intro=texts("testimonials").rich("form.intro", voice),
        fields=(
            *fields,
            _field(
                scene,
                "text",
                FieldKind.PARAGRAPH,
                hint=texts("testimonials").text("form.text_hint", voice),
                max_length=LONGEST,
                initial=sharing.text_of(scene.work, before) if before else "",
            ),
            _field(
                scene,
                "blocker",
                FieldKind.CHOICE,
                options=obstacles,
                initial=before.blocker if before else "",
            ),
            _field(
                scene,
                "second_blocker",
                FieldKind.CHOICE,
                options=obstacles,
                required=False,
                initial=(before.second_blocker or "") if before else "",
            ),
            _field(
                scene,
                "gain",
                FieldKind.LINE,
                hint=texts("testimonials").text("form.gain_hint", voice),
                max_length=gains.LONGEST,
                required=False,
                initial=sharing.gain_of(scene.work, before) if before else "",
            ),
            _field(
                scene,
                "naming",
                FieldKind.CHOICE,
                options=signatures,
                initial=before.naming.value if before else "",
            ),
            _field(scene, "consent", FieldKind.CONSENT, date=_day(scene, date.fromisoformat(expires))),
        ),
        submit=texts("testimonials").text("form.submit", voice),
        context=context,
    )


def thanks(scene: Scene, args: Args) -> Message | None:
    """To the author, at once: who reads it first, and, until they say `kept`, what would make it easier to recognise."""
    row = _own(scene, args["testimonial"])
    if row is None or row.status is TestimonialStatus.WITHDRAWN:
        return None
    key, values = _read_by(scene, row)
    text = Text(texts("testimonials").rich(key, scene.voice, **values))
    withdraw = button(scene, WITHDRAW, row.id, "withdraw_button")
    lacks = [] if "kept" in args or row.status is not TestimonialStatus.SUBMITTED else _hints(scene, row)
    if not lacks:
        return Message((text, Buttons((withdraw,))))
    choices = Buttons(
        (
            button(scene, "testimonial.keep", row.id, "keep_button"),
            button(scene, "testimonial.rewrite", row.id, "again_in_words_button"),
            withdraw,
        )
    )
    return Message((text, *lacks, choices))


def refused(scene: Scene, args: Args) -> Message:
    """Why a text was not taken, and the form again."""
    text = Text(texts("testimonials").rich(f"refused.{args['problem']}", scene.voice))
    return Message((text, Buttons((button(scene, "testimonial.open", "-", "again_button"),))))


def share(scene: Scene, args: Args) -> Message | None:
    """To somebody with the same obstacle. None once withdrawn or run out, or if it no longer fits the person."""
    row = _shown(scene, args["share"])
    if row is None or at_rest(scene) or not scene.arms(row.project_id).stories:
        return None
    found = scene.obstacles(row.project_id)
    answered = _answered(row, story_answers(found))
    if answered is None:
        return None
    answers = (
        button(scene, "testimonial.react", f"{args['share']}|{Reaction.ME}", "me_button"),
        button(scene, "testimonial.react", f"{args['share']}|{Reaction.NOT_ME}", "not_me_button"),
        button(scene, "question.open", args["share"], "ask_button"),
    )
    ways = ways_out(scene, row.project_id, "testimonial.share", args["share"])
    return Message((*_story(scene, row, answered), Buttons((*answers, *ways))))


def reacted(scene: Scene, args: Args) -> Message | None:
    """The story with what the person said of it, and still the question to its author."""
    row = _shown(scene, args["share"])
    given = scene.work.testimonials.find_share(args["share"])
    if row is None or given is None or given.reaction is None:
        return None
    told = Text(texts("testimonials").rich(f"reacted.{given.reaction}", scene.voice))
    ask = Buttons((button(scene, "question.open", args["share"], "ask_button"),))
    asked = scene.work.stories.question_of(args["share"]) is not None
    found = scene.obstacles(row.project_id)
    answered = _answered(row, story_answers(found)) or Blocker(row.blocker)
    return Message((*_story(scene, row, answered), told, *(() if asked else (ask,))))


def gone(scene: Scene, _args: Args) -> Message:
    return say(scene, "gone")


def withdrawn(scene: Scene, _args: Args) -> Message:
    return say(scene, "withdrawn")


def nothing_to_withdraw(scene: Scene, _args: Args) -> Message:
    return say(scene, "none")


def pick(scene: Scene, _args: Args) -> Message | None:
    """Which of several texts to withdraw."""
    rows = sharing.live_of(scene.work, scene.person.id)
    if not rows:
        return None
    options = tuple((row.id, _excerpt(sharing.text_of(scene.work, row))) for row in rows)
    label = texts("testimonials").text("pick_label", scene.voice)
    text = Text(texts("testimonials").rich("pick", scene.voice))
    return Message((text, Choice(WITHDRAW, label, options)))


def stranger(scene: Scene, _args: Args) -> Message:
    return say(scene, "stranger")


def not_own(scene: Scene, _args: Args) -> Message:
    return say(scene, "not_own")


def decided(scene: Scene, _args: Args) -> Message:
    return say(scene, "decided")


def _field(
    scene: Scene,
    key: str,
    kind: FieldKind,
    *,
    hint: str = "",
    options: tuple[tuple[str, str], ...] = (),
    max_length: int = 3000,
    required: bool = True,
    initial: str = "",
    **values: str,
) -> FormField:
    label = texts("testimonials").text(f"form.{key}", scene.voice, **values)
    return FormField(key, kind, label, hint, required, options, max_length, initial)


def _own(scene: Scene, testimonial_id: str) -> Testimonial | None:
    row = scene.work.testimonials.find(testimonial_id) if testimonial_id else None
    return row if row and row.author_id == scene.person.id else None


def _read_by(scene: Scene, row: Testimonial) -> tuple[str, dict[str, str]]:
    """The text that says who reads it first; many readers are not listed."""
    readers = sharing.readers_of(scene.work, row)
    if not readers:
        return "no_lead", {}
    if len(readers) > NAMED:
        return "thanks_lead", {}
    return "thanks", {"lead": first_of(scene, readers, style="or")}


def _hints(scene: Scene, row: Testimonial) -> list[Block]:
    """What a colleague would miss, and a line on before and after that could not be read."""
    lacks = [hint.value for hint in hints(sharing.text_of(scene.work, row), scene.voice.lang)]
    counted = gains.parse(sharing.gain_of(scene.work, row)) if row.gain else None
    if row.gain and counted is None:
        lacks.append("gain_unread")
    return [Text(texts("testimonials").rich(f"hint.{hint}", scene.voice)) for hint in lacks[:HINTS]]


def _shown(scene: Scene, share_id: str) -> Testimonial | None:
    """The testimonial of a share of this person, while it may be shown."""
    given = scene.work.testimonials.find_share(share_id)
    if given is None or given.person_id != scene.person.id:
        return None
    row = scene.work.testimonials.find(given.testimonial_id)
    return row if row and sharing.may_be_shown(row, local_date(scene.now, scene.timezone)) else None


def _answered(row: Testimonial, obstacles: tuple[Blocker, ...]) -> Blocker | None:
    """Which of these obstacles the story answers: its main one where it can."""
    told = [Blocker(blocker) for blocker in (row.blocker, row.second_blocker) if blocker]
    return next((blocker for blocker in told if blocker in obstacles), None)


def _story(scene: Scene, row: Testimonial, answered: Blocker) -> tuple[Block, ...]:
    blocker = names().text(f"blocker.{answered}", scene.voice)
    return Text(texts("testimonials").rich("share", scene.voice, blocker=blocker)), *words(scene, row)


def _day(scene: Scene, day: date) -> str:
    return in_words(day, scene.voice)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"


PRESENTERS: dict[str, Presenter] = {
    "testimonial.thanks": thanks,
    "testimonial.refused": refused,
    "testimonial.share": share,
    "testimonial.reacted": reacted,
    "testimonial.gone": gone,
    "testimonial.withdrawn": withdrawn,
    "testimonial.none": nothing_to_withdraw,
    "testimonial.pick": pick,
    "testimonial.stranger": stranger,
    "testimonial.not_own": not_own,
    "testimonial.decided": decided,
}

FORM_PRESENTERS: dict[str, FormPresenter] = {"testimonial": form}
