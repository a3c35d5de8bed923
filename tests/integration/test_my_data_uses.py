"""A use that was refused is not made: whatever happens afterwards, no row of it comes into being and nothing leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.handlers import interview
from bot.second_opinion import _asked
from content.blockers import Blocker
from nudges import sharing
from projects import usage
from projects.usage import Event
from storage.models import (
    CheckIn,
    Consent,
    Interview,
    InterviewStatus,
    LeverStep,
    Nudge,
    Person,
    Purpose,
    Role,
    Share,
    Testimonial,
    UsageDay,
)
from storage.work import Work
from tests.support.chat import Chat
from tests.support.company import Company

WEEKS = timedelta(weeks=6)
STORY = "I asked who can read it, and now I use it every day."


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


@pytest.fixture
def karim(company: Company) -> Person:
    return company.hire("Karim")


def say(company: Company, person: Person, purpose: Purpose, word: str) -> None:
    company.press_raw(person, "my_data.change", f"{purpose}|{word}")


def rows(company: Company, *models: type) -> int:
    return sum(company.work.session.scalar(select(func.count()).select_from(model)) or 0 for model in models)


def tell(company: Company, author: Person) -> None:
    company.fill(
        author,
        "testimonial",
        f"{company.project.id}|{sharing.expiry(company.work.now.date())}",
        text=STORY,
        blocker="trust",
        naming="anonymous",
        consent="yes",
    )


def used(company: Company, person: Person) -> usage.Taken:
    at = company.work.now
    events = [Event(2, person.external_id, "card_created", at, f"{person.id}{at}")]
    return usage.take(company.work, events)


@pytest.mark.both_databases
def test_no_interview_is_planned_and_one_under_way_ends(company: Company, karim: Person) -> None:
    campaign = company.work.campaigns.add(company.project.id, "adoption")
    begun = interview.invite(company.scene(karim), campaign)
    assert begun
    company.deliver()
    company.press(karim, "Allons-y")
    say(company, karim, Purpose.INTERVIEW, "no")
    assert begun.status is InterviewStatus.STOPPED
    again = company.work.campaigns.add(company.project.id, "pulse")
    assert interview.invite(company.scene(karim), again) is None
    shown = len(company.screens[karim.id].arrived)
    company.later(WEEKS)
    assert len(company.screens[karim.id].arrived) == shown
    assert rows(company, Interview) == 1


def test_no_reminder_is_decided_or_leaves(company: Company, karim: Person) -> None:
    company.found(karim, Blocker.HABIT)
    company.fill(karim, "routine", f"{company.project.id}|", template="standup")
    say(company, karim, Purpose.COACHING, "no")
    shown = len(company.screens[karim.id].arrived)
    company.later(WEEKS)
    assert rows(company, Nudge, CheckIn, LeverStep, Share) == 0
    assert len(company.screens[karim.id].arrived) == shown
    say(company, karim, Purpose.COACHING, "yes")
    company.later(WEEKS)
    assert rows(company, Nudge) > 0


@pytest.mark.parametrize("refused", [False, True])
def test_no_story_is_given(company: Company, karim: Person, *, refused: bool) -> None:
    aude, sandrine = company.hire("Aude", Role.CHAMPION), company.hire("Sandrine", Role.LEAD)
    company.found(karim, Blocker.TRUST)
    if refused:
        say(company, karim, Purpose.STORIES, "no")
    tell(company, aude)
    company.later(timedelta(days=1))
    company.press(sandrine, "Approuver")
    company.later(WEEKS)
    assert (STORY in company.screens[karim.id].text) is not refused
    assert rows(company, Share) == (0 if refused else 1)


def test_ones_own_story_is_taken_back_and_none_is_taken(company: Company, karim: Person) -> None:
    company.hire("Sandrine", Role.LEAD)
    tell(company, karim)
    (told,) = company.work.session.scalars(select(Testimonial))
    say(company, karim, Purpose.STORIES, "no")
    assert told.status == "withdrawn"
    tell(company, karim)
    company.command(karim, "testimonial")
    assert rows(company, Testimonial) == 1
    assert "je n'en prends pas de toi" in company.screens[karim.id].last.plain
    assert company.labels(karim) == ["Oui\u00a0: les témoignages"]
    company.press(karim, "Oui\u00a0: les témoignages")
    tell(company, karim)
    assert rows(company, Testimonial) == 2


def test_days_of_use_are_deleted_and_new_ones_are_not_kept_and_nobody_is_told(
    company: Company, karim: Person
) -> None:
    emma = company.hire("Emma")
    assert [used(company, person).stored for person in (karim, emma)] == [1, 1]
    say(company, karim, Purpose.USAGE, "no")
    company.later(timedelta(days=1))
    taken = used(company, karim)
    assert (taken.stored, taken.passed, taken.problems) == (0, 1, ())
    assert list(company.work.session.scalars(select(UsageDay.person_id))) == [emma.id]
    say(company, karim, Purpose.USAGE, "yes")
    assert used(company, karim).stored == 1


def test_no_language_model_reads(work: Work) -> None:
    karim = Chat(work, "fr")
    work.workspaces.get(work.workspace_id).second_opinion = True
    karim.invite()
    karim.read()
    karim.press("Allons-y")
    karim.press("Papier, Excel")
    event = karim.typed("pas le temps")
    assert _asked(work, event)
    work.consents.say(karim.person.id, Purpose.LANGUAGE_MODEL, given=False)
    assert _asked(work, event) is None


def test_the_second_reader_is_spoken_of_only_where_there_is_one(company: Company, karim: Person) -> None:
    company.press_raw(karim, "my_data.uses", "-")
    without = company.labels(karim)
    company.work.workspaces.get(company.work.workspace_id).second_opinion = True
    company.press_raw(karim, "my_data.uses", "-")
    assert [each for each in company.labels(karim) if each not in without] == [
        "Non\u00a0: une seconde lecture"
    ]


def test_what_is_said_is_kept_with_its_moment_and_said_twice_is_said_once(
    company: Company, karim: Person
) -> None:
    for word in ("no", "no", "yes", "no"):
        say(company, karim, Purpose.USAGE, word)
    (row,) = company.work.session.scalars(select(Consent))
    assert (row.person_id, row.purpose, row.given) == (karim.id, Purpose.USAGE, False)
    company.command(karim, "my_data")
    assert "les jours d'utilisation" in company.screens[karim.id].last.plain


@pytest.mark.parametrize("value", ["contact|no", "interview|maybe", "", "interview"])
def test_what_is_no_use_or_no_word_changes_nothing(company: Company, karim: Person, value: str) -> None:
    company.press_raw(karim, "my_data.change", value)
    assert rows(company, Consent) == 0
