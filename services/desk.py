"""Matters that need a person: opened once, passed on when nobody answers, closed with a resolution."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam
from sqlmodel import col, select

from models.desk import DeskItem
from models.staff import Role, Staff
from models.visits import Visit
from services.errors import NotFound, WrongMoment
from services.steps import Step

CITY_DESK = 2
RULE_CITY_DESK = "rule:city_desk"  # whoever signs in for the city next
# Who takes a matter at each rung, most local first.
RUNGS = (
    (Role.COMMUNITY_OFFICER, Role.STREET_COORDINATOR),
    (Role.DISTRICT_AGENCY,),
    (Role.CITY_ADMIN,),
)
AT_WORK = select(Staff).where(col(Staff.is_active)).order_by(col(Staff.username))
OPEN_ITEMS = select(DeskItem).where(
    col(DeskItem.visit_id) == bindparam("visit"), col(DeskItem.closed_at).is_(None)
)


async def responsible_for(step: Step, division_code: str, rung: int = 0, *, without: str = "") -> str:
    """`staff:USER` of the most local person at work whose area holds the division, else the next rung's.

    With nobody at all: the rule that names the city desk. `without`: somebody who would be away.
    """
    staff = await step.session.scalars(AT_WORK)
    here_now = [s for s in staff if s.away_until is None or s.away_until <= step.now]
    present = [s for s in here_now if s.username != without]
    for roles in RUNGS[rung:]:
        here = [s for s in present if s.role in roles and division_code.startswith(s.area)]
        if here:
            return f"staff:{max(here, key=lambda s: len(s.area)).username}"
    return RULE_CITY_DESK


async def open_item(
    step: Step,
    kind: str,
    key: str,
    division_code: str,
    *,
    managing_agency: str = "",
    due_at: datetime | None = None,
    rung: int = 0,
    detail: dict[str, Any] | None = None,
    visit_id: UUID | None = None,
    retiree_id: UUID | None = None,
    volunteer_id: UUID | None = None,
    inbound_id: UUID | None = None,
    opens_at: datetime | None = None,
) -> DeskItem:
    """One open item per matter: `kind/key` is its natural key; a second call finds the first.

    `opens_at`: nobody sees it before; it may have answered itself by then.
    """
    natural_key = f"{kind}/{key}"
    found = await step.session.scalar(select(DeskItem).where(col(DeskItem.natural_key) == natural_key))
    due = due_at or step.now + timedelta(hours=step.policy.coordinator_answer_hours)
    if found is not None:
        if found.closed_at is not None:
            found.closed_at, found.closed_by, found.resolution = None, "", ""
            found.opened_at, found.due_at, found.wake_at, found.rung = step.now, due, due, rung
            found.responsible = await responsible_for(step, division_code, rung)
        return found
    item = DeskItem(
        natural_key=natural_key,
        kind=kind,
        division_code=division_code,
        managing_agency=managing_agency,
        rung=rung,
        responsible=await responsible_for(step, division_code, rung),
        detail=detail or {},
        opened_at=opens_at or step.now,
        due_at=due,
        wake_at=due,
        visit_id=visit_id,
        retiree_id=retiree_id,
        volunteer_id=volunteer_id,
        inbound_id=inbound_id,
    )
    step.session.add(item)
    await step.session.flush()
    return item


def is_open(step: Step) -> tuple[ColumnElement[bool], ...]:
    """Matters that lie on a desk now."""
    return is_open_at(step.now)


def is_open_at(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """As `is_open`, for a reader without a step."""
    return col(DeskItem.closed_at).is_(None), col(DeskItem.opened_at) <= now


async def open_visit_item(
    step: Step, visit: Visit, kind: str, *, due_at: datetime | None = None, **detail: Any
) -> DeskItem:
    """The item of that kind for a visit."""
    return await open_item(
        step,
        kind,
        str(visit.id),
        visit.division_code,
        managing_agency=visit.managing_agency,
        due_at=due_at,
        detail=detail,
        visit_id=visit.id,
        retiree_id=visit.retiree_id,
    )


async def close_item(step: Step, item_id: UUID, resolution: str) -> DeskItem:
    """A person has dealt with it.

    Raises:
        NotFound, WrongMoment: no such item, or already closed.
    """
    item = await step.session.get(DeskItem, item_id)
    if item is None:
        raise NotFound("desk_item", "There is no such matter.")
    if item.closed_at is not None:
        raise WrongMoment("closed", "This matter is already closed.")
    _close(step, item, resolution)
    await step.session.flush()
    return item


async def close_matter(step: Step, natural_key: str, resolution: str) -> None:
    """The open matter of that key, if there is one, has ended by itself."""
    item = await step.session.scalar(select(DeskItem).where(col(DeskItem.natural_key) == natural_key))
    if item is not None and item.closed_at is None:
        _close(step, item, resolution)


async def close_visit_items(
    step: Step, visit: Visit, resolution: str, *kinds: str, but: DeskItem | None = None
) -> int:
    """Close the visit's open items (of the given kinds, or all), `but` one: what they asked for is done."""
    with step.session.no_autoflush:  # a new item is written at once, a closed one is left out here
        rows = list(await step.session.scalars(OPEN_ITEMS, {"visit": visit.id}))
    items = [
        item
        for item in rows
        if item is not but and item.closed_at is None and (not kinds or item.kind in kinds)
    ]
    for item in items:
        _close(step, item, resolution)
    return len(items)


def _close(step: Step, item: DeskItem, resolution: str) -> None:
    item.closed_at, item.closed_by, item.resolution, item.wake_at = step.now, step.actor, resolution, None


async def pass_on(step: Step, item_id: UUID) -> DeskItem | None:
    """Nobody answered in time: the deputy, then the city desk, which keeps it."""
    item = await step.session.get(DeskItem, item_id)
    if item is None or item.closed_at is not None:
        return None
    if item.wake_at is not None and item.due_at > step.now:
        item.wake_at = item.due_at
        return item
    if await _next_of_ladder(step, item):
        return item
    if item.rung < CITY_DESK:
        item.rung += 1
        item.responsible = await responsible_for(step, item.division_code, item.rung)
    item.wake_at = step.now + timedelta(hours=step.policy.deputy_answer_hours)
    item.due_at = item.wake_at
    await step.session.flush()
    return item


async def _next_of_ladder(step: Step, item: DeskItem) -> bool:
    """A matter with a ladder of its own (`[[moment, role], …]` in its detail) climbs that first."""
    ladder: list[list[str]] = item.detail.get("ladder") or []
    if not ladder:
        return False
    (_, role), rest = ladder[0], ladder[1:]
    item.responsible = await role_holder(step, item.division_code, Role(role)) or item.responsible
    item.due_at = datetime.fromisoformat(rest[0][0]) if rest else item.due_at
    item.wake_at = item.due_at = max(item.due_at, step.now + timedelta(minutes=1))
    if not rest:
        item.wake_at = item.due_at = step.now + timedelta(hours=step.policy.deputy_answer_hours)
    item.detail = {**item.detail, "ladder": rest}
    await step.session.flush()
    return True


async def role_holder(step: Step, division_code: str, role: Role) -> str:
    """`staff:USER` of the most local person at work with the role, '' when there is none."""
    here = [
        s
        for s in await step.session.scalars(AT_WORK)
        if s.role is role
        and division_code.startswith(s.area)
        and (s.away_until is None or s.away_until <= step.now)
    ]
    return f"staff:{max(here, key=lambda s: len(s.area)).username}" if here else ""


async def everybody_on(step: Step, division_code: str) -> list[str]:
    """Who is responsible at each rung, most local first: officer, street, district, city; each once."""
    roles = (Role.COMMUNITY_OFFICER, Role.STREET_COORDINATOR, Role.DISTRICT_AGENCY, Role.CITY_ADMIN)
    found = [await role_holder(step, division_code, role) for role in roles]
    return list(dict.fromkeys(holder for holder in found if holder))
