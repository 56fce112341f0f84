"""Who can be texted: volunteers and staff; for a retiree see `services.ladder`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.base import InArea
from models.divisions import Division
from models.staff import Staff
from models.visits import Seat, Visit
from models.volunteers import Volunteer
from services.gathering import crew_places
from services.messages import Recipient
from services.steps import Step

MOBILE = "mobile"
# Built once: putting a statement together costs as much as running it.
VOLUNTEERS = select(Volunteer).where(col(Volunteer.id).in_(bindparam("ids", expanding=True)))


def volunteer_recipient(volunteer: Volunteer) -> Recipient:
    phone = volunteer.phone if volunteer.phone_kind == MOBILE else ""
    return Recipient("volunteer", volunteer.id, phone, volunteer, volunteer.opted_out_at is not None)


async def staff_recipient(step: Step, responsible: str, area: InArea) -> Recipient | None:
    """The member of staff a responsibility names, if it names one."""
    if not responsible.startswith("staff:"):
        return None
    username = responsible.removeprefix("staff:")
    staff = await step.session.scalar(select(Staff).where(col(Staff.username) == username))
    return Recipient("staff", staff.id, staff.phone, area) if staff else None


async def load_volunteers(step: Step, ids: Iterable[UUID | None]) -> dict[UUID, Volunteer]:
    """Volunteers by id, each read once in a step."""
    wanted = {i for i in ids if i is not None}
    unknown = sorted(wanted - step.people.keys())
    if unknown:
        with step.session.no_autoflush:  # nothing that waits changes which row has an id
            rows = await step.session.scalars(VOLUNTEERS, {"ids": unknown})
        step.people.update({row.id: row for row in rows})
    return {id_: step.people[id_] for id_ in sorted(wanted) if id_ in step.people}


async def load_seats(step: Step, visit: Visit) -> list[Seat]:
    """The crew's places, lead first."""
    return await crew_places(step, visit)


async def division_names(step: Step, code: str) -> tuple[str, str, str]:
    """Names of district, street and community of a code; '' where the code ends higher up."""
    names = step.cache.get("division_names")
    if not isinstance(names, dict) or code not in names:
        rows = await step.session.execute(select(col(Division.code), col(Division.name)))
        names = step.cache["division_names"] = {row.code: row.name for row in rows}
    codes = [code[:6].ljust(12, "0"), code[:9].ljust(12, "0"), code]
    district, street, community = (names.get(c, "") for c in codes)
    if codes[1] == codes[0]:
        street = ""
    return district, street, community if code[9:] != "000" else ""
