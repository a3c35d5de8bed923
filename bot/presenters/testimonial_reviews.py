"""A testimonial before it is shown: to whoever reads it first, and back to its author."""

from bot.platforms.port import Buttons, Choice, FieldKind, Form, FormField, Message, Quote, Text
from bot.presenters.stories import button, first_of, say, words
from bot.presenters.ways import ways_out
from bot.scene import Args, FormPresenter, Presenter, Scene
from content.days import in_words
from content.texts import texts as names
from nudges import sharing
from nudges.content import texts
from nudges.testimonials import first_name
from projects.service import definition
from storage.models import Role, Testimonial, TestimonialStatus

LONGEST_REASON = 300
"""Characters."""


def review(scene: Scene, args: Args) -> Message | None:
    """The exact text, and what may become of it. None once decided or withdrawn, or if it is not theirs to read."""
    row = scene.work.testimonials.find(args["testimonial"])
    if row is None or row.status is not TestimonialStatus.SUBMITTED or scene.person.opted_out_at:
        return None
    if not sharing.may_review(scene.work, row, scene.person):
        return None
    blocker = names().text(f"blocker.{row.blocker}", scene.voice)
    date = in_words(row.expires_on, scene.voice)
    text = Text(texts("testimonials").rich("review", scene.voice, blocker=blocker, date=date))
    answers = Buttons(
        (
            button(scene, "testimonial.approve", row.id, "approve_button"),
            button(scene, "testimonial.change", row.id, "change_button"),
            button(scene, "testimonial.decline", row.id, "decline_button"),
            *ways_out(scene, row.project_id, "testimonial.review", row.id),
        )
    )
    return Message((text, *words(scene, row), answers))


def reviewed(scene: Scene, args: Args) -> Message:
    """In the place of `review`, for everybody who had it; also once the text is erased with its author."""
    row = scene.work.testimonials.find(args["testimonial"])
    return say(scene, f"reviewed.{row.status if row else TestimonialStatus.WITHDRAWN}")


def outcome(scene: Scene, args: Args) -> Message | None:
    """To the author: approved, a change asked for, or declined; with the reader's exact words."""
    row = scene.work.testimonials.find(args["testimonial"])
    if row is None or scene.person.opted_out_at or row.author_id != scene.person.id:
        return None
    withdraw = button(scene, "testimonial.withdraw", row.id, "withdraw_button")
    ways = ways_out(scene, row.project_id, "testimonial.outcome", row.id)
    match row.status:
        case TestimonialStatus.APPROVED:
            return Message((_text(scene, "approved"), Buttons((withdraw, *ways))))
        case TestimonialStatus.DECLINED:
            told = _text(scene, _with_reason("declined", row))
            return Message((told, *_reason(scene, row), Buttons(ways)))
        case TestimonialStatus.CHANGE_ASKED:
            choices = Buttons(
                (
                    button(scene, "testimonial.rewrite", row.id, "rewrite_button"),
                    button(scene, "testimonial.withdraw", row.id, "withdraw_button"),
                    *ways,
                )
            )
            key = _with_reason("change_asked", row)
            return Message((_text(scene, key), *_reason(scene, row), choices))
    return None


def change_form(scene: Scene, context: str) -> Form:
    """`testimonial_id`."""
    return _reason_form(scene, "testimonial.change", "change_form", context)


def decline_form(scene: Scene, context: str) -> Form:
    """`testimonial_id`."""
    return _reason_form(scene, "testimonial.decline", "decline_form", context)


def readers(scene: Scene, args: Args) -> Message | None:
    """To a lead: who reads, and which champions may be asked to, or no longer. None for who leads no longer."""
    mine = scene.work.projects.member(args["project"], scene.person.id)
    if mine is None or mine.role is not Role.LEAD:
        return None
    tool = definition(scene.work.projects.get(args["project"])).tool
    listed = first_of(scene, scene.work.projects.reviewers(args["project"]), style="standard")
    champions = scene.work.projects.members(args["project"], Role.CHAMPION)
    if not champions:
        return say(scene, "readers.alone", tool=tool, readers=listed)
    options = tuple(
        (
            place.id,
            texts("testimonials").text(
                f"readers.{'no_longer' if place.reviews else 'ask'}", scene.voice, name=person.name
            ),
        )
        for place, person in champions
    )
    label = texts("testimonials").text("readers.label", scene.voice)
    text = Text(texts("testimonials").rich("readers.who", scene.voice, tool=tool, readers=listed))
    return Message((text, Choice("testimonial.choose_reader", label, options)))


def reader(scene: Scene, args: Args) -> Message | None:
    """To a champion who has been asked to read. None if that no longer holds."""
    mine = scene.work.projects.member(args["project"], scene.person.id)
    if mine is None or not mine.reviews or scene.person.opted_out_at:
        return None
    lead = scene.work.people.get(args["lead"])
    text = Text(texts("testimonials").rich("reader", scene.voice, lead=first_name(lead.name)))
    refuse = button(scene, "testimonial.refuse_reading", args["project"], "reader_no_button")
    return Message((text, Buttons((refuse, *ways_out(scene, args["project"], "testimonial.reader")))))


def reader_no(scene: Scene, _args: Args) -> Message:
    return say(scene, "reader_no")


def not_lead(scene: Scene, _args: Args) -> Message:
    return say(scene, "not_lead")


def not_yours(scene: Scene, _args: Args) -> Message:
    return say(scene, "not_yours")


def _text(scene: Scene, key: str) -> Text:
    return Text(texts("testimonials").rich(key, scene.voice))


def _with_reason(key: str, row: Testimonial) -> str:
    return f"{key}.{'reason' if row.reason else 'plain'}"


def _reason(scene: Scene, row: Testimonial) -> tuple[Quote, ...]:
    """What the reader wrote, exactly, with their first name."""
    told = sharing.reason_of(scene.work, row)
    if not told or row.reviewer_id is None:
        return ()
    return (Quote(told, first_name(scene.work.people.get(row.reviewer_id).name)),)


def _reason_form(scene: Scene, name: str, key: str, context: str) -> Form:
    label = texts("testimonials").text(f"{key}.reason", scene.voice)
    return Form(
        name=name,
        title=texts("testimonials").text(f"{key}.title", scene.voice),
        intro=texts("testimonials").rich("reason_intro", scene.voice),
        fields=(FormField("reason", FieldKind.PARAGRAPH, label, max_length=LONGEST_REASON),),
        submit=texts("testimonials").text("form.submit", scene.voice),
        context=context,
    )


PRESENTERS: dict[str, Presenter] = {
    "testimonial.review": review,
    "testimonial.reviewed": reviewed,
    "testimonial.outcome": outcome,
    "testimonial.readers": readers,
    "testimonial.reader": reader,
    "testimonial.reader_no": reader_no,
    "testimonial.not_lead": not_lead,
    "testimonial.not_yours": not_yours,
}

FORM_PRESENTERS: dict[str, FormPresenter] = {
    "testimonial.change": change_form,
    "testimonial.decline": decline_form,
}
