"""Personal data at rest: sealed columns (AES-256-GCM) with blind indexes for exact search.

A sealed value is `1 | key id | 12-byte nonce | ciphertext and tag`, authenticated together with
table, row id and column, so that a ciphertext copied to another person does not open. Keys are
derived from the master key by HKDF, one for sealing and one per index.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from models.base import Row

FORMAT = b"\x01"
KEY_ID_LENGTH, NONCE_LENGTH = 4, 12
INDEX_LENGTH = 16


class SealError(Exception):
    """A sealed value cannot be opened: wrong key, damaged, or moved from another row."""


class KeyRing:
    """The keys derived from one or more master keys: all of them open, the last one seals.

    Blind indexes and the audit chain use the first key for good: they cannot be made anew without
    opening every row, and the chain not at all.
    """

    def __init__(self, *master_keys: bytes) -> None:
        if not master_keys or any(len(key) < 32 for key in master_keys):
            raise SealError("TANFANG_SECRET_KEY must have at least 32 bytes")
        self._open: dict[bytes, AESGCM] = {}
        for master in master_keys:
            key_id = _derive(master, "key id", KEY_ID_LENGTH)
            self._open[key_id] = AESGCM(_derive(master, "seal", 32))
            self._current = key_id
        self._index_master = master_keys[0]
        self._index_keys: dict[str, bytes] = {}

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt `text` so that it opens only with the same `context` (`table|row|column`)."""
        nonce = os.urandom(NONCE_LENGTH)
        sealed = self._open[self._current].encrypt(nonce, text.encode(), context.encode())
        return FORMAT + self._current + nonce + sealed

    def open(self, sealed: bytes, context: str) -> str:
        """The text again; raises `SealError` for a wrong key, context or damaged bytes."""
        key_id, rest = sealed[1 : 1 + KEY_ID_LENGTH], sealed[1 + KEY_ID_LENGTH :]
        key = self._open.get(key_id)
        if sealed[:1] != FORMAT or key is None:
            raise SealError(f"no key for a value sealed with key {key_id.hex()}")
        try:
            return key.decrypt(rest[:NONCE_LENGTH], rest[NONCE_LENGTH:], context.encode()).decode()
        except InvalidTag as error:
            raise SealError(f"the sealed value of {context} is damaged or was moved") from error

    def index(self, purpose: str, text: str) -> bytes:
        """Keyed hash for exact search; equal texts of one purpose give equal bytes."""
        key = self._index_keys.get(purpose)
        if key is None:
            key = self._index_keys[purpose] = _derive(self._index_master, f"index {purpose}", 32)
        return hmac.digest(key, text.encode(), hashlib.sha256)[:INDEX_LENGTH]

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for another purpose (audit chain, sessions)."""
        return _derive(self._index_master, purpose, 32)


def _derive(master: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=f"tanfang {purpose}".encode()).derive(master)


_ring: KeyRing | None = None


def use_keys(ring: KeyRing) -> None:
    """Set the process's keys; called once at start-up."""
    global _ring
    _ring = ring


def keys() -> KeyRing:
    """The process's keys; raises `SealError` when start-up has not set them."""
    if _ring is None:
        raise SealError("no secret key is set: start through tanfang, or call use_keys first")
    return _ring


class Sealed:
    """Attribute that reads and writes plain text over a `<name>_sealed` column.

    With `index`, the column `<name>_index` gets the blind index of the text, under that purpose.
    """

    def __init__(self, *, index: str | None = None) -> None:
        self.purpose = index

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type) -> Sealed: ...
    @overload
    def __get__(self, row: Row, owner: type) -> str: ...
    def __get__(self, row: Row | None, owner: type) -> Sealed | str:
        if row is None:
            return self
        sealed: bytes | None = getattr(row, f"{self.name}_sealed")
        return keys().open(sealed, self._context(row)) if sealed else ""

    def __set__(self, row: Row, text: str) -> None:
        if text == self.__get__(row, type(row)):
            return  # an unchanged value keeps its bytes, so that the row is not written again
        setattr(row, f"{self.name}_sealed", keys().seal(text, self._context(row)) if text else None)
        if self.purpose:
            setattr(row, f"{self.name}_index", keys().index(self.purpose, text) if text else None)

    def seal_again(self, row: Row) -> bool:
        """Seal the value with the newest key; returns whether there was one."""
        text = self.__get__(row, type(row))
        if text:
            setattr(row, f"{self.name}_sealed", keys().seal(text, self._context(row)))
        return bool(text)

    def _context(self, row: Any) -> str:
        return f"{row.__tablename__}|{row.id}|{self.name}"


def blind_index(purpose: str, text: str) -> bytes:
    """The bytes to search an index column for."""
    return keys().index(purpose, text)
