"""From the question whom people ask to a champion: nobody is drafted, and nothing is shown before a yes."""

import pytest

from bot.handlers import interview
from content.blockers import Blocker
from storage.models import ChampionStatus, Person, Role
from storage.repositories.usage import Used
from storage.work import Work
from surveys import service as surveys
from tests.support.dock import DAY, WEEK, Dock


@pytest.fixture
def dock(work: Work) -> Dock:
    return Dock(work)


@pytest.mark.both_databases
def test_the_whole_way(dock: Dock) -> None:
    dock.command(dock.sandrine, "adoption", "champions")
    assert "Personne pour l'instant" in dock.sees(dock.sandrine)
    dock.press(dock.sandrine, "Chercher des relais")
    assert "C'est parti" in dock.sees(dock.sandrine)
    assert "à qui demandes-tu" in dock.sees(dock.zoe)
    assert "champion.question" not in dock.kinds(dock.sandrine)

    dock.press(dock.zoe, "Donner un nom")
    dock.everybody_names_aude_and_karim()
    assert "Personne ne voit qui nomme qui" in dock.sees(dock.zoe)

    dock.later(15 * DAY)
    invited = [person for person in dock.team if "champion.invite" in dock.kinds(person)]
    assert invited == [dock.aude, dock.karim]
    assert "plusieurs collègues disent que c'est à toi qu'ils demandent" in dock.sees(dock.aude)
    assert "Aude" not in dock.sees(dock.sandrine)

    dock.press(dock.aude, "Oui")
    assert "Je le dis à Sandrine" in dock.sees(dock.aude)
    assert "Aude Martin (Quai) serait d'accord pour être relais de" in dock.sees(dock.sandrine)
    assert "plusieurs collègues lui demandent de l'aide" in dock.sees(dock.sandrine)

    dock.press(dock.sandrine, "Oui, avec plaisir")
    assert "Aude Martin est relais" in dock.sees(dock.sandrine)
    assert "tu es relais" in dock.sees(dock.aude)

    dock.press(dock.karim, "Oui")
    dock.press(dock.sandrine, "Oui, avec plaisir")
    assert "Avec toi dans l'équipe : Aude Martin" in dock.sees(dock.karim)

    dock.command(dock.sandrine, "champions")
    assert "Quai – Aude Martin et Karim Benali" in dock.sees(dock.sandrine)


def test_nothing_is_shown_to_a_lead_before_the_persons_own_yes(dock: Dock) -> None:
    row = dock.asked()
    for _ in range(3):
        dock.command(dock.sandrine, "champions")
        dock.press_raw(dock.sandrine, "champion.welcome", row.id)
        dock.later(WEEK)
    assert row.status is ChampionStatus.ASKED
    for name in ("Aude", "Karim"):
        assert name not in dock.sees(dock.sandrine)
    dock.press(dock.aude, "Non merci")
    dock.later(WEEK)
    dock.command(dock.sandrine, "champions")
    assert "Aude" not in dock.sees(dock.sandrine)
    assert row.signs == ""


def test_a_yes_may_leave_the_reasons_out(dock: Dock) -> None:
    row = dock.asked()
    dock.press(dock.aude, "Oui, mon nom seul")
    assert "Aude Martin (Quai) serait d'accord" in dock.sees(dock.sandrine)
    assert "Pourquoi" not in dock.sees(dock.sandrine)
    assert row.signs == ""


def test_only_the_person_answers_and_only_a_lead_decides(dock: Dock) -> None:
    row = dock.asked()
    dock.press_raw(dock.karim, "champion.yes", row.id)
    assert row.status is ChampionStatus.ASKED
    dock.press(dock.aude, "Oui")
    dock.press_raw(dock.karim, "champion.welcome", row.id)
    dock.press_raw(dock.aude, "champion.welcome", row.id)
    dock.press_raw(dock.zoe, "champion.stop", row.id)
    dock.press_raw(dock.zoe, "champion.card", row.id)
    dock.press_raw(dock.zoe, "champion.full", row.id)
    assert row.status is ChampionStatus.WILLING
    assert "Seule une personne qui pilote" in dock.sees(dock.karim)


def test_the_first_word_holds_on_either_side(dock: Dock) -> None:
    row = dock.asked()
    dock.press(dock.aude, "Non merci")
    dock.press_raw(dock.aude, "champion.yes", row.id)
    assert row.status is ChampionStatus.DECLINED
    assert "champion.proposal" not in dock.kinds(dock.sandrine)


def test_a_yes_can_be_taken_back_until_a_lead_has_spoken(dock: Dock) -> None:
    other = dock.hire("Omar Lead", Role.LEAD)
    row = dock.asked()
    dock.press(dock.aude, "Oui")
    dock.press(dock.aude, "Changer d'avis")
    assert row.status is ChampionStatus.ENDED
    for lead in (dock.sandrine, other):
        assert "Aude" not in dock.sees(lead)
        assert "a changé d'avis" in dock.sees(lead)


def test_a_yes_that_is_taken_back_leaves_no_name_wherever_a_lead_has_looked(dock: Dock) -> None:
    dock.asked()
    dock.press(dock.aude, "Oui")
    for _ in range(3):
        dock.command(dock.sandrine, "champions")
    assert dock.sees(dock.sandrine).count("Aude Martin") == 4
    dock.press(dock.aude, "Changer d'avis")
    assert "Aude" not in dock.sees(dock.sandrine)


def test_whoever_leads_no_longer_keeps_no_name_either(dock: Dock) -> None:
    omar = dock.hire("Omar Chef", Role.LEAD)
    dock.asked()
    dock.press(dock.aude, "Oui")
    assert "Aude Martin" in dock.sees(omar)
    dock.work.projects.join(dock.project.id, omar.id, Role.EMPLOYEE, "planner")
    dock.press(dock.sandrine, "Oui, avec plaisir")
    assert "Aude" not in dock.sees(omar)
    assert "n'attend plus de réponse" in dock.sees(omar)


def test_one_lead_decides_for_all_and_the_other_sees_it(dock: Dock) -> None:
    other = dock.hire("Omar Lead", Role.LEAD)
    dock.asked()
    dock.press(dock.aude, "Oui")
    dock.press(other, "Pas cette fois")
    assert "Pas cette fois" in dock.sees(dock.sandrine)
    assert "Aude" not in dock.sees(dock.sandrine)
    assert "Merci d'avoir dit oui" in dock.sees(dock.aude)
    assert dock.row(dock.aude).signs == ""


def test_a_no_is_final_for_half_a_year(dock: Dock) -> None:
    dock.asked()
    dock.press(dock.aude, "Non merci")
    before = dock.kinds(dock.aude).count("champion.invite")
    dock.later(5 * WEEK)
    dock.command(dock.sandrine, "champions")
    assert "Chercher des relais" not in dock.labels(dock.sandrine)
    dock.press_raw(dock.sandrine, "champion.start", dock.project.id)
    dock.later(20 * WEEK)
    assert dock.kinds(dock.aude).count("champion.invite") == before == 1
    assert dock.kinds(dock.aude).count("champion.question") == 1

    dock.later(2 * WEEK)
    dock.begin()
    dock.everybody_names_aude_and_karim()
    dock.later(15 * DAY)
    assert dock.kinds(dock.aude).count("champion.invite") == 2
    dock.press(dock.aude, "Oui")
    assert "Aude Martin (Quai) serait d'accord" in dock.sees(dock.sandrine)


def test_a_no_makes_room_for_somebody_else(dock: Dock) -> None:
    dock.begin()
    for person in dock.team:
        dock.name(person, "Aude, Karim, Zoé")
    dock.later(15 * DAY)
    asked = {person.name for person in dock.team if "champion.invite" in dock.kinds(person)}
    assert len(asked) == 2
    one = next(person for person in dock.team if person.name in asked)
    dock.press(one, "Non merci")
    dock.later(WEEK)
    later = {person.name for person in dock.team if "champion.invite" in dock.kinds(person)}
    assert later == {"Aude Martin", "Karim Benali", "Zoé Roux"}


@pytest.mark.parametrize("blocker", [Blocker.ACCESS, Blocker.FIT])
def test_nobody_is_asked_while_the_tool_does_not_open_or_fit(dock: Dock, blocker: Blocker) -> None:
    dock.found(dock.aude, blocker)
    dock.begin()
    dock.everybody_names_aude_and_karim()
    dock.later(15 * DAY)
    assert "champion.invite" not in dock.kinds(dock.aude)
    assert "champion.invite" in dock.kinds(dock.karim)


def test_a_team_in_which_it_does_not_open_for_a_third_waits(dock: Dock) -> None:
    for person in dock.team[3:6]:
        dock.found(person, Blocker.ACCESS)
    dock.begin()
    dock.everybody_names_aude_and_karim()
    dock.later(15 * DAY)
    assert not any("champion.invite" in dock.kinds(person) for person in dock.team)


def test_who_said_stop_is_neither_asked_nor_proposed(dock: Dock) -> None:
    dock.command(dock.zoe, "stop")
    dock.begin()
    assert "champion.question" not in dock.kinds(dock.zoe)
    for person in dock.team[:6]:
        dock.name(person, "Karim, Aude, Zoé")
    dock.later(15 * DAY)
    assert "champion.invite" not in dock.kinds(dock.zoe)


def test_who_uses_it_early_and_week_after_week_is_asked(dock: Dock) -> None:
    today = dock.work.now.date()
    week_after_week = [today - n * WEEK for n in range(10)]
    used = [Used(dock.aude.id, dock.project.id, day, "card_created") for day in week_after_week]
    used += [Used(dock.karim.id, dock.project.id, day, "card_created") for day in week_after_week[:3]]
    dock.work.usage.add(used)
    dock.begin()
    dock.later(15 * DAY)
    assert "champion.invite" not in dock.kinds(dock.karim)
    seen = dock.sees(dock.aude)
    assert (
        "tu utilises Trello depuis le début et tu t'en sers presque chaque semaine depuis deux mois" in seen
    )
    dock.press(dock.aude, "Oui")
    assert "utilise Trello depuis le début et s'en sert presque chaque semaine" in dock.sees(dock.sandrine)


def test_whom_the_people_file_calls_a_champion_is_one_and_is_not_asked(dock: Dock) -> None:
    nadia = dock.hire("Nadia Haddad", Role.CHAMPION, team="Quai")
    dock.command(dock.sandrine, "champions")
    assert "Quai – Nadia Haddad" in dock.sees(dock.sandrine)
    dock.begin()
    for person in dock.team:
        dock.name(person, "Nadia, Aude, Karim")
    dock.later(15 * DAY)
    assert "champion.invite" not in dock.kinds(nadia)
    asked = [person for person in dock.team if "champion.invite" in dock.kinds(person)]
    assert len(asked) == 1, "she holds one of the team's two places"
    dock.command(nadia, "champion")
    dock.press(nadia, "Une carte maintenant")
    assert "Dis qu'on peut te demander" in dock.sees(nadia)
    dock.press(nadia, "Ne plus être relais")
    dock.command(nadia, "champion")
    assert "Tu n'es relais d'aucun outil" in dock.sees(nadia)
    dock.command(dock.sandrine, "champions")
    assert "Nadia" not in dock.screens[dock.sandrine.id].last.plain


def test_who_says_stop_takes_their_yes_along_and_makes_room(dock: Dock) -> None:
    row = dock.asked()
    dock.press(dock.aude, "Oui")
    dock.command(dock.aude, "stop")
    dock.press(dock.sandrine, "Oui, avec plaisir")
    assert row.status is ChampionStatus.ENDED
    assert "a changé d'avis" in dock.sees(dock.sandrine)
    assert "est relais" not in dock.sees(dock.sandrine)
    for person in dock.team[3:]:
        dock.name(person, "Zoé")
    dock.later(WEEK)
    assert "champion.invite" in dock.kinds(dock.zoe)


def interviewed(dock: Dock, person: Person, tells: str, *, anonymous: bool = False) -> None:
    """An interview of somebody who uses the tool already."""
    campaign = surveys.start_campaign(dock.work, dock.project.id, "adoption", anonymous=anonymous)
    interview.invite(dock.scene(person, f"invitation:{person.id}"), campaign)
    dock.deliver()
    dock.press(person, "Allons-y")
    dock.press(person, "Dans Trello")
    dock.say(person, "Je retrouve mes urgences au même endroit le lundi matin, c'est plus calme.")
    dock.press(person, tells)


def test_who_would_gladly_tell_is_asked_a_week_later(dock: Dock) -> None:
    interviewed(dock, dock.aude, "Oui, volontiers")
    dock.later(6 * DAY)
    assert "champion.invite" not in dock.kinds(dock.aude)
    dock.later(4 * DAY)
    assert dock.kinds(dock.aude).count("champion.invite") == 1
    assert "tu raconterais volontiers comment tu fais" in dock.sees(dock.aude)
    assert "Aude" not in dock.sees(dock.sandrine)


def test_who_would_rather_not_is_left_in_peace_even_if_named(dock: Dock) -> None:
    interviewed(dock, dock.aude, "Pas maintenant")
    dock.later(2 * WEEK)
    dock.begin()
    dock.everybody_names_aude_and_karim()
    dock.later(4 * WEEK)
    assert "champion.invite" not in dock.kinds(dock.aude)
    assert "champion.invite" in dock.kinds(dock.karim)


def test_an_anonymous_round_leads_nowhere(dock: Dock) -> None:
    interviewed(dock, dock.aude, "Oui, volontiers", anonymous=True)
    dock.later(4 * WEEK)
    assert "champion.invite" not in dock.kinds(dock.aude)
