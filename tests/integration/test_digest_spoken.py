"""What people said, on every form of the week's page: the last action, what became of it, and the ideas on the board."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest

from bot.exports.digest import Printed, as_csv, as_markdown
from bot.presenters import actions
from bot.web import digest_page, links, pages
from content.catalog import Lang
from storage.models import Person
from storage.work import Work
from tests.support.acting import SAID, Acting, spaced
from tests.support.shared import WEEK

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TABLET = "A tablet at the dock, so that nobody walks to the office to note one line of an urgent order."
FORMULA = "=HYPERLINK(somewhere) would be nice to have"


@pytest.fixture
def group(work: Work) -> Acting:
    """An action has been judged by those concerned, and two ideas are on the board."""
    group = Acting(work, "en")
    group.press_raw(group.lead, actions.TAKE, group.action().id)
    group.finish(group.lead)
    group.later(3 * WEEK + timedelta(days=2))
    for number, person in enumerate(group.concerned[:12]):
        group.press(person, "It's gone" if number < 7 else "It's better")
    for text in (TABLET, FORMULA):
        author = group.hire("Aude" if text == TABLET else "Karim")
        group.fill(author, "idea", group.project.id, text=text, naming="unnamed", consent="yes")
    group.later(3 * WEEK)
    return group


def opened(group: Acting, reader: Person, lang: Lang = Lang.ENGLISH) -> pages.Opened:
    link = links.issue(group.work, group.project.id, reader.id)
    found = pages.open_page(group.work, link.id, None, lang)
    assert found
    return found


def test_every_form_of_the_page_says_what_people_said_until_they_take_it_back(group: Acting) -> None:
    seen = opened(group, group.lead)
    html = unescape(
        re.sub(r"<style>.*?</style>|<[^>]*>", "", digest_page.document(seen.words, seen.spoken), flags=re.S)
    )
    digest = group.work.digests.latest(group.project.id)
    assert digest
    markdown = as_markdown(Printed(group.project, digest, seen.words, seen.spoken))
    for text in (html, markdown):
        assert SAID in text
        assert "Gone for 7, less for 5, still there for nobody." in text
        assert TABLET in text
        assert "Ideas (2 to answer)" in text
        assert "Fewer than 5 supporters when last counted" in text
    group.command(group.lead, "adoption", "preview")
    preview = group.screens[group.lead.id].last.plain
    assert "Gone for 7, less for 5, still there for nobody." in preview
    assert TABLET[:40] in preview

    rows = [*csv.reader(io.StringIO(as_csv(seen.words, seen.spoken)))]
    acted = [row for row in rows if row[0] == "Actions"]
    assert [(row[1], *row[2:4]) for row in acted] == [
        ("The last action", "", ""),
        ("The obstacle is gone, they say", "7", "12"),
        ("It is less, they say", "5", "12"),
        ("It is still there, they say", "0", "12"),
        ("Proposed this week", "", ""),
    ]
    assert SAID in acted[0][-1]
    waiting, *ideas = [row for row in rows if row[0] == "Ideas"]
    assert waiting[1:3] == ["Ideas that wait for an answer", "2"]
    assert {row[1] for row in ideas} == {TABLET, f"'{FORMULA}"}, "a spreadsheet computes nobody's words"

    author = group.work.people.ensure("aude", "Aude")
    group.press_raw(author, "idea.withdraw", group.work.ideas.of_author(author.id)[0].id)
    after = opened(group, group.lead, Lang.FRENCH)
    assert TABLET not in digest_page.document(after.words, after.spoken)
    assert "Idées (1 à répondre)" in spaced(digest_page.document(after.words, after.spoken))
