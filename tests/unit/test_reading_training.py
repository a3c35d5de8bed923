"""The statements, and training on them."""

from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from content.blockers import Blocker
from content.catalog import Lang
from content.loader import ContentError
from surveys.reading_statements import Statement, phrases, statements, voice

pytest.importorskip("sklearn", reason="training needs scikit-learn")

from surveys.reading_training import Recipe, author_folds, calibrations, held_out, train, voice_folds

FEW = [
    Statement(text, lang, label, "plain", f"{lang}{n}", author)
    for n, author in enumerate(("one", "two"))
    for lang, text, label in (
        (Lang.ENGLISH, f"no time, {n} meetings", Blocker.TIME),
        (Lang.ENGLISH, f"{n} times the password was refused", Blocker.ACCESS),
        (Lang.FRENCH, f"pas le temps, {n} clients", Blocker.TIME),
        (Lang.FRENCH, f"mot de passe refusé {n} fois", Blocker.ACCESS),
        *((Lang.FRENCH, f"autre {label} {n}", label) for label in Blocker),
    )
]


def test_every_voice_has_every_label_and_no_line_stands_twice() -> None:
    counts = Counter((item.lang, item.label) for item in statements())
    assert all(counts[lang, label] >= 100 for lang in Lang for label in Blocker)
    assert len({item.voice for item in statements()}) >= 20


def test_the_same_words_do_not_stand_for_two_labels_in_the_phrases() -> None:
    labels: dict[str, set[Blocker]] = {}
    for item in phrases():
        labels.setdefault(item.text, set()).add(item.label)
    assert [text for text, found in labels.items() if len(found) > 1] == []


def test_a_line_that_stands_twice_is_told_with_its_place(tmp_path: Path) -> None:
    source = files("surveys") / "statements" / "en" / "leeds_nurse.yaml"
    page = source.read_text(encoding="utf-8").replace('"too many systems"', '"No  time, we were two DOWN"', 1)
    copy = tmp_path / "copy.yaml"
    copy.write_text(page, encoding="utf-8")
    with pytest.raises(ContentError, match=r"copy\.yaml:\d+: .*stands twice"):
        voice(Lang.ENGLISH, copy)


def test_the_same_statements_give_the_same_file(tmp_path: Path) -> None:
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    train(FEW, Recipe()).save(first)
    train(FEW, Recipe()).save(second)
    assert first.read_bytes() == second.read_bytes()


def test_what_was_trained_is_read() -> None:
    trained = train(FEW, Recipe())
    assert trained.read("the password is refused", Lang.ENGLISH).top[0] is Blocker.ACCESS


def test_a_held_out_voice_is_not_trained_on() -> None:
    told = [*FEW, Statement("zzyzx", Lang.ENGLISH, Blocker.FEAR, "plain", "lonely", "three")]
    scores = held_out(told, [], [frozenset({"lonely"})], Recipe())
    assert not scores[:-1].any()
    assert train(told, Recipe()).read("zzyzx", Lang.ENGLISH).top[0] is Blocker.FEAR
    assert scores[-1].argmax() != list(Blocker).index(Blocker.FEAR)


def test_folds_cover_every_voice_once() -> None:
    folds = voice_folds(FEW, 3)
    assert sorted(name for fold in folds for name in fold) == sorted({item.voice for item in FEW})
    assert author_folds(FEW) == [frozenset({"one"}), frozenset({"two"})]


def test_a_sure_score_that_is_often_wrong_is_cooled() -> None:
    told = FEW * 10
    right = train(FEW, Recipe()).scores([(item.text, item.lang) for item in told])
    wrong = right.copy()
    wrong[::3] = wrong[::3, ::-1]
    sure, doubtful = calibrations(told, right), calibrations(told, wrong)
    assert all(
        doubtful[lang].temperature("a few words") > 2 * sure[lang].temperature("a few words") for lang in Lang
    )
