"""What the playground stores and shows for each message shape."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.playground.forms import problems
from bot.platforms.playground.render import filled, label_of, render, said
from bot.platforms.port import (
    Button,
    Buttons,
    Chart,
    Choice,
    Fields,
    Image,
    Link,
    Message,
    Quote,
    Scale,
    Table,
    Text,
)
from bot.platforms.steering import inert
from content.markup import literal, rich
from tests.support.playground import FORM, GOOD


def test_whatever_can_be_pressed_is_an_action() -> None:
    body = render(
        Message(
            (
                Text(rich("**Well?**")),
                Buttons((Button("go", "1", "Go", primary=True), Button("no", "2", "No"))),
                Choice("pick", "One of", (("a", "A"), ("b", "B"))),
                Scale("rate", "q7", 0, 2, "no", "sure"),
            )
        )
    )

    assert [(action["action"], action["value"], action["label"]) for action in body["actions"]] == [
        ("go", "1", "Go"),
        ("no", "2", "No"),
        ("pick", "a", "A"),
        ("pick", "b", "B"),
        ("rate", "q7|0", "0"),
        ("rate", "q7|1", "1"),
        ("rate", "q7|2", "2"),
    ]
    assert body["text"] == "Well?"
    assert [block["type"] for block in body["blocks"]] == ["text", "buttons", "choice", "scale"]
    assert body["blocks"][0]["spans"] == [{"text": "Well?", "style": "strong"}]


def test_every_block_has_a_shape_for_the_page() -> None:
    body = render(
        Message(
            (
                Quote("Right <b>then</b>", "Aude"),
                Fields((("Answers", "12"),)),
                Image("/x.png", "A board"),
                Chart("Trust leads", (("Trust", 29.0), ("Time", 14.5)), "%"),
                Table("Time hides more", ("Said first", "Trust"), (("No time", "9"),)),
                Link("The page", "https://entrain.example.org/d/abc"),
                FORM,
            )
        )
    )

    assert body["blocks"] == [
        {"type": "quote", "text": "Right <b>then</b>", "source": "Aude"},
        {"type": "fields", "rows": [{"label": "Answers", "value": "12"}]},
        {"type": "image", "url": "/x.png", "alt": "A board"},
        {
            "type": "chart",
            "title": "Trust leads",
            "unit": "%",
            "points": [{"label": "Trust", "value": 29.0}, {"label": "Time", "value": 14.5}],
        },
        {
            "type": "table",
            "title": "Time hides more",
            "columns": [{"label": "Said first", "figures": False}, {"label": "Trust", "figures": True}],
            "rows": [["No time", "9"]],
        },
        {"type": "link", "label": "The page", "url": "https://entrain.example.org/d/abc"},
        {"type": "form"},
    ]
    assert "12" in body["text"]
    assert "Trust – 29%" in body["text"]
    assert "Time hides more\nNo time – Trust 9" in body["text"], "a terminal and a screen reader read it"
    assert "The page – https://entrain.example.org/d/abc" in body["text"]


def test_a_form_is_told_whole() -> None:
    form = render(Message((FORM,)))["form"]

    assert (form["form"], form["title"], form["submit"], form["context"]) == (
        "testimonial",
        "Your story",
        "Send",
        "project-1",
    )
    assert form["fields"][1] == {
        "key": "blocker",
        "kind": "choice",
        "label": "What was in your way?",
        "hint": "",
        "required": True,
        "options": [{"value": "time", "label": "No time"}, {"value": "fear", "label": "Fear"}],
        "max_length": 3000,
        "initial": "",
    }


def test_the_label_of_a_press_is_what_the_person_saw() -> None:
    body = render(Message((Text(literal("?")), Buttons((Button("go", "1", "Go on"),)))))

    assert label_of(body, "go", "1") == "Go on"
    assert label_of(body, "go", "2") is None
    assert label_of(said("hello"), "go", "1") is None


def test_a_filled_form_reads_with_labels_and_without_the_consent() -> None:
    line = filled(render(Message((FORM,)))["form"], GOOD)

    assert line["text"] == "What changed? It saves time\nWhat was in your way? Fear"
    assert filled(render(Message((FORM,)))["form"], {})["text"] == "Send"


def test_a_form_is_checked_like_on_the_other_platforms() -> None:
    form = render(Message((FORM,)))["form"]

    assert problems(form, GOOD) == {}
    assert problems(form, {}) == {
        "text": "errors.required",
        "blocker": "errors.required",
        "consent": "errors.consent",
    }
    assert problems(
        form,
        {"text": "x" * 21, "blocker": "money", "until": "tomorrow", "consent": "perhaps", "extra": "1"},
    ) == {
        "text": "errors.too_long",
        "blocker": "errors.choice",
        "until": "errors.date",
        "consent": "errors.consent",
        "extra": "errors.unknown",
    }


@given(st.text(min_size=1).filter(str.strip), st.text())
def test_any_text_survives_as_json(text: str, source: str) -> None:
    body = render(Message((Text(literal(text)), Quote(text, source))))

    assert json.loads(json.dumps(body)) == body
    assert body["blocks"][1] == {"type": "quote", "text": inert(text), "source": inert(source)}
