"""A message of one's own becomes the beginning of a testimonial; somebody else's does not; nothing of it is kept."""

import pytest

from bot.platforms.port import Form, Shortcut
from nudges.testimonials import LONGEST
from storage import models
from storage.models import Person, Role
from storage.work import Work
from tests.support.company import Company

SAID = "Au début j'oubliais. Maintenant je note l'urgence <au quai> & je pars à l'heure."


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


@pytest.fixture
def aude(company: Company) -> Person:
    return company.hire("Aude", Role.CHAMPION)


def picked(company: Company, person: Person, text: str = SAID, author: str | None = None) -> Form | None:
    """The form that the platform would open, if any."""
    event = Shortcut(
        event_id="s1",
        workspace="demo",
        user=person.external_id,
        at=company.work.now,
        trigger="t1",
        shortcut="testimonial",
        text=text,
        author=person.external_id if author is None else author,
    )
    scene = company.router.handle(company.work, event)
    company.deliver()
    assert scene
    return next(
        (company.router.form(scene, asked.name, asked.context, asked.initial) for asked in scene.opens), None
    )


def initial(form: Form) -> dict[str, str]:
    return {field.key: field.initial for field in form.fields if field.initial}


@pytest.mark.both_databases
def test_the_form_opens_with_exactly_the_words(company: Company, aude: Person) -> None:
    form = picked(company, aude)
    assert form
    assert initial(form) == {"text": SAID}


def test_a_long_message_begins_the_text(company: Company, aude: Person) -> None:
    form = picked(company, aude, "long " * 1000)
    assert form
    assert initial(form)["text"] == ("long " * 1000)[:LONGEST]


@pytest.mark.parametrize("author", ["karim", ""])
def test_somebody_elses_words_are_not_taken(company: Company, aude: Person, author: str) -> None:
    assert picked(company, aude, author=author) is None
    assert "de quelqu'un d'autre" in company.screens[aude.id].text
    assert SAID not in company.screens[aude.id].text


def test_nothing_is_kept_before_consent(company: Company, aude: Person) -> None:
    picked(company, aude)
    assert company.work.testimonials.of_author(aude.id, *models.TestimonialStatus) == []
    assert company.work.outbox.pending(aude.id) == []


def test_what_is_sent_is_what_was_agreed_to(company: Company, aude: Person) -> None:
    form = picked(company, aude)
    assert form
    values = {"text": SAID, "blocker": "habit", "naming": "anonymous", "consent": "yes"}
    company.fill(aude, "testimonial", form.context, **values)
    (row,) = company.work.testimonials.of_author(aude.id, models.TestimonialStatus.SUBMITTED)
    assert row.author_id == aude.id
    assert company.work.open("testimonials.text", row.text, row=row.id) == SAID
