"""Testimonials: told by a form, read by a lead, given to people with the same obstacle, withdrawn any day."""

from datetime import date, timedelta

from bot.folding import fold
from bot.handlers.champions import tell_reach
from bot.handlers.routines import schedule_coaching
from bot.platforms.port import ButtonPressed, Command, FormSubmitted, Receipt
from bot.presenters import testimonials as presenters
from bot.scene import Args, Feature, Scene
from content.catalog import Lang, Voice
from nudges import sharing
from nudges.content import texts
from nudges.schedule import local_date
from nudges.sharing import Problem, Reaction, Refused
from storage.models import AgendaItem, Naming, Person, Testimonial, TestimonialStatus

FORM = "testimonial"
RECALL = "testimonial.recall"
"""Replace a message that was just being sent when its text was withdrawn; ref `share:ID` or `review:ID`."""

EXPIRY = "testimonial.expiry"
"""The last day of consent has passed; ref is the testimonial's id."""

RECALL_AFTER = timedelta(minutes=10)


def command(scene: Scene, event: Command) -> None:
    """`testimonial` opens the form; `testimonial withdraw` takes one back."""
    if fold(event.argument) in _withdraw_words():
        _withdraw_some(scene)
    else:
        open_form(scene, event)


def open_form(scene: Scene, event: Command | ButtonPressed) -> None:
    """Anyone in a project may tell; with one project it is known which."""
    projects = [project for _, project in scene.work.projects.of_person(scene.person.id)]
    if not projects:
        scene.post("testimonial.stranger")
        return
    expires = sharing.expiry(local_date(scene.now, scene.timezone))
    scene.open_form(event, FORM, f"{projects[0].id if len(projects) == 1 else ''}|{expires}")


def submitted(scene: Scene, event: FormSubmitted) -> None:
    """Keep the text and ask the leads; the author is thanked, or told what was missing."""
    project_id, _, expires = event.context.partition("|")
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
        )
    except Refused as refused:
        scene.post("testimonial.refused", {"problem": refused.problem.value})
        return
    if event.message:
        scene.replace(event, "testimonial.thanks", {"testimonial": row.id})
    else:
        scene.post("testimonial.thanks", {"testimonial": row.id})
    for lead in _reviewers(scene, row):
        scene.post(
            "testimonial.review",
            {"testimonial": row.id},
            to=lead,
            key=sharing.review_key(row.id, lead.id),
            not_before=scene.week_of(lead).first_open(scene.now),
            paced=True,
        )


def approve(scene: Scene, pressed: ButtonPressed) -> None:
    _review(scene, pressed, approve=True)


def decline(scene: Scene, pressed: ButtonPressed) -> None:
    _review(scene, pressed, approve=False)


def withdraw(scene: Scene, pressed: ButtonPressed) -> None:
    """`testimonial_id`: nothing more is sent of it, and what was sent is replaced."""
    row = sharing.withdraw_testimonial(scene.work, pressed.value, scene.person.id)
    if row:
        _take_back(scene, row)
        scene.replace(pressed, "testimonial.withdrawn")
    else:
        scene.replace(pressed, "testimonial.none")


def react(scene: Scene, pressed: ButtonPressed) -> None:
    """`share_id|me`: what the person says of a colleague's story."""
    share_id, _, value = pressed.value.partition("|")
    known = value in {reaction.value for reaction in Reaction}
    share = sharing.react(scene.work, share_id, scene.person.id, Reaction(value)) if known else None
    if share:
        scene.replace(pressed, "testimonial.reacted", {"share": share_id})
        tell_reach(scene, share.testimonial_id)
    else:
        scene.post("help.unknown_button")


def recall(scene: Scene, item: AgendaItem) -> None:
    """What was under way when its text was withdrawn has arrived by now, or is tried again later."""
    scene.work.agenda.set(item.person_id, RECALL, item.ref, None)
    _replace_sent(scene, scene.person, item.ref)


def expired(scene: Scene, item: AgendaItem) -> None:
    """Consent has run out: the text disappears where it was shown."""
    scene.work.agenda.set(item.person_id, EXPIRY, item.ref, None)
    row = scene.work.testimonials.find(item.ref)
    if row and row.status is TestimonialStatus.APPROVED:
        _take_back(scene, row)


def _review(scene: Scene, pressed: ButtonPressed, *, approve: bool) -> None:
    reviewed = sharing.review_testimonial(scene.work, pressed.value, scene.person, approve=approve)
    if reviewed is None:
        scene.post("testimonial.not_yours")
        return
    row = reviewed.testimonial
    scene.replace(pressed, "testimonial.reviewed", {"testimonial": row.id})
    if not reviewed.new:
        return
    for lead in _reviewers(scene, row):
        if lead.id != scene.person.id:
            _replace_sent(scene, lead, f"review:{row.id}")
    author = scene.work.people.get(row.author_id)
    scene.post(
        "testimonial.outcome",
        {"testimonial": row.id},
        to=author,
        key=f"outcome:{row.id}",
        not_before=scene.week_of(author).first_open(scene.now),
        paced=True,
    )
    if row.status is TestimonialStatus.APPROVED:
        after = scene.week_of(author).first_open_on(row.expires_on + timedelta(days=1))
        scene.work.agenda.set(author.id, EXPIRY, row.id, after)
        for person in sharing.people_to_reach(scene.work, row):
            schedule_coaching(scene, row.project_id, person)


def _withdraw_some(scene: Scene) -> None:
    live = sharing.live_of(scene.work, scene.person.id)
    if len(live) > 1:
        scene.post("testimonial.pick")
    elif live and (row := sharing.withdraw_testimonial(scene.work, live[0].id, scene.person.id)):
        _take_back(scene, row)
        scene.post("testimonial.withdrawn")
    else:
        scene.post("testimonial.none")


def _take_back(scene: Scene, row: Testimonial) -> None:
    """Replace the text wherever it was sent; what was not sent yet stays unsent by itself."""
    for share in scene.work.testimonials.shares(row.id):
        _replace_sent(scene, scene.work.people.get(share.person_id), sharing.share_key(share.id))
    for lead in scene.work.projects.leads(row.project_id):
        _replace_sent(scene, lead, f"review:{row.id}")


def _replace_sent(scene: Scene, person: Person, ref: str) -> None:
    kind, _, id_ = ref.partition(":")
    share = kind == "share"
    intent = "testimonial.gone" if share else "testimonial.reviewed"
    args: Args = {"share": id_} if share else {"testimonial": id_}
    key = sharing.share_key(id_) if share else sharing.review_key(id_, person.id)
    message = scene.work.outbox.under(key)
    if message is None:
        return
    if message.receipt_message and message.receipt_conversation:
        receipt = Receipt(message.receipt_message, message.receipt_conversation)
        scene.post(intent, args, to=person, updates=receipt)
    elif sharing.under_way(message):
        scene.work.agenda.set(person.id, RECALL, ref, scene.now + RECALL_AFTER)


def _reviewers(scene: Scene, row: Testimonial) -> list[Person]:
    """The leads who can be asked: others than the author where there are any."""
    leads = [lead for lead in scene.work.projects.leads(row.project_id) if not lead.opted_out_at]
    return [lead for lead in leads if lead.id != row.author_id] or leads


def _withdraw_words() -> set[str]:
    voices = [Voice(lang) for lang in Lang]
    return {fold(word) for voice in voices for word in texts().lines("testimonial.withdraw_words", voice)}


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
    commands={"testimonial": command},
    buttons={
        "testimonial.open": open_form,
        "testimonial.approve": approve,
        "testimonial.decline": decline,
        "testimonial.withdraw": withdraw,
        "testimonial.react": react,
    },
    forms={FORM: submitted},
    due={RECALL: recall, EXPIRY: expired},
    presenters=presenters.PRESENTERS,
    form_presenters=presenters.FORM_PRESENTERS,
)
