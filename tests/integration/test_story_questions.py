"""One question about a story, one answer or none; neither learns who the other is."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.platforms.port import Quote
from content.blockers import Blocker
from nudges.questions import LONGEST, PER_WEEK
from storage.models import OutboxMessage, Person, QuestionStatus, StoryQuestion
from storage.work import Work
from tests.support.stories import WORDS, Loop, form_of

DAY, WEEK = timedelta(days=1), timedelta(days=7)
QUESTION = "Tu le fais depuis ton téléphone, <au quai> & *debout* ?"
ANSWER = "Oui : debout, entre deux camions. *Deux minutes* <au plus>."


@pytest.fixture
def loop(work: Work) -> Loop:
    """Karim has been given Aude's story."""
    loop = Loop(work)
    loop.tell(naming="anonymous")
    loop.press(loop.sandrine, "Approuver")
    loop.later(DAY)
    assert WORDS in loop.sees(loop.karim)
    return loop


def ask(loop: Loop, person: Person, text: str = QUESTION) -> None:
    loop.press(person, "Poser une question")
    form = form_of(loop, person)
    loop.fill(person, form.name, form.context, text=text)


def the_question(loop: Loop) -> StoryQuestion:
    (share,) = loop.work.testimonials.shares(loop.told[0].id)
    question = loop.work.stories.question_of(share.id)
    assert question
    return question


def answer(loop: Loop, text: str = ANSWER) -> None:
    loop.press(loop.aude, "Répondre")
    form = form_of(loop, loop.aude)
    loop.fill(loop.aude, form.name, form.context, text=text)


@pytest.mark.both_databases
def test_asked_and_answered_exactly_and_without_names(loop: Loop) -> None:
    ask(loop, loop.karim)
    assert "sans ton nom" in loop.sees(loop.karim)
    loop.later(DAY)
    assert Quote(QUESTION) in loop.screens[loop.aude.id].last.blocks
    assert "Karim" not in loop.sees(loop.aude)
    assert QUESTION not in the_question(loop).text, "sealed at rest"

    answer(loop)
    loop.later(DAY)
    shown = loop.screens[loop.karim.id].last.blocks
    assert Quote(QUESTION) in shown
    assert Quote(ANSWER, "Un ou une collègue") in shown
    assert "Aude" not in loop.sees(loop.karim)
    assert "Cette question n'attend plus de réponse" in loop.sees(loop.aude)
    assert the_question(loop).status is QuestionStatus.ANSWERED


def unasked(loop: Loop, intent: str) -> bool:
    """Whether it counts in the week's budget, is only of use for a while, and names its project."""
    row = loop.work.session.scalars(select(OutboxMessage).where(OutboxMessage.intent == intent)).one()
    return row.paced and row.not_after is not None and json.loads(row.args)["project"] == loop.project.id


def why(loop: Loop, person: Person) -> str:
    loop.press(person, "Pourquoi ça\u00a0?")
    return loop.screens[person.id].last.plain


def test_an_answer_comes_as_what_is_unasked_does_and_says_why(loop: Loop) -> None:
    ask(loop, loop.karim)
    loop.later(DAY)
    answer(loop)
    loop.later(DAY)
    assert unasked(loop, "question.answered")
    assert "tu as posé une question" in why(loop, loop.karim).lower()


@pytest.mark.parametrize("how", ["declined", "lapsed", "withdrawn"])
def test_that_there_is_no_answer_comes_as_what_is_unasked_does_and_says_why(loop: Loop, how: str) -> None:
    ask(loop, loop.karim)
    loop.later(DAY)
    if how == "declined":
        loop.press(loop.aude, "Pas cette fois")
    elif how == "withdrawn":
        loop.press_raw(loop.aude, "testimonial.withdraw", loop.told[0].id)
    loop.later(DAY if how != "lapsed" else 17 * DAY)
    assert unasked(loop, "question.closed")
    assert "tu as posé une question" in why(loop, loop.karim).lower()


def test_one_question_per_reader_and_story(loop: Loop) -> None:
    ask(loop, loop.karim)
    loop.press(loop.karim, "Poser une question")
    assert "Tu as déjà posé ta question" in loop.sees(loop.karim)
    assert loop.screens[loop.aude.id].kinds().count("question.put") <= 1


def test_an_answer_is_given_once(loop: Loop) -> None:
    ask(loop, loop.karim)
    loop.later(DAY)
    loop.press(loop.aude, "Répondre")
    form = form_of(loop, loop.aude)
    loop.fill(loop.aude, form.name, form.context, text=ANSWER)
    loop.fill(loop.aude, form.name, form.context, text="autre chose")
    loop.later(DAY)
    assert loop.screens[loop.karim.id].kinds().count("question.answered") == 1
    assert "autre chose" not in loop.sees(loop.karim)


def test_not_this_time_is_as_easy_and_tells_the_reader_no_reason(loop: Loop) -> None:
    ask(loop, loop.karim)
    loop.later(DAY)
    assert loop.labels(loop.aude)[:2] == ["Répondre", "Pas cette fois"]
    loop.press(loop.aude, "Pas cette fois")
    loop.later(DAY)
    assert "Il n'y a pas de réponse à ta question cette fois" in loop.sees(loop.karim)
    assert "rien de plus" in loop.sees(loop.aude)


def test_after_two_weeks_nobody_waits_any_more(loop: Loop) -> None:
    ask(loop, loop.karim)
    loop.later(13 * DAY)
    assert "pas de réponse" not in loop.sees(loop.karim)
    loop.later(4 * DAY)
    assert "Il n'y a pas de réponse à ta question cette fois" in loop.sees(loop.karim)
    assert "Répondre" not in loop.labels(loop.aude)
    assert the_question(loop).status is QuestionStatus.CLOSED


def test_an_author_gets_so_many_a_week_and_no_more(loop: Loop) -> None:
    readers = [loop.hire(f"R{number}") for number in range(PER_WEEK + 1)]
    for reader in readers:
        loop.found(reader, Blocker.TRUST)
        share = loop.work.testimonials.add_share(loop.told[0].id, reader.id)
        loop.press_raw(reader, "question.open", share.id)
        if reader is readers[-1]:
            break
        form = form_of(loop, reader)
        loop.fill(reader, form.name, form.context, text=QUESTION)
    assert "autant de questions qu'une semaine peut en tenir" in loop.sees(readers[-1])

    loop.later(WEEK + DAY)
    (share,) = loop.work.testimonials.shares_with(readers[-1].id)
    loop.press_raw(readers[-1], "question.open", share.id)
    assert form_of(loop, readers[-1])


def test_a_story_that_is_gone_has_nobody_to_ask_and_its_answers_go_with_it(loop: Loop) -> None:
    ask(loop, loop.karim)
    loop.later(DAY)
    answer(loop)
    loop.later(DAY)
    assert ANSWER in loop.sees(loop.karim)
    loop.command(loop.aude, "testimonial", "retirer")
    assert ANSWER not in loop.sees(loop.karim)
    assert WORDS not in loop.sees(loop.karim)


def test_a_question_that_waits_when_the_story_goes_is_over(loop: Loop) -> None:
    ask(loop, loop.karim)
    loop.later(DAY)
    loop.command(loop.aude, "testimonial", "retirer")
    loop.press(loop.aude, "Répondre")
    assert "n'attend plus de réponse" in loop.sees(loop.aude)
    loop.later(DAY)
    assert "Il n'y a pas de réponse" in loop.sees(loop.karim)
    loop.later(3 * WEEK)
    assert loop.screens[loop.karim.id].kinds().count("question.closed") == 1


def test_only_who_was_given_the_story_asks_and_only_its_author_answers(loop: Loop) -> None:
    lea = loop.hire("Léa")
    (share,) = loop.work.testimonials.shares(loop.told[0].id)
    loop.press_raw(lea, "question.open", share.id)
    assert "n'est plus affichée" in loop.sees(lea)
    loop.fill(lea, "question", share.id, text=QUESTION)
    assert loop.work.stories.question_of(share.id) is None

    ask(loop, loop.karim)
    question = the_question(loop)
    loop.fill(lea, "question.answer", question.id, text=ANSWER)
    loop.press_raw(lea, "question.decline", question.id)
    assert the_question(loop).status is QuestionStatus.ASKED


def test_after_a_stop_nobody_is_asked(loop: Loop) -> None:
    loop.command(loop.aude, "stop")
    loop.press(loop.karim, "Poser une question")
    assert "plus personne à interroger" in loop.sees(loop.karim)


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST + 1)])
def test_what_cannot_be_sent_is_said(loop: Loop, text: str) -> None:
    ask(loop, loop.karim, text)
    assert "question.not_asked" in loop.screens[loop.karim.id].kinds()


def test_english_and_vous_read_well(loop: Loop) -> None:
    loop.work.workspaces.get(loop.work.workspace_id).address = "vous"
    loop.karim.lang = "en"
    ask_in_english = loop.router.form(loop.scene(loop.karim), "question", "s")
    assert ask_in_english.title == "A question"
    assert "vous" in loop.router.form(loop.scene(loop.aude), "question", "s").fields[0].label
