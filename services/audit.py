"""Audit rows of a step: who changed or saw what."""

from __future__ import annotations

from models.audit import append_audit
from models.base import InArea, Row
from services.steps import Step


async def audit(step: Step, action: str, row: Row, *, fields: list[str] | None = None, why: str = "") -> None:
    """Write that the step's actor did `action` to a row; field names only, never values."""
    await append_audit(
        step.session,
        at=step.now,
        who=step.actor,
        action=action,
        area=row.division_code if isinstance(row, InArea) else "",
        table_name=str(row.__tablename__),
        row_id=str(row.id),
        fields=fields or [],
        why=why[:256],
    )
