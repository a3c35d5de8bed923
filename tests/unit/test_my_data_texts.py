"""The texts of `my data` are whole in both languages, and none of them pushes."""

from bot.presenters.my_data_words import texts
from content.catalog import Lang
from storage.models import WITHDRAWABLE


def test_both_languages_say_the_same_things() -> None:
    assert texts().keys(Lang.FRENCH) == texts().keys(Lang.ENGLISH)
    for key in texts().keys(Lang.FRENCH):
        assert texts().placeholders(key, Lang.FRENCH) == texts().placeholders(key, Lang.ENGLISH), key


def test_every_use_has_a_name_and_what_stops() -> None:
    for purpose in WITHDRAWABLE:
        for word in ("name", "given", "refused"):
            assert texts().has(f"uses.{purpose}.{word}")
