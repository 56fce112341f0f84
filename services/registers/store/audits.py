"""Many audit rows at once: the same chain as `models.audit.append_audit`, read and written once a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import col, select

from models.audit import CHAIN_LOCK, AuditEntry
from services.steps import Step


@dataclass(frozen=True)
class AuditNote:
    """What happened to one row; field names only, never values."""

    action: str
    table_name: str
    row_id: UUID | str
    area: str
    fields: list[str]
    why: str


async def append_audits(step: Step, notes: Sequence[AuditNote]) -> None:
    """Add the notes to the chain in order, in the step's transaction."""
    if not notes:
        return
    if step.session.get_bind().dialect.name == "postgresql":
        await step.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    last = await step.session.scalar(select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(1))
    seq, previous = (last.seq, last.digest) if last else (0, "")
    rows = []
    for note in notes:
        seq += 1
        entry = AuditEntry(
            seq=seq,
            at=step.now,
            who=step.actor,
            area=note.area,
            action=note.action,
            table_name=note.table_name,
            row_id=str(note.row_id),
            fields=note.fields,
            why=note.why[:256],
            previous=previous,
            digest="",
        )
        entry.digest = previous = entry.expected_digest()
        rows.append(entry.model_dump())
    table: Any = AuditEntry.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    await step.session.execute(insert(table), rows)
