"""The call list: who is to be rung, what to say, and what becomes of it, as if they had written a text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from domain.masking import mask_name
from domain.quiet_hours import next_allowed
from models.desk import DeskItem
from models.messages import Inbound
from models.retirees import Contact, Retiree
from models.staff import Staff
from models.visits import Visit
from models.volunteers import Volunteer
from services import call_script, desk, ladder, phone_states
from services.answers import withdraw
from services.errors import BadInput, NotFound, WrongMoment
from services.looks import look_at
from services.retiree_answers import ask_another_day, confirm
from services.steps import Step

MOST = 100
# What may come of a call, by what it is about; each is what a text with that meaning does.
OUTCOMES: dict[str, tuple[str, ...]] = {
    "R1": ("told", "in_vain", "wrong_number"),
    "R2": ("told", "other_day", "in_vain", "wrong_number"),
    "R3": ("told", "other_day", "in_vain", "wrong_number"),
    "R4": ("told", "in_vain", "wrong_number"),
    **dict.fromkeys(("V2", "V3", "V4", "V9", "V15"), ("told", "cannot_come", "in_vain", "wrong_number")),
    "V5": ("told", "in_vain", "wrong_number"),
    "opted_out": ("told", "in_vain"),
    "alarm": ("reached", "in_vain"),
    "written": ("reached", "in_vain"),
}
# Also cries for help, and texts of people of whom no page has the number.
ON_THE_LIST = col(DeskItem.kind).in_(("call", "alarm")) | (
    (col(DeskItem.kind) == "reply")
    & col(DeskItem.visit_id).is_(None)
    & col(DeskItem.retiree_id).is_(None)
    & col(DeskItem.volunteer_id).is_(None)
)
LAST_CALL = timedelta(minutes=30)  # before the visit; nobody is rung later


@dataclass(frozen=True)
class Call:
    """One line of the list, names masked. `tried`: which texts failed before; `said`: what they wrote."""

    item: DeskItem
    about: str
    side: str  # retiree or volunteer
    who: str
    visit: Visit | None
    script: list[str]
    outcomes: tuple[str, ...]
    in_vain: int
    tried: list[dict[str, str]] = field(default_factory=list)
    said: str = ""


@dataclass(frozen=True)
class Number:
    """Somebody to ring: `key` names the row in a form, never the number."""

    key: str
    kind: str  # retiree, contact, volunteer, stranger
    name: str
    relation: str
    numbers: list[str]


async def load_calls(step: Step, area: str = "") -> list[Call]:
    """Open calls of the reader's area: cries for help, then the soonest promise first."""
    items = list(
        await step.session.scalars(
            select(DeskItem)
            .where(ON_THE_LIST, *desk.is_open(step), col(DeskItem.division_code).startswith(area))
            .order_by(
                sa.case((col(DeskItem.kind) == "alarm", 0), else_=1), col(DeskItem.due_at), col(DeskItem.id)
            )
            .limit(MOST)
        )
    )
    retirees = await _by_id(step, Retiree, {i.retiree_id for i in items})
    volunteers = await _by_id(step, Volunteer, {i.volunteer_id for i in items})
    visits = await _by_id(step, Visit, {i.visit_id for i in items})
    texts = await _by_id(step, Inbound, {i.inbound_id for i in items if i.kind != "call"})
    return [
        replace(
            call_of(
                step, i, visits.get(i.visit_id), retirees.get(i.retiree_id), volunteers.get(i.volunteer_id)
            ),
            said=texts[i.inbound_id].text or "" if i.inbound_id in texts else "",
        )
        for i in items
    ]


def call_of(
    step: Step, item: DeskItem, visit: Visit | None, retiree: Retiree | None, volunteer: Volunteer | None
) -> Call:
    """The line for a matter."""
    about = call_script.about_of(item)
    person = volunteer or retiree
    return Call(
        item=item,
        about=about,
        side=_side(item),
        who=mask_name(person.name) if person else "",
        visit=visit,
        script=call_script.lines(step, item, visit, retiree),
        outcomes=OUTCOMES.get(about, ("told", "in_vain")),
        in_vain=int(item.detail.get("in_vain", 0)),
        tried=list(item.detail.get("tried", [])),
    )


def _side(item: DeskItem) -> str:
    if item.volunteer_id:
        return "volunteer"
    return "retiree" if item.retiree_id or item.kind == "call" else "stranger"


async def load_call(step: Step, item_id: UUID) -> Call:
    """One open call.

    Raises:
        NotFound, WrongMoment: there is none, or it has been made.
    """
    item = await _open_call(step, item_id)
    retiree = await step.session.get(Retiree, item.retiree_id) if item.retiree_id else None
    volunteer = await step.session.get(Volunteer, item.volunteer_id) if item.volunteer_id else None
    visit = await step.session.get(Visit, item.visit_id) if item.visit_id else None
    return call_of(step, item, visit, retiree, volunteer)


async def show_numbers(step: Step, item_id: UUID, staff: Staff, why: str) -> list[Number]:
    """Names and numbers in the order in which to ring, after an audit row for each person.

    Raises:
        NotFound, WrongMoment: as `load_call`. BadInput: no reason.
    """
    item = await _open_call(step, item_id)
    people: list[Retiree | Contact | Volunteer] = []
    if item.volunteer_id and (volunteer := await step.session.get(Volunteer, item.volunteer_id)):
        people.append(volunteer)
    visit = await step.session.get(Visit, item.visit_id) if item.visit_id and item.kind == "alarm" else None
    retiree_id = item.retiree_id or (visit.retiree_id if visit else None)
    if retiree_id and (not people or item.kind == "alarm"):  # who cries for help may mean the other
        retiree = await step.session.get(Retiree, retiree_id)
        people += await ladder.callable_people(step, retiree) if retiree else []
    found = [await _number(step, person, staff, why) for person in people]
    return [*await _writer(step, item, found, staff, why), *found]


async def _writer(step: Step, item: DeskItem, found: list[Number], staff: Staff, why: str) -> list[Number]:
    """The number that a text came from, where nobody known has it."""
    has_written = item.kind != "call" and item.inbound_id is not None
    text = await step.session.get(Inbound, item.inbound_id) if has_written else None
    if text is None or not text.phone or any(text.phone in one.numbers for one in found):
        return []
    seen = await look_at(step, text, staff, ["phone"], why)
    return [Number(str(text.id), "stranger", "", "", [seen["phone"]])]


async def _number(step: Step, row: Retiree | Contact | Volunteer, staff: Staff, why: str) -> Number:
    fields = ["name", "phone", "landline"] if isinstance(row, Retiree) else ["name", "phone"]
    seen = await look_at(step, row, staff, fields, why)
    kind = type(row).__name__.lower()
    relation = row.relation if isinstance(row, Contact) else ""
    numbers = list(dict.fromkeys(n for f in fields[1:] if (n := seen[f])))
    return Number(str(row.id), kind, seen["name"], relation, numbers)


async def record_call(step: Step, item_id: UUID, outcome: str, person_id: UUID | None = None) -> str:
    """What came of a call; `person_id`: the retiree, contact or volunteer who was rung.

    Raises:
        NotFound, WrongMoment: as `load_call`; the visit has moved on.
        BadInput: an outcome that this call cannot have, or a person who has nothing to do with it.
    """
    call = await load_call(step, item_id)
    if outcome not in call.outcomes:
        raise BadInput("outcome", "Choose what came of the call.", "outcome")
    rung = await _rung(step, call, person_id)
    if outcome == "in_vain":
        return await _in_vain(step, call)
    if outcome == "wrong_number":
        return await _wrong_number(step, call, rung)
    retiree = await step.session.get(Retiree, call.item.retiree_id) if call.item.retiree_id else None
    if retiree is not None and rung is not None:
        ladder.note_answer(step, retiree, rung.phone_index)
    if outcome == "other_day" and call.visit is not None:
        await ask_another_day(step, call.visit, channel="phone")
    elif outcome == "cannot_come" and call.visit is not None and call.item.volunteer_id:
        await withdraw(step, call.visit.id, call.item.volunteer_id, "phone")
    elif outcome == "told" and call.visit is not None and call.about in ("R2", "R3"):
        await confirm(step, call.visit)
    if call.item.closed_at is None:
        await desk.close_item(step, call.item.id, outcome)
    return outcome


async def _rung(step: Step, call: Call, person_id: UUID | None) -> Retiree | Contact | Volunteer | None:
    if person_id is None or (person_id == call.item.inbound_id and call.item.kind != "call"):
        return None
    if person_id == call.item.volunteer_id:
        return await step.session.get(Volunteer, person_id)
    if person_id == call.item.retiree_id:
        return await step.session.get(Retiree, person_id)
    contact = await step.session.get(Contact, person_id)
    if contact is None or contact.retiree_id != call.item.retiree_id:
        raise BadInput("person", "Choose whom you have rung.", "person")
    return contact


async def _in_vain(step: Step, call: Call) -> str:
    """Nobody answered: again later, before the visit; after some calls in vain the next desk decides."""
    item, tries = call.item, call.in_vain + 1
    item.detail = {**item.detail, "in_vain": tries}
    if item.kind == "alarm" or tries >= step.policy.calls_in_vain:
        item.due_at = item.wake_at = step.now
        return "passed_on"
    role = "volunteer" if call.side == "volunteer" else "retiree"
    again = next_allowed(
        step.now + timedelta(minutes=step.policy.call_again_minutes), role, "notice", step.policy, step.zone
    )
    starts_at = call.visit.starts_at if call.visit else None
    if starts_at is not None and starts_at > step.now:
        again = min(again, max(step.now, starts_at - LAST_CALL))
    item.due_at = item.wake_at = again
    return "again_later"


async def _wrong_number(step: Step, call: Call, rung: Retiree | Contact | Volunteer | None) -> str:
    """The number is another's: nothing is sent there, and a person finds the right one; the call stays."""
    if rung is None:
        raise BadInput("person", "Choose whose number is wrong.", "person")
    await phone_states.declare_void(step, rung.phone_index)
    item = call.item
    await desk.open_item(
        step,
        "verify_phone",
        str(rung.id),
        item.division_code,
        managing_agency=item.managing_agency,
        detail={"audience": type(rung).__name__.lower(), "fault": "wrong_number"},
        visit_id=item.visit_id,
        retiree_id=item.retiree_id,
        volunteer_id=item.volunteer_id,
    )
    return "wrong_number"


async def _open_call(step: Step, item_id: UUID) -> DeskItem:
    item = await step.session.get(DeskItem, item_id)
    if item is None or not _is_on_the_list(item):
        raise NotFound("call", "There is no such call.")
    if item.closed_at is not None:
        raise WrongMoment("closed", "This matter is already closed.")
    return item


def _is_on_the_list(item: DeskItem) -> bool:
    """As `ON_THE_LIST`, of a row at hand."""
    known = item.visit_id or item.retiree_id or item.volunteer_id
    return item.kind in ("call", "alarm") or (item.kind == "reply" and known is None)


async def _by_id(step: Step, table: Any, ids: set[UUID | None]) -> dict[UUID | None, Any]:
    rows = await step.session.scalars(select(table).where(col(table.id).in_(ids - {None})))
    return {row.id: row for row in rows}
