"""Audit rows of a step: who changed or saw what, and from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from models.audit import AuditNote, append_audit, append_audits
from models.base import InArea, Row
from services.steps import Step


async def audit(step: Step, action: str, row: Row, *, fields: list[str] | None = None, why: str = "") -> None:
    """Write that the step's actor did `action` to a row; field names only, never values."""
    await audit_other(
        step,
        action,
        area=row.division_code if isinstance(row, InArea) else "",
        table_name=str(row.__tablename__),
        row_id=str(row.id),
        fields=fields,
        why=why,
    )


async def audit_other(
    step: Step,
    action: str,
    *,
    who: str = "",
    role: str = "",
    area: str = "",
    table_name: str = "",
    row_id: str = "",
    fields: list[str] | None = None,
    why: str = "",
) -> None:
    """As `audit`, of what is no row at hand; `who` and `role` where they are not the step's own."""
    await append_audit(
        step.session,
        at=step.now,
        who=who or step.actor,
        action=action,
        area=area,
        table_name=table_name,
        row_id=row_id,
        fields=fields or [],
        why=why[:256],
        **{**asdict(step.origin), **({"role": role} if role else {})},
    )


async def audit_many(step: Step, notes: Sequence[AuditNote]) -> None:
    """One audit row for each note, in order, written together."""
    await append_audits(step.session, notes, at=step.now, who=step.actor, **asdict(step.origin))
