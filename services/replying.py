"""What a volunteer's text can be about, and what is said back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.messages import MessageStatus
from domain.offers import OfferStatus, is_second_thought
from domain.replies import Action, Decision, OpenItem, Reading, says_more
from domain.visits import FINAL, SeatStatus, VisitStatus
from models.desk import DeskItem
from models.messages import Inbound
from models.visits import Offer, Seat, Visit
from models.volunteers import Volunteer
from notifications import wording
from services import desk, texts
from services.answers import Answer
from services.messages import Recipient, queue_message, sending_time
from services.people import staff_recipient, volunteer_recipient
from services.said import load_said
from services.steps import Step
from services.timeline import note

# Decisions that act on one offer or visit.
ON_ONE = frozenset(
    {Action.ACCEPT, Action.DECLINE, Action.WITHDRAW, Action.ARRIVED, Action.DONE, Action.NOBODY_HOME}
)
# How long after it ended an offer is remembered, so that a late yes gets a true answer.
REMEMBERED = timedelta(days=2)
JUST_NOW = timedelta(minutes=10)
OPEN_THINGS = (
    select(Offer, Visit, Seat)
    .join(Visit, col(Visit.id) == col(Offer.visit_id))
    .outerjoin(
        Seat,
        (col(Seat.visit_id) == col(Offer.visit_id)) & (col(Seat.volunteer_id) == col(Offer.volunteer_id)),
    )
    .where(
        col(Offer.volunteer_id).in_(bindparam("volunteers", expanding=True)),
        (col(Offer.status) == OfferStatus.OFFERED)
        | ((col(Offer.status) == OfferStatus.ACCEPTED) & col(Visit.status).not_in(FINAL))
        | (col(Offer.answered_at) > bindparam("since")),
    )
    .order_by(col(Offer.id))
)
MATTERS = select(DeskItem).where(
    col(DeskItem.volunteer_id) == bindparam("volunteer"),
    col(DeskItem.kind) == "reply",
    col(DeskItem.closed_at).is_(None),
)
SAYS = {
    Answer.STANDBY: "V20",
    Answer.FILLED: "V7",
    Answer.EXPIRED: "V7",
    Answer.OVERLAP: "V7",
    Answer.GONE: "V5",
    Answer.DECLINED: "V13",
}


@dataclass(frozen=True)
class OpenThing:
    """An offer or a promised visit, with what the rules need to know of it."""

    item: OpenItem
    offer_id: UUID
    visit_id: UUID
    volunteer_id: UUID
    rows: tuple[Offer, Visit]  # held, so that whoever acts on them finds them in the session


async def look_up_open(step: Step, volunteer_ids: Sequence[UUID]) -> None:
    """Ask for several volunteers at once what `open_items` will be asked about each."""
    fresh = {
        id_: list[tuple[Offer, Visit, Seat | None]]() for id_ in volunteer_ids if id_ not in step.open_to
    }
    if not fresh:
        return
    asked = {"volunteers": sorted(fresh), "since": step.now - REMEMBERED}
    for offer, visit, seat in await step.session.execute(OPEN_THINGS, asked):
        fresh[offer.volunteer_id].append((offer, visit, seat))
    step.open_to.update(fresh)


async def open_items(step: Step, volunteer_id: UUID) -> list[OpenThing]:
    """Open offers, promised visits, and offers that ended lately."""
    await look_up_open(step, [volunteer_id])
    found = []
    for offer, visit, seat in step.open_to[volunteer_id]:
        phase = _phase(step, offer, visit, seat)
        if phase:
            ends_at = offer.starts_at + timedelta(minutes=visit.minutes)
            arrived_at = _arrived_at(step, visit, seat, volunteer_id)
            item = OpenItem(str(offer.id), offer.code, phase, offer.starts_at, arrived_at, ends_at)
            found.append(OpenThing(item, offer.id, visit.id, volunteer_id, (offer, visit)))
    return found


def _arrived_at(step: Step, visit: Visit, seat: Seat | None, volunteer_id: UUID) -> datetime | None:
    known = step.gathered.get(visit.id)  # the seat may have been taken in this very step
    seats = [*known.seats] if known else [seat] if seat else []
    for own in seats:
        if own.volunteer_id == volunteer_id and own.status is SeatStatus.CHECKED_IN:
            at: datetime | None = own.checked_in_at
            return at
    return None


def _phase(step: Step, offer: Offer, visit: Visit, seat: Seat | None) -> str:
    """offered, accepted, checked_in, ended, declined a moment ago; '' for what is over and done."""
    if offer.status is OfferStatus.OFFERED:
        return "offered"
    if offer.status is OfferStatus.ACCEPTED:
        if visit.status in FINAL or visit.status in (VisitStatus.REPORTED, VisitStatus.RETURNED):
            return ""
        is_awaited = seat is not None and seat.status is SeatStatus.ACCEPTED
        return "checked_in" if visit.status is VisitStatus.CHECKED_IN and not is_awaited else "accepted"
    if is_second_thought(offer.status, offer.answered_at, step.now, step.policy):
        return "declined"
    return "ended" if offer.status in (OfferStatus.EXPIRED, OfferStatus.FILLED) else ""


async def current_visit(step: Step, volunteer_id: UUID) -> Visit | None:
    """The promised visit nearest to now: an alarm without a code is about it."""
    near = timedelta(hours=6)
    rows = await step.session.scalars(
        select(Visit)
        .join(Seat, col(Seat.visit_id) == col(Visit.id))
        .where(
            col(Seat.volunteer_id) == volunteer_id,
            col(Seat.status).in_((SeatStatus.ACCEPTED, SeatStatus.CHECKED_IN)),
            col(Visit.starts_at) >= step.now - near,
            col(Visit.starts_at) <= step.now + near,
        )
        .order_by(col(Visit.starts_at))
    )
    return rows.first()


async def confirm_answer(
    step: Step, volunteer: Volunteer, thing: OpenThing, answer: Answer, row: Inbound
) -> None:
    """Too late, taken, gone, noted: told in one text; accepted and waiting have their own."""
    template = SAYS.get(answer)
    visit = await step.session.get(Visit, thing.visit_id)
    if template is not None and visit is not None and not await _just_told(step, template, visit, thing):
        key = f"{thing.item.code}/{answer}/{row.id}"
        await texts.text_volunteer(
            step, template, volunteer, visit, thing.item.code, key, moment=step.now + timedelta(hours=12)
        )


async def _just_told(step: Step, template: str, visit: Visit, thing: OpenThing) -> bool:
    """The same text went out a moment ago: the reply crossed it on the way."""
    said = await load_said(step, visit, [template])
    since = step.now - JUST_NOW
    return any(text.code == thing.item.code and text.at > since for text in said)


async def is_offered_again(step: Step, thing: OpenThing) -> bool:
    """Somebody else was asked for the seat since the volunteer said no: the yes is for a person to weigh."""
    offer, _ = thing.rows
    asked = await step.session.scalar(
        select(col(Offer.id)).where(
            col(Offer.visit_id) == offer.visit_id,
            col(Offer.position) == offer.position,
            col(Offer.status) == OfferStatus.OFFERED,
            col(Offer.id) > offer.id,
            col(Offer.offered_at) >= offer.answered_at,
        )
    )
    return asked is not None


async def keep_tail(step: Step, row: Inbound, reading: Reading, thing: OpenThing) -> None:
    """Words beside the answer ("1 明天下午晚点到") are kept where the coordinator sees them."""
    visit = await step.session.get(Visit, thing.visit_id)
    if reading.tail and visit is not None:
        await note(step, visit, "reply.words", inbound=str(row.id))


async def ask_which(step: Step, volunteer: Volunteer, decision: Decision, row: Inbound) -> bool:
    """V10 with the codes; once in two hours, in the night once for the morning, then a person.

    Returns whether it was asked: a question that never leaves is none.
    """
    leaves = sending_time(step, "V10", "volunteer")
    asked = await queue_message(
        step,
        "V10",
        volunteer_recipient(volunteer),
        f"{volunteer.id}/{int(leaves.timestamp()) // 7200}",
        {"codes": wording.code_list(list(decision.codes))},
        moment=step.now,
    )
    return asked is not None and asked.status is MessageStatus.QUEUED


async def close_questions(step: Step, volunteer: Volunteer, answered: OpenThing) -> None:
    """A volunteer has answered clearly after all, and nothing is left to ask: nobody has to ring about it.

    What was said before stays with the visit. Texts that say more than an answer are not closed by one.
    """
    if any(thing.item.phase == "offered" for thing in await open_items(step, volunteer.id)):
        return
    with step.session.no_autoflush:  # a matter is written when it is opened
        matters = list(await step.session.scalars(MATTERS, {"volunteer": volunteer.id}))
    for item in matters:
        if item.closed_at is None and item.detail.get("asked"):
            await desk.close_item(step, item.id, "answered")
            await note(step, answered.rows[1], "reply.words", inbound=str(item.inbound_id))


async def say_nothing_open(step: Step, volunteer: Volunteer, row: Inbound) -> None:
    """V11, at most once a day."""
    await queue_message(
        step,
        "V11",
        volunteer_recipient(volunteer),
        f"{volunteer.id}/{step.today:%Y%m%d}",
        {},
        moment=step.now,
    )


async def may_wait(step: Step, volunteer: Volunteer, row: Inbound) -> timedelta:
    """How long a person need not look at an unclear text: it says little, its writer was asked back, and has
    promised nothing yet that the words could be about.
    """
    if says_more(row.text):
        return timedelta()
    phases = {thing.item.phase for thing in await open_items(step, volunteer.id)}
    is_only_asked = "offered" in phases and phases.isdisjoint({"accepted", "checked_in"})
    return timedelta(minutes=step.policy.unclear_wait_minutes if is_only_asked else 0)


async def say_unclear(step: Step, volunteer: Volunteer, row: Inbound) -> bool:
    """V11b, at most once a day; returns whether it was asked now."""
    asked = await queue_message(
        step,
        "V11b",
        volunteer_recipient(volunteer),
        f"{volunteer.id}/{step.today:%Y%m%d}",
        {},
        moment=step.now,
    )
    return asked is not None and asked.status is MessageStatus.QUEUED


async def answer_stranger(step: Step, row: Inbound) -> None:
    """S1, at most once a day: nothing about anybody."""
    if row.phone_index is not None:
        to = Recipient("stranger", None, row.phone, row)
        await queue_message(
            step, "S1", to, f"{row.phone_index.hex()[:32]}/{step.today:%Y%m%d}", {}, moment=step.now
        )


async def text_alarm(step: Step, responsible: str, visit: Visit | None, row: Inbound) -> None:
    """C3 to whoever has the matter; the text may belong to no visit."""
    to = await staff_recipient(step, responsible, visit or row)
    if to is not None and to.phone:
        number: dict[str, str | int] = {"number": visit.number if visit else "不明"}
        await queue_message(step, "C3", to, str(row.id), number, moment=step.now, visit=visit)
