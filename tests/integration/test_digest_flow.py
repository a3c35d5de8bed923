"""A lead and the digest: asked for, and by itself on Monday morning, on every database."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import bot
from bot.handlers import digest
from bot.handlers.digest import FEATURE, adoption, due, schedule_digest
from bot.platforms.port import Chart, Command, Fields, Message, Quote, Text
from bot.presenters.digest import outlook, weekly
from bot.scene import Scene
from content.markup import plain
from digests.composing import page
from digests.page import Page
from projects.service import load_project
from storage import models
from storage.models import (
    AgendaItem,
    Naming,
    OutboxMessage,
    Person,
    Project,
    Role,
    Testimonial,
)
from storage.work import Work
from tests.support import pages

FILE = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
MONDAY_IN_PARIS = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


class Office:
    """A project with leads; `work` may be moved in time."""

    def __init__(self, work: Work) -> None:
        self.work = work
        workspace = work.workspaces.get(work.workspace_id)
        workspace.lang, workspace.address, workspace.timezone = "fr", "tu", "Europe/Paris"
        self.project: Project = load_project(work, FILE)
        work.campaigns.add(self.project.id, "adoption")

    def member(self, name: str, role: Role, lang: str = "fr", timezone: str | None = None) -> Person:
        person = self.work.people.ensure(name.lower(), name)
        person.lang, person.timezone = lang, timezone
        self.work.projects.join(self.project.id, person.id, role, None)
        return person

    def scene(self, person: Person, at: datetime | None = None) -> Scene:
        work = replace(self.work, now=at or self.work.now)
        return Scene(work, work.workspaces.get(work.workspace_id), person, f"test:{person.id}:{at}")

    def ask(self, person: Person, argument: str) -> None:
        event = Command(
            event_id="e",
            workspace="demo",
            user=person.external_id,
            at=self.work.now,
            command="adoption",
            argument=argument,
        )
        adoption(self.scene(person), event)

    def planned(self, person: Person) -> list[OutboxMessage]:
        return list(
            self.work.session.scalars(
                select(OutboxMessage).where(OutboxMessage.person_id == person.id).order_by(OutboxMessage.seq)
            )
        )

    def item(self, person: Person) -> AgendaItem:
        return next(item for item in self.work.agenda.of_person(person.id) if item.kind == "digest")

    def publish(self, made: Page) -> None:
        self.work.digests.add(self.project.id, made.week, made.to_json())

    def shown(self, person: Person, week: str = "2026-W48") -> Message | None:
        return weekly(self.scene(person), {"project": self.project.id, "week": week})


@pytest.fixture
def office(work: Work) -> Office:
    return Office(work)


@pytest.fixture
def sandrine(office: Office) -> Person:
    return office.member("Sandrine", Role.LEAD)


def words(message: Message | None) -> str:
    assert message
    return message.plain.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.both_databases
def test_a_lead_asks_and_gets_the_page(office: Office, sandrine: Person) -> None:
    for number in range(5):
        office.member(f"Colleague {number}", Role.EMPLOYEE)
    office.ask(sandrine, "Digest")
    (row,) = office.planned(sandrine)
    assert (row.intent, json.loads(row.args)) == (
        "digest.weekly",
        {"project": office.project.id, "week": "2026-W48"},
    )
    assert "Rien à montrer pour l'instant" in words(office.shown(sandrine))


@pytest.mark.parametrize("argument", ["", "people"])
def test_another_argument_gets_a_lead_a_short_help(office: Office, sandrine: Person, argument: str) -> None:
    office.ask(sandrine, argument)
    assert [row.intent for row in office.planned(sandrine)] == ["digest.help"]


def test_a_lead_sees_how_many_will_hear_from_the_coach_and_nobody_by_name(
    office: Office, sandrine: Person
) -> None:
    for number in range(6):
        colleague = office.member(f"Colleague {number}", Role.EMPLOYEE)
        office.work.agenda.set(
            colleague.id, "coaching", office.project.id, office.work.now + timedelta(days=number // 5)
        )
    office.ask(sandrine, "calendrier")
    (row,) = office.planned(sandrine)
    assert row.intent == "digest.outlook"
    shown = outlook(office.scene(sandrine), json.loads(row.args))
    assert "Les autres jours – moins de 5" in words(shown)
    assert "– 5 personnes" in words(shown)
    assert "Colleague" not in words(shown)
    another = office.member("Another", Role.EMPLOYEE)
    office.work.agenda.set(another.id, "coaching", office.project.id, office.work.now)
    office.ask(sandrine, "calendrier")
    assert json.loads(office.planned(sandrine)[-1].args) == json.loads(row.args)
    again = outlook(office.scene(sandrine), json.loads(row.args))
    assert words(again) == words(shown), "what becomes of one person's interview in between is not in it"


def test_where_nothing_is_planned_a_lead_is_told_so(office: Office, sandrine: Person) -> None:
    office.ask(sandrine, "plan")
    (row,) = office.planned(sandrine)
    assert "rien prévu pour personne" in words(outlook(office.scene(sandrine), json.loads(row.args)))


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.CHAMPION])
def test_others_get_a_kind_sentence_and_no_page(office: Office, role: Role) -> None:
    karim = office.member("Karim", role)
    office.publish(pages.full())
    office.ask(karim, "digest")
    assert [row.intent for row in office.planned(karim)] == ["digest.not_lead"]
    assert office.shown(karim) is None
    assert "jamais ta réponse" in words(FEATURE.presenters["digest.not_lead"](office.scene(karim), {}))


def schedule(office: Office, person: Person) -> None:
    membership = office.work.projects.member(office.project.id, person.id)
    assert membership
    schedule_digest(office.scene(person), membership)


def test_each_lead_is_written_to_at_nine_on_their_own_monday(office: Office, sandrine: Person) -> None:
    keiko = office.member("Keiko", Role.LEAD, "en", "Asia/Tokyo")
    schedule(office, sandrine)
    schedule(office, keiko)
    assert office.item(sandrine).next_due_at == MONDAY_IN_PARIS
    assert office.item(keiko).next_due_at == datetime(2026, 11, 30, 0, 0, tzinfo=UTC)


def test_monday_brings_one_page_and_plans_the_next(office: Office, sandrine: Person) -> None:
    schedule(office, sandrine)
    for _ in range(2):
        due(office.scene(sandrine, MONDAY_IN_PARIS), office.item(sandrine))
    (row,) = office.planned(sandrine)
    assert (json.loads(row.args)["week"], row.paced) == ("2026-W49", True)
    assert office.item(sandrine).next_due_at == MONDAY_IN_PARIS + timedelta(weeks=1)


def test_a_newer_page_takes_the_place_of_one_that_has_not_left(office: Office, sandrine: Person) -> None:
    schedule(office, sandrine)
    for week in range(2):
        due(office.scene(sandrine, MONDAY_IN_PARIS + timedelta(weeks=week)), office.item(sandrine))
    states = [(json.loads(row.args)["week"], row.state.value) for row in office.planned(sandrine)]
    assert states == [("2026-W49", "superseded"), ("2026-W50", "ready")]


def test_two_leads_in_two_zones_read_the_same_page(office: Office, sandrine: Person) -> None:
    keiko = office.member("Keiko", Role.LEAD, "en", "Asia/Tokyo")
    for person, at in ((keiko, datetime(2026, 11, 30, tzinfo=UTC)), (sandrine, MONDAY_IN_PARIS)):
        schedule(office, person)
        due(office.scene(person, at), office.item(person))
    assert len(list(office.work.session.scalars(select(models.Digest)))) == 1


def test_a_late_tick_waits_for_the_morning(office: Office, sandrine: Person) -> None:
    schedule(office, sandrine)
    due(office.scene(sandrine, MONDAY_IN_PARIS + timedelta(hours=12)), office.item(sandrine))
    assert office.planned(sandrine)[0].not_before == MONDAY_IN_PARIS + timedelta(days=1)


def test_a_lead_who_said_stop_gets_nothing(office: Office, sandrine: Person) -> None:
    schedule(office, sandrine)
    sandrine.opted_out_at = office.work.now
    due(office.scene(sandrine, MONDAY_IN_PARIS), office.item(sandrine))
    assert office.planned(sandrine) == []
    assert office.item(sandrine).next_due_at == MONDAY_IN_PARIS + timedelta(weeks=1)


def test_who_leads_no_more_gets_nothing_more(office: Office, sandrine: Person) -> None:
    schedule(office, sandrine)
    office.publish(pages.full())
    office.work.projects.join(office.project.id, sandrine.id, Role.EMPLOYEE)
    due(office.scene(sandrine, MONDAY_IN_PARIS), office.item(sandrine))
    assert office.planned(sandrine) == []
    assert office.item(sandrine).next_due_at is None
    assert office.shown(sandrine) is None


def test_the_page_in_french(office: Office, sandrine: Person) -> None:
    office.publish(pages.full())
    said = words(office.shown(sandrine))
    assert "Semaine 48 · Le frein qui compte n'est pas le temps." in said
    assert "Au départ, 42 % disent « pas le temps » ; une fois écoutés, 16 %." in said
    assert "la confiance : 9 personnes sur 31 (29 %, entre 16 et 47)" in said
    assert "Routine installée : 12 personnes sur 44" in said
    assert "ce que Trello ne sert jamais à mesurer" in said
    assert "Compté le 24 novembre 2026" in said


def test_the_page_in_english(office: Office) -> None:
    oliver = office.member("Oliver", Role.LEAD, "en", "Europe/London")
    office.publish(pages.full())
    said = words(office.shown(oliver))
    assert "Week 48 · The obstacle that counts is not time." in said
    assert "trust: 9 people out of 31 (29%, between 16 and 47)" in said
    assert "A routine in place: 12 people out of 44" in said
    assert "Counted on November 24, 2026" in said or "Counted on 24 November 2026" in said


def test_the_chart_says_its_message_in_its_title(office: Office, sandrine: Person) -> None:
    office.publish(pages.full())
    message = office.shown(sandrine)
    assert message
    (chart,) = [block for block in message.blocks if isinstance(block, Chart)]
    assert chart.title.startswith("Routine installée")
    assert chart.points == (("Au courant", 36.0), ("Ont essayé", 20.0), ("En routine", 12.0))
    assert any(isinstance(block, Fields) for block in message.blocks)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_page_with_everything_reads_well(office: Office, lang: str) -> None:
    lead = office.member("Sandrine", Role.LEAD, lang)
    office.publish(pages.large())
    said = words(office.shown(lead))
    expected = {
        "fr": (
            "les réponses de 180 personnes sur 300 à la vague 2",
            "Disaient d'abord autre chose – 96 personnes sur 180",
            "Un vrai besoin auquel Trello ne répond pas – 61 personnes sur 180",
            "utiliser Trello la semaine suivante – 26 points de moins l'ont fait, sur 140 personnes (entre 17 et 35)",
            "Pilote « spring » – c'est oui",
            "– trop peu pour le dire",
            "Derrière « pas le temps », 30 fois sur 80 : la confiance",
            "« pas le temps » – La confiance 30, Le temps 18, Autre ou incertain 32, En tout 80",
            "Métier : Planification – la confiance, 35 personnes sur 80",
            "Équipe : Quai – la confiance, 25 personnes sur 45",
            "9 personnes n'ont pas pu être jointes",
            "Ont une routine en cours – 100 personnes",
            "S'y sont reconnues – au moins 25 personnes",
            "moins d'un tiers l'a fait dans : Lille",
        ),
        "en": (
            "the answers of 180 people out of 300 to round 2",
            "First said something else – 96 people out of 180",
            "A real need that Trello does not meet – 61 people out of 180",
            "Meant to use Trello the week after – 26 points fewer did, of 140 people (between 17 and 35)",
            "Pilot “spring” – go",
            "– too few to say",
            "Behind “no time”, 30 times out of 80: trust",
            "“no time” – Trust 30, Time 18, Other or unsure 32, In all 80",
            "Role: Planning – trust, 35 people out of 80",
            "Team: Quai – trust, 25 people out of 45",
            "9 people could not be reached",
            "With a routine under way – 100 people",
            "Who said “that's me” – at least 25 people",
            "fewer than a third have, in: Lille",
        ),
    }[lang]
    assert [part for part in expected if part not in said] == []
    assert "{" not in said


@pytest.mark.parametrize(
    ("lang", "said"),
    [("fr", "et l'usage réel, que personne ne mesure"), ("en", "actual use, which nobody measures")],
)
def test_that_nobody_measures_use_is_said_where_that_is_so(office: Office, lang: str, said: str) -> None:
    lead = office.member("Oliver", Role.LEAD, lang)
    for number, made in enumerate((pages.full, pages.large), start=10):
        for measured in (False, True):
            week = f"2026-W{number + 10 * measured}"
            office.publish(made(week).model_copy(update={"measured": measured}))
            assert (said in words(office.shown(lead, week))) is not measured


def test_where_it_would_tell_who_is_silent_the_number_of_people_is_left_out(
    office: Office, sandrine: Person
) -> None:
    office.publish(page(pages.round_(pages.SANDRINE), replace(pages.STANDING, eligible=33), "2026-W48"))
    said = words(office.shown(sandrine))
    assert "reposent sur les réponses de 31 personnes." in said
    assert "sur 33" not in said


def test_a_page_without_new_figures_says_why(office: Office, sandrine: Person) -> None:
    office.publish(pages.stale())
    assert "Ces chiffres sont ceux de la semaine 48" in words(office.shown(sandrine, "2026-W49"))


def tell(office: Office, author: Person, naming: Naming) -> Testimonial:
    id_ = office.work.ids.new()
    testimonial = Testimonial(
        id=id_,
        workspace_id=office.work.workspace_id,
        project_id=office.project.id,
        author_id=author.id,
        text=office.work.seal("testimonials.text", "J'ai vu *ce* qui est noté.", row=id_),
        blocker="trust",
        naming=naming,
        status=models.TestimonialStatus.APPROVED,
        consented_at=office.work.now,
        expires_on=office.work.now.date() + timedelta(days=30),
        created_at=office.work.now,
    )
    office.work.testimonials.add(testimonial)
    return testimonial


def test_a_story_is_told_exactly_until_it_is_withdrawn(office: Office, sandrine: Person) -> None:
    nadia = office.member("Nadia Benali", Role.CHAMPION)
    nadia.team = "Quai"
    story = tell(office, nadia, Naming.FIRST_NAME_AND_TEAM)
    office.publish(pages.full(stories=(("trust", story.id),)))
    message = office.shown(sandrine)
    assert message
    assert Quote("J'ai vu *ce* qui est noté.", "Nadia, Quai, avec son accord") in message.blocks
    story.status = models.TestimonialStatus.WITHDRAWN
    after = office.shown(sandrine)
    assert after
    assert not any(isinstance(block, Quote) for block in after.blocks)


def test_an_anonymous_author_stays_so(office: Office, sandrine: Person) -> None:
    story = tell(office, office.member("Nadia Benali", Role.CHAMPION), Naming.ANONYMOUS)
    office.publish(pages.full(stories=(("trust", story.id),)))
    assert "Nadia" not in words(office.shown(sandrine))


def test_every_headline_reads_well_in_both_languages(office: Office, sandrine: Person) -> None:
    oliver = office.member("Oliver", Role.LEAD, "en")
    made = (pages.too_few, pages.family, pages.blocker, pages.full, pages.large)
    for number, one in enumerate(made, start=10):
        office.publish(one(f"2026-W{number}"))
        for lead in (sandrine, oliver):
            message = office.shown(lead, f"2026-W{number}")
            assert message
            first = message.blocks[0]
            assert isinstance(first, Text)
            assert str(number) in plain(first.text)
            assert "{" not in message.plain


def test_the_feature_names_what_it_handles() -> None:
    assert set(digest.FEATURE.due) == {"digest"}
    assert set(digest.FEATURE.commands) == {"adoption"}
