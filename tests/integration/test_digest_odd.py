"""Pages of organisations that are empty, small, alike, erased or over: each way of reading them says nothing untrue."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from bot.app import router
from bot.exports.digest import Printed, as_csv, as_json, as_markdown
from bot.platforms.slack import render as slack
from bot.platforms.teams import render as teams
from bot.presenters.digest import words_of
from bot.presenters.digest_spoken import spoken
from bot.web.digest_page import document
from content.blockers import Blocker
from content.catalog import Address, Lang, Voice
from digests.page import Headline, Page
from digests.service import publish
from projects.definition import read
from storage.models import Digest, Role
from storage.work import Work
from tests.support.answering import Company
from tests.support.company import FILE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

UNTRUE = r"\b[01] (people|personnes|answers|réponses)\b|(out of|sur) 0\b|\b(None|nan)\b|\{\w+\}|\ble 1 |’|!"
"""Of nobody or one, of nothing, of a text that was not filled in, and what is not written so."""


def nobody(_company: Company) -> None:
    pass


def silent(company: Company) -> None:
    company.silent(12)


def four(company: Company) -> None:
    company.answers(4, Blocker.TIME, Blocker.TRUST)


def nine(company: Company) -> None:
    company.answers(8, Blocker.TIME, Blocker.TRUST)
    company.answers(1, Blocker.TIME, Blocker.FIT)


def one_role(company: Company) -> None:
    for number in range(40):
        place = company.work.projects.member(company.project.id, company.person())
        assert place
        place.persona = "planner"
        if number < 30:
            company.interview(
                place.person_id,
                stated=Blocker.TIME,
                confirmed=Blocker.TRUST if number < 18 else Blocker.TIME,
            )


def of_one_mind(company: Company) -> None:
    company.answers(30, Blocker.TIME, Blocker.TIME)
    company.silent(10)


def nothing_in_the_way(company: Company) -> None:
    company.answers(20)
    company.silent(5)


def erased(company: Company) -> None:
    one_role(company)
    _a_week_later(company)
    for _, person in company.work.projects.members(company.project.id, Role.EMPLOYEE):
        company.work.personal.erase(person)


def over(company: Company) -> None:
    one_role(company)
    _a_week_later(company)
    company.project.ends_on = company.work.now.date() - timedelta(days=2)


def _a_week_later(company: Company) -> None:
    company.page(0)
    company.work = replace(company.work, now=company.work.now + timedelta(weeks=1))


@pytest.mark.parametrize(
    ("lived", "headline", "says"),
    [
        (nobody, Headline.TOO_FEW, "Rappeler à tous"),
        (silent, Headline.TOO_FEW, "Rappeler à tous"),
        (four, Headline.TOO_FEW, "Rappeler à tous"),
        (nine, Headline.TOO_FEW, "Rappeler à tous"),
        (of_one_mind, Headline.TOO_FEW, "Ont ouvert la conversation : 30 personnes sur 40"),
        (nothing_in_the_way, Headline.TOO_FEW, "Ont ouvert la conversation : 20 personnes sur 25"),
        (one_role, Headline.BLOCKER, "Qui, le plus souvent : la personne qui pilote le projet"),
        (erased, Headline.BLOCKER, "reposent sur les réponses de 30 personnes."),
        (over, Headline.BLOCKER, "Le projet est terminé."),
    ],
)
def test_it_can_be_read_everywhere_and_holds(
    work: Work, lived: Callable[[Company], None], headline: Headline, says: str
) -> None:
    company = Company(work)
    company.project.definition = read(FILE).to_json()
    company.work.projects.join(company.project.id, work.people.ensure("sandrine", "Sandrine").id, Role.LEAD)
    lived(company)
    company.work.session.flush()
    digest = publish(company.work, company.project, company.work.now.date())
    assert Page.from_json(digest.page).headline is headline
    told = {lang: _told(company, digest, lang) for lang in Lang}
    for ways in told.values():
        for way, text in ways.items():
            assert not re.search(UNTRUE, text.replace("\u00a0", " ")), (way, text)
    french = told[Lang.FRENCH]
    for way in ("message", "page", "markdown"):
        assert says in french[way].replace("\u00a0", " ").replace("*", ""), way


def _told(company: Company, digest: Digest, lang: Lang) -> dict[str, str]:
    """The page by every way of reading it, as text."""
    work, features = company.work, router()
    lead = work.people.ensure("sandrine", "Sandrine")
    lead.lang = lang
    words = words_of(company.project, digest, Voice(lang, Address.TU), "Europe/Paris")
    said = spoken(work, words, company.project.id, "Europe/Paris")
    args = {"project": company.project.id, "week": digest.week}
    message = features.render(features.scene(work, lead, "looked"), "digest.weekly", args)
    assert message
    assert slack.message(message)
    assert teams.render(message)
    printed = Printed(company.project, digest, words, said)
    assert json.loads(as_json(company.project, digest))["page"]["week"] == digest.week
    html = re.sub(r"(?s)<style>.*?</style>", "", document(words, said))
    return {
        "message": message.plain,
        "page": " ".join(unescape(re.sub(r"<[^>]+>", "", html)).replace("\u00a0", " ").split(" ")),
        "markdown": as_markdown(printed),
        "table": as_csv(words, said),
    }
