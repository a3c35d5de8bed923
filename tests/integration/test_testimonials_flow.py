"""A testimonial from the form to a colleague's screen, and back, on every database."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import update

from bot.platforms.port import FieldKind, Quote
from content.blockers import Blocker
from nudges import service, sharing
from nudges.calendar import WorkWeek
from nudges.testimonials import LONGEST, SHORTEST
from storage import models
from storage.models import FindingStatus, Naming, OutboxMessage, OutboxState, Role
from storage.work import Work
from tests.support.stories import WORDS, Loop, form_of

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture
def loop(work: Work) -> Loop:
    return Loop(work)


@pytest.mark.both_databases
def test_the_whole_loop(loop: Loop) -> None:
    loop.command(loop.aude, "testimonial")
    form = form_of(loop, loop.aude)
    keys = [field.key for field in form.fields]
    assert keys == ["text", "blocker", "second_blocker", "gain", "naming", "consent"]
    assert [field.key for field in form.fields if not field.required] == ["second_blocker", "gain"]
    assert form.fields[-1].kind is FieldKind.CONSENT
    assert "jusqu'au 25 mai 2027" in form.fields[-1].label
    assert ("first_name_team", "Aude, Ventes") in form.fields[4].options

    loop.fill(
        loop.aude,
        "testimonial",
        form.context,
        text=f"  {WORDS}\n",
        blocker="trust",
        naming="full",
        consent="yes",
    )
    assert "Sandrine le lit d'abord" in loop.sees(loop.aude)
    assert Quote(WORDS, "Aude Martin, Ventes") in loop.screens[loop.sandrine.id].last.blocks
    labels = ["Approuver", "Demander un changement", "Décliner", "Pourquoi ça\u00a0?"]
    assert loop.labels(loop.sandrine) == labels
    assert WORDS not in loop.told[0].text

    loop.press(loop.sandrine, "Approuver")
    assert loop.sees(loop.sandrine).startswith("✔ Approuvé")
    assert "Tes mots sont approuvés" in loop.sees(loop.aude)
    assert WORDS not in loop.sees(loop.karim)

    loop.later(DAY)
    assert Quote(WORDS, "Aude Martin, Ventes") in loop.screens[loop.karim.id].last.blocks
    assert "Je n'avais pas confiance" in loop.sees(loop.karim)
    assert loop.labels(loop.karim) == ["Ça me parle", "Pas moi", "Poser une question", "Pourquoi ça\u00a0?"]

    loop.press(loop.karim, "Ça me parle")
    assert "✔ Ça me parle" in loop.sees(loop.karim)
    assert WORDS in loop.sees(loop.karim)
    (share,) = loop.work.testimonials.shares(loop.told[0].id)
    assert (share.person_id, share.reaction) == (loop.karim.id, "me")

    loop.later(20 * WEEK)
    assert loop.screens[loop.karim.id].kinds().count("testimonial.share") == 1
    assert "testimonial.share" not in loop.screens[loop.aude.id].kinds()


def test_withdrawn_words_disappear_where_they_were_shown(loop: Loop) -> None:
    loop.published()
    loop.later(DAY)
    assert WORDS in loop.sees(loop.karim)
    loop.command(loop.aude, "testimonial", "retirer")
    for person in (loop.karim, loop.sandrine, loop.aude):
        assert WORDS not in loop.sees(person)
    assert loop.sees(loop.karim) == "Ce message n'est plus affiché."
    assert "ton texte est retiré" in loop.sees(loop.aude)


def test_a_reaction_cannot_bring_withdrawn_words_back(loop: Loop) -> None:
    row = loop.published()
    loop.later(DAY)
    (share,) = loop.work.testimonials.shares(row.id)
    loop.press(loop.aude, "Le retirer")
    loop.press_raw(loop.karim, "testimonial.react", f"{share.id}|me", "m1")
    assert WORDS not in loop.sees(loop.karim)


def test_words_withdrawn_before_they_left_never_arrive(loop: Loop) -> None:
    loop.published()
    loop.command(loop.aude, "testimonial", "withdraw")
    loop.later(8 * WEEK)
    assert WORDS not in loop.sees(loop.karim)
    assert "testimonial.share" not in loop.screens[loop.karim.id].kinds()


def test_a_planned_share_of_withdrawn_words_is_superseded(loop: Loop) -> None:
    row = loop.published()
    share = loop.work.testimonials.add_share(row.id, loop.karim.id)
    shown = loop.router.render(loop.scene(loop.karim), "testimonial.share", {"share": share.id})
    assert shown is not None
    sharing.withdraw_testimonial(loop.work, row.id, loop.aude.id)
    assert loop.router.render(loop.scene(loop.karim), "testimonial.share", {"share": share.id}) is None


def test_what_was_being_sent_at_that_moment_is_recalled_later(loop: Loop) -> None:
    row = loop.published()
    loop.later(DAY)
    (share,) = loop.work.testimonials.shares(row.id)
    _set_state(loop, share.id, OutboxState.SENDING, None)
    loop.press(loop.aude, "Le retirer")
    assert WORDS in loop.sees(loop.karim)
    _set_state(loop, share.id, OutboxState.SENT, next(iter(loop.screens[loop.karim.id].shown)))
    loop.later(timedelta(minutes=11))
    assert loop.sees(loop.karim) == "Ce message n'est plus affiché."


def _set_state(loop: Loop, share_id: str, state: OutboxState, receipt: str | None) -> None:
    loop.work.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.dedupe == sharing.share_key(share_id))
        .values(state=state, receipt_message=receipt)
    )
    loop.work.session.expire_all()


def test_consent_runs_out_on_its_day(loop: Loop) -> None:
    row = loop.published()
    loop.later(DAY)
    assert WORDS in loop.sees(loop.karim)
    loop.later(timedelta(days=(row.expires_on - loop.work.now.date()).days + 4))
    assert WORDS not in loop.sees(loop.karim)


def test_the_first_lead_decides_and_the_others_see_it(loop: Loop) -> None:
    other = loop.hire("Hélène", Role.LEAD)
    loop.tell()
    assert WORDS in loop.sees(other)
    loop.press(loop.sandrine, "Approuver")
    assert loop.sees(other).startswith("✔ Approuvé")
    loop.press_raw(other, "testimonial.decline", loop.told[0].id, "m99")
    assert loop.told[0].status is models.TestimonialStatus.APPROVED
    assert loop.screens[loop.aude.id].kinds().count("testimonial.outcome") == 1


def test_only_a_lead_decides(loop: Loop) -> None:
    loop.tell()
    loop.press_raw(loop.karim, "testimonial.approve", loop.told[0].id)
    assert "Quelqu'un d'autre lit celui-ci" in loop.sees(loop.karim)
    assert loop.told[0].status is models.TestimonialStatus.SUBMITTED


def test_only_the_author_withdraws(loop: Loop) -> None:
    row = loop.published()
    loop.press_raw(loop.karim, "testimonial.withdraw", row.id)
    assert row.status is models.TestimonialStatus.APPROVED


def test_a_lead_is_asked_in_their_working_hours(loop: Loop) -> None:
    loop.sandrine.timezone = "America/Montreal"
    loop.tell()
    assert loop.screens[loop.sandrine.id].arrived == []
    loop.later(timedelta(hours=6))
    ((at, kind),) = loop.screens[loop.sandrine.id].arrived
    assert (kind, at.hour) == ("testimonial.review", 14)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": "x" * (SHORTEST - 1)}, "un peu court"),
        ({"text": "x" * (LONGEST + 1)}, "600 caractères au plus"),
        ({"text": "\u200b  \n"}, "un peu court"),
        ({"consent": ""}, "Sans ton accord"),
        ({"blocker": "access"}, "Il me manque"),
        ({"blocker": "nonsense"}, "Il me manque"),
    ],
)
def test_what_cannot_be_taken_is_said_kindly_with_the_form_again(
    loop: Loop, changed: dict[str, str], said: str
) -> None:
    loop.tell(**changed)
    assert said in loop.sees(loop.aude)
    assert loop.told == []
    loop.press(loop.aude, "Rouvrir le formulaire")
    assert form_of(loop, loop.aude)


@pytest.mark.parametrize(
    "context", ["", "|", "{project}|", "{project}|soon", "{project}|2020-01-01", "{project}|2099-01-01"]
)
def test_an_old_or_broken_form_is_not_taken(loop: Loop, context: str) -> None:
    values = {"text": WORDS, "blocker": "trust", "naming": "full", "consent": "yes"}
    loop.fill(loop.aude, "testimonial", context.format(project=loop.project.id), **values)
    assert loop.told == []
    assert loop.screens[loop.aude.id].kinds() == ["testimonial.refused"]


def test_the_same_words_twice_are_kept_once(loop: Loop) -> None:
    loop.tell()
    loop.tell()
    assert len(loop.told) == 1
    assert loop.screens[loop.sandrine.id].kinds() == ["testimonial.review"]


def test_whoever_chose_no_name_is_not_named(loop: Loop) -> None:
    loop.tell(naming="")
    assert loop.told[0].naming is Naming.ANONYMOUS
    assert Quote(WORDS, "Un ou une collègue") in loop.screens[loop.sandrine.id].last.blocks


def test_a_stranger_gets_a_kind_sentence(loop: Loop) -> None:
    stranger = loop.hire("Zoé")
    loop.work.session.delete(loop.work.projects.member(loop.project.id, stranger.id))
    loop.work.session.flush()
    loop.command(stranger, "testimonial")
    assert "Tu ne fais pas encore partie d'un projet" in loop.sees(stranger)
    loop.tell(author=stranger)
    assert "Tu ne fais pas partie de ce projet" in loop.sees(stranger)


def test_several_texts_are_chosen_from_and_none_is_said(loop: Loop) -> None:
    loop.command(loop.aude, "testimonial", "retirer")
    assert "Tu n'as pas de texte à retirer" in loop.sees(loop.aude)
    loop.tell()
    loop.tell(text="Un autre moment, tout aussi vrai que le premier.")
    loop.command(loop.aude, "testimonial", "retirer")
    loop.press(loop.aude, "Un autre moment, tout aussi vrai que le premier.")
    statuses = {
        loop.work.open("testimonials.text", row.text, row=row.id)[:5]: row.status.value for row in loop.told
    }
    assert statuses == {"Un au": "withdrawn", "Je no": "submitted"}


def test_with_several_projects_the_form_asks_which(loop: Loop) -> None:
    second = type(loop.project)(
        id=loop.work.ids.new(),
        workspace_id=loop.work.workspace_id,
        key="crm",
        definition=loop.project.definition,
        created_at=loop.work.now,
    )
    loop.work.projects.add(second)
    loop.work.projects.join(second.id, loop.aude.id, Role.CHAMPION)
    loop.command(loop.aude, "testimonial")
    form = form_of(loop, loop.aude)
    assert form.fields[0].key == "project"
    values = {
        "text": WORDS,
        "blocker": "trust",
        "naming": "full",
        "consent": "yes",
        "project": loop.project.id,
    }
    loop.fill(loop.aude, "testimonial", form.context, **values)
    assert loop.told[0].project_id == loop.project.id


@pytest.mark.parametrize("blockers", [(Blocker.ACCESS, Blocker.TRUST), (Blocker.TIME,), ()])
def test_a_story_goes_to_nobody_else(loop: Loop, blockers: tuple[Blocker, ...]) -> None:
    lea = loop.hire("Léa")
    if blockers:
        loop.found(lea, *blockers)
    loop.published()
    loop.later(8 * WEEK)
    assert "testimonial.share" not in loop.screens[lea.id].kinds()


def test_a_probable_obstacle_is_not_enough_for_a_story(loop: Loop) -> None:
    lea = loop.hire("Léa")
    loop.found(lea, Blocker.TRUST, status=FindingStatus.PROBABLE)
    loop.published()
    loop.later(8 * WEEK)
    assert "testimonial.share" not in loop.screens[lea.id].kinds()


def test_an_honest_workaround_reaches_whoever_waits_for_a_better_fit(loop: Loop) -> None:
    lea = loop.hire("Léa")
    loop.found(lea, Blocker.FIT)
    loop.tell(blocker="fit")
    loop.press(loop.sandrine, "Approuver")
    loop.later(4 * WEEK)
    assert loop.screens[lea.id].kinds() == ["lever.tell", "testimonial.share"]


def test_in_a_routine_a_story_takes_the_place_of_a_nudge(loop: Loop) -> None:
    service.start_routine(
        loop.work,
        project_id=loop.project.id,
        person=loop.karim,
        template="standup",
        cue="Après le point de 9 h",
        action="je mets une urgence",
        days="12345",
        at=time(9, 15),
        ends_on=date(2027, 3, 1),
        week=WorkWeek("Europe/Paris"),
    )
    loop.published()
    loop.later(9 * DAY)
    loop.press(loop.karim, "Pas cette fois")
    loop.later(2 * WEEK)
    kinds = loop.screens[loop.karim.id].kinds()
    assert kinds == ["routine.nudge", "routine.check_in", "testimonial.share", "routine.check_in"]
    dates = [at.date() for at, _ in loop.screens[loop.karim.id].arrived]
    assert all((later - earlier).days >= 7 for earlier, later in pairwise(dates))


def test_everybody_with_the_obstacle_hears_it_once_whatever_their_answer(loop: Loop) -> None:
    others = [loop.hire(f"P{n}") for n in range(6)]
    for person in others:
        loop.found(person, Blocker.TRUST)
    first = loop.published()
    loop.tell(text="Une deuxième histoire, tout aussi courte et vraie.")
    loop.press(loop.sandrine, "Approuver")
    loop.later(10 * WEEK)
    for person in [*others, loop.karim]:
        given = [share.testimonial_id for share in loop.work.testimonials.shares_with(person.id)]
        assert sorted(given) == sorted(row.id for row in loop.told)
        assert given[0] != given[1]
    firsts = [loop.work.testimonials.shares_with(person.id)[0].testimonial_id for person in others]
    assert 0 < firsts.count(first.id) < len(firsts)


def test_english_reads_english(loop: Loop) -> None:
    loop.karim.lang = loop.aude.lang = "en"
    loop.command(loop.aude, "testimonial")
    assert "until 25 May 2027" in form_of(loop, loop.aude).fields[-1].label
    loop.published()
    loop.later(DAY)
    assert loop.labels(loop.karim) == ["That's me too", "Not me", "Ask a question", "Why this?"]
    assert 'From someone who knew this too, "Didn\'t trust it":' in loop.sees(loop.karim)
