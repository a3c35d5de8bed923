"""What messages about testimonials share: the exact words, who said them, and the names of those who read them."""

from collections.abc import Sequence
from typing import Literal

from babel.lists import format_list

from bot.platforms.port import Block, Button, Fields, Message, Quote, Text
from bot.scene import Scene
from nudges import sharing
from nudges.content import texts
from nudges.testimonials import first_name
from storage.models import Person, Testimonial

NAMED = 3
"""Readers who are named; more are not listed."""


def words(scene: Scene, row: Testimonial) -> tuple[Block, ...]:
    """The author's exact words, signed as they chose, and their line on before and after."""
    nobody = texts("testimonials").text("nobody", scene.voice)
    quote = Quote(sharing.text_of(scene.work, row), sharing.signed(scene.work, row, nobody))
    gain = sharing.gain_of(scene.work, row)
    return (quote, Fields(((texts("testimonials").text("gain", scene.voice), gain),))) if gain else (quote,)


def first_of(scene: Scene, people: Sequence[Person], style: Literal["or", "standard"]) -> str:
    """Their first names, as a list in the reader's language."""
    return format_list([first_name(person.name) for person in people], style=style, locale=scene.voice.locale)


def button(scene: Scene, action: str, value: str, key: str) -> Button:
    return Button(action, value, texts("testimonials").text(key, scene.voice))


def say(scene: Scene, key: str, **values: str) -> Message:
    return Message((Text(texts("testimonials").rich(key, scene.voice, **values)),))
