"""The whole loop in the playground: the real bot and its demo organisation, lived in a real Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.settings import Settings
from tests.support.browser import Watched, browsing
from tests.support.clock import FixedClock
from tests.support.server import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
STORY = "I asked what is logged. Only the team reads it."
DONE = "La règle est au mur, signée par Hélène."
WEEKS = 10
"""At most, until a story has found its reader among the week's other messages."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@contextmanager
def opened(browser: Browser, folder: Path, clock: FixedClock) -> Iterator[Watched]:
    """The bot with its data in `folder`, and a browser that may speak to nothing else."""
    settings = Settings(_env_file=None, data_dir=folder, demo=True, playground=True)
    with running(settings, clock) as (base, _):
        watched = Watched(browser, base, viewport={"width": 1100, "height": 900}, timezone_id="Asia/Tokyo")
        yield watched
        watched.context.close()
    assert watched.problems == []


def bot_says(page: Page, words: str) -> Locator:
    """The bot's last message, once it holds these words."""
    message = page.locator(".message.bot").last
    expect(message).to_contain_text(words)
    return message


def press(page: Page, label: str) -> None:
    page.locator(".message.bot").get_by_role("button", name=label, exact=True).last.click()


def write(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


def move(page: Page, step: str) -> None:
    """Press a clock button and wait until time has passed and what it brought is shown."""
    button = page.get_by_role("button", name=step)
    button.click()
    expect(button).to_be_enabled(timeout=60_000)


def interview(page: Page) -> None:
    """Karim's: time at first, trust once listened to."""
    bot_says(page, "jamais ta réponse")
    press(page, "Allons-y")
    bot_says(page, "tu as fait comment ?")
    press(page, "Papier, Excel")
    bot_says(page, "Raconte-moi")
    write(page, "pas le temps d'ouvrir le truc, ça tombe toujours au pire moment")
    bot_says(page, "« ça tombe toujours au pire moment »")
    write(
        page,
        "si je note dans trello tout le monde voit que j'ai laissé traîner, et mon chef compte mes retards",
    )
    bot_says(page, "la semaine prochaine ?")
    press(page, "9")
    bot_says(page, "C'est bien ça ?")
    press(page, "C'est ça")
    bot_says(page, "un petit geste")
    press(page, "Après le point de 9 h, je mets une urgence")
    bot_says(page, "C'est noté")


def tell_story(page: Page) -> None:
    write(page, "/testimonial")
    form = page.get_by_role("form")
    form.get_by_label("In your words, what changed?").fill(STORY)
    form.get_by_label("What was in your way?").select_option("trust")
    form.get_by_label("Aude, Sales").first.check()
    form.get_by_role("checkbox").check()
    form.get_by_role("button").click()
    expect(page.get_by_role("form")).to_have_count(0)
    expect(page.get_by_role("log")).to_contain_text("I will tell you either way")


def test_employee_champion_and_lead_live_the_whole_loop(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, FixedClock(NIGHT)) as site:
        karim, aude, sandrine = (
            site.open(f"/playground?as={name}") for name in ("karim", "aude", "sandrine")
        )
        expect(karim.locator("#now")).to_have_text("mardi 24 novembre à 09:30")

        interview(karim)
        tell_story(aude)
        bot_says(sandrine, STORY)
        press(sandrine, "Approuver")
        expect(sandrine.locator(".message.bot").last).to_contain_text("✔ Approuvé")
        expect(aude.get_by_role("log")).to_contain_text("Your words were approved")

        write(sandrine, "/adoption digest")
        bot_says(sandrine, "Le frein qui compte")
        assert "Karim" not in sandrine.get_by_role("log").inner_text()

        move(karim, "Prochain matin travaillé")
        bot_says(karim, "Farid Meziane")
        press(karim, "Lire")
        bot_says(karim, "les retards par personne")
        move(karim, "+ 1 semaine")
        bot_says(karim, "Après le point de 9 h, je mets une urgence")
        check_in, story = (
            karim.get_by_role("button", name="Pas cette fois", exact=True),
            karim.locator(".message.bot blockquote", has_text=STORY),
        )
        answered = False
        for _ in range(WEEKS):
            move(karim, "+ 1 semaine")
            if check_in.count():
                check_in.last.click()
                expect(check_in).to_have_count(0)
                answered = True
            if answered and story.count():
                break
        assert answered
        expect(story).to_have_count(1)
        expect(sandrine.get_by_role("log")).to_contain_text("Semaine 49")


def test_a_lead_does_what_the_page_proposes_and_whom_it_concerns_hears_so(
    browser: Browser, tmp_path: Path
) -> None:
    """Under the result of the action before, which the demonstration begins with."""
    with opened(browser, tmp_path, FixedClock(NIGHT)) as site:
        karim, sandrine, oliver = (
            site.open(f"/playground?as={name}") for name in ("karim", "sandrine", "oliver")
        )
        interview(karim)
        write(oliver, "/adoption digest")
        bot_says(oliver, "Gone for 6, less for 5, still there for nobody.")
        write(sandrine, "/adoption digest")
        bot_says(sandrine, "Réglé pour 6, mieux pour 5, toujours là pour personne.")
        press(sandrine, "Je la prends")
        bot_says(sandrine, "entre les mains de Sandrine Roux")
        bot_says(oliver, "It is with Sandrine Roux")
        press(sandrine, "C'est fait")
        form = sandrine.get_by_role("form")
        expect(form).to_contain_text("Écrire avec les équipes la règle")
        form.get_by_label("Ce qui a été fait, dans tes mots").fill(DONE)
        form.get_by_role("button", name="Les prévenir").click()
        expect(sandrine.get_by_role("button", name="C'est fait", exact=True)).to_have_count(0)
        bot_says(oliver, "Those it concerns are told")
        if DONE not in karim.get_by_role("log").inner_text():
            move(karim, "Prochain matin travaillé")
        bot_says(karim, DONE)
        assert "Karim" not in sandrine.get_by_role("log").inner_text()


def test_words_lead_out_and_back_in_english(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, FixedClock(NIGHT)) as site:
        emma = site.open("/playground?as=emma")
        bot_says(emma, "never your answer")

        press(emma, "Let's go")
        bot_says(emma, "how did you do it?")
        write(emma, "help")
        bot_says(emma, "I am Entrain")
        write(emma, "pause")
        bot_says(emma, "we stop here for now")
        write(emma, "resume")
        bot_says(emma, "how did you do it?")
        write(emma, "skip")
        bot_says(emma, "Think of the last time")
        write(emma, "back")
        bot_says(emma, "how did you do it?")
        write(emma, "stop")
        bot_says(emma, "I will not write to you again")
        silent = emma.locator(".message.bot").count()
        move(emma, "+ 1 week")
        expect(emma.locator(".message.bot")).to_have_count(silent)


def test_a_restart_loses_nothing_and_repeats_nothing(browser: Browser, tmp_path: Path) -> None:
    clock = FixedClock(NIGHT)
    with opened(browser, tmp_path, clock) as site:
        karim = site.open("/playground?as=karim")
        press(karim, "Allons-y")
        bot_says(karim, "tu as fait comment ?")
        press(karim, "Papier, Excel")
        bot_says(karim, "Raconte-moi")
        before = karim.locator(".message p").all_inner_texts()
        now = karim.locator("#now").inner_text()

    with opened(browser, tmp_path, clock) as site:
        karim = site.open("/playground?as=karim")
        bot_says(karim, "Raconte-moi")
        assert karim.locator(".message p").all_inner_texts() == before
        assert karim.locator("#now").inner_text() == now
        write(karim, "pas le temps d'ouvrir le truc, ça tombe toujours au pire moment")
        bot_says(karim, "« ça tombe toujours au pire moment »")
