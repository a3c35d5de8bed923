"""The digest's page in a real Chromium: on a telephone, a tablet, a desk and paper, in the light and in the dark."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.presenters.digest_words import Words
from bot.web.digest_page import document
from content.catalog import Address, Lang, Voice
from digests import composing
from digests.release import Crossing
from tests.support import axe, pages
from tests.support.browser import Watched, browsing
from tests.support.databases import SqliteTemplate
from tests.support.report_site import Site
from tests.support.server import serving

pytestmark = pytest.mark.browser

WIDTHS = (360, 768, 1280)

LONG = replace(
    pages.LARGE,
    confirmed={"trust": 52, "fit": 40, "time": 21, "management": 15, "overload": 12},
    matrix=Crossing(
        ("time", "overload"),
        ("trust", "fit", "management"),
        ((30, 18, 5, 27), (8, 22, 9, 11), (14, 10, 6, 20)),
    ),
    personas=Crossing(
        ("Planification des tournées", "Service après-vente"), ("trust", "fit"), ((35, 20, 25), (17, 20, 63))
    ),
    teams=Crossing(("Expédition internationale",), ("trust",), ((12, 30), (40, 98))),
)
"""Causes, roles and teams whose names are long."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def site(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site.large(sqlite_template.clone(tmp_path_factory.mktemp("site")))
    yield made
    made.database.dispose()


@pytest.fixture(scope="module")
def base(site: Site) -> Iterator[str]:
    with serving(site.asgi) as base:
        yield base


@pytest.fixture(params=WIDTHS)
def reader(request: pytest.FixtureRequest, browser: Browser, base: str) -> Iterator[Watched]:
    watched = Watched(browser, base, viewport={"width": request.param, "height": 800})
    yield watched
    watched.context.close()
    assert watched.problems == []


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def open_tables(page: Page) -> None:
    for summary in page.locator("summary").all():
        summary.press("Enter")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_it_fits_and_nothing_keeps_anybody_from_reading_it(site: Site, reader: Watched, lang: str) -> None:
    page = reader.open(f"{site.link()}?lang={lang}")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert not too_wide(page)
    open_tables(page)
    assert not too_wide(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert axe.violations(page) == [], scheme


def test_long_names_stay_in_their_cards(browser: Browser) -> None:
    made = composing.page(pages.round_(LONG, number=2, earlier=(pages.SANDRINE,)), pages.MANY, pages.WEEK)
    for lang in Lang:
        shown = browser.new_page(viewport={"width": 360, "height": 800})
        shown.set_content(document(Words(made, Voice(lang, Address.TU), "Trello", date(2026, 11, 23))))
        open_tables(shown)
        out = shown.evaluate(
            "[...document.querySelectorAll('table')].filter(one =>"
            " one.scrollWidth > one.closest('section').clientWidth - 32).map(one => one.innerText)"
        )
        assert out == [], lang
        assert not too_wide(shown)
        shown.close()


def test_on_a_desk_the_number_and_who_may_act_are_seen_at_once(
    site: Site, browser: Browser, base: str
) -> None:
    watched = Watched(browser, base, viewport={"width": 1280, "height": 720})
    for lang in ("en", "fr"):
        page = watched.open(f"{site.link()}?lang={lang}")
        expect(page.locator(".big")).to_be_in_viewport(ratio=1)
        expect(page.locator(".stands")).to_be_in_viewport(ratio=1)
    watched.context.close()
    assert watched.problems == []


def test_colours_follow_the_readers_wish_in_charts_too(site: Site, reader: Watched) -> None:
    page = reader.open(site.link())
    colours = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colours.append(
            page.locator("svg .whisker path").first.evaluate("one => getComputedStyle(one).stroke")
        )
    assert colours == ["rgb(32, 40, 45)", "rgb(231, 234, 236)"]


def test_on_paper_the_tables_are_open_and_links_are_gone(site: Site, reader: Watched) -> None:
    page = reader.open(f"{site.link()}?lang=en")
    table = page.get_by_role("table", name="One bar per confirmed obstacle")
    expect(table).to_be_hidden()
    page.emulate_media(media="print", color_scheme="dark")
    expect(table).to_be_visible()
    expect(page.get_by_role("link")).to_have_count(0)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)"


def test_it_is_read_by_keyboard_and_by_ear(site: Site, browser: Browser, base: str) -> None:
    watched = Watched(browser, base, viewport={"width": 1280, "height": 800})
    page = watched.open(f"{site.link()}?lang=en")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Straight to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    picture = page.get_by_role("img", name="Trust first; the fit with real work may weigh as much")
    expect(picture).to_contain_text("Trust, 29%.")
    page.get_by_role("link", name="En français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    watched.context.close()
    assert watched.problems == []


@pytest.mark.parametrize("width", WIDTHS)
def test_where_no_page_is_nothing_keeps_anybody_from_reading_that_either(
    browser: Browser, base: str, width: int
) -> None:
    watched = Watched(browser, base, viewport={"width": width, "height": 800})
    page = watched.open("/d/nothing")
    assert not too_wide(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert axe.violations(page) == [], scheme
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert [each.partition(" ")[0] for each in axe.violations(page)] == ["html-has-lang"]
    watched.context.close()
    assert all("404" in problem for problem in watched.problems), "only that it is not there"
