"""Who reads a text before it is shown, what they may say, and how its author answers."""

import pytest

from bot.platforms.port import Fields, Quote
from storage import models
from storage.models import Person, Role
from storage.work import Work
from tests.support.stories import WORDS, Loop, form_of

OTHER = (
    "Au début j'oubliais une urgence sur deux. Depuis mars je la note au quai, et je pars à l'heure le soir."
)
REASON = "Peux-tu dire *quand* c'était ? <le quai> & le reste sont parfaits."


@pytest.fixture
def loop(work: Work) -> Loop:
    return Loop(work)


def answered(loop: Loop, reader: Person, label: str, reason: str = REASON) -> None:
    """Press, and fill in the form that comes."""
    loop.press(reader, label)
    form = form_of(loop, reader)
    loop.fill(reader, form.name, form.context, reason=reason)


def statuses(loop: Loop) -> list[str]:
    return [row.status.value for row in loop.told]


@pytest.mark.both_databases
def test_declined_with_a_reason_that_the_author_reads_exactly(loop: Loop) -> None:
    loop.tell()
    answered(loop, loop.sandrine, "Décliner")
    assert Quote(REASON, "Sandrine") in loop.screens[loop.aude.id].last.blocks
    assert "ne seront pas partagés" in loop.sees(loop.aude)
    assert REASON not in (loop.told[0].reason or ""), "sealed at rest"
    assert WORDS not in loop.sees(loop.sandrine)
    assert WORDS not in loop.sees(loop.karim)


def test_a_change_is_asked_for_and_the_new_text_needs_consent_and_a_reader_anew(loop: Loop) -> None:
    loop.tell(gain="2 h → 40 min")
    answered(loop, loop.sandrine, "Demander un changement")
    assert Quote(REASON, "Sandrine") in loop.screens[loop.aude.id].last.blocks
    assert WORDS not in loop.sees(loop.sandrine)

    loop.press(loop.aude, "Le changer")
    form = form_of(loop, loop.aude)
    initial = {field.key: field.initial for field in form.fields if field.initial}
    assert initial == {
        "text": WORDS,
        "blocker": "trust",
        "gain": "2 h → 40 min",
        "naming": "first_name_team",
    }, "consent is given anew"
    values = initial | {"text": OTHER}
    loop.fill(loop.aude, "testimonial", form.context, **values)
    assert "Sans ton accord" in loop.sees(loop.aude)
    assert statuses(loop) == ["change_asked"]

    loop.fill(loop.aude, "testimonial", form.context, **values, consent="yes")
    assert statuses(loop) == ["submitted", "replaced"]
    assert loop.screens[loop.sandrine.id].kinds().count("testimonial.review") == 2
    assert OTHER in loop.sees(loop.sandrine)
    loop.press(loop.sandrine, "Approuver")
    assert statuses(loop) == ["approved", "replaced"]


def test_whoever_leaves_it_at_that_is_not_asked_again(loop: Loop) -> None:
    loop.tell()
    answered(loop, loop.sandrine, "Demander un changement")
    loop.press(loop.aude, "Le retirer")
    assert statuses(loop) == ["withdrawn"]
    assert "ton texte est retiré" in loop.sees(loop.aude)


def test_a_text_that_was_withdrawn_meanwhile_cannot_be_decided_on(loop: Loop) -> None:
    loop.tell()
    loop.press(loop.sandrine, "Décliner")
    form = form_of(loop, loop.sandrine)
    loop.command(loop.aude, "testimonial", "retirer")
    loop.fill(loop.sandrine, form.name, form.context, reason=REASON)
    assert statuses(loop) == ["withdrawn"]
    assert REASON not in loop.sees(loop.aude)


def test_hints_are_given_once_and_the_text_is_kept_as_it_is(loop: Loop) -> None:
    loop.tell()
    assert "Qu'est-ce que ça a demandé, au début" in loop.sees(loop.aude)
    assert loop.labels(loop.aude) == ["Le garder ainsi", "Le redire autrement", "Le retirer"]
    loop.press(loop.aude, "Le garder ainsi")
    assert "Qu'est-ce que ça a demandé" not in loop.sees(loop.aude)
    told = loop.told[0]
    assert loop.work.open("testimonials.text", told.text, row=told.id) == WORDS


def test_a_text_that_lacks_nothing_gets_no_hint(loop: Loop) -> None:
    loop.tell(text=OTHER, gain="2 h → 40 min")
    assert loop.labels(loop.aude) == ["Le retirer"]


def test_told_again_it_stands_in_the_place_of_the_first_and_nobody_is_written_to_twice(loop: Loop) -> None:
    loop.tell()
    loop.press(loop.aude, "Le redire autrement")
    form = form_of(loop, loop.aude)
    values = {"text": OTHER, "blocker": "trust", "naming": "anonymous", "consent": "yes"}
    loop.fill(loop.aude, "testimonial", form.context, **values)
    assert loop.screens[loop.sandrine.id].kinds() == ["testimonial.review"]
    assert WORDS not in loop.sees(loop.sandrine)
    assert OTHER in loop.sees(loop.sandrine)
    loop.press(loop.sandrine, "Approuver")
    assert statuses(loop) == ["approved", "replaced"]
    assert OTHER not in loop.sees(loop.sandrine)


def test_what_was_decided_meanwhile_is_not_told_again(loop: Loop) -> None:
    row = loop.published()
    loop.press_raw(loop.aude, "testimonial.rewrite", row.id)
    assert "a déjà reçu une décision" in loop.sees(loop.aude)


def test_a_gain_is_shown_as_it_was_written(loop: Loop) -> None:
    loop.tell(text=OTHER, gain="deux fois moins de mails <par> semaine, *vraiment*")
    assert (
        Fields((("Avant → après", "deux fois moins de mails <par> semaine, *vraiment*"),))
        in loop.screens[loop.sandrine.id].last.blocks
    )
    assert loop.told[0].before_minutes is None
    assert "pas su lire les deux chiffres" in loop.sees(loop.aude)


def test_a_gain_that_can_be_read_is_counted(loop: Loop) -> None:
    loop.tell(gain="2 h → 40 min par semaine", second_blocker="habit")
    row = loop.told[0]
    assert (row.before_minutes, row.after_minutes, row.before_steps) == (120, 40, None)
    assert (row.second_blocker, row.persona, row.effort) == ("habit", "planner", False)


def test_nobody_reads_their_own_words(loop: Loop) -> None:
    loop.tell(loop.sandrine)
    assert "Je le garde jusqu'à ce qu'une personne qui pilote le projet puisse le lire" in loop.sees(
        loop.sandrine
    )
    assert "testimonial.review" not in loop.screens[loop.sandrine.id].kinds()
    (row,) = loop.work.testimonials.of_author(loop.sandrine.id, *models.TestimonialStatus)
    loop.press_raw(loop.sandrine, "testimonial.approve", row.id)
    assert row.status is models.TestimonialStatus.SUBMITTED


def test_a_champion_whom_a_lead_has_asked_reads_what_waits_and_what_comes(loop: Loop) -> None:
    lea = loop.hire("Léa", Role.CHAMPION)
    loop.tell(loop.sandrine)
    loop.command(loop.sandrine, "readers")
    loop.press(loop.sandrine, "Demander à Léa")
    assert "Léa" in loop.sees(loop.sandrine)
    assert "Sandrine te propose de lire" in loop.sees(lea)
    assert WORDS in loop.sees(lea), "what has waited for a reader"
    loop.press(lea, "Approuver")
    (row,) = loop.work.testimonials.of_author(loop.sandrine.id, *models.TestimonialStatus)
    assert (row.status.value, row.reviewer_id) == ("approved", lea.id)

    loop.tell()
    assert "Merci. Léa ou Sandrine le lit d'abord" in loop.sees(loop.aude)


def test_a_champion_may_say_no_to_reading(loop: Loop) -> None:
    lea = loop.hire("Léa", Role.CHAMPION)
    loop.command(loop.sandrine, "readers")
    loop.press(loop.sandrine, "Demander à Léa")
    loop.press(lea, "Je préfère ne pas")
    loop.tell()
    assert WORDS not in loop.sees(lea)
    loop.press_raw(lea, "testimonial.approve", loop.told[0].id)
    assert statuses(loop) == ["submitted"]


def test_whoever_is_no_champion_any_more_reads_no_more(loop: Loop) -> None:
    lea = loop.hire("Léa", Role.CHAMPION)
    loop.command(loop.sandrine, "readers")
    loop.press(loop.sandrine, "Demander à Léa")
    loop.work.projects.join(loop.project.id, lea.id, Role.EMPLOYEE)
    loop.tell()
    assert WORDS not in loop.sees(lea)


def test_only_a_lead_chooses_who_reads(loop: Loop) -> None:
    loop.command(loop.aude, "readers")
    assert "la personne qui pilote le projet qui choisit" in loop.sees(loop.aude)
    mine = loop.work.projects.member(loop.project.id, loop.aude.id)
    assert mine
    loop.press_raw(loop.aude, "testimonial.choose_reader", mine.id)
    assert mine.reviews is False


def test_with_many_readers_nobody_is_listed(loop: Loop) -> None:
    for name in ("Anne", "Bea", "Chloé"):
        loop.hire(name, Role.LEAD)
    loop.tell()
    assert "Ton texte est lu d'abord" in loop.sees(loop.aude)
    assert "Sandrine" not in loop.sees(loop.aude)
