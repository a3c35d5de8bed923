"""The texts of `my data` are whole in both languages, and none of them pushes."""

from bot.presenters.my_data_rows import KEPT
from bot.presenters.my_data_words import texts
from content.catalog import Lang
from storage.models import WITHDRAWABLE
from storage.personal import KINDS
from storage.retention import Periods


def test_both_languages_say_the_same_things() -> None:
    assert texts().keys(Lang.FRENCH) == texts().keys(Lang.ENGLISH)
    for key in texts().keys(Lang.FRENCH):
        assert texts().placeholders(key, Lang.FRENCH) == texts().placeholders(key, Lang.ENGLISH), key


def test_every_use_has_a_name_and_what_stops() -> None:
    for purpose in WITHDRAWABLE:
        for word in ("name", "given", "refused"):
            assert texts().has(f"uses.{purpose}.{word}")


def test_of_everything_that_goes_by_itself_it_is_said_when() -> None:
    periods = Periods()
    assert KEPT.keys() == {kind.kept for kind in KINDS if periods.of(kind.kept)}
    for key in ("words", *KEPT.values()):
        assert texts().has(f"kept.{key}")
        assert texts().placeholders(f"kept.{key}_value", Lang.FRENCH) == {"days"}
