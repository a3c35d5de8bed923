"""A text that is taken back disappears wherever it was shown, whoever its reader is by now."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.handlers.digest import schedule_digest
from nudges import sharing
from storage.models import Digest, OutboxMessage, OutboxState, Person, Place, Posted, Role, Testimonial
from storage.work import Work
from tests.support.stories import WORDS, Loop

DAY, WEEK = timedelta(days=1), timedelta(days=7)
LONG = timedelta(days=200)


@pytest.fixture
def loop(work: Work) -> Loop:
    return Loop(work)


def on_the_page(loop: Loop) -> Testimonial:
    """Approved, and shown to Sandrine by the week's page."""
    row = loop.published()
    for number in range(6):
        colleague = loop.hire(f"C{number}")
        loop.work.projects.join(loop.project.id, colleague.id, Role.EMPLOYEE)
    loop.command(loop.sandrine, "adoption", "digest")
    assert WORDS in loop.sees(loop.sandrine)
    return row


def places(loop: Loop, row: Testimonial) -> set[Place]:
    return {posted.place for posted in loop.work.stories.places(row.id, tuple(Place))}


def no_longer_leads(loop: Loop, person: Person) -> None:
    loop.work.projects.join(loop.project.id, person.id, Role.EMPLOYEE)


def under_way(loop: Loop, key: str, state: OutboxState) -> str:
    """The message is being sent; returns where it will turn out to be."""
    message = loop.work.outbox.under(key)
    assert message
    assert message.receipt_message
    receipt = message.receipt_message
    _set(loop, key, state, None)
    return receipt


def _set(loop: Loop, key: str, state: OutboxState, receipt: str | None) -> None:
    rows = update(OutboxMessage).where(OutboxMessage.dedupe == key)
    loop.work.session.execute(rows.values(state=state, receipt_message=receipt))
    loop.work.session.expire_all()


@pytest.mark.both_databases
def test_a_page_that_was_sent_loses_the_story_and_keeps_the_rest(loop: Loop) -> None:
    on_the_page(loop)
    before = loop.sees(loop.sandrine)
    loop.command(loop.aude, "testimonial", "retirer")
    after = loop.sees(loop.sandrine)
    assert WORDS not in after
    assert len(after) > len(before) / 3, "the rest of the page is still there"
    assert "Semaine" in after


def test_the_page_of_monday_loses_it_too(loop: Loop) -> None:
    row = loop.published()
    membership = loop.work.projects.member(loop.project.id, loop.sandrine.id)
    assert membership
    schedule_digest(loop.scene(loop.sandrine), membership)
    loop.later(2 * WEEK)
    assert WORDS in loop.sees(loop.sandrine)
    loop.command(loop.aude, "testimonial", "retirer")
    assert WORDS not in loop.sees(loop.sandrine)
    assert places(loop, row) == set()


def test_whoever_leads_no_longer_keeps_neither_the_page_nor_the_review(loop: Loop) -> None:
    other = loop.hire("Hélène", Role.LEAD)
    row = on_the_page(loop)
    loop.command(other, "adoption", "digest")
    no_longer_leads(loop, other)
    loop.command(loop.aude, "testimonial", "retirer")
    assert WORDS not in loop.sees(other)
    assert places(loop, row) == set()


def test_a_review_that_was_under_way_when_another_decided_is_taken_back_later(loop: Loop) -> None:
    other = loop.hire("Hélène", Role.LEAD)
    loop.tell()
    row = loop.told[0]
    key = sharing.review_key(row.id, other.id)
    receipt = under_way(loop, key, OutboxState.UNCERTAIN)
    no_longer_leads(loop, other)
    loop.press(loop.sandrine, "Approuver")
    assert WORDS in loop.sees(other)
    loop.later(timedelta(minutes=11))
    assert WORDS in loop.sees(other), "nobody knows yet where it is"
    _set(loop, key, OutboxState.SENT, receipt)
    loop.later(timedelta(minutes=11))
    assert WORDS not in loop.sees(other)


@pytest.mark.parametrize("state", [OutboxState.SENDING, OutboxState.UNCERTAIN])
def test_a_page_that_was_just_being_sent_is_taken_back_when_it_has_arrived(
    loop: Loop, state: OutboxState
) -> None:
    row = on_the_page(loop)
    (posted,) = loop.work.stories.places(row.id, (Place.DIGEST,))
    receipt = under_way(loop, posted.key, state)
    loop.command(loop.aude, "testimonial", "retirer")
    _set(loop, posted.key, OutboxState.SENT, receipt)
    loop.later(timedelta(minutes=11))
    assert WORDS not in loop.sees(loop.sandrine)


def test_a_page_that_is_not_kept_any_more_loses_its_words_all_the_same(loop: Loop) -> None:
    row = on_the_page(loop)
    loop.work.session.execute(delete(Digest))
    loop.command(loop.aude, "testimonial", "retirer")
    assert WORDS not in loop.sees(loop.sandrine)
    assert places(loop, row) == set()


def test_it_disappears_everywhere_when_consent_runs_out(loop: Loop) -> None:
    row = on_the_page(loop)
    loop.later(LONG)
    for person in (loop.karim, loop.sandrine):
        assert WORDS not in loop.sees(person)
    assert places(loop, row) == set()


def test_after_a_stop_the_words_are_taken_away_all_the_same(loop: Loop) -> None:
    loop.published()
    loop.later(DAY)
    loop.command(loop.karim, "stop")
    assert WORDS in loop.sees(loop.karim)
    loop.command(loop.aude, "testimonial", "retirer")
    assert WORDS not in loop.sees(loop.karim)


def test_every_message_that_shows_words_stands_for_itself_so_that_it_is_never_purged(loop: Loop) -> None:
    """`storage.purge` forgets keys that are numbered under a cause, and those of passing kinds."""
    on_the_page(loop)
    loop.later(DAY)
    keys = list(loop.work.session.scalars(select(Posted.key)))
    assert len(keys) == 2
    for key in keys:
        message = loop.work.outbox.under(key)
        assert message
        assert "#" not in message.dedupe
    shown = [row for row in loop.work.session.scalars(select(OutboxMessage)) if row.dedupe not in keys]
    assert not any(row.intent in {"testimonial.share", "digest.weekly"} for row in shown if not row.updates)


def test_what_never_left_is_no_place_to_go_to(loop: Loop) -> None:
    row = loop.published()
    loop.work.stories.place([(row.id, loop.karim.id, Place.SHARE, "share:never-planned")])
    loop.command(loop.aude, "testimonial", "retirer")
    assert places(loop, row) == set()
    assert "n'est plus affiché" not in loop.sees(loop.karim)
