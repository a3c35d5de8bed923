"""Blocks as Markdown: nobody's words become markup, and what can only be pressed is not told."""

import pytest

from bot.exports.markdown import escaped, markdown
from bot.platforms.port import Button, Buttons, Chart, Fields, Image, Link, Quote, Table, Text
from content.markup import literal, rich


def test_each_block_has_its_form() -> None:
    written = markdown(
        "Trello",
        (
            Text(rich("**Bonjour **_à tous_")),
            Fields((("Réponses", "31"), ("Vague", "2"))),
            Quote("Ça marche\nenfin", "Nadia"),
            Chart("Usage", (("Essayé", 20.0),), "%"),
            Table("Derrière le temps", ("Dit", "Confiance"), (("temps", "9"),)),
            Link("La page", "https://entrain.exemple.fr/d/a"),
            Image("https://exemple.fr/i.png", "Un tableau"),
            Buttons((Button("a.b", "1", "Moi"),)),
        ),
    )
    assert written.split("\n\n") == [
        "# Trello",
        "**Bonjour** _à tous_",
        "- **Réponses** – 31\n- **Vague** – 2",
        "> Ça marche\n> enfin\n>\n> — Nadia",
        "**Usage**",
        "|  |  |\n| --- | ---: |\n| Essayé | 20% |",
        "**Derrière le temps**",
        "| Dit | Confiance |\n| --- | ---: |\n| temps | 9 |",
        "[La page](<https://entrain.exemple.fr/d/a>)",
        "Un tableau\n",
    ]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("<script>x</script>", r"\<script\>x\</script\>"),
        ("[x](http://evil.example)", r"\[x\](http\://evil.example)"),
        ("www.evil.example, karim@evil.example", r"www\.evil.example, karim\@evil.example"),
        ("# titre", r"\# titre"),
        ("1. un", r"1\. un"),
        ("a | b", r"a \| b"),
        ("&lt;", r"\&lt;"),
        ("Tout simple, non ?", "Tout simple, non ?"),
    ],
)
def test_words_are_shown_as_they_were_written(words: str, shown: str) -> None:
    assert escaped(words) == shown
    assert markdown("T", (Text(literal(words)),)) == f"# T\n\n{shown}\n"


def test_a_name_with_line_breaks_stays_in_its_cell() -> None:
    written = markdown("T", (Table("Groupes", ("Qui", "Combien"), (("Quai\n| 99 |", "9"),)),))
    assert written.splitlines()[-1] == r"| Quai \| 99 \| | 9 |"
