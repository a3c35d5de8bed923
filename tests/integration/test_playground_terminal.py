"""The terminal chat against a playground over HTTP, fed by a script as a pipe would."""

import io
from collections.abc import AsyncIterator, Iterator

import pytest
from rich.console import Console

from bot.chat_terminal import chat
from bot.platforms.port import (
    Button,
    ButtonPressed,
    Buttons,
    FormSubmitted,
    InboundEvent,
    Message,
    Scale,
    Text,
    TextReceived,
)
from content.markup import literal
from tests.support.clock import FixedClock
from tests.support.playground import DAY, FORM, START, CannedBot, CannedPlayground, canned, echo
from tests.support.server import serving


def answer(bot: CannedBot, event: InboundEvent) -> list[Message]:
    match event:
        case TextReceived(text="buttons"):
            buttons = Buttons((Button("go", "1", "Let's go"), Button("go", "2", "No, thanks")))
            return [Message((Text(literal("Shall we?")), buttons))]
        case TextReceived(text="scale"):
            later = Buttons((Button("later", "1", "Later"),))
            return [Message((Text(literal("How sure?")), Scale("rate", "q", 0, 10, "no", "sure"), later))]
        case TextReceived(text="form"):
            return [Message((FORM,))]
    return echo(bot, event)


@pytest.fixture
def playground() -> CannedPlayground:
    return canned(answer, FixedClock(START))


@pytest.fixture
def base(playground: CannedPlayground) -> Iterator[str]:
    with serving(playground.app) as url:
        yield url


async def typed(base: str, *lines: str, person: str = "emma") -> tuple[int, str]:
    """The exit code and the screen after these lines were fed in."""

    async def feed() -> AsyncIterator[str]:
        for line in lines:
            yield line

    screen = io.StringIO()
    code = await chat(base, person, lines=feed(), console=Console(file=screen, width=100), interactive=False)
    return code, screen.getvalue()


async def test_what_is_said_and_answered_stands_on_the_screen(base: str) -> None:
    code, screen = await typed(base, "hello", "", "/quit", "never said")

    assert code == 0
    assert "You are Emma Clark" in screen
    assert screen.index("> hello") < screen.index("text hello")
    assert "never said" not in screen


async def test_buttons_are_chosen_by_number_or_label(base: str, playground: CannedPlayground) -> None:
    _, screen = await typed(base, "buttons", "2", "buttons", "let's go")

    assert "[1] Let's go" in screen
    presses = [event for event in playground.bot.events if isinstance(event, ButtonPressed)]
    assert [(press.value, press.label) for press in presses] == [("2", "No, thanks"), ("1", "Let's go")]


async def test_a_number_on_a_scale_is_itself_and_letters_choose_the_rest(
    base: str, playground: CannedPlayground
) -> None:
    await typed(base, "scale", "4", "scale", "a")

    presses = [event for event in playground.bot.events if isinstance(event, ButtonPressed)]
    assert [(press.action, press.value) for press in presses] == [("rate", "q|4"), ("later", "1")]


async def test_a_form_is_filled_in_field_by_field(base: str, playground: CannedPlayground) -> None:
    _, screen = await typed(base, "/form", "form", "/form", "It saves time", "2", "", "oui", "bye")

    assert "There is no form to fill in." in screen
    event = next(event for event in playground.bot.events if isinstance(event, FormSubmitted))
    assert event.values == {"text": "It saves time", "blocker": "fear", "consent": "yes"}
    assert "text bye" in screen


async def test_a_form_with_gaps_is_told_and_can_be_filled_again(
    base: str, playground: CannedPlayground
) -> None:
    _, screen = await typed(base, "form", "/form", "", "", "", "", "/form", "Yes", "time", "", "y")

    assert "Please fill this in." in screen
    assert [event for event in playground.bot.events if isinstance(event, FormSubmitted)]


async def test_the_clock_moves_and_brings_what_was_due(base: str, playground: CannedPlayground) -> None:
    async def nudge() -> None:
        await playground.bot.say("emma", Message((Text(literal("Did it happen?")),)))

    playground.schedule.plan(START + DAY, nudge)

    _, screen = await typed(base, "/clock morning", "/clock P2D", "/clock", "/clock yesterday")

    assert "It is now Tuesday 24 November, 08:30." in screen
    assert screen.index("Did it happen?") < screen.index("Thursday 26 November, 08:30.")
    assert "Not done" in screen


async def test_french_people_read_french(base: str) -> None:
    _, screen = await typed(base, "/form", person="Karim Benali")

    assert "Vous êtes Karim Benali" in screen
    assert "Il n'y a pas de formulaire" in screen


async def test_strangers_and_missing_bots_are_told_what_to_do(base: str) -> None:
    code, screen = await typed(base, person="nobody")
    assert code == 2
    assert "karim" in screen

    code, screen = await typed("http://127.0.0.1:9", person="karim")
    assert code == 2
    assert "make run" in screen


async def test_words_cannot_steer_the_terminal(base: str) -> None:
    _, screen = await typed(base, "a\x1b]0;owned\x07b \u202egnp.exe [red]c[/red] 🙂")

    assert "\x1b" not in screen
    assert "\u202e" not in screen
    assert "[red]c[/red] 🙂" in screen
