"""The shipped reading model, the language of a text, and reading JSON lines."""

import importlib.util
import io
import json
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.reading_cli import read_lines
from content.blockers import Blocker
from content.catalog import Lang
from content.loader import ContentError
from surveys import reading_model
from surveys.language import detect
from surveys.reading_embeddings import EmbeddingError, encoder, head
from surveys.reading_model import LABELS, LinearReader, model_file, reader

PLAIN = [
    ("fr", "pas le temps", Blocker.TIME),
    ("fr", "encore un outil de plus, on en a déjà dix", Blocker.OVERLOAD),
    ("fr", "j'ai oublié mon mot de passe", Blocker.ACCESS),
    ("fr", "ça ne correspond pas à notre métier", Blocker.FIT),
    ("fr", "mon chef ne l'utilise pas", Blocker.MANAGEMENT),
    ("fr", "G PA LE REFLEXE", Blocker.HABIT),
    ("fr", "peur de passer pour un idiot", Blocker.FEAR),
    ("en", "I dont have the time", Blocker.TIME),
    ("en", "it doesn't fit the way we work", Blocker.FIT),
    ("en", "I don't know how to do it, never had training", Blocker.SKILLS),
    ("en", "I don't see the point", Blocker.BENEFIT),
    ("en", "it was forced on us", Blocker.IMPOSED),
    ("en", "they can see what I do, I feel watched", Blocker.TRUST),
    ("en", "I use it every day", Blocker.NONE),
]

CONTRASTED = [
    ("fr", "ce n'est pas une question de temps, c'est que personne ne répond dessus", "time", Blocker.PEERS),
    ("fr", "c est pas ke j ai pas le temps, c est ki va lire ça apres", "time", Blocker.TRUST),
    ("fr", "personne d'autre s'en sert c'est pas une histoire de temps", "time", Blocker.PEERS),
    ("en", "everyone can see what I do in there it's not about time", "time", Blocker.TRUST),
    ("fr", "c'est pas le temps qui manque, c'est que je sais pas comment faire", "time", Blocker.SKILLS),
    ("fr", "ça n'a rien à voir avec l'habitude, je n'ai pas d'accès", "habit", Blocker.ACCESS),
    ("en", "It's not a question of time, it's that nobody else is on it", "time", Blocker.PEERS),
    ("en", "it isn't the time, I just don't trust where my data goes", "time", Blocker.TRUST),
    ("en", "I've got time for a coffee while it loads", "time", Blocker.ACCESS),
    ("en", "It has nothing to do with training, it was forced on us", "skills", Blocker.IMPOSED),
]


@pytest.mark.parametrize(("lang", "text", "cause"), PLAIN)
def test_plain_words_are_read(lang: str, text: str, cause: Blocker) -> None:
    assert cause in [label for label, _ in reader().read(text, Lang(lang)).ranked[:2]]


@pytest.mark.parametrize(("lang", "text", "refused", "cause"), CONTRASTED)
def test_a_cause_that_is_set_aside_is_not_read(lang: str, text: str, refused: str, cause: Blocker) -> None:
    reading = reader().read(text, Lang(lang))
    assert reading.top[0] is cause
    assert reading.probabilities[Blocker(refused)] < 0.1


def test_two_causes_are_both_read() -> None:
    reading = reader().read(
        "I couldn't log in, and anyway they track everything we do in there", Lang.ENGLISH
    )
    assert {Blocker.ACCESS, Blocker.TRUST} <= {label for label, _ in reading.ranked[:3]}


def test_the_other_language_is_read_too() -> None:
    assert reader().read("pas le temps", Lang.ENGLISH).top[0] is Blocker.TIME


@pytest.mark.parametrize("text", ["", "👍", "bof", "dunno", "…", "Je sais pas.", "OK!"])
def test_what_says_nothing_is_uniform(text: str) -> None:
    assert reader().read(text, Lang.FRENCH).top[1] == pytest.approx(1 / len(Blocker))


@given(st.text(max_size=300), st.sampled_from(list(Lang)))
def test_any_text_gives_a_distribution(text: str, lang: Lang) -> None:
    reading = reader().read(text, lang)
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert set(reading.probabilities) == set(Blocker)


@given(st.lists(st.text(max_size=40), max_size=5))
def test_read_together_as_alone(texts: list[str]) -> None:
    together = reader().probabilities([(text, Lang.ENGLISH) for text in texts])
    alone = [list(reader().read(text, Lang.ENGLISH).probabilities.values()) for text in texts]
    assert together == pytest.approx(np.array(alone).reshape(len(texts), len(LABELS)), abs=1e-5)


def test_a_model_comes_back_from_its_file(tmp_path: Path) -> None:
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    reader().save(first)
    again = LinearReader.load(first)
    again.save(second)
    assert first.stat().st_size <= 20_000_000
    text = ("the password expired", Lang.ENGLISH)
    assert again.probabilities([text]) == pytest.approx(reader().probabilities([text]), abs=1e-3)


def test_a_model_of_other_features_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, shipped = tmp_path / "old.npz", reader()
    monkeypatch.setattr(reading_model, "VERSION", reading_model.VERSION - 1)
    shipped.save(old)
    monkeypatch.undo()
    with pytest.raises(ContentError, match="entrain blockers train"):
        LinearReader.load(old)


def test_the_shipped_model_is_of_these_features() -> None:
    assert LinearReader.load(model_file()).vocabulary.starts[-1] > 10_000


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04"])
def test_a_broken_model_is_told(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.npz"
    broken.write_bytes(content)
    with pytest.raises(ContentError, match="cannot be read"):
        LinearReader.load(broken)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("pas le temps", "fr"),
        ("jsais pas faire", "fr"),
        ("Qui voit ce que j'écris ?", "fr"),
        ("nobody looks at it", "en"),
        ("couldn't log in", "en"),
        ("I sent her an email, comme d'habitude", "en"),
        ("", "en"),
        ("12345", "en"),
    ],
)
def test_the_language_of_a_text(text: str, lang: str) -> None:
    assert detect(text) is Lang(lang)


def test_lines_are_read_and_bad_ones_told() -> None:
    lines = [
        b'\xef\xbb\xbf{"text": "personne ne regarde", "id": 7}\n',
        b"not json\n",
        b"\n",
        b'{"said": "x"}\n',
        b'["text"]\n',
        b'{"text": 3}\n',
        b'{"text": "\xff"}\n',
        b'{"text": "\\ud800"}\n',
        b'{"text": "x", "n": NaN}\n',
        b'{"text": "x", "n": ' + b"9" * 5000 + b"}\n",
        b'{"text": "x", "n": 1e999}\n',
        '{"text": "nobody else uses it, \\n é"}'.encode(),
    ]
    out, problems = io.StringIO(), io.StringIO()
    assert not read_lines(io.BytesIO(b"".join(lines)), out, problems, reader())
    read = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["label"] for line in read] == ["peers", "peers"]
    assert read[0]["id"] == 7
    assert read[0]["top"][0] == [read[0]["label"], read[0]["p"]]
    assert len(read[0]["top"]) == 3
    told = problems.getvalue().splitlines()
    assert [line.split(":")[1].strip() for line in told] == [
        f"line {n}" for n in (2, 4, 5, 6, 7, 8, 9, 10, 11)
    ]


def test_the_command_reads_and_ends_with_1_after_a_bad_line() -> None:
    run = CliRunner()
    good = run.invoke(app, ["blockers", "read", "--lang", "fr"], input='{"text": "pas le temps"}\n')
    assert good.exit_code == 0
    assert json.loads(good.stdout)["label"] == "time"
    bad = run.invoke(app, ["blockers", "read"], input='x\n{"text": "no time"}\n')
    assert bad.exit_code == 1
    assert "line 1" in bad.stderr
    assert json.loads(bad.stdout)["label"] == "time"
    assert run.invoke(app, ["blockers", "read", "--lang", "de"]).exit_code == 2


def test_reading_is_fast_enough_to_be_used_in_a_turn() -> None:
    texts = [(f"no time today, {n} patients and the phone rang", Lang.ENGLISH) for n in range(500)]
    reader().probabilities(texts)
    start = time.process_time()
    reader().probabilities(texts)
    assert time.process_time() - start < 0.5


def test_a_folder_that_is_not_there_is_told() -> None:
    assert encoder("") is None
    with pytest.raises(EmbeddingError, match="is not a folder"):
        encoder("/nowhere")


@pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is not None, reason="sentence-transformers is installed"
)
def test_a_missing_library_is_told(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="pip install sentence-transformers"):
        encoder(str(tmp_path))


def test_a_model_on_disk_turns_texts_into_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lengths:
        def __init__(self, path: str, device: str) -> None:
            assert (path, device) == (str(tmp_path), "cpu")

        def encode(self, texts: list[str], normalize_embeddings: bool) -> list[list[float]]:
            return [[float(len(text)), 1.0] for text in texts]

    library = types.ModuleType("sentence_transformers")
    monkeypatch.setattr(library, "SentenceTransformer", Lengths, raising=False)
    monkeypatch.setitem(sys.modules, "sentence_transformers", library)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    encode = encoder(str(tmp_path))
    assert encode is not None
    assert encode(["a", "bcd"]).tolist() == [[1, 1], [3, 1]]


def test_a_head_on_vectors_tells_their_labels_apart() -> None:
    vectors = np.repeat(np.eye(len(LABELS)), 5, axis=0)
    targets = np.repeat(np.arange(len(LABELS)), 5)
    assert (head(vectors, targets).scores(vectors).argmax(axis=1) == targets).all()
