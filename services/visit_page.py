"""All that staff see of one visit; names and numbers are masked where they leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.ages import completed_years
from domain.masking import mask_name, mask_text
from domain.visits import VisitStatus
from models.messages import Message
from models.retirees import Retiree, RetireeFlag
from models.staff import Staff
from models.visits import EvidenceFile, Offer, Seat, TimelineEntry, Visit, VisitReport
from models.volunteers import Volunteer
from services.closing import needs_review
from services.due.standings import load_standings
from services.retirees import face_is_closed
from services.steps import Step

SHOWN = ("volunteer", "crew", "seat", "channel", "outcome", "reason", "why", "starts_at", "attempts", "code")
SHOWN_TEXT = ("text", "matter", "wave")


@dataclass(frozen=True)
class TimelineLine:
    """What happened, who did it, and the details worth reading: (`detail`, value)."""

    entry: TimelineEntry
    who: str
    details: list[tuple[str, str]]


@dataclass(frozen=True)
class VisitPage:
    """`names`: volunteers' masked names by id."""

    visit: Visit
    retiree: Retiree | None
    who: str
    age: int | None
    flags: list[str]
    seats: list[Seat]
    offers: list[Offer]
    messages: list[tuple[Message, str]]
    reports: list[VisitReport]
    files: list[EvidenceFile]
    timeline: list[TimelineLine]
    names: dict[UUID | None, str] = field(default_factory=dict)
    face_closed: bool = False  # the special procedure only (rule CERT-07)
    certify_by: date | None = None  # the certification's own due date; `Visit.due_on` is the plan's last day

    @property
    def is_without_people(self) -> bool:
        return self.visit.status in (VisitStatus.DUE, VisitStatus.UNFILLED)

    @property
    def asked_more(self) -> UUID | None:
        return asked_more(self.visit)

    @property
    def open_offers(self) -> list[Offer]:
        return [o for o in self.offers if o.status in ("offered", "expired")]


def asked_more(visit: Visit) -> UUID | None:
    """Whom the smallest change that would serve the visit asks for a little more."""
    change = visit.reason.get("change")
    return UUID(change["volunteer"]) if change else None


async def load_visit_page(step: Step, visit: Visit) -> VisitPage:
    """Everything of a visit that the step's reader may see."""
    retiree = await step.session.get(Retiree, visit.retiree_id) if visit.retiree_id else None
    seats = await _rows(step, Seat, visit, Seat.position)
    offers = await _rows(step, Offer, visit, Offer.offered_at)
    entries = await _rows(step, TimelineEntry, visit, TimelineEntry.position)
    reports = await _rows(step, VisitReport, visit, VisitReport.reported_at)
    messages = await _rows(step, Message, visit, Message.created_at)
    names = await _names(step, seats, offers, asked_more(visit))
    staff = await _staff_names(step, entries)
    return VisitPage(
        visit=visit,
        retiree=retiree,
        who=mask_name(retiree.name) if retiree else mask_text(visit.title),
        age=completed_years(retiree.born_on, step.today) if retiree else None,
        flags=await load_flags(step, retiree.id) if retiree else [],
        seats=seats,
        offers=offers,
        messages=[(m, _shown_text(m, retiree)) for m in messages],
        reports=reports,
        files=await _rows(step, EvidenceFile, visit, EvidenceFile.uploaded_at),
        timeline=[_line(e, names, staff) for e in entries],
        names=names,
        certify_by=await _certify_by(step, visit),
        face_closed=retiree is not None
        and needs_review(visit)
        and await face_is_closed(step, retiree.id, step.local_date(visit.starts_at or step.now)),
    )


async def _certify_by(step: Step, visit: Visit) -> date | None:
    return next((s.due_on for s in await load_standings(step, col(Visit.id) == visit.id)), None)


async def load_flags(step: Step, retiree_id: UUID) -> list[str]:
    """The flags that hold."""
    rows = await step.session.scalars(
        select(col(RetireeFlag.flag)).where(
            col(RetireeFlag.retiree_id) == retiree_id, col(RetireeFlag.ended_on).is_(None)
        )
    )
    return sorted(set(rows))


async def _rows(step: Step, table: Any, visit: Visit, order: Any) -> list[Any]:
    rows = await step.session.scalars(
        select(table).where(col(table.visit_id) == visit.id).order_by(col(order), col(table.id))
    )
    return list(rows)


async def _names(
    step: Step, seats: list[Seat], offers: list[Offer], asked: UUID | None
) -> dict[UUID | None, str]:
    ids = {s.volunteer_id for s in seats} | {s.proposed_id for s in seats} | {o.volunteer_id for o in offers}
    ids.add(asked)
    rows = await step.session.execute(
        select(col(Volunteer.id), col(Volunteer.name)).where(col(Volunteer.id).in_(ids - {None}))
    )
    return {row_id: mask_name(name) for row_id, name in rows}


async def _staff_names(step: Step, entries: list[TimelineEntry]) -> dict[str, str]:
    users = {e.actor.removeprefix("staff:") for e in entries if e.actor.startswith("staff:")}
    rows = await step.session.execute(
        select(col(Staff.username), col(Staff.display_name)).where(col(Staff.username).in_(users))
    )
    return {username: name for username, name in rows}  # noqa: C416  # rows are no pairs for a type checker


def _shown_text(message: Message, retiree: Retiree | None) -> str:
    """The words of a text without numbers and without the retiree's name."""
    text = mask_text(message.text or "")
    return text.replace(retiree.name, mask_name(retiree.name)) if retiree and len(retiree.name) > 1 else text


def _line(entry: TimelineEntry, names: dict[UUID | None, str], staff: dict[str, str]) -> TimelineLine:
    who = _actor(entry.actor, names, staff)
    details = [(key, value) for key, value in _details(entry, names) if (key, value) != ("volunteer", who)]
    return TimelineLine(entry, who, details)


def _actor(actor: str, names: dict[UUID | None, str], staff: dict[str, str]) -> str:
    kind, _, rest = actor.partition(":")
    if kind == "staff":
        return staff.get(rest, rest)
    return _volunteer(rest, names) if kind == "volunteer" else ""


def _volunteer(text: str, names: dict[UUID | None, str]) -> str:
    try:
        return names.get(UUID(text), "")
    except ValueError:
        return ""


def _details(entry: TimelineEntry, names: dict[UUID | None, str]) -> list[tuple[str, str]]:
    found = []
    for key in (*SHOWN, *SHOWN_TEXT):
        value = entry.why.get(key)
        if value in (None, "", [], {}):
            continue
        if key == "volunteer":
            value = _volunteer(str(value), names)
        elif key == "crew" and isinstance(value, list):
            value = "、".join(filter(None, (_volunteer(str(v), names) for v in value)))
        if isinstance(value, str | int) and value != "":
            found.append((key, mask_text(str(value))))
    return found


def parse_instant(text: str) -> datetime | None:
    """An ISO instant of the timeline."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
