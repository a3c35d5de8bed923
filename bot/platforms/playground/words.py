"""The words of the page and of the terminal chat, from `texts/`."""

from functools import cache
from importlib.resources import files

from content.catalog import Catalog, Lang, Voice


@cache
def catalog() -> Catalog:
    return Catalog.load(files("bot.platforms.playground") / "texts")


def language(lang: str) -> Lang:
    """French for French-speakers of any country, English for everyone else."""
    return Lang.FRENCH if lang.lower().startswith("fr") else Lang.ENGLISH


def text(key: str, lang: str, **values: str) -> str:
    """One text in the person's language."""
    return catalog().text(key, Voice(language(lang)), **values)


def chrome(lang: Lang) -> dict[str, str]:
    """Every template of the page in one language, `{placeholders}` unfilled: the page fills them itself."""
    return {key: catalog().template(key, Voice(lang)) for key in sorted(catalog().keys(lang))}
