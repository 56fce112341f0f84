"""The audit trail: append-only rows, each carrying the keyed hash of the one before."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel, col, select

import models.base  # noqa: F401  # sets how constraints are named, before this table is made
from models.columns import JsonText, UtcDateTime
from models.seal import keys

# Any number that no other advisory lock of the project uses.
CHAIN_LOCK = 7_301_001


class AuditEntry(SQLModel, table=True):
    """Who did or saw what, of whom, why. Ids only, no personal data."""

    __tablename__ = "audit"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    who: str = Field(max_length=64, index=True)
    role: str = Field(default="", max_length=24)
    area: str = Field(default="", max_length=12)
    action: str = Field(max_length=32)
    table_name: str = Field(default="", max_length=32)
    row_id: str = Field(default="", max_length=40, index=True)
    fields: list[str] = Field(default_factory=list, sa_type=JsonText)
    why: str = Field(default="", max_length=256)
    request_id: str = Field(default="", max_length=40)
    address: str = Field(default="", max_length=45)
    previous: str = Field(max_length=64)
    digest: str = Field(max_length=64)

    def expected_digest(self) -> str:
        """HMAC-SHA-256 over the row's own values and the previous digest."""
        values = self.model_dump(exclude={"digest"}, mode="json") | {"at": self.at.isoformat()}
        body = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
        return hmac.new(keys().derive("audit chain"), body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class AuditNote:
    """What happened to one row; field names only, never values."""

    action: str
    table_name: str
    row_id: UUID | str
    area: str
    fields: list[str]
    why: str


async def append_audit(session: AsyncSession, *, at: datetime, who: str, action: str, **values: Any) -> None:
    """Add one row to the chain, in the caller's transaction."""
    seq, previous = await _end_of_chain(session)
    entry = _link(seq + 1, previous, {"at": at, "who": who, "action": action, **values})
    session.add(entry)
    await session.flush()


async def append_audits(
    session: AsyncSession, notes: Sequence[AuditNote], *, at: datetime, who: str, **values: Any
) -> None:
    """Add a row for each note, in order: the chain is read and written once for all of them.

    `values`: columns that all of them share.
    """
    if not notes:
        return
    seq, previous = await _end_of_chain(session)
    rows = []
    for note in notes:
        seq += 1
        own = {**vars(note), "row_id": str(note.row_id), "why": note.why[:256]}
        entry = _link(seq, previous, {"at": at, "who": who, **values, **own})
        previous = entry.digest
        rows.append(entry.model_dump())
    table: Any = AuditEntry.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    await session.execute(insert(table), rows)


async def _end_of_chain(session: AsyncSession) -> tuple[int, str]:
    """Number and digest of the newest row; nobody else appends until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        # Chain order needs one writer at a time; SQLite has that by itself.
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    last = await session.scalar(select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(1))
    return (last.seq, last.digest) if last else (0, "")


def _link(seq: int, previous: str, values: dict[str, Any]) -> AuditEntry:
    entry = AuditEntry(seq=seq, previous=previous, digest="", **values)
    entry.digest = entry.expected_digest()
    return entry


def broken_links(entries: Iterable[AuditEntry]) -> list[tuple[int, str]]:
    """(seq, what is wrong) for each row, in order of `seq`, that was changed, removed or put in."""
    faults, previous, expected_seq = [], "", 1
    for entry in entries:
        if entry.seq != expected_seq:
            faults.append((entry.seq, f"row {expected_seq} is missing"))
        if entry.previous != previous:
            faults.append((entry.seq, "does not follow the row before"))
        if not hmac.compare_digest(entry.digest, entry.expected_digest()):
            faults.append((entry.seq, "was changed"))
        previous, expected_seq = entry.digest, entry.seq + 1
    return faults
