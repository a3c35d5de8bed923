"""Whether a script can be used: every mistake with its line and what was meant, every word it needs, every step in reach."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from pydantic import ValidationError

from content import pushing
from content.catalog import Address, Catalog, Lang, Voice
from content.loader import ContentError, Document, load, mistakes
from content.mistakes import did_you_mean
from surveys.branching import comparison
from surveys.script import Ask, Script, Step, scripts_in, with_texts
from surveys.walking import reached
from surveys.wording import PLACEHOLDERS, suffixes, texts

WALKS = 1500
"""Random interviews that must, between them, reach every step."""


def check_folder(folder: Path) -> list[ContentError]:
    """Every mistake in the scripts of an organisation's content folder."""
    return [mistake for file in scripts_in(folder) for mistake in check(file)]


def check(file: Path) -> list[ContentError]:
    """Every mistake in one script, in the order of its lines."""
    try:
        raw = load(file)
    except ContentError as error:
        return [error]
    try:
        document = with_texts(raw)
    except ContentError as error:
        return sorted([error, *_beside_texts(raw)], key=_line)
    try:
        script = Script.model_validate(document.data)
    except ValidationError as error:
        found = mistakes(document, Script, error)
    else:
        found = [*_conditions(document, script), *_texts(document, script)]
        found += _unreached(document, script) if not found else []
    return sorted(found, key=_line)


def _line(mistake: ContentError) -> int:
    return mistake.line or 0


def _beside_texts(raw: Document) -> list[ContentError]:
    """What else is wrong in a script whose texts cannot be read."""
    if not isinstance(raw.data, dict):
        return []
    texts = Catalog(raw.source, {lang: Document({}, {}, raw.source) for lang in Lang})
    try:
        Script.model_validate({**raw.data, "texts": texts})
    except ValidationError as error:
        return mistakes(raw, Script, error)
    return []


def _conditions(document: Document, script: Script) -> Iterator[ContentError]:
    """Conditions that compare a step which is not there, comes later, or cannot have that answer."""
    earlier: dict[str, Step] = {}
    for index, step in enumerate(script.steps):
        for place, condition in enumerate(step.when):
            compared = comparison(condition)
            if compared is None:
                continue
            line = document.line(("steps", index, "when", place))
            other = earlier.get(compared.step)
            if other is None:
                meant = did_you_mean(compared.step, earlier)
                problem = f"{condition!r} asks about {compared.step!r}, which is no earlier step{meant}"
                yield ContentError(document.source, line, problem)
            elif other.options and compared.value not in other.options:
                meant = did_you_mean(compared.value, other.options)
                problem = f"{condition!r}: {compared.step!r} has no option {compared.value!r}{meant}"
                yield ContentError(document.source, line, problem)
        earlier[step.key] = step


def _texts(document: Document, script: Script) -> Iterator[ContentError]:
    """Texts that are missing, that no step reads, that name an unknown placeholder, or that push."""
    wanted = {f"{step.key}{suffix}": step for step in script.steps for suffix in suffixes(step)}
    optional = {f"{step.key}_plain" for step in script.steps if step.ask is Ask.OPEN} | {"greeting"}
    for lang in Lang:
        written = script.texts.keys(lang)
        for key, step in wanted.items():
            shared = step.role and texts().has(f"common.{step.role}{key.removeprefix(step.key)}")
            if key not in written and not shared:
                line = document.line(("steps", script.steps.index(step)))
                yield ContentError(document.source, line, f"{step.key!r} needs the text texts.{lang}.{key}")
        for key in sorted(written):
            line = document.line(("texts", lang.value, *key.split(".")))
            if key not in wanted and key not in optional:
                meant = did_you_mean(key, {*wanted, *optional} - written)
                yield ContentError(document.source, line, f"no step reads the text {key!r}{meant}")
            if key in wanted:
                yield from _without_a_plain_one(document, script, wanted[key], key, lang, line)
            yield from _placeholders(document, script.texts, key, lang, line)
            yield from _pushing(document, script.texts, key, lang, line)


def _without_a_plain_one(
    document: Document, script: Script, step: Step, key: str, lang: Lang, line: int | None
) -> Iterator[ContentError]:
    """An open question that quotes the person must have words for when there is nothing to quote."""
    named = script.texts.placeholders(key, lang)
    lacking = named & {"quote", "way", "until"}
    if not (step.when == ("scored",) or not named & {"score", "lower"}):
        lacking |= named & {"score", "lower"}
    if step.ask is Ask.OPEN and lacking and not script.texts.has(f"{key}_plain"):
        problem = f"{{{sorted(lacking)[0]}}} is not always known; add the text {key}_plain without it"
        yield ContentError(document.source, line, problem)


def _placeholders(
    document: Document, catalog: Catalog, key: str, lang: Lang, line: int | None
) -> Iterator[ContentError]:
    for name in sorted(catalog.placeholders(key, lang) - PLACEHOLDERS):
        meant = did_you_mean(name, PLACEHOLDERS) or f"; known are {', '.join(sorted(PLACEHOLDERS))}"
        yield ContentError(document.source, line, f"{{{name}}} cannot be filled in{meant}")
    if (
        lang is Lang.FRENCH
        and len({catalog.template(key, Voice(lang, each)).count("{") for each in Address}) > 1
    ):
        yield ContentError(document.source, line, f"{key!r} has other placeholders for tu than for vous")


def _pushing(
    document: Document, catalog: Catalog, key: str, lang: Lang, line: int | None
) -> Iterator[ContentError]:
    said = dict.fromkeys(catalog.template(key, Voice(lang, address)) for address in Address)
    for problem in dict.fromkeys(str(each) for text in said for each in pushing.found(text, lang)):
        yield ContentError(document.source, line, f"{key}: {problem}")


def _unreached(document: Document, script: Script) -> Iterator[ContentError]:
    steps = reached(script, WALKS, Random(1))  # noqa: S311
    for index, step in enumerate(script.steps):
        if step.key not in steps:
            line = document.line(("steps", index))
            yield ContentError(
                document.source, line, f"no interview ever reaches {step.key!r}; look at its 'when'"
            )
