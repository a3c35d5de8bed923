"""A reader asks the author of a story one thing; the author answers once, or not. Neither learns who the other is."""

from datetime import timedelta

from bot.platforms.port import ButtonPressed, FormSubmitted
from bot.presenters import questions as presenters
from bot.scene import Args, Feature, Scene
from nudges import questions
from nudges.questions import Full, Unasked
from nudges.schedule import local_date
from storage.models import AgendaItem, Place, StoryQuestion

ASK, ANSWER = "question", "question.answer"
LAPSE = "question.lapse"
"""A question has waited long enough; ref is its id, the person is who asked."""


def open_ask(scene: Scene, pressed: ButtonPressed) -> None:
    """`share_id`: one question about this story, where its author has room for one."""
    today = local_date(scene.now, scene.timezone)
    hindrance = questions.why_not(scene.work, pressed.value, scene.person.id, today)
    if hindrance:
        scene.post(*_told(hindrance))
    else:
        scene.open_form(pressed, ASK, pressed.value)


def ask(scene: Scene, event: FormSubmitted) -> None:
    """The question goes to the author, in their working hours and within their week's budget."""
    asked = questions.ask(
        scene.work, event.context, scene.person, event.values.get("text", ""), scene.timezone
    )
    if not isinstance(asked, StoryQuestion):
        scene.post(*_told(asked))
        return
    _answer(scene, event, "question.asked", {"question": asked.id})
    author = scene.work.people.get(asked.author_id)
    scene.post_unasked(
        "question.put",
        {"question": asked.id, "project": questions.project_of(scene.work, asked)},
        to=author,
        key=f"question:{asked.id}",
    )
    scene.work.agenda.set(scene.person.id, LAPSE, asked.id, scene.now + questions.WAITS)


def open_answer(scene: Scene, pressed: ButtonPressed) -> None:
    """`question_id`: the author answers in their own words."""
    question = scene.work.stories.find_question(pressed.value)
    if question and question.author_id == scene.person.id and presenters.is_open(question):
        scene.open_form(pressed, ANSWER, question.id)
    else:
        scene.replace(pressed, "question.over")


def answer(scene: Scene, event: FormSubmitted) -> None:
    answered = questions.answer(scene.work, event.context, scene.person.id, event.values.get("text", ""))
    if not isinstance(answered, StoryQuestion):
        scene.post(*_told(answered))
        return
    _answer(scene, event, "question.thanks", {"question": answered.id})
    _put_away(scene, answered)
    key = f"answer:{answered.id}"
    asker_id = questions.asker_of(scene.work, answered)
    scene.work.stories.place([(answered.testimonial_id, asker_id, Place.ANSWER, key)])
    _tell_asker(scene, answered, "question.answered", key)


def decline(scene: Scene, pressed: ButtonPressed) -> None:
    """`question_id`: the author would rather not answer, and is not asked why."""
    question = questions.decline(scene.work, pressed.value, scene.person.id)
    scene.replace(pressed, "question.declined" if question else "question.over")
    if question:
        _tell_asker(scene, question, "question.closed", f"question-closed:{question.id}")


def lapse(scene: Scene, item: AgendaItem) -> None:
    """Two weeks have passed: whoever asked need not wait any longer, and the author is not asked any more."""
    scene.work.agenda.set(item.person_id, LAPSE, item.ref, None)
    if question := questions.lapse(scene.work, item.ref):
        _tell_asker(scene, question, "question.closed", f"question-closed:{question.id}")
        _put_away(scene, question)


def _tell_asker(scene: Scene, question: StoryQuestion, intent: str, key: str) -> None:
    """What came of their question, in their working hours and within their week's budget."""
    asker = scene.work.people.get(questions.asker_of(scene.work, question))
    scene.post(
        intent,
        {"question": question.id, "project": questions.project_of(scene.work, question)},
        to=asker,
        key=key,
        not_before=scene.week_of(asker).first_open(scene.now + timedelta(minutes=1)),
        paced=True,
    )


def _put_away(scene: Scene, question: StoryQuestion) -> None:
    """The author's question, wherever it was sent, no longer asks."""
    scene.replace_sent(
        f"question:{question.id}", "question.over", to=scene.work.people.get(question.author_id)
    )


def _answer(scene: Scene, event: FormSubmitted, intent: str, args: Args) -> None:
    if event.message:
        scene.replace(event, intent, args)
    else:
        scene.post(intent, args)


def _told(hindrance: Unasked | Full) -> tuple[str, Args]:
    if isinstance(hindrance, Full):
        return "question.full", {"day": hindrance.day.isoformat()}
    return "question.not_asked", {"why": hindrance.value}


FEATURE = Feature(
    name="questions",
    buttons={
        "question.open": open_ask,
        "question.answer": open_answer,
        "question.decline": decline,
    },
    forms={ASK: ask, ANSWER: answer},
    due={LAPSE: lapse},
    presenters=presenters.PRESENTERS,
    form_presenters=presenters.FORM_PRESENTERS,
)
