"""What Slack is asked to show: within every limit, and with no person's words ever read as markup."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from bot.platforms.slack.render import TOTAL, message, modal
from content.markup import literal, rich
from tests.support.block_kit import action_ids, check_message, check_view, words

HOSTILE = "<!channel> <@U1|x> <https://a.fr|gratuit> *gras* _soft_ ~barré~ `code` &amp; > cité"


def blocks_of(*blocks: Block, plain: str = "texte") -> list[dict[str, Any]]:
    rendered, text = message(Message(blocks, plain))
    check_message(rendered, text)
    return rendered


def test_styles_are_spans_and_values_stay_literal() -> None:
    (block,) = blocks_of(Text(rich("**Bonjour** {name}, _doucement_", {"name": HOSTILE})))
    assert block["elements"][0]["elements"] == [
        {"type": "text", "text": "Bonjour", "style": {"bold": True}},
        {"type": "text", "text": f" {HOSTILE}, "},
        {"type": "text", "text": "doucement", "style": {"italic": True}},
    ]


@pytest.mark.parametrize(
    "block",
    [
        Text(literal(HOSTILE)),
        Quote(HOSTILE, HOSTILE),
        Fields(((HOSTILE, HOSTILE),)),
        Chart(HOSTILE, ((HOSTILE, 3.0),)),
        Table(HOSTILE, (HOSTILE, HOSTILE), ((HOSTILE, HOSTILE),)),
        Image("https://a.fr/i.png", HOSTILE),
        Buttons((Button("a.b", "v", HOSTILE),)),
        Choice("a.b", HOSTILE, (("v", HOSTILE),)),
        Scale("a.b", "v", 0, 10, HOSTILE, HOSTILE),
        Form(HOSTILE, HOSTILE, (), HOSTILE),
    ],
    ids=lambda block: type(block).__name__,
)
def test_no_block_makes_markup_of_a_persons_words(block: Block) -> None:
    rendered = blocks_of(block)
    assert '"mrkdwn"' not in json.dumps(rendered)
    assert not {"user", "broadcast", "link", "channel", "usergroup"} & {
        node["type"] for node in _leaves(rendered)
    }


def test_the_plain_form_can_hold_no_mention_and_no_link() -> None:
    _, text = message(Message((Text(literal(HOSTILE)),)))
    assert "<" not in text
    assert "&lt;!channel&gt;" in text


def test_a_quote_is_a_quote_with_its_source() -> None:
    (block,) = blocks_of(Quote("Ça a *marché*\nenfin", "Équipe Quai"))
    assert [element["type"] for element in block["elements"]] == ["rich_text_quote", "rich_text_section"]
    assert words([block]) == "Ça a *marché*\nenfin— Équipe Quai"


def test_a_scale_is_one_button_a_number_with_ids_of_their_own() -> None:
    legend, buttons = blocks_of(Scale("interview.answer", "i7|cf", 0, 10, "non", "c'est sûr"))
    assert [element["value"] for element in buttons["elements"]] == [f"i7|cf|{n}" for n in range(11)]
    assert [element["text"]["text"] for element in buttons["elements"]] == [str(n) for n in range(11)]
    assert {element["action_id"].partition("#")[0] for element in buttons["elements"]} == {"interview.answer"}
    assert len(set(action_ids([buttons]))) == 11
    assert words([legend]) == "0 = non   10 = c'est sûr"


def test_buttons_keep_their_order_values_and_weight() -> None:
    (block,) = blocks_of(
        Buttons(
            (Button("consent.yes", "i7", "Allons-y", primary=True), Button("consent.no", "i7", "Non merci"))
        )
    )
    assert block["elements"] == [
        {
            "type": "button",
            "action_id": "consent.yes#0",
            "value": "i7",
            "text": {"type": "plain_text", "text": "Allons-y", "emoji": True},
            "style": "primary",
        },
        {
            "type": "button",
            "action_id": "consent.no#1",
            "value": "i7",
            "text": {"type": "plain_text", "text": "Non merci", "emoji": True},
        },
    ]


def test_a_long_label_ends_in_an_ellipsis() -> None:
    (block,) = blocks_of(Buttons((Button("a.b", "v", "x" * 80),)))
    assert block["elements"][0]["text"]["text"] == "x" * 74 + "…"


def test_many_options_are_grouped_and_none_is_lost() -> None:
    options = tuple((f"v{n}", f"Libellé {n}") for n in range(250))
    view = modal(
        Form("f", "Titre", (FormField("k", FieldKind.CHOICE, "Choisir", options=options),), "Envoyer")
    )
    check_view(view)
    groups = view["blocks"][0]["element"]["option_groups"]
    assert [len(group["options"]) for group in groups] == [100, 100, 50]
    assert [option["value"] for group in groups for option in group["options"]] == [v for v, _ in options]


def test_a_choice_comes_back_as_it_was_offered() -> None:
    (block,) = blocks_of(Choice("pick.it", "Choisir", (("v1", "Un"), ("v2", "Deux"))))
    (menu,) = block["elements"]
    assert (menu["type"], menu["action_id"], menu["placeholder"]["text"]) == (
        "static_select",
        "pick.it#0",
        "Choisir",
    )
    assert [(option["value"], option["text"]["text"]) for option in menu["options"]] == [
        ("v1", "Un"),
        ("v2", "Deux"),
    ]


def test_options_with_long_values_become_buttons() -> None:
    (block,) = blocks_of(Choice("pick.it", "Choisir", (("v" * 200, "Un"), ("w", "Deux"))))
    assert [element["type"] for element in block["elements"]] == ["button", "button"]


def test_a_form_in_a_message_is_a_button_that_opens_it() -> None:
    (block,) = blocks_of(Form("testimonial", "Votre témoignage", (), "Envoyer", context="p1|v2"))
    (button,) = block["elements"]
    assert (button["action_id"], button["value"]) == ("form.open#0", "testimonial|p1|v2")
    assert button["text"]["text"] == "Votre témoignage"


def test_a_chart_is_bars_of_text_that_a_phone_can_show() -> None:
    (block,) = blocks_of(
        Chart("La confiance d'abord", (("Confiance", 29.0), ("Temps", 14.0), ("Rien", 0.0)), "%")
    )
    title, bars = block["elements"]
    assert words([title]) == "La confiance d'abord"
    lines = words([bars]).split("\n")
    assert [line.split()[0] for line in lines] == ["Confiance", "Temps", "Rien"]
    assert [line.count("█") for line in lines] == [3, 2, 0]
    assert [line.rsplit(" ", 1)[1] for line in lines] == ["29%", "14%", "0%"]


SHIFT = Table(
    "Le temps cache autre chose",
    ("Dit d'abord", "Confiance", "Autres"),
    (("Pas le temps", "9", "5"), ("Trop d'outils", "6", "")),
)


def test_a_table_is_a_block_under_its_title_with_numbers_to_the_right() -> None:
    title, grid = blocks_of(SHIFT)
    assert words([title]) == "Le temps cache autre chose"
    assert [[cell["text"] for cell in row] for row in grid["rows"]] == [
        ["Dit d'abord", "Confiance", "Autres"],
        ["Pas le temps", "9", "5"],
        ["Trop d'outils", "6", "–"],
    ]
    assert [column["align"] for column in grid["column_settings"]] == ["left", "right", "left"]


@pytest.mark.parametrize(
    "blocks",
    [
        (SHIFT, Table("Encore", ("Qui", "Combien"), (("Quai", "7"),))),
        (Table("Encore", ("Qui", "Combien"), (("Quai", "7"),) * 100),),
        (Table("Encore", ("Qui", *(str(n) for n in range(20))), (("Quai", *"7" * 20),)),),
        (Table("Encore", ("Qui", "Combien"), (("Quai " * 2_000, "7"),)),),
    ],
    ids=["a second one", "rows", "columns", "characters"],
)
def test_a_table_that_slack_would_refuse_is_told_row_by_row(blocks: tuple[Table, ...]) -> None:
    told = blocks_of(*blocks)[-1]
    assert told["type"] == "rich_text"
    assert words([told]).startswith("EncoreQuai")


def test_a_link_is_one_whatever_its_label_says() -> None:
    (block,) = blocks_of(Link("<https://autre.fr|La page>", "https://entrain.exemple.fr/d/abc"))
    (link,) = block["elements"][0]["elements"]
    assert link == {
        "type": "link",
        "url": "https://entrain.exemple.fr/d/abc",
        "text": "<https://autre.fr|La page>",
    }


def test_an_image_that_slack_cannot_fetch_is_told_in_words() -> None:
    (block,) = blocks_of(Image("http://127.0.0.1/i.png", "Un tableau"))
    assert words([block]) == "Un tableau"


@pytest.mark.parametrize(
    "make",
    [
        lambda n: Text(literal("mot " * n)),
        lambda n: Quote("mot " * n, "source " * n),
        lambda n: Fields((("libellé " * n, "valeur " * n),) * 5),
        lambda n: Table("titre " * n, ("a", "b"), (("libellé " * n, "valeur " * n),) * 5),
        lambda n: Chart("titre " * n, tuple((f"p{i}", float(i)) for i in range(min(n, 400)))),
    ],
)
def test_forty_thousand_characters_are_cut_and_buttons_stay(make: Callable[[int], Block]) -> None:
    rendered = blocks_of(*[make(8000)] * 4, Buttons((Button("a.b", "v", "Oui"),)), plain="x" * 50_000)
    assert len(json.dumps(rendered, ensure_ascii=False)) <= TOTAL
    assert rendered[-1]["type"] == "actions"
    assert "…" in words(rendered)


def test_too_many_blocks_lose_texts_before_buttons() -> None:
    texts = [Text(literal(f"ligne {n}")) for n in range(60)]
    rendered = blocks_of(*texts, Buttons((Button("a.b", "v", "Oui"),)))
    assert len(rendered) == 50
    assert rendered[-1]["type"] == "actions"


FORM = Form(
    "testimonial",
    "Racontez ce qui a marché pour vous",
    (
        FormField("text", FieldKind.PARAGRAPH, "Vos mots", hint="Exactement ce texte", max_length=600),
        FormField("count", FieldKind.LINE, "Avant / après", required=False, initial="2 h"),
        FormField(
            "sign", FieldKind.CHOICE, "Signer", options=(("name", "Aude"), ("team", "Ventes")), initial="team"
        ),
        FormField(
            "blocker", FieldKind.CHOICE, "Le frein", options=tuple((f"b{n}", f"Frein {n}") for n in range(13))
        ),
        FormField("until", FieldKind.DATE, "Jusqu'au", initial="2026-06-30"),
        FormField("consent", FieldKind.CONSENT, "J'accepte que ce texte exact soit montré. " * 4),
    ),
    "Envoyer",
    context="p1|v2",
    intro=rich("Merci, **vraiment**."),
)


def test_a_form_is_a_modal_with_every_field() -> None:
    view = modal(FORM)
    check_view(view)
    assert (view["callback_id"], view["private_metadata"]) == ("testimonial", "p1|v2")
    assert view["title"]["text"] == "Racontez ce qui a march…"
    assert view["blocks"][0]["text"]["text"] == "Racontez ce qui a marché pour vous"
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert {key: block["element"]["type"] for key, block in inputs.items()} == {
        "text": "plain_text_input",
        "count": "plain_text_input",
        "sign": "radio_buttons",
        "blocker": "static_select",
        "until": "datepicker",
        "consent": "checkboxes",
    }
    assert inputs["text"]["element"]["multiline"] is True
    assert inputs["text"]["element"]["max_length"] == 600
    assert inputs["text"]["hint"]["text"] == "Exactement ce texte"
    assert [key for key, block in inputs.items() if block["optional"]] == ["count"]
    assert inputs["count"]["element"]["initial_value"] == "2 h"
    assert inputs["sign"]["element"]["initial_option"]["value"] == "team"
    assert inputs["until"]["element"]["initial_date"] == "2026-06-30"
    assert inputs["consent"]["element"]["options"][0]["value"] == "yes"
    assert inputs["consent"]["label"]["text"] == FORM.fields[-1].label


texts = st.text(max_size=200) | st.text("é👩‍🌾\u202e<>&*_~`\n ", max_size=5000)
values = st.text("abcdef|0123456789-", min_size=1, max_size=200)
labels = st.text(min_size=1, max_size=300)
any_block = st.one_of(
    st.builds(Text, texts.map(literal)),
    st.builds(Quote, texts, texts),
    st.builds(Fields, st.lists(st.tuples(texts, texts), min_size=1, max_size=4).map(tuple)),
    st.builds(
        lambda title, rows: Table(title, ("", "x", "7"), rows),
        texts,
        st.lists(st.tuples(texts, texts, texts), max_size=4).map(tuple),
    ),
    st.builds(
        Chart,
        texts,
        st.lists(st.tuples(labels, st.floats(0, 1e6)), max_size=8).map(tuple),
        st.sampled_from(["", "%", " min"]),
    ),
    st.builds(
        Buttons,
        st.lists(st.builds(Button, st.just("a.b"), values, labels), min_size=1, max_size=30).map(tuple),
    ),
    st.builds(
        Choice,
        st.just("a.b"),
        labels,
        st.lists(st.tuples(values, labels), min_size=1, max_size=110).map(tuple),
    ),
    st.builds(
        Scale,
        st.just("a.b"),
        values,
        st.integers(0, 1),
        st.integers(2, 30),
        st.text(max_size=90),
        st.text(max_size=9),
    ),
    st.builds(Image, st.sampled_from(["https://a.fr/i.png", "http://a.fr/i.png", ""]), texts),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(any_block, min_size=1, max_size=6))
def test_whatever_a_message_holds_slack_accepts_its_texts_and_buttons(blocks: list[Block]) -> None:
    rendered, text = message(Message(tuple(blocks), "texte"))
    selects = sum(
        len(json.dumps(b, ensure_ascii=False)) for b in rendered if b["type"] in {"actions", "context"}
    )
    if selects < TOTAL / 2:
        check_message(rendered, text)
    assert len(rendered) <= 50


def _leaves(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *_leaves(list(value.values()))] if "type" in value else _leaves(list(value.values()))
    if isinstance(value, list):
        return [leaf for child in value for leaf in _leaves(child)]
    return []
