"""Testimonials as messages and as a form. A text is shown exactly as it was consented to, or not at all."""

from datetime import date

from babel.dates import format_date
from babel.lists import format_list

from bot.platforms.port import (
    Block,
    Button,
    Buttons,
    Choice,
    FieldKind,
    Form,
    FormField,
    Message,
    Quote,
    Text,
)
from bot.presenters.routines import at_rest, ways_out
from bot.scene import Args, FormPresenter, Presenter, Scene
from content.blockers import Blocker
from content.texts import texts as names
from nudges import service, sharing
from nudges.content import texts
from nudges.plan import story_answers
from nudges.schedule import local_date
from nudges.sharing import Reaction
from nudges.testimonials import ANSWERABLE, LONGEST, first_name, signature
from projects.service import definition
from storage.models import Naming, Role, Testimonial, TestimonialStatus

WITHDRAW = "testimonial.withdraw"
EXCERPT = 60
"""Characters by which an author recognises a text in a list."""


def form(scene: Scene, context: str) -> Form:
    """`project_id|last day of consent`; without a project the person chooses one."""
    project_id, _, expires = context.partition("|")
    person, voice = scene.person, scene.voice
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
            ),
            _field(scene, "blocker", FieldKind.CHOICE, options=obstacles),
            _field(scene, "naming", FieldKind.CHOICE, options=signatures),
            _field(scene, "consent", FieldKind.CONSENT, date=_day(scene, date.fromisoformat(expires))),
        ),
        submit=texts("testimonials").text("form.submit", voice),
        context=context,
    )


def thanks(scene: Scene, args: Args) -> Message | None:
    """To the author, at once."""
    row = scene.work.testimonials.find(args["testimonial"])
    if row is None or row.status is TestimonialStatus.WITHDRAWN:
        return None
    leads = scene.work.projects.leads(row.project_id)
    readers = [first_name(lead.name) for lead in leads if lead.id != row.author_id]
    if readers:
        named = format_list(readers, style="or", locale=scene.voice.locale)
        text = Text(texts("testimonials").rich("thanks", scene.voice, lead=named))
    else:
        key = "thanks_lead" if leads else "no_lead"
        text = Text(texts("testimonials").rich(key, scene.voice))
    return Message((text, _withdrawing(scene, row)))


def refused(scene: Scene, args: Args) -> Message:
    """Why a text was not taken, and the form again."""
    text = Text(texts("testimonials").rich(f"refused.{args['problem']}", scene.voice))
    return Message((text, Buttons((_button(scene, "testimonial.open", "-", "again_button"),))))


def review(scene: Scene, args: Args) -> Message | None:
    """To a lead: the exact text, and yes or no. None once decided or withdrawn."""
    row = scene.work.testimonials.find(args["testimonial"])
    place = scene.work.projects.member(row.project_id, scene.person.id) if row else None
    if row is None or place is None or place.role is not Role.LEAD or scene.person.opted_out_at:
        return None
    if row.status is not TestimonialStatus.SUBMITTED:
        return None
    blocker = names().text(f"blocker.{row.blocker}", scene.voice)
    text = texts("testimonials").rich(
        "review", scene.voice, blocker=blocker, date=_day(scene, row.expires_on)
    )
    answers = Buttons(
        (
            _button(scene, "testimonial.approve", row.id, "approve_button"),
            _button(scene, "testimonial.decline", row.id, "decline_button"),
        )
    )
    return Message((Text(text), _quote(scene, row), answers))


def reviewed(scene: Scene, args: Args) -> Message | None:
    """In the place of `review`, for every lead."""
    row = scene.work.testimonials.find(args["testimonial"])
    return _say(scene, f"reviewed.{row.status.value}") if row else None


def outcome(scene: Scene, args: Args) -> Message | None:
    """To the author: approved, or declined."""
    row = scene.work.testimonials.find(args["testimonial"])
    if row is None or scene.person.opted_out_at:
        return None
    if row.status is TestimonialStatus.APPROVED:
        text = Text(texts("testimonials").rich("approved", scene.voice))
        return Message((text, _withdrawing(scene, row)))
    declined = row.status is TestimonialStatus.DECLINED
    return _say(scene, "declined") if declined else None


def share(scene: Scene, args: Args) -> Message | None:
    """To somebody with the same obstacle. None once withdrawn or run out, or if it no longer fits the person."""
    row = _shown(scene, args["share"])
    if row is None or at_rest(scene):
        return None
    found = service.findings(scene.work, row.project_id, scene.person.id)
    if Blocker(row.blocker) not in story_answers(found):
        return None
    answers = (
        _button(scene, "testimonial.react", f"{args['share']}|{Reaction.ME}", "me_button"),
        _button(scene, "testimonial.react", f"{args['share']}|{Reaction.NOT_ME}", "not_me_button"),
    )
    ways = ways_out(scene)
    return Message((*_story(scene, row), Buttons((*answers, *ways))))


def reacted(scene: Scene, args: Args) -> Message | None:
    """The story with what the person said of it."""
    row = _shown(scene, args["share"])
    given = scene.work.testimonials.find_share(args["share"])
    if row is None or given is None or given.reaction is None:
        return None
    told = Text(texts("testimonials").rich(f"reacted.{given.reaction}", scene.voice))
    return Message((*_story(scene, row), told))


def gone(scene: Scene, _args: Args) -> Message:
    return _say(scene, "gone")


def withdrawn(scene: Scene, _args: Args) -> Message:
    return _say(scene, "withdrawn")


def nothing_to_withdraw(scene: Scene, _args: Args) -> Message:
    return _say(scene, "none")


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
    return _say(scene, "stranger")


def not_own(scene: Scene, _args: Args) -> Message:
    return _say(scene, "not_own")


def not_yours(scene: Scene, _args: Args) -> Message:
    return _say(scene, "not_yours")


def _field(
    scene: Scene,
    key: str,
    kind: FieldKind,
    *,
    hint: str = "",
    options: tuple[tuple[str, str], ...] = (),
    max_length: int = 3000,
    **values: str,
) -> FormField:
    label = texts("testimonials").text(f"form.{key}", scene.voice, **values)
    return FormField(key, kind, label, hint=hint, options=options, max_length=max_length)


def _button(scene: Scene, action: str, value: str, key: str) -> Button:
    return Button(action, value, texts("testimonials").text(key, scene.voice))


def _say(scene: Scene, key: str) -> Message:
    return Message((Text(texts("testimonials").rich(key, scene.voice)),))


def _shown(scene: Scene, share_id: str) -> Testimonial | None:
    """The testimonial of a share of this person, while it may be shown."""
    given = scene.work.testimonials.find_share(share_id)
    if given is None or given.person_id != scene.person.id:
        return None
    row = scene.work.testimonials.find(given.testimonial_id)
    return row if row and sharing.may_be_shown(row, local_date(scene.now, scene.timezone)) else None


def _story(scene: Scene, row: Testimonial) -> tuple[Block, Block]:
    blocker = names().text(f"blocker.{row.blocker}", scene.voice)
    return Text(texts("testimonials").rich("share", scene.voice, blocker=blocker)), _quote(scene, row)


def _quote(scene: Scene, row: Testimonial) -> Quote:
    nobody = texts("testimonials").text("nobody", scene.voice)
    return Quote(sharing.text_of(scene.work, row), sharing.signed(scene.work, row, nobody))


def _withdrawing(scene: Scene, row: Testimonial) -> Buttons:
    return Buttons((_button(scene, WITHDRAW, row.id, "withdraw_button"),))


def _day(scene: Scene, day: date) -> str:
    return format_date(day, format="long", locale=scene.voice.locale)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"


PRESENTERS: dict[str, Presenter] = {
    "testimonial.thanks": thanks,
    "testimonial.refused": refused,
    "testimonial.review": review,
    "testimonial.reviewed": reviewed,
    "testimonial.outcome": outcome,
    "testimonial.share": share,
    "testimonial.reacted": reacted,
    "testimonial.gone": gone,
    "testimonial.withdrawn": withdrawn,
    "testimonial.none": nothing_to_withdraw,
    "testimonial.pick": pick,
    "testimonial.stranger": stranger,
    "testimonial.not_own": not_own,
    "testimonial.not_yours": not_yours,
}

FORM_PRESENTERS: dict[str, FormPresenter] = {"testimonial": form}
