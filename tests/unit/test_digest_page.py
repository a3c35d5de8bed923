"""The digest as a document: every page in both languages, whatever names and stories hold."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest

from bot.presenters.digest_spoken import Doing, Spoken, Story
from bot.presenters.digest_words import Words
from bot.presenters.idea_words import DigestIdeas, Said
from bot.web import digest_page
from bot.web.charts import Bar, bars
from bot.web.digest_page import Around
from bot.web.pages import HEADERS
from content.catalog import Address, Lang, Voice
from content.markup import literal
from digests.composing import page
from digests.page import Page, SayDo
from digests.release import Crossing
from tests.support import pages

HOSTILE = '<img src=x onerror=alert(1)>"{cause}'
WORDS = f"<script>alert(1)</script> {HOSTILE}"
SAID = Spoken(
    story=Story(WORDS, "Karim & co", Lang.ENGLISH),
    doing=Doing(WORDS, literal(WORDS)),
    became=literal(WORDS),
    ideas=DigestIdeas(
        3,
        "Ideas (3)",
        literal("Most supported"),
        (Said(WORDS, "Aude", literal("6 of us"), WORDS, Lang.ENGLISH),),
    ),
)
AROUND = Around("30 November 2026", "t.pdf", "t.csv", "?lang=fr")

EVERY = pytest.mark.parametrize("made", ["blocker", "family", "full", "large", "stale", "too_few"])
BOTH = pytest.mark.parametrize("lang", list(Lang))


def words(made: Page, lang: Lang = Lang.FRENCH, tool: str = "Trello") -> Words:
    return Words(made, Voice(lang, Address.TU), tool, date(2026, 11, 23))


def body(html: str) -> str:
    """What is said, as text."""
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL)).split())


@EVERY
@BOTH
def test_every_page_is_whole_and_needs_nothing_from_anywhere(made: str, lang: Lang) -> None:
    html = digest_page.document(words(getattr(pages, made)(), lang), SAID, AROUND)
    assert html.count("<h1") == 1
    assert f'<html lang="{lang}">' in html
    assert not re.findall(r"<(script|link|img|iframe|form|object)\b", html)
    assert not re.findall(r'\b(?:src|href|action)="(?!#page|t\.pdf|t\.csv|\?lang=fr)[^"]*"', html)
    assert re.findall(r"https?://[^\"<]*", html.replace("http://www.w3.org/2000/svg", "")) == []
    assert not re.search(r"\sstyle=", html)
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert not re.search(r"\{\w+\}", body(html).replace("{cause}", ""))


@BOTH
def test_the_conclusion_comes_first_then_one_number_and_one_action(lang: Lang) -> None:
    text = body(digest_page.document(words(pages.full(), lang)))
    conclusion, number, action = {
        Lang.FRENCH: ("Le frein qui compte n'est pas le temps, c'est la confiance", "29\xa0%", "Écrire avec"),
        Lang.ENGLISH: ("The obstacle that counts is not time; it is trust", "29%", "Write the rule"),
    }[lang]
    text = text.replace("\u202f", "\xa0").replace(" %", "\xa0%")
    assert 0 < text.index(conclusion) < text.index(number) < text.index(action)


def test_where_nothing_can_be_told_there_is_no_figure_of_answers() -> None:
    text = body(digest_page.document(words(pages.too_few(), Lang.ENGLISH)))
    assert "Nothing can be shown yet" in text
    assert "The figure of the week" not in text


def test_a_figure_that_was_counted_earlier_is_not_called_that_of_the_week() -> None:
    text = body(digest_page.document(words(pages.stale(), Lang.ENGLISH)))
    assert "The figure, counted in week 48" in text
    assert "The figure of the week" not in text


def test_each_chart_has_its_figures_in_a_table() -> None:
    html = digest_page.document(words(pages.large(), Lang.ENGLISH))
    cards = [card for card in html.split("<section")[1:] if 'class="chart"' in card]
    assert len(cards) == 2
    for card in cards:
        drawn = card.count('<g class="track">')
        table = card.split("<tbody>")[1]
        assert drawn == table.count('<th scope="row">') > 1
        assert "<caption>" in card


def test_names_and_stories_stay_text() -> None:
    table = Crossing((HOSTILE,), ("trust",), ((35, 45), (17, 83)))
    made = page(pages.round_(replace(pages.LARGE, personas=table, teams=table)), pages.MANY, pages.WEEK)
    html = digest_page.document(words(made, tool=HOSTILE), SAID, AROUND)
    assert "<img" not in html
    assert "<script" not in html
    assert body(html).count('<img src=x onerror=alert(1)>"{cause}') > 5
    assert body(html).count(WORDS) == 6, (
        "a story, an action and where it stands, what became of one, an idea, its answer"
    )
    assert html.count('<p lang="en">') == html.count('<blockquote lang="en">') == 1


def test_the_stylesheet_is_the_one_that_the_policy_names() -> None:
    html = digest_page.document(words(pages.full()))
    (style,) = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    assert style == digest_page.stylesheet()
    assert f"style-src 'sha256-{digest_page.style_hash()}'" in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("hidden", "told"),
    [
        ("", "A routine in place: 90 people out of 300"),
        ("routine", "Come back to Trello: 120 people out of 300"),
        ("routine repeat tried aware", "Tell others about it: 12 people out of 300"),
        ("routine repeat tried aware advocate", ""),
    ],
)
def test_the_funnel_is_about_routines_or_how_far_people_are_from_them(hidden: str, told: str) -> None:
    made = pages.large()
    funnel = tuple(
        step.model_copy(update={"count": None}) if step.stage.value in hidden.split() else step
        for step in made.funnel
    )
    assert words(made.model_copy(update={"funnel": funnel}), Lang.ENGLISH).reached() == told


def test_personas_go_by_the_labels_of_the_project_file() -> None:
    made = Words(pages.large(), Voice(Lang.ENGLISH), "Trello", date(2026, 11, 23), {"planner": "Planning"})
    text = body(digest_page.document(made))
    assert text.count("Planning") == 2, "with its causes, and among those who answered"
    assert "Planner" not in text
    assert "Seller between a third and two thirds" in text, "one without a label goes by its key"
    assert ("Role: Planning", "trust") in {(name, told.split(",")[0]) for name, told in made.groups()}


def test_what_stands_where_no_page_is_says_it_in_both_languages() -> None:
    text = body(digest_page.closed())
    assert "Cette page n'est plus là" in text
    assert "This page is no longer here" in text


def test_two_causes_that_may_weigh_the_same_are_not_ranked() -> None:
    close = body(digest_page.document(words(pages.large(), Lang.ENGLISH)))
    assert "Trust first; the fit with real work may weigh as much" in close
    clear = replace(pages.LARGE, confirmed={"trust": 120, "fit": 20})
    made = page(pages.round_(clear), pages.MANY, pages.WEEK)
    assert "Trust clearly ahead of the fit with real work" in body(
        digest_page.document(words(made, Lang.ENGLISH))
    )


def test_a_chart_is_read_aloud_and_holds_nothing_but_shapes_and_words() -> None:
    drawn = [
        Bar("Trust $x^2$ & <co>", "29%", 0.29, (0.16, 0.47), first=True),
        Bar("Time", "16%", 0.16),
    ]
    picture = bars("causes", "Trust & <time>", "One bar each.", drawn)
    assert picture == bars("causes", "Trust & <time>", "One bar each.", drawn)
    root = ElementTree.fromstring(picture)
    title, about = root.findtext("{*}title"), root.findtext("{*}desc")
    assert (title, about) == ("Trust & <time>", "One bar each. Trust $x^2$ & <co>, 29%. Time, 16%.")
    assert root.get("role") == "img"
    assert [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")] == [
        "Trust $x^2$ & <co>",
        "29%",
        "Time",
        "16%",
    ]
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {
        "svg",
        "title",
        "desc",
        "g",
        "path",
        "text",
    }
    assert len([each for each in root.iter() if each.get("class") == "whisker"]) == 3


@BOTH
def test_both_languages_say_as_much(lang: Lang) -> None:
    catalog = digest_page.texts()
    assert catalog.keys(Lang.FRENCH) == catalog.keys(Lang.ENGLISH)
    for key in sorted(catalog.keys(lang)):
        assert catalog.placeholders(key, Lang.FRENCH) == catalog.placeholders(key, Lang.ENGLISH), key
        assert "!" not in catalog.template(key, Voice(lang))


@pytest.mark.parametrize(("said", "did", "told"), [(60, 20, "−22 pts"), (20, 60, "+22 pts"), (31, 30, "≈")])
def test_what_was_meant_and_what_was_done_are_told_apart_from_chance(said: int, did: int, told: str) -> None:
    made = pages.large()
    gaps = made.gaps.model_copy(update={"say_do": SayDo.measure(said, did, 180)})
    text = body(digest_page.document(words(made.model_copy(update={"gaps": gaps}), Lang.ENGLISH)))
    assert f"{told} between meaning to use Trello the week after and having done so" in text


def test_tests_on_a_sample_stand_on_it_in_a_word() -> None:
    text = body(digest_page.document(words(pages.large(), Lang.ENGLISH)))
    assert "Tests on a sample" in text
    assert "too few to say" in text
