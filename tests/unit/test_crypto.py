"""Sealed text opens where it was written for, and nowhere else."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from storage.crypto import Keyring, KeyringInvalid, SealBroken

KEY, OTHER = bytes(range(32)), bytes(32)
RING = Keyring({"a": KEY}, "a")
PLACE = ("workspace", "routines.cue")


def entry(key_id: str, key: bytes) -> str:
    return f"{key_id}:{base64.b64encode(key).decode()}"


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    assert RING.open(*PLACE, RING.seal(*PLACE, text, "r"), "r") == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert RING.seal(*PLACE, "oui", "r") != RING.seal(*PLACE, "oui", "r")


def test_the_sealed_text_names_its_version_and_key() -> None:
    version, key_id, _ = RING.seal(*PLACE, "x", "r").split(".")
    assert (version, key_id) == ("v2", "a")


@pytest.mark.parametrize("place", [("other", "routines.cue"), ("workspace", "routines.action")])
def test_a_text_moved_to_another_place_does_not_open(place: tuple[str, str]) -> None:
    with pytest.raises(SealBroken):
        RING.open(*place, RING.seal(*PLACE, "secret", "r"), "r")


@given(st.text(), st.text())
def test_a_text_swapped_into_another_row_does_not_open(mine: str, other: str) -> None:
    sealed = RING.seal(*PLACE, "secret", mine)
    assert RING.open(*PLACE, sealed, mine) == "secret"
    if mine != other:
        with pytest.raises(SealBroken):
            RING.open(*PLACE, sealed, other)


def test_what_was_sealed_before_rows_counted_still_opens() -> None:
    nonce = bytes(12)
    ciphertext = AESGCM(KEY).encrypt(nonce, b"before", b"workspace|routines.cue")
    sealed = f"v1.a.{base64.b64encode(nonce + ciphertext).decode()}"
    assert RING.open(*PLACE, sealed, "any row") == "before"
    with pytest.raises(SealBroken):
        RING.open(*PLACE, sealed.replace("v1", "v2", 1), "any row")


@given(st.data())
def test_a_changed_text_does_not_open(data: st.DataObject) -> None:
    head, encoded = RING.seal(*PLACE, "secret", "r").rsplit(".", 1)
    raw = bytearray(base64.b64decode(encoded))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        RING.open(*PLACE, f"{head}.{base64.b64encode(raw).decode()}", "r")


@pytest.mark.parametrize(
    "sealed", ["", "secret", "v1.a", "v2.a.AAAA", "v1.a.AAAA", "v1.a.é", "v1.a.", "v1.b.AAAA"]
)
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(SealBroken):
        RING.open(*PLACE, sealed, "r")


def test_after_a_rotation_old_text_opens_and_new_text_has_the_new_key() -> None:
    rotated = Keyring.parse(f"{entry('b', OTHER)},{entry('a', KEY)}")
    assert rotated.open(*PLACE, RING.seal(*PLACE, "before", "r"), "r") == "before"
    assert rotated.seal(*PLACE, "after", "r").startswith("v2.b.")


def test_a_generated_ring_can_be_used() -> None:
    text = Keyring.generate()
    ring = Keyring.parse(text)
    assert ring.open(*PLACE, ring.seal(*PLACE, "x", "r"), "r") == "x"
    assert text != Keyring.generate()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no key"),
        ("nocolon", "key number 1"),
        (f"{entry('a', KEY)}, b c:AAAA", "key number 2"),
        ("a:not base64", "'a' is not base64"),
        (entry("a", KEY[:16]), "32 bytes, it is 16"),
        (f"{entry('a', KEY)},{entry('a', OTHER)}", "twice"),
    ],
)
def test_a_wrong_setting_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(KeyringInvalid, match=says):
        Keyring.parse(text)


def test_a_current_key_that_is_not_in_the_ring_is_refused() -> None:
    with pytest.raises(KeyringInvalid, match="current"):
        Keyring({"a": KEY}, "b")


def test_nothing_shows_a_key_or_a_text() -> None:
    encoded = base64.b64encode(KEY).decode()
    assert encoded not in repr(RING)
    assert repr(KEY) not in repr(RING)
    with pytest.raises(KeyringInvalid) as invalid:
        Keyring.parse(f"a:{encoded}!")
    assert encoded not in str(invalid.value)
    with pytest.raises(SealBroken) as broken:
        RING.open("elsewhere", "a.b", RING.seal(*PLACE, "secret", "r"), "r")
    assert "secret" not in str(broken.value)
