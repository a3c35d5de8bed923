"""A few at a time: no story and no author is everywhere at once, and everybody is reached in the end, once."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from content.blockers import Blocker
from nudges import service
from nudges.hints import tells_effort
from nudges.testimonials import PER_CHAMPION, PER_STORY
from storage.models import FindingStatus, Role, Share
from storage.work import Work
from tests.support.stories import WORDS, Loop

WEEK = timedelta(days=7)
WORDS_TWO = "Une deuxième histoire, tout aussi courte et vraie que la première."


@pytest.fixture
def loop(work: Work) -> Loop:
    return Loop(work)


def given(loop: Loop) -> list[tuple[date, str]]:
    """(day, testimonial) of every story that was given."""
    rows = loop.work.session.scalars(select(Share).order_by(Share.decided_at))
    return [(row.decided_at.date(), row.testimonial_id) for row in rows]


def most_in_a_week(days: list[date]) -> int:
    return max((sum(day <= other < day + WEEK for other in days) for day in days), default=0)


@pytest.mark.both_databases
def test_no_more_people_a_week_than_the_author_was_told_and_everybody_in_the_end(loop: Loop) -> None:
    people = [loop.hire(f"P{number:02d}", team=f"T{number % 3}") for number in range(12)]
    for person in people:
        loop.found(person, Blocker.TRUST)
    loop.tell()
    loop.press(loop.sandrine, "Approuver")
    loop.later(8 * WEEK)
    told = given(loop)
    assert most_in_a_week([day for day, _ in told]) == PER_STORY
    reached = {share.person_id for share in loop.work.testimonials.shares(loop.told[0].id)}
    assert reached == {person.id for person in people} | {loop.karim.id}
    assert len(told) == len(reached)


def test_all_stories_of_one_author_share_a_cap(loop: Loop) -> None:
    for number in range(20):
        loop.found(loop.hire(f"P{number:02d}"), Blocker.TRUST)
    for text in (WORDS, WORDS_TWO, f"{WORDS_TWO} Encore."):
        loop.tell(text=text)
        loop.press(loop.sandrine, "Approuver")
    loop.later(4 * WEEK)
    told = given(loop)
    assert most_in_a_week([day for day, _ in told]) == PER_CHAMPION
    by_story = {story: [day for day, other in told if other == story] for _, story in told}
    assert all(most_in_a_week(days) <= PER_STORY for days in by_story.values())
    assert len(by_story) == 3


@pytest.mark.parametrize("again", [WORDS, f"  {WORDS.upper()}  "])
def test_the_same_words_told_again_after_a_withdrawal_reach_nobody_twice(loop: Loop, again: str) -> None:
    loop.published()
    loop.later(WEEK)
    assert len(given(loop)) == 1
    loop.command(loop.aude, "testimonial", "retirer")
    loop.tell(text=again)
    loop.press(loop.sandrine, "Approuver")
    loop.later(8 * WEEK)
    assert len(given(loop)) == 1
    lea = loop.hire("Léa")
    loop.found(lea, Blocker.TRUST)
    loop.tell(text=WORDS_TWO)
    loop.press(loop.sandrine, "Approuver")
    loop.later(8 * WEEK)
    heard = Counter(share.person_id for share in loop.work.session.scalars(select(Share)))
    assert heard == {loop.karim.id: 2, lea.id: 2}


def test_a_second_obstacle_brings_a_story_to_whoever_has_it(loop: Loop) -> None:
    lea = loop.hire("Léa")
    loop.found(lea, Blocker.HABIT)
    loop.tell(second_blocker="habit")
    loop.press(loop.sandrine, "Approuver")
    loop.later(4 * WEEK)
    assert WORDS in loop.sees(lea)


def test_the_nearest_author_is_heard_first(loop: Loop) -> None:
    zoe = loop.hire("Zoé", team="Quai")
    loop.karim.team = "Quai"
    loop.tell()
    loop.press(loop.sandrine, "Approuver")
    loop.tell(zoe, text=WORDS_TWO)
    loop.press(loop.sandrine, "Approuver")
    loop.later(timedelta(days=2))
    assert WORDS_TWO in loop.sees(loop.karim)
    assert WORDS not in loop.sees(loop.karim)


@pytest.mark.parametrize("how", ["lead", "manager"])
def test_where_leaders_are_missed_a_leaders_own_use_is_heard_first(loop: Loop, how: str) -> None:
    lea = loop.hire("Léa")
    loop.found(lea, Blocker.MANAGEMENT)
    if how == "lead":
        loop.work.projects.join(loop.project.id, loop.aude.id, Role.LEAD, "sales")
    else:
        loop.karim.manager_id = loop.aude.id
    for author, text in ((loop.hire("Zoé"), WORDS_TWO), (loop.aude, WORDS)):
        loop.tell(author, text=text, blocker="management")
        loop.press(loop.sandrine, "Approuver")
    service.plan_coaching(loop.work, lea.id, loop.project.id, loop.scene(lea).week)
    loop.later(timedelta(days=4))
    assert WORDS in loop.sees(lea)
    assert WORDS_TWO not in loop.sees(lea)


def test_what_took_effort_is_heard_before_what_went_by_itself(loop: Loop) -> None:
    zoe, struggled = (
        loop.hire("Zoé"),
        "Trois semaines à me tromper de colonne, puis Nadia m'a montré, et c'est venu.",
    )
    assert tells_effort(struggled)
    assert not tells_effort(WORDS_TWO)
    for author, text in ((loop.aude, WORDS_TWO), (zoe, struggled)):
        loop.tell(author, text=text)
        loop.press(loop.sandrine, "Approuver")
    loop.later(timedelta(days=2))
    assert struggled in loop.sees(loop.karim)
    assert WORDS_TWO not in loop.sees(loop.karim)


def test_nobody_waits_for_room_who_is_left_in_peace(loop: Loop) -> None:
    lea = loop.hire("Léa")
    loop.found(lea, Blocker.TRUST, status=FindingStatus.PROBABLE)
    loop.published()
    loop.later(8 * WEEK)
    assert "testimonial.share" not in loop.screens[lea.id].kinds()
