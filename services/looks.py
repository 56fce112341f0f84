"""Looks at what is sealed: each with a reason, each written down before anything is shown."""

from __future__ import annotations

from models.messages import Inbound
from models.retirees import Contact, Retiree
from models.staff import Staff
from models.volunteers import Volunteer
from services.audit import audit_other
from services.errors import BadInput
from services.steps import Step

RETIREE_FIELDS = ("name", "id_number", "phone", "landline", "address", "health", "notes")
VOLUNTEER_FIELDS = ("name", "id_number", "phone", "address", "health", "notes")
CONTACT_FIELDS = ("name", "phone")
SHORTEST_REASON = 4
KNOWN = {Retiree: RETIREE_FIELDS, Contact: CONTACT_FIELDS, Volunteer: VOLUNTEER_FIELDS, Inbound: ("phone",)}


async def look_at(
    step: Step,
    row: Retiree | Contact | Volunteer | Inbound,
    staff: Staff,
    fields: list[str],
    why: str,
) -> dict[str, str]:
    """The plain values of the fields asked for, after an audit row naming them.

    Raises:
        BadInput: a field that cannot be looked at, or no reason.
    """
    known = KNOWN[type(row)]
    unknown = [name for name in fields if name not in known]
    if unknown or not fields:
        raise BadInput("fields", "Name the fields to look at.", "fields")
    if len(why.strip()) < SHORTEST_REASON:
        raise BadInput("reason", "Say why you need to see it.", "reason")
    await audit_other(
        step,
        "look",
        role=staff.role,
        area=staff.area,
        table_name=str(row.__tablename__),
        row_id=str(row.id),
        fields=sorted(set(fields)),
        why=why.strip(),
    )
    return {name: getattr(row, name) or "" for name in dict.fromkeys(fields)}


async def note_refused(step: Step, staff: Staff, table_name: str, row_id: str) -> None:
    """Somebody asked for a row outside their area."""
    await audit_other(
        step, "access.refused", role=staff.role, area=staff.area, table_name=table_name, row_id=row_id
    )
