"""Testimonials: told by a form, read by a lead, given to people with the same obstacle, withdrawn any day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from bot.folding import fold
from bot.handlers import testimonial_readers as readers
from bot.handlers import testimonial_reviews as reviews
from bot.handlers.champions import tell_reach
from bot.handlers.testimonial_recall import EXPIRY, RECALL, expired, recall, take_back
from bot.platforms.port import ButtonPressed, Command, FormSubmitted, Shortcut
from bot.presenters import testimonial_reviews as review_presenters
from bot.presenters import testimonials as presenters
from bot.scene import Args, Feature, Scene
from content.catalog import Lang, Voice
from nudges import sharing
from nudges.content import texts
from nudges.schedule import local_date
from nudges.sharing import Problem, Reaction, Refused
from storage.models import Naming, Purpose, TestimonialStatus

FORM = "testimonial"


def command(scene: Scene, event: Command) -> None:
    """`testimonial` opens the form; `testimonial withdraw` takes one back."""
    if fold(event.argument) in _withdraw_words():
        _withdraw_some(scene)
    else:
        open_form(scene, event)


def shortcut(scene: Scene, event: Shortcut) -> None:
    """A message becomes the beginning of a testimonial: one's own only. Nothing of it is kept before consent."""
    if event.author == scene.person.external_id:
        open_form(scene, event, {"text": event.text})
    else:
        scene.post("testimonial.not_own")


def open_form(scene: Scene, event: Command | ButtonPressed | Shortcut, initial: Args | None = None) -> None:
    """Anyone in a project may tell; with one project it is known which."""
    projects = [project for _, project in scene.work.projects.of_person(scene.person.id)]
    if not projects:
        scene.post("testimonial.stranger")
        return
    if not _wanted(scene):
        return
    project_id = projects[0].id if len(projects) == 1 else ""
    scene.open_form(event, FORM, f"{project_id}|{_expires(scene)}", initial)


def _wanted(scene: Scene) -> bool:
    """Whether the person lets stories be taken; who said no is told how to say yes."""
    wanted = scene.work.consents.allows(scene.person.id, Purpose.STORIES)
    if not wanted:
        scene.post("my_data.stories_off")
    return wanted


def submitted(scene: Scene, event: FormSubmitted) -> None:
    """Keep the text and ask the leads; the author is thanked, or told what was missing."""
    project_id, expires, earlier = (*event.context.split("|"), "", "")[:3]
    replaced = scene.work.testimonials.find(earlier) if earlier else None
    if not _wanted(scene):
        return
    try:
        row = sharing.submit_testimonial(
            scene.work,
            project_id=project_id or event.values.get("project", ""),
            author=scene.person,
            text=event.values.get("text", ""),
            blocker=event.values.get("blocker", ""),
            naming=_naming(event.values.get("naming", "")),
            consent=event.values.get("consent") == "yes",
            expires_on=_day(expires),
            second_blocker=event.values.get("second_blocker", ""),
            gain=event.values.get("gain", ""),
            instead_of=earlier,
        )
    except Refused as refused:
        scene.post("testimonial.refused", {"problem": refused.problem.value})
        return
    if event.message:
        scene.replace(event, "testimonial.thanks", {"testimonial": row.id})
    else:
        scene.post("testimonial.thanks", {"testimonial": row.id})
    reviews.ask(scene, row, replaced if replaced and replaced.status is TestimonialStatus.REPLACED else None)


def rewrite(scene: Scene, pressed: ButtonPressed) -> None:
    """`testimonial_id`: the author tells it again, unless it has been decided on meanwhile; with consent anew."""
    row = scene.work.testimonials.find(pressed.value)
    if row and row.author_id == scene.person.id and row.status in sharing.REPLACEABLE:
        scene.open_form(pressed, FORM, f"{row.project_id}|{_expires(scene)}|{row.id}")
    else:
        scene.post("testimonial.decided")


def keep(scene: Scene, pressed: ButtonPressed) -> None:
    """`testimonial_id`: the text is good as it is."""
    scene.replace(pressed, "testimonial.thanks", {"testimonial": pressed.value, "kept": "yes"})


def withdraw(scene: Scene, pressed: ButtonPressed) -> None:
    """`testimonial_id`: nothing more is sent of it, and what was sent is replaced."""
    row = sharing.withdraw_testimonial(scene.work, pressed.value, scene.person.id)
    if row:
        take_back(scene, row)
        scene.replace(pressed, "testimonial.withdrawn")
    else:
        scene.replace(pressed, "testimonial.none")


def react(presses: Sequence[tuple[Scene, ButtonPressed]]) -> None:
    """`share_id|me`: what people say of a colleague's story; its author hears of how many once all of them are counted."""
    theirs_too: dict[str, list[Scene]] = defaultdict(list)
    for scene, pressed in presses:
        share_id, _, value = pressed.value.partition("|")
        known = value in {reaction.value for reaction in Reaction}
        share = sharing.react(scene.work, share_id, scene.person.id, Reaction(value)) if known else None
        if share:
            scene.replace(pressed, "testimonial.reacted", {"share": share_id})
            if share.reaction == Reaction.ME:
                theirs_too[share.testimonial_id].append(scene)
        else:
            scene.post("help.unknown_button")
    for testimonial_id, scenes in sorted(theirs_too.items()):
        tell_reach(scenes[0], testimonial_id, len(scenes))


def _withdraw_some(scene: Scene) -> None:
    live = sharing.live_of(scene.work, scene.person.id)
    if len(live) > 1:
        scene.post("testimonial.pick")
    elif live and (row := sharing.withdraw_testimonial(scene.work, live[0].id, scene.person.id)):
        take_back(scene, row)
        scene.post("testimonial.withdrawn")
    else:
        scene.post("testimonial.none")


def _withdraw_words() -> set[str]:
    voices = [Voice(lang) for lang in Lang]
    return {fold(word) for voice in voices for word in texts("testimonials").lines("withdraw_words", voice)}


def _expires(scene: Scene) -> date:
    return sharing.expiry(local_date(scene.now, scene.timezone))


def _naming(value: str) -> Naming:
    """As chosen; whoever chose nothing is not named."""
    return Naming(value) if value in {naming.value for naming in Naming} else Naming.ANONYMOUS


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Refused(Problem.OLD_FORM) from None


FEATURE = Feature(
    name="testimonials",
    commands={"testimonial": command, "readers": readers.command},
    buttons={
        "testimonial.open": open_form,
        "testimonial.keep": keep,
        "testimonial.rewrite": rewrite,
        "testimonial.approve": reviews.approve,
        "testimonial.change": reviews.open_change,
        "testimonial.decline": reviews.open_decline,
        "testimonial.withdraw": withdraw,
        "testimonial.choose_reader": readers.choose,
        "testimonial.refuse_reading": readers.refuse,
    },
    buttons_together={"testimonial.react": react},
    shortcuts={FORM: shortcut},
    forms={FORM: submitted, reviews.CHANGE: reviews.change, reviews.DECLINE: reviews.decline},
    due={RECALL: recall, EXPIRY: expired},
    presenters=presenters.PRESENTERS | review_presenters.PRESENTERS,
    form_presenters=presenters.FORM_PRESENTERS | review_presenters.FORM_PRESENTERS,
)
