"""What a volunteer sees of a visit by its code, and what may be seen only near the visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from domain.masking import mask_name
from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitStatus
from models.retirees import Contact, Retiree
from models.visits import Offer, Seat, TimelineEntry, Visit
from models.volunteers import Volunteer
from services.answers import ANSWERABLE
from services.audit import audit_other
from services.closing import needs_review
from services.errors import NotFound
from services.people import division_names, load_seats, load_volunteers
from services.steps import Step

LATE_YES = timedelta(hours=1)  # as `answers.accept_offer`
EARLY = timedelta(hours=2)  # as `visiting.check_in`
PHASES_OF_VISIT = {
    VisitStatus.PLANNED: "waiting",
    VisitStatus.OFFERED: "waiting",
    VisitStatus.UNFILLED: "waiting",
    VisitStatus.ACCEPTED: "agreed",
    VisitStatus.CHECKED_IN: "agreed",
    VisitStatus.MISSED: "arrived",
    VisitStatus.RETURNED: "arrived",
    VisitStatus.REPORTED: "done",
    VisitStatus.COMPLETED: "done",
}


@dataclass(frozen=True)
class Door:
    """Where to go and whom to call: shown near the visit only."""

    name: str
    address: str
    phone: str
    phone_of: str  # '' for the retiree, else the contact's name


@dataclass(frozen=True)
class PhonePage:
    """`phase`: offered, late, waiting, agreed, arrived, done, gone, ended."""

    offer: Offer
    visit: Visit
    phase: str
    district: str
    street: str
    community: str
    companions: list[str]
    certifies: bool
    may_check_in: bool
    is_near: bool  # within the hours in which the address may be seen
    last_four: str
    returned_because: str


async def find_offer(step: Step, code: str) -> Offer | None:
    """The offer a code belongs to."""
    return await step.session.scalar(select(Offer).where(col(Offer.code) == code))


async def load_phone_page(step: Step, offer: Offer) -> PhonePage:
    """Nothing of the retiree: that is `load_door`."""
    visit = await step.session.get(Visit, offer.visit_id)
    volunteer = await step.session.get(Volunteer, offer.volunteer_id)
    if visit is None or volunteer is None:
        raise NotFound("code", "There is no visit with this code.", "code")
    seats = await load_seats(step, visit)
    seat = next((s for s in seats if s.volunteer_id == volunteer.id), None)
    others = await load_volunteers(step, [s.volunteer_id for s in seats if s is not seat])
    district, street, community = await division_names(step, visit.place_division or visit.division_code)
    phase = phase_of(step, offer, visit, seat)
    starts_at = visit.starts_at or offer.starts_at
    return PhonePage(
        offer=offer,
        visit=visit,
        phase=phase,
        district=district,
        street=street,
        community=community if phase in ("agreed", "arrived", "done") else "",
        companions=[mask_name(v.name) for v in others.values()],
        certifies=needs_review(visit),
        may_check_in=phase == "agreed" and step.now >= starts_at - EARLY,
        is_near=phase in ("agreed", "arrived") and is_near(step, visit),
        last_four=(volunteer.phone or "")[-4:],
        returned_because=await _returned_because(step, visit),
    )


def phase_of(step: Step, offer: Offer, visit: Visit, seat: Seat | None) -> str:
    same_time = visit.starts_at == offer.starts_at
    if offer.status is OfferStatus.OFFERED:
        return "offered" if visit.status in ANSWERABLE and same_time else "ended"
    if offer.status is OfferStatus.EXPIRED:
        in_time = offer.starts_at - step.now >= LATE_YES
        return "late" if visit.status in ANSWERABLE and same_time and in_time else "ended"
    if offer.status is not OfferStatus.ACCEPTED:
        return "ended"
    phase = PHASES_OF_VISIT.get(visit.status, "gone")
    if phase == "agreed" and seat is not None and seat.status is SeatStatus.CHECKED_IN:
        return "arrived"
    if phase == "gone" and seat is not None and seat.done_at:
        return "done"  # what they found has ended the visit
    return phase


def is_near(step: Step, visit: Visit) -> bool:
    """A volunteer sees the full address from so many hours before to so many after (PIPL art. 6)."""
    if visit.starts_at is None:
        return False
    return (
        visit.starts_at - timedelta(hours=step.policy.address_hours_before)
        <= step.now
        <= visit.starts_at + timedelta(hours=step.policy.address_hours_after)
    )


async def _returned_because(step: Step, visit: Visit) -> str:
    if visit.status is not VisitStatus.RETURNED:
        return ""
    why = await step.session.scalar(
        select(col(TimelineEntry.why))
        .where(col(TimelineEntry.visit_id) == visit.id, col(TimelineEntry.event) == "visit.returned")
        .order_by(col(TimelineEntry.position).desc())
        .limit(1)
    )
    return str((why or {}).get("reason", ""))


async def load_door(step: Step, shown: PhonePage) -> Door | None:
    """Name, address and number, after the audit row; None when it is not the time, or nobody lives there."""
    visit = shown.visit
    retiree = await step.session.get(Retiree, visit.retiree_id) if visit.retiree_id else None
    if retiree is None or not shown.is_near:
        return None
    await audit_other(
        step,
        "look",
        who=f"volunteer:{shown.offer.volunteer_id}",
        role="volunteer",
        area=visit.division_code,
        table_name="retirees",
        row_id=str(retiree.id),
        fields=["address", "name", "phone"],
        why=f"visit {visit.number}",
    )
    phone, owner = retiree.phone or retiree.landline or "", ""
    if not phone:
        contact = await step.session.scalar(
            select(Contact).where(col(Contact.retiree_id) == retiree.id).order_by(col(Contact.rank)).limit(1)
        )
        phone, owner = (contact.phone or "", contact.name) if contact else ("", "")
    return Door(retiree.name, visit.address or retiree.address or "", phone, owner)
