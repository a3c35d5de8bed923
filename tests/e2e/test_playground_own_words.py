"""A message of one's own becomes a testimonial in the playground, in a real Chromium and with the real bot."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.test_playground_loop import NIGHT, bot_says, move, opened, press, write
from tests.support.browser import browsing
from tests.support.clock import FixedClock

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STORIES = {
    "aude": ("Two weeks in, I stopped looking for orders in my mail.", "Make this a testimonial"),
    "karim": (
        "Au début j'oubliais. Depuis, plus une urgence au fond d'un carnet.",
        "En faire un témoignage",
    ),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


def offered(page: Page, label: str) -> Locator:
    return page.locator(".message").get_by_role("button", name=label)


@pytest.mark.parametrize("who", sorted(STORIES))
def test_ones_own_words_are_offered_and_the_form_begins_with_them(
    who: str, browser: Browser, tmp_path: Path
) -> None:
    story, label = STORIES[who]
    with opened(browser, tmp_path, FixedClock(NIGHT)) as site:
        page = site.open(f"/playground?as={who}")
        if who == "karim":
            move(page, "Prochain matin travaillé")
            press(page, "Plus tard")
            expect(page.locator(".message.own")).to_have_count(1)
        write(page, "aide" if who == "karim" else "help")
        bot_says(page, "Entrain")
        expect(offered(page, label)).to_have_count(0)

        write(page, story)
        mine = page.locator(".message.own").filter(has_text=story)
        control = offered(page, label)
        expect(control).to_have_count(1)
        expect(control).to_have_css("opacity", "0")
        mine.hover()
        expect(control).to_have_css("opacity", "1")
        control.click()

        form = page.get_by_role("form")
        expect(form.locator("textarea").first).to_have_value(story)
        form.locator("select").first.select_option("habit")
        form.get_by_role("radio").first.check()
        form.get_by_role("checkbox").check()
        form.locator("button[type=submit]").click()
        expect(page.get_by_role("form")).to_have_count(0)
        expect(offered(page, label)).to_have_count(1)

        lead = site.open("/playground?as=sandrine")
        lead.get_by_role("button", name="Prochain matin travaillé").click()
        expect(lead.get_by_role("log")).to_contain_text(story, timeout=60_000)
        press(lead, "Approuver")
        expect(lead.locator(".message.own").last).to_contain_text("Approuver")
        expect(offered(lead, "En faire un témoignage")).to_have_count(0)
