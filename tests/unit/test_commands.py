import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import LONGEST, parse


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("stop", "stop", ""),
        ("STOP.", "stop", ""),
        ("Arrête !", "stop", ""),
        ("laissez\u2011moi", None, ""),
        ("Laisse-moi tranquille", "stop", ""),
        ("passer", "skip", ""),
        ("Retour", "back", ""),
        ("?", "help", ""),
        ("aide ?", "help", ""),
        ("help?", "help", ""),
        ("/testimonial", "testimonial", ""),
        ("Témoignage", "testimonial", ""),
        ("temoignage", "testimonial", ""),
        ("/testimonial withdraw", "testimonial", "withdraw"),
        ("adoption digest", "adoption", "digest"),
        ("/adoption digest", "adoption", "digest"),
        ("c\u2019est parti", "start", ""),
    ],
)
def test_words_of_both_languages_are_commands(text: str, command: str | None, argument: str) -> None:
    parsed = parse(text)
    assert (parsed and parsed.command) == command
    if parsed:
        assert parsed.argument == argument


@pytest.mark.parametrize(
    "text",
    [
        "stop using paper first",
        "adoption is hard around here",
        "pas le temps",
        "I need help with the board",
        "",
        "🙂",
        "0",
    ],
)
def test_what_a_person_tells_is_not_a_command(text: str) -> None:
    assert parse(text) is None


@given(st.text(min_size=LONGEST + 1))
def test_a_long_message_is_never_a_command(text: str) -> None:
    assert parse(text) is None


@given(st.text(max_size=LONGEST))
def test_any_text_can_be_parsed(text: str) -> None:
    parse(text)
