"""Free text at rest: AES-256-GCM (NIST SP 800-38D), bound to the workspace, column and row that it was written for.

A sealed text reads `v2.<key id>.<base64 of 12 bytes nonce, ciphertext and 16 bytes tag>`. New text is sealed
with the current key; old keys stay in the ring for as long as text sealed with them exists. `v1` was not bound to its row:
it opens until `storage.sealed` has sealed it anew.
"""

import base64
import binascii
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import SetupError, StorageError

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION, UNBOUND = "v2", "v1"
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is taken for another or for a digit."""
CODE_LENGTH = 10
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,20}")


class KeyringInvalid(SetupError):
    """The encryption keys cannot be used."""


class SealBroken(StorageError):
    """A sealed text cannot be opened: it was changed, moved, or its key is not in the ring."""


class Keyring:
    """The keys by id. Nothing here ever shows a key or a text.

    Raises:
        KeyringInvalid: no keys, a bad id, a key that is not 32 bytes, or `current` is none of them.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        for key_id, key in keys.items():
            if not _KEY_ID.fullmatch(key_id):
                raise KeyringInvalid("a key's id must be 1 to 20 letters, digits, '-' or '_'")
            if len(key) != KEY_BYTES:
                raise KeyringInvalid(f"the key {key_id!r} must be {KEY_BYTES} bytes, it is {len(key)}")
        if current not in keys:
            raise KeyringInvalid("the current key is not in the ring")
        self._keys = dict(keys)
        self.current = current

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self._keys)}; current {self.current})"

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """The ring from its setting, "id:base64,id2:base64"; the first is current.

        Raises:
            KeyringInvalid: with which entry is wrong and why.
        """
        keys: dict[str, bytes] = {}
        for position, entry in enumerate(filter(None, map(str.strip, text.split(","))), start=1):
            key_id, colon, encoded = entry.partition(":")
            if not colon or not _KEY_ID.fullmatch(key_id):
                raise KeyringInvalid(f"key number {position} must read id:base64")
            if key_id in keys:
                raise KeyringInvalid(f"the key {key_id!r} stands twice")
            try:
                keys[key_id] = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                raise KeyringInvalid(f"the key {key_id!r} is not base64") from None
        if not keys:
            raise KeyringInvalid("there is no key; make one with Keyring.generate()")
        return cls(keys, next(iter(keys)))

    @staticmethod
    def generate() -> str:
        """The setting text of a ring with one fresh key."""
        return f"k{secrets.token_hex(3)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"

    @cached_property
    def _ciphers(self) -> dict[str, AESGCM]:
        return {key_id: AESGCM(key) for key_id, key in self._keys.items()}

    def code(self, workspace_id: str, purpose: str, text: str) -> str:
        """Ten letters and digits (50 bits) that only the current key can make for `text`, to be read out and typed.

        HMAC-SHA-256 under a derived key.
        """
        mac = hmac.digest(self.derive(b"code")[0], f"{workspace_id}|{purpose}|{text}".encode(), "sha256")
        number = int.from_bytes(mac[:8])
        return _grouped("".join(CODE_ALPHABET[number >> (5 * place) & 31] for place in range(CODE_LENGTH)))

    def derive(self, purpose: bytes) -> tuple[bytes, ...]:
        """For every key, the current one first, a key for one purpose that says nothing of it (HKDF, RFC 5869)."""
        return tuple(
            HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=purpose).derive(self._keys[key_id])
            for key_id in self.ids
        )

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, the current one first."""
        return (self.current, *(key_id for key_id in self._keys if key_id != self.current))

    def seal(self, workspace_id: str, column: str, text: str, row: str) -> str:
        """Encrypt `text` for `column` ("table.column") of one row in one workspace."""
        nonce = os.urandom(NONCE_BYTES)
        place = _place(VERSION, workspace_id, column, row)
        ciphertext = self._ciphers[self.current].encrypt(nonce, text.encode(), place)
        return f"{VERSION}.{self.current}.{base64.b64encode(nonce + ciphertext).decode()}"

    def open(self, workspace_id: str, column: str, sealed: str, row: str) -> str:
        """Decrypt what `seal` made for the same workspace, column and row.

        Raises:
            SealBroken: it was not made by `seal`, was changed, was moved here, or its key is missing.
        """
        version, _, rest = sealed.partition(".")
        key_id, dot, encoded = rest.partition(".")
        if version not in {VERSION, UNBOUND} or not dot:
            raise SealBroken(f"a value of {column} is not a sealed text")
        if key_id not in self._ciphers:
            raise SealBroken(
                f"a value of {column} was sealed with a key that is not in the ring; add that key back"
            )
        try:
            raw = base64.b64decode(encoded, validate=True)
            opened = self._ciphers[key_id].decrypt(
                raw[:NONCE_BYTES], raw[NONCE_BYTES:], _place(version, workspace_id, column, row)
            )
        except (InvalidTag, ValueError):
            raise SealBroken(
                f"a value of {column} does not open with the key {key_id!r}: it was changed or moved, "
                "or another key now has that id"
            ) from None
        return opened.decode()


def _grouped(code: str) -> str:
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def _place(version: str, workspace_id: str, column: str, row: str) -> bytes:
    """The row stands last, so that a bar in it cannot be taken for one of ours."""
    place = f"{workspace_id}|{column}"
    return (place if version == UNBOUND else f"{place}|{row}").encode()
