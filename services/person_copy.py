"""A person's own copy: everything held about them, in plain text, for the one who asks (PIPL art. 45)."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_jsonable_python
from sqlmodel import col, select

from models.care import CareContact, Referral
from models.consents import Consent
from models.messages import Message
from models.retirees import CertificationEvent, Contact, Retiree, RetireeFlag
from models.staff import Staff
from models.visits import Visit, VisitReport
from services.audit import audit_other
from services.errors import BadInput
from services.steps import Step

SHORTEST_REASON = 4
SEALED = ("id_number", "phone", "landline", "address", "health", "notes", "extra", "text", "note", "need")
INNER = ("sealed", "index", "version", "params", "visit_code", "wake_at", "step_attempts", "promised")
TABLES: tuple[tuple[str, Any, str], ...] = (
    ("flags", RetireeFlag, "retiree_id"),
    ("consents", Consent, "retiree_id"),
    ("contacts", Contact, "retiree_id"),
    ("certifications", CertificationEvent, "retiree_id"),
    ("visits", Visit, "retiree_id"),
    ("care_contacts", CareContact, "retiree_id"),
    ("referrals", Referral, "retiree_id"),
    ("texts", Message, "person_id"),
)


async def copy_of(step: Step, retiree: Retiree, staff: Staff, reason: str) -> dict[str, Any]:
    """The rows about the person by table, after an audit row. Raises BadInput without a reason."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise BadInput("reason", "Say who asked for the copy.", "reason")
    await audit_other(
        step,
        "copy",
        role=staff.role,
        area=staff.area,
        table_name="retirees",
        row_id=str(retiree.id),
        fields=["person", *(name for name, _, _ in TABLES), "reports"],
        why=reason.strip(),
    )
    held: dict[str, Any] = {"person": _plain(retiree)}
    for name, table, column in TABLES:
        rows = await step.session.scalars(
            select(table).where(getattr(table, column) == retiree.id).order_by(col(table.id))
        )
        held[name] = [_plain(row) for row in rows]
    reports = await step.session.scalars(
        select(VisitReport)
        .join(Visit, col(Visit.id) == col(VisitReport.visit_id))
        .where(col(Visit.retiree_id) == retiree.id)
        .order_by(col(VisitReport.id))
    )
    held["reports"] = [_plain(row) for row in reports]
    return held


def _plain(row: Any) -> dict[str, Any]:
    """A row's own columns and its opened seals, without the machinery's."""
    values = {k: v for k, v in row.model_dump().items() if not any(part in k for part in INNER)}
    opened = {k: v for k in SEALED if (v := getattr(row, k, None))}
    plain: dict[str, Any] = to_jsonable_python({**values, **opened})
    return plain
