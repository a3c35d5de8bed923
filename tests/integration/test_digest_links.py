"""A lead's links: what they open, for how long, and that nothing tells why one opens nothing."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import bot
from bot.app import router
from bot.exports.digest import fingerprint
from bot.platforms.port import ButtonPressed, Command, Link, Message
from bot.presenters import digest, report_links
from bot.scene import Scene
from bot.web import links
from bot.web.pages import open_page
from content.catalog import Lang
from projects.service import load_project
from storage.audit import Action
from storage.crypto import Keyring
from storage.database import Database
from storage.models import OutboxMessage, Person, ReportLink, Role
from storage.work import Work
from tests.support import pages
from tests.support.clock import FixedClock

FILE = Path(bot.__file__).parent / "demo_organisation" / "project.yaml"
URL = "https://entrain.example.org"


@pytest.fixture
def sandrine(work: Work) -> Person:
    """Leads a project with two published pages."""
    project = load_project(work, FILE)
    for made in (pages.full(), pages.stale()):
        work.digests.add(project.id, made.week, made.to_json())
    lead = work.people.ensure("sandrine", "Sandrine")
    work.projects.join(project.id, lead.id, Role.LEAD, None)
    return lead


def project_of(work: Work) -> str:
    return work.projects.all()[0].id


def made_for(work: Work, person: Person, week: str | None = None) -> ReportLink:
    return links.issue(work, project_of(work), person.id, week)


def later(work: Work, days: float) -> Work:
    return replace(work, now=work.now + timedelta(days=days))


def test_a_link_opens_the_page_of_its_week_or_the_latest(work: Work, sandrine: Person) -> None:
    weeks = []
    for week in (pages.WEEK, None):
        opened = open_page(work, made_for(work, sandrine, week).id, "page", None)
        assert opened
        weeks.append(opened.words.page.week)
    assert weeks == [pages.WEEK, pages.NEXT]


def test_the_page_speaks_the_readers_language_or_the_one_they_ask_for(work: Work, sandrine: Person) -> None:
    sandrine.lang = "fr"
    link = made_for(work, sandrine)
    langs = [None, Lang.ENGLISH]
    opened = [open_page(work, link.id, None, lang) for lang in langs]
    assert [each and each.words.voice.lang for each in opened] == [Lang.FRENCH, Lang.ENGLISH]


def test_a_link_is_good_for_a_week(work: Work, sandrine: Person) -> None:
    link = made_for(work, sandrine)
    assert links.opens(later(work, 6.99), link.id)
    assert links.opens(later(work, 7), link.id) is None


def test_withdrawing_ends_every_link_of_that_person_and_nobody_elses(work: Work, sandrine: Person) -> None:
    colleague = work.people.ensure("paul", "Paul")
    work.projects.join(project_of(work), colleague.id, Role.LEAD, None)
    mine, also_mine, theirs = (
        made_for(work, who, week)
        for who, week in ((sandrine, pages.WEEK), (sandrine, None), (colleague, None))
    )
    assert links.revoke(work, sandrine.id) == 2
    assert [links.opens(work, each.id) is not None for each in (mine, also_mine, theirs)] == [
        False,
        False,
        True,
    ]


def test_who_leads_no_longer_reads_no_longer(work: Work, sandrine: Person) -> None:
    link = made_for(work, sandrine)
    place = work.projects.member(project_of(work), sandrine.id)
    assert place
    place.role = Role.EMPLOYEE
    assert links.opens(work, link.id) is None
    place.role = Role.LEAD
    assert links.opens(work, link.id)


def test_each_opening_is_in_the_log_with_its_form_and_a_look_at_the_head_is_not(
    work: Work, sandrine: Person
) -> None:
    link = made_for(work, sandrine)
    for report in ("page", "pdf", "csv", None):
        open_page(work, link.id, report, None)
    links.revoke(work, sandrine.id)
    open_page(work, link.id, "page", None)
    entries = [entry for entry in work.audit.latest(10) if entry.actor.id == sandrine.id][::-1]
    assert [entry.action for entry in entries] == [
        Action.LINK_MADE,
        Action.REPORT_OPENED,
        Action.REPORT_OPENED,
        Action.REPORT_OPENED,
        Action.LINK_REVOKED,
    ]
    assert [
        kind for entry in entries[1:4] for kind in ("page", "pdf", "csv") if f'"{kind}"' in entry.detail
    ] == [
        "page",
        "pdf",
        "csv",
    ]
    digest = work.digests.latest(link.project_id)
    assert digest
    shown = fingerprint(work.projects.get(link.project_id), digest)
    assert all(json.loads(entry.detail)["shown"] == shown for entry in entries[1:4])


def test_expired_links_are_not_kept(work: Work, sandrine: Person) -> None:
    old = made_for(work, sandrine).id
    new = made_for(later(work, 8), sandrine).id
    assert work.report_links.find(old) is None
    assert work.report_links.find(new)


def test_a_token_leads_to_its_link_and_a_changed_one_nowhere(
    database: Database, workspace_id: str, clock: FixedClock
) -> None:
    with database.transaction(workspace_id) as work:
        project = load_project(work, FILE)
        lead = work.people.ensure("sandrine", "Sandrine")
        link = links.issue(work, project.id, lead.id)
    token = links.address(URL + "/", database.keyring, link.id).removeprefix(f"{URL}/d/")
    other = Keyring.parse(Keyring.generate())
    foreign = links.address(URL, other, link.id).removeprefix(f"{URL}/d/")
    with database.system() as system:
        assert links.place(system, token) == links.Place(workspace_id, link.id)
        padded = token.replace("~", "~..")
        for broken in (
            token[:-1],
            token[1:],
            token.upper(),
            link.id,
            f"{link.id}~",
            padded,
            "~",
            "é",
            foreign,
        ):
            assert links.place(system, broken) is None, broken


def test_a_token_outlives_a_new_key_as_long_as_the_old_one_is_kept(
    database: Database, workspace_id: str
) -> None:
    first, second = Keyring.generate(), Keyring.generate()
    with database.transaction(workspace_id) as work:
        project = load_project(work, FILE)
        link = links.issue(work, project.id, work.people.ensure("sandrine", "Sandrine").id)
    token = links.address(URL, Keyring.parse(first), link.id).rpartition("/")[2]
    with database.system() as system:
        rotated = replace(system, keyring=Keyring.parse(f"{second},{first}"))
        assert links.place(rotated, token)
        assert links.place(replace(system, keyring=Keyring.parse(second)), token) is None


def test_the_message_with_the_link_goes_once_the_link_opens_nothing(work: Work, sandrine: Person) -> None:
    link = made_for(work, sandrine)
    scene = Scene(work, work.workspaces.get(work.workspace_id), sandrine, "test", public_url=URL)
    message = report_links.made(scene, {"link": link.id})
    assert message
    assert f"{URL}/d/{link.id}~" in message.plain
    links.revoke(work, sandrine.id)
    assert report_links.made(scene, {"link": link.id}) is None


def test_there_is_no_button_where_there_is_no_address(work: Work, sandrine: Person) -> None:
    args = {"project": project_of(work), "week": pages.WEEK}
    buttons = []
    for url in (URL, ""):
        scene = Scene(work, work.workspaces.get(work.workspace_id), sandrine, "test", public_url=url)
        message = digest.weekly(scene, args)
        assert message
        buttons.append(report_links.SEE in str(message.blocks[-1]))
    assert buttons == [True, False]


def test_a_lead_asks_gets_a_link_and_takes_it_back(work: Work, sandrine: Person) -> None:
    bot_ = router(URL)
    event = {"workspace": "demo", "user": "sandrine", "at": work.now, "conversation": "c"}

    def said() -> Message | None:
        latest = [row for row in work.session.scalars(select(OutboxMessage)) if row.person_id == sandrine.id][
            -1
        ]
        return bot_.render(bot_.scene(work, sandrine, "test"), latest.intent, json.loads(latest.args))

    bot_.handle(work, Command(event_id="1", command="adoption", argument="page", **event))
    message = said()
    assert message
    (link,) = (block for block in message.blocks if isinstance(block, Link))
    assert link.url.startswith(f"{URL}/d/")
    bot_.handle(
        work,
        ButtonPressed(event_id="2", action=report_links.WITHDRAW, value="-", label="x", message="m", **event),
    )
    assert work.report_links.open_of(sandrine.id) == []
    bot_.handle(
        work,
        ButtonPressed(
            event_id="3",
            action=report_links.SEE,
            value=f"{project_of(work)}|{pages.WEEK}",
            label="x",
            message="m",
            **event,
        ),
    )
    (made,) = work.report_links.open_of(sandrine.id)
    assert made.week == pages.WEEK


def test_who_does_not_lead_gets_no_link(work: Work, sandrine: Person) -> None:
    colleague = work.people.ensure("karim", "Karim")
    work.projects.join(project_of(work), colleague.id, Role.CHAMPION, None)
    event = {"workspace": "demo", "user": "karim", "at": work.now, "conversation": "c"}
    value = f"{project_of(work)}|{pages.WEEK}"
    for asked in (
        Command(event_id="1", command="adoption", argument="page", **event),
        ButtonPressed(event_id="2", action=report_links.SEE, value=value, label="x", message="m", **event),
    ):
        router(URL).handle(work, asked)
    assert work.report_links.open_of(colleague.id) == []
