"""The playground's page in a real Chromium, against a bot with canned answers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot.platforms.port import (
    Button,
    ButtonPressed,
    Buttons,
    Chart,
    Choice,
    Fields,
    FormSubmitted,
    InboundEvent,
    Link,
    Message,
    Quote,
    Scale,
    Table,
    Text,
    TextReceived,
)
from content.markup import literal, rich
from tests.support import axe
from tests.support.browser import Watched, browsing, finish
from tests.support.clock import FixedClock
from tests.support.playground import DAY, FORM, START, CannedBot, CannedPlayground, canned
from tests.support.server import serving

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
INVITATION = Message(
    (
        Text(rich("Bonjour **Karim**. Trois minutes ?")),
        Buttons((Button("start", "1", "Allons-y", primary=True), Button("start", "2", "Non merci"))),
    )
)


def answer(_bot: CannedBot, event: InboundEvent) -> list[Message]:
    match event:
        case ButtonPressed(action="start", value="1"):
            return [
                Message((Text(literal("Sûr à quel point ?")), Scale("rate", "q", 0, 10, "non", "c'est sûr")))
            ]
        case ButtonPressed(action="rate", label=label):
            options = (("a", "Après le point de 9 h"), ("b", "Pas maintenant"))
            return [Message((Text(literal(f"{label}, noté.")), Choice("pick", "Un petit geste ?", options)))]
        case ButtonPressed(label=label):
            return [Message((Text(literal(f"Choisi : {label}")),))]
        case TextReceived(text="/testimonial"):
            return [Message((FORM,))]
        case TextReceived(text="digest"):
            return [
                Message(
                    (
                        Chart("Trust leads", (("Trust", 29.5), ("Time", 14.0)), " %"),
                        Fields((("Answers", "31"),)),
                        Table("Time hides more", ("Said first", "Trust"), ((HOSTILE, "9"),)),
                        Link("The page", "https://entrain.example.org/d/abc"),
                        Quote(HOSTILE, "Dock team"),
                    )
                )
            ]
        case FormSubmitted(values=values):
            return [Message((Text(literal(f"Thanks: {values['text']}")),))]
        case TextReceived(text=text):
            return [Message((Text(literal(f"echo {text}")),))]
    return []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


@pytest.fixture
def playground() -> CannedPlayground:
    playground = canned(answer, FixedClock(START + timedelta(hours=7)))
    finish(playground.bot.say("karim", INVITATION))
    return playground


@pytest.fixture
def site(playground: CannedPlayground, browser: Browser) -> Iterator[Watched]:
    with serving(playground.app) as base:
        watched = Watched(browser, base, viewport={"width": 1100, "height": 800}, locale="fr-FR")
        yield watched
        watched.context.close()
    assert watched.problems == []


def write(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


def test_a_newcomer_chooses_who_to_be(site: Watched) -> None:
    page = site.open("/playground")

    expect(page.get_by_role("heading", level=1)).to_have_text("Qui voulez-vous être ?")
    page.get_by_role("link", name="Karim Benali").last.click()

    expect(page).to_have_url(f"{site.base}/playground?as=karim")
    expect(page.get_by_role("heading", level=1)).to_have_text("Karim Benali")
    expect(page.get_by_role("log")).to_contain_text("Bonjour Karim. Trois minutes ?")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_the_page_speaks_the_persons_language(site: Watched) -> None:
    page = site.open("/playground?as=aude")

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.get_by_role("button", name="Next working morning")).to_be_visible()
    expect(page.locator("#empty")).to_contain_text("Nothing here yet.")


def test_an_unknown_name_is_told_kindly(site: Watched) -> None:
    page = site.open("/playground?as=%3Cb%3E")

    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("« <b> »")
    expect(page.get_by_role("link", name="Karim Benali").last).to_be_visible()


def test_buttons_scale_and_choice_are_pressed_by_keyboard(
    site: Watched, playground: CannedPlayground
) -> None:
    page = site.open("/playground?as=karim")

    page.get_by_role("button", name="Allons-y").press("Enter")
    page.get_by_role("group", name="non – c'est sûr").get_by_role("button", name="7").press("Space")
    page.get_by_role("group", name="Un petit geste ?").get_by_role("button", name="Après le point").press(
        "Enter"
    )

    expect(page.get_by_role("log")).to_contain_text("Choisi : Après le point de 9 h")
    presses = [event for event in playground.bot.events if isinstance(event, ButtonPressed)]
    assert [(press.action, press.value) for press in presses] == [
        ("start", "1"),
        ("rate", "q|7"),
        ("pick", "a"),
    ]
    expect(page.locator(".message.own p")).to_have_text(["Allons-y", "7", "Après le point de 9 h"])


def test_a_message_takes_one_press_until_the_answer_came(site: Watched, playground: CannedPlayground) -> None:
    playground.bot.slow = 0.5
    page = site.open("/playground?as=karim")

    page.get_by_role("button", name="Allons-y").click()
    expect(page.get_by_role("button", name="Allons-y")).to_be_disabled()
    expect(page.get_by_role("button", name="Non merci")).to_be_disabled()

    expect(page.get_by_role("log")).to_contain_text("Sûr à quel point ?")
    expect(page.get_by_role("button", name="Non merci")).to_be_enabled()
    assert len(playground.bot.events) == 1


def test_a_form_says_what_is_missing_and_then_goes(site: Watched, playground: CannedPlayground) -> None:
    page = site.open("/playground?as=aude")
    write(page, "/testimonial")
    form = page.get_by_role("form", name="Your story")

    form.get_by_role("button", name="Send").click()
    story = form.get_by_label("What changed?")
    expect(story).to_be_focused()
    expect(story).to_have_attribute("aria-invalid", "true")
    expect(story).to_have_accessible_description("Two lines Please fill this in.")
    assert playground.bot.events[1:] == []

    story.fill("It saves time")
    form.get_by_label("Fear").check()
    form.get_by_label("I agree").check()
    form.get_by_role("button", name="Send").click()

    expect(page.get_by_role("log")).to_contain_text("Thanks: It saves time")
    event = playground.bot.events[-1]
    assert isinstance(event, FormSubmitted)
    assert event.values == {"text": "It saves time", "blocker": "fear", "consent": "yes"}


def test_what_is_written_before_an_answer_came_leaves_after_it(
    site: Watched, playground: CannedPlayground
) -> None:
    page = site.open("/playground?as=emma")
    held: list[Route] = []
    page.route("**/playground/api/messages", lambda route: held.append(route))

    for text in ("one", "two", "three"):
        write(page, text)
    expect(page.locator("#text")).to_have_value("")
    for _ in range(3):
        while not held:
            page.wait_for_timeout(20)
        assert len(held) == 1
        held.pop().continue_()

    expect(page.locator(".message.own p")).to_have_text(["one", "two", "three"])


def test_what_could_not_be_sent_is_back_in_the_box(site: Watched, playground: CannedPlayground) -> None:
    page = site.open("/playground?as=emma")
    page.route("**/playground/api/messages", lambda route: route.abort())

    write(page, "one")

    expect(page.locator("#problem")).to_be_visible()
    expect(page.locator("#text")).to_have_value("one")
    assert playground.bot.events == []
    site.problems.remove("console: Failed to load resource: net::ERR_FAILED")


def test_hostile_text_stays_text(site: Watched) -> None:
    page = site.open("/playground?as=emma")

    write(page, HOSTILE)
    write(page, "مرحبا 🙂")
    write(page, "x" * 3000)
    write(page, "digest")

    expect(page.locator(".chart")).to_contain_text("29.5 %")
    expect(page.locator(".message.own p").first).to_have_text(HOSTILE)
    expect(page.locator("blockquote")).to_have_text(HOSTILE)
    expect(page.get_by_role("rowheader")).to_have_text(HOSTILE)
    expect(page.get_by_role("link", name="The page")).to_have_attribute(
        "href", "https://entrain.example.org/d/abc"
    )
    assert page.locator("#log img, #log script").count() == 0
    assert page.locator(".message.own p").nth(1).evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert "Emma Clark" in page.title()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_two_tabs_see_both_sides_and_what_changes(site: Watched, playground: CannedPlayground) -> None:
    karim, aude = site.open("/playground?as=karim"), site.open("/playground?as=aude")

    write(aude, "hello")
    expect(aude.get_by_role("log")).to_contain_text("echo hello")
    expect(karim.get_by_role("log")).not_to_contain_text("hello")
    unread = karim.get_by_role("link", name="Sandrine Roux").get_by_role("img")
    expect(unread).to_have_count(0)
    finish(playground.bot.say("sandrine", INVITATION))
    expect(unread).to_have_accessible_name("Nouveau message")

    finish(playground.bot.change("karim", "1", Message((Text(literal("✔ Allons-y")),))))

    expect(karim.locator(".message.bot").first).to_contain_text("✔ Allons-y")
    expect(karim.get_by_role("button", name="Allons-y")).to_have_count(0)


def test_moving_the_clock_brings_what_is_due(site: Watched, playground: CannedPlayground) -> None:
    async def nudge() -> None:
        await playground.bot.say("karim", Message((Text(literal("Alors, cette urgence ?")),)))

    playground.schedule.plan(START + 3 * DAY + timedelta(hours=8), nudge)
    page = site.open("/playground?as=karim")
    expect(page.locator("#now")).to_have_text("mardi 24 novembre à 10:00")

    page.get_by_role("button", name="Prochain matin travaillé").click()
    expect(page.locator("#now")).to_have_text("mercredi 25 novembre à 09:30")
    expect(page.get_by_role("log")).not_to_contain_text("Alors")
    page.get_by_role("button", name="+ 1 semaine").click()

    expect(page.locator("#now")).to_have_text("mercredi 2 décembre à 09:30")
    expect(page.get_by_role("log")).to_contain_text("vendredi 27 novembre")
    expect(page.locator(".message.bot").last).to_contain_text("Alors, cette urgence ?")


def test_a_phone_has_room_for_everything(browser: Browser, playground: CannedPlayground) -> None:
    with serving(playground.app) as base:
        phone = Watched(browser, base, viewport={"width": 360, "height": 700}, color_scheme="dark")
        page = phone.open("/playground?as=karim")
        page.get_by_role("button", name="Allons-y").click()
        page.get_by_role("button", name="10", exact=True).click()
        write(page, "/testimonial")
        expect(page.get_by_role("form")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 360

        page.get_by_role("button", name="Personnes et horloge").click()
        expect(page.get_by_role("button", name="+ 1 jour")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="+ 1 jour")).to_be_hidden()
        expect(page.get_by_role("button", name="Personnes et horloge")).to_be_focused()
        phone.context.close()
    assert phone.problems == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_keeps_anybody_from_reading_it(
    browser: Browser, playground: CannedPlayground, width: int
) -> None:
    with serving(playground.app) as base:
        reader = Watched(browser, base, viewport={"width": width, "height": 800})
        welcome, chat = reader.open("/playground"), reader.open("/playground?as=karim")
        chat.get_by_role("button", name="Allons-y").click()
        chat.get_by_role("button", name="10", exact=True).click()
        write(chat, "digest")
        write(chat, "/testimonial")
        expect(chat.get_by_role("form")).to_be_visible()
        for page in (welcome, chat):
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert axe.violations(page) == [], scheme
        reader.context.close()
    assert reader.problems == []
