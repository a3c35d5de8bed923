"""A question to the author of a story, and its answer: each shown exactly as written, without a name that was not given."""

from datetime import date

from bot.platforms.port import Button, Buttons, FieldKind, Form, FormField, Message, Quote, Text
from bot.presenters.ways import ways_out
from bot.scene import Args, FormPresenter, Presenter, Scene
from content.days import WITH_WEEKDAY, in_words
from content.markup import RichText
from nudges import questions, sharing
from nudges.content import texts
from nudges.questions import LONGEST, LONGEST_ANSWER
from nudges.schedule import local_date
from storage.models import QuestionStatus, StoryQuestion, Testimonial


def ask_form(scene: Scene, context: str) -> Form:
    """`share_id`."""
    return _form(scene, "question", "ask", context, LONGEST)


def answer_form(scene: Scene, context: str) -> Form:
    """`question_id`."""
    return _form(scene, "question.answer", "answer", context, LONGEST_ANSWER)


def asked(scene: Scene, _args: Args) -> Message:
    return _say(scene, "asked")


def not_asked(scene: Scene, args: Args) -> Message:
    """Why a question, or an answer, was not taken."""
    return _say(scene, f"not_asked.{args['why']}")


def full(scene: Scene, args: Args) -> Message:
    """The author has enough questions this week."""
    day = in_words(date.fromisoformat(args["day"]), scene.voice, WITH_WEEKDAY)
    return _say(scene, "full", day=day)


def put(scene: Scene, args: Args) -> Message | None:
    """To the author. None once it is over, or the story is no longer shown."""
    question = scene.work.stories.find_question(args["question"])
    row = scene.work.testimonials.find(question.testimonial_id) if question else None
    if question is None or row is None or not is_open(question) or not _is_shown(scene, row):
        return None
    if question.author_id != scene.person.id or scene.person.opted_out_at:
        return None
    choices = Buttons(
        (
            _button(scene, "question.answer", question.id, "answer_button", primary=True),
            _button(scene, "question.decline", question.id, "decline_button"),
            *ways_out(scene, row.project_id, "question.put", question.id),
        )
    )
    return Message((Text(_rich(scene, "put")), Quote(questions.text_of(scene.work, question)), choices))


def answered(scene: Scene, args: Args) -> Message | None:
    """To whoever asked: their question, and the answer, signed as the story is. None if that is no longer shown."""
    question = scene.work.stories.find_question(args["question"])
    row = scene.work.testimonials.find(question.testimonial_id) if question else None
    if question is None or row is None or not _is_shown(scene, row) or scene.person.opted_out_at:
        return None
    told = questions.answer_of(scene.work, question)
    if not told or questions.asker_of(scene.work, question) != scene.person.id:
        return None
    name = sharing.signed(scene.work, row, texts("questions").text("nobody", scene.voice))
    return Message(
        (
            Text(_rich(scene, "answered")),
            Quote(questions.text_of(scene.work, question)),
            Quote(told, name),
            Buttons(ways_out(scene, row.project_id, "question.answered")),
        )
    )


def thanks(scene: Scene, _args: Args) -> Message:
    return _say(scene, "thanks")


def declined(scene: Scene, _args: Args) -> Message:
    return _say(scene, "declined")


def over(scene: Scene, _args: Args) -> Message:
    return _say(scene, "over")


def closed(scene: Scene, args: Args) -> Message | None:
    """To whoever asked: there will be no answer; not why. It is so too once the question is erased with its author."""
    question = scene.work.stories.find_question(args["question"])
    going_on = question is not None and (is_open(question) or question.answer is not None)
    if going_on or scene.person.opted_out_at:
        return None
    ways = ways_out(scene, args["project"], "question.closed")
    return Message((Text(_rich(scene, "closed")), Buttons(ways)))


def is_open(question: StoryQuestion) -> bool:
    """Whether it waits for an answer."""
    return question.status is QuestionStatus.ASKED


def _is_shown(scene: Scene, row: Testimonial) -> bool:
    return sharing.may_be_shown(row, local_date(scene.now, scene.timezone))


def _form(scene: Scene, name: str, key: str, context: str, longest: int) -> Form:
    label = texts("questions").text(f"{key}_form.text", scene.voice)
    return Form(
        name=name,
        title=texts("questions").text(f"{key}_form.title", scene.voice),
        intro=_rich(scene, f"{key}_form.intro"),
        fields=(FormField("text", FieldKind.PARAGRAPH, label, max_length=longest),),
        submit=texts("questions").text("send", scene.voice),
        context=context,
    )


def _button(scene: Scene, action: str, value: str, key: str, *, primary: bool = False) -> Button:
    return Button(action, value, texts("questions").text(key, scene.voice), primary)


def _rich(scene: Scene, key: str, **values: str) -> RichText:
    return texts("questions").rich(key, scene.voice, **values)


def _say(scene: Scene, key: str, **values: str) -> Message:
    return Message((Text(_rich(scene, key, **values)),))


PRESENTERS: dict[str, Presenter] = {
    "question.asked": asked,
    "question.not_asked": not_asked,
    "question.full": full,
    "question.put": put,
    "question.answered": answered,
    "question.thanks": thanks,
    "question.declined": declined,
    "question.over": over,
    "question.closed": closed,
}

FORM_PRESENTERS: dict[str, FormPresenter] = {"question": ask_form, "question.answer": answer_form}
