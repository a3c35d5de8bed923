"""A routine is the person's own: chosen, looked at, changed, paused, kept and let go in chat, in both languages."""

from datetime import date, timedelta

import pytest

from bot.platforms.port import Choice, FieldKind, Form
from content.blockers import Blocker
from nudges import service
from nudges.content import templates
from storage.models import EndedFor, Person, Project, Role, Routine, RoutineStatus
from storage.work import Work
from tests.support.company import Company

WEEK = timedelta(days=7)
TODAY = date(2026, 11, 24)


@pytest.fixture
def company(work: Work) -> Company:
    return Company(work)


@pytest.fixture
def karim(company: Company) -> Person:
    return company.hire("Karim")


def form(company: Company, person: Person) -> Form:
    """The form that is shown last."""
    (shown,) = [block for block in company.screens[person.id].last.blocks if isinstance(block, Form)]
    return shown


def submit(company: Company, person: Person, **values: str) -> None:
    shown = form(company, person)
    company.fill(person, shown.name, shown.context, **values)


def current(company: Company, person: Person) -> Routine:
    routine = company.work.routines.current(company.project.id, person.id)
    assert routine
    return routine


def last(company: Company, person: Person) -> str:
    return company.screens[person.id].last.plain.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.both_databases
def test_a_template_is_chosen_and_begins_on_its_day(company: Company, karim: Person) -> None:
    company.command(karim, "routine")
    shown = form(company, karim)
    offered = dict(shown.fields[0].options)
    assert offered["standup"] == "Après le point de 9 h, je mets une urgence"
    assert offered["own"] == "Avec mes mots, ci-dessous"
    assert {name for name in offered if name.startswith("habit.")} == {
        f"habit.{key}" for key in templates()[Blocker.HABIT]
    }
    submit(company, karim, template="friday")
    routine = current(company, karim)
    assert (routine.template, routine.days, routine.at) == ("friday", "5", "16:00")
    assert routine.ends_on == TODAY + service.HABIT_TAKES
    assert "Le vendredi, je range mes cartes" in last(company, karim)
    assert "une fois, le moment venu" in last(company, karim)
    company.later(timedelta(days=4))
    assert company.screens[karim.id].arrived[-1][1] == "routine.nudge"


def test_templates_of_the_obstacle_come_with_those_of_a_habit(company: Company, karim: Person) -> None:
    company.found(karim, Blocker.TIME)
    company.command(karim, "routine")
    offered = dict(form(company, karim).fields[0].options)
    assert offered["time.two_minutes"] == "Le matin, en m'installant, je donne deux minutes à Trello"
    submit(company, karim, template="time.two_minutes")
    assert current(company, karim).template == "time.two_minutes"
    karim.lang = "en"
    company.command(karim, "routine")
    assert "When I sit down in the morning, I give Trello two minutes" in last(company, karim)


def test_own_words_bring_their_time_and_their_days(company: Company, karim: Person) -> None:
    company.command(karim, "routine")
    submit(company, karim, template="own", cue="Le mardi après le point de 9 h", action="je trie")
    routine = current(company, karim)
    assert (routine.template, routine.days, routine.at) == (None, "2", "09:15")
    assert service.words_of(company.work, routine) == ("Le mardi après le point de 9 h", "je trie")
    assert "je trie" not in routine.action, "sealed at rest"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"template": "own", "cue": "après le point"}, "Il me manque le moment ou le geste"),
        ({"template": "own"}, "Il me manque le moment ou le geste"),
        ({"template": "nothing.like_it"}, "Il me manque le moment ou le geste"),
        ({"template": "standup", "at": "bientôt"}, "Je n'ai pas su lire l'heure"),
        ({"template": "standup", "at": "25:00"}, "Je n'ai pas su lire l'heure"),
        ({"template": "standup", "ends_on": "2026-11-24"}, "entre demain et dans un an"),
        ({"template": "standup", "ends_on": "2028-01-01"}, "entre demain et dans un an"),
        ({"template": "standup", "ends_on": "demain"}, "entre demain et dans un an"),
    ],
)
def test_what_cannot_be_read_is_said_kindly_and_the_form_comes_again(
    company: Company, karim: Person, values: dict[str, str], said: str
) -> None:
    company.command(karim, "routine")
    submit(company, karim, **values)
    assert said in last(company, karim)
    assert company.work.routines.current(company.project.id, karim.id) is None
    company.press(karim, "Rouvrir le formulaire")
    submit(company, karim, template="standup", at="14 h 30", ends_on="2027-01-15", days="135")
    routine = current(company, karim)
    assert (routine.at, routine.days, routine.ends_on) == ("14:30", "135", date(2027, 1, 15))


def test_a_change_of_time_keeps_the_routine_and_its_history(company: Company, karim: Person) -> None:
    company.command(karim, "routine")
    submit(company, karim, template="standup")
    routine = current(company, karim)
    company.later(9 * timedelta(days=1))
    company.press(karim, "Oui")
    company.command(karim, "ma routine")
    company.command(karim, "routine")
    assert company.labels(karim) == ["La changer", "Pause de deux semaines", "Arrêter cette routine"]
    company.press(karim, "La changer")
    filled = {field.key: field.initial for field in form(company, karim).fields}
    assert filled["template"] == "standup"
    assert (filled["days"], filled["at"]) == ("12345", "09:15")
    assert filled["ends_on"] == str(routine.ends_on)
    submit(company, karim, **{**filled, "days": "5", "at": "11h"})
    assert current(company, karim) is routine
    assert "C'est changé" in last(company, karim)
    assert "le vendredi, 11:00" in last(company, karim)
    company.later(9 * timedelta(days=1))
    at, kind = company.screens[karim.id].arrived[-1]
    assert (kind, f"{at:%a %H:%M}") == ("routine.check_in", "Fri 10:00")
    assert len(company.work.routines.check_ins(routine.id)) == 2


def test_with_other_words_it_is_another_routine(company: Company, karim: Person) -> None:
    company.command(karim, "routine")
    submit(company, karim, template="own", cue="Après le point", action="je mets une urgence")
    old = current(company, karim)
    company.press(karim, "La changer")
    filled = {field.key: field.initial for field in form(company, karim).fields}
    assert (filled["template"], filled["cue"], filled["action"]) == (
        "own",
        "Après le point",
        "je mets une urgence",
    )
    submit(company, karim, **{**filled, "action": "je lis une carte"})
    assert current(company, karim) is not old
    assert (old.status, old.ended_for) == (RoutineStatus.ENDED, EndedFor.CHANGED)
    company.fill(karim, "routine", f"{company.project.id}|{old.id}", **filled)
    assert "n'est plus en cours" in last(company, karim)


def test_a_pause_moves_the_end_and_ends_by_itself(company: Company, karim: Person) -> None:
    company.command(karim, "routine")
    submit(company, karim, template="standup")
    routine = current(company, karim)
    assert routine.ends_on
    ends_on = routine.ends_on
    company.later(timedelta(days=2))
    company.command(karim, "routine")
    company.press(karim, "Pause de deux semaines")
    assert routine.ends_on == ends_on + 2 * WEEK
    assert "silence jusqu'au 10 décembre 2026" in last(company, karim)
    company.press_raw(karim, "routine.pause", routine.id)
    assert routine.ends_on == ends_on + 2 * WEEK, "a second press changes nothing"
    company.command(karim, "routine")
    assert company.labels(karim) == ["La changer", "Reprendre maintenant", "Arrêter cette routine"]
    company.later(3 * WEEK)
    unasked = [
        (at.date(), kind) for at, kind in company.screens[karim.id].arrived if kind == "routine.check_in"
    ]
    assert unasked == [(date(2026, 12, 10), "routine.check_in")]


def test_a_pause_until_a_date_and_back_before_it(company: Company, karim: Person) -> None:
    company.command(karim, "routine")
    submit(company, karim, template="standup")
    routine = current(company, karim)
    ends_on = routine.ends_on
    company.press_raw(karim, "routine.pause", routine.id, next(iter(company.screens[karim.id].shown)))
    company.press(karim, "Une autre date")
    assert form(company, karim).fields[0].kind is FieldKind.DATE
    submit(company, karim, until="hier")
    assert "entre demain et dans un an" in last(company, karim)
    company.press(karim, "Rouvrir le formulaire")
    submit(company, karim, until="2027-02-01")
    assert routine.paused_until == date(2027, 2, 1)
    company.press(karim, "Reprendre maintenant")
    assert routine.paused_until == TODAY
    assert routine.ends_on == ends_on
    company.later(timedelta(days=2))
    assert company.screens[karim.id].arrived[-1][1] == "routine.nudge"


def test_what_has_not_become_a_routine_can_go_on_or_go(company: Company, karim: Person) -> None:
    company.command(karim, "routine")
    submit(company, karim, template="standup", ends_on="2026-12-08")
    routine = current(company, karim)
    company.later(timedelta(days=9))
    company.press(karim, "En partie")
    company.later(WEEK)
    assert routine.ended_for is EndedFor.RAN_OUT
    assert company.labels(karim) == [
        "Encore deux semaines",
        "En choisir une autre",
        "La laisser",
        "Pourquoi ça\u00a0?",
    ]
    company.press(karim, "Encore deux semaines")
    assert (routine.status, routine.ended_for) == (RoutineStatus.ACTIVE, None)
    assert routine.ends_on == company.work.now.date() + 2 * WEEK
    company.later(4 * WEEK)
    assert company.screens[karim.id].kinds().count("routine.close") == 2
    company.press(karim, "La laisser")
    assert (routine.status, routine.ended_for) == (RoutineStatus.ENDED, EndedFor.LET_GO)
    company.press_raw(karim, "routine.keep", routine.id)
    assert "n'est plus en cours" in last(company, karim)
    company.press(karim, "En choisir une autre")
    submit(company, karim, template="friday")
    assert current(company, karim).template == "friday"


def test_nobody_touches_the_routine_of_somebody_else(company: Company, karim: Person) -> None:
    lea = company.hire("Léa")
    company.command(karim, "routine")
    submit(company, karim, template="standup")
    routine = current(company, karim)
    for action in ("change", "end", "keep", "pause", "go_on", "pause_until"):
        company.press_raw(lea, f"routine.{action}", routine.id)
        assert "Ce bouton ne sert plus" in company.screens[lea.id].last.plain
    company.fill(lea, "routine", f"{company.project.id}|{routine.id}", template="friday")
    company.fill(lea, "routine.pause", routine.id, until="2027-01-01")
    stranger = company.work.people.ensure("max", "Max")
    stranger.conversation = "c-max"
    company.press_raw(stranger, "routine.choose", company.project.id)
    company.fill(stranger, "routine", f"{company.project.id}|", template="friday")
    assert company.work.routines.under_way(stranger.id) == []
    assert (routine.status, routine.paused_until, routine.template) == (RoutineStatus.ACTIVE, None, "standup")


def test_whoever_is_in_several_projects_says_for_which(company: Company, karim: Person) -> None:
    company.work.projects.add(
        Project(
            id="other",
            workspace_id=company.work.workspace_id,
            key="other",
            definition=company.project.definition,
            ends_on=None,
            created_at=company.work.now,
        )
    )
    company.work.projects.join("other", karim.id, Role.EMPLOYEE, "planner")
    company.command(karim, "routine")
    (choice,) = [block for block in company.screens[karim.id].last.blocks if isinstance(block, Choice)]
    assert {value for value, _ in choice.options} == {company.project.id, "other"}
    company.press_raw(karim, "routine.look", "other")
    submit(company, karim, template="standup")
    assert company.work.routines.current("other", karim.id)


def test_somebody_without_a_project_is_told_whom_to_ask(company: Company) -> None:
    max_ = company.hire("Max")
    membership = company.work.projects.member(company.project.id, max_.id)
    company.work.session.delete(membership)
    company.work.session.flush()
    company.command(max_, "routine")
    assert "Tu ne fais pas encore partie d'un projet" in company.screens[max_.id].last.plain


def test_english_reads_english(work: Work) -> None:
    company = Company(work, lang="en")
    emma = company.hire("Emma")
    company.command(emma, "routine")
    submit(company, emma, template="own", cue="After lunch", action="I move my cards", days="135")
    assert "After lunch, I move my cards" in last(company, emma)
    assert current(company, emma).at == "13:30"
    company.press(emma, "Change it")
    filled = {field.key: field.initial for field in form(company, emma).fields}
    submit(company, emma, **{**filled, "at": "2 pm"})
    assert "Reminder: Monday, Wednesday and Friday, 14:00" in last(company, emma)
    company.command(emma, "routine")
    company.press(emma, "Pause for two weeks")
    assert "silence until 8 December 2026" in last(company, emma)
