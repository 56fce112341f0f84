"""Gifts of a campaign and the signature for each (Regulation art. 10, rule CAMP-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from domain.visits import SeatStatus
from models.campaigns import Campaign, GiftReceipt
from models.retirees import Retiree
from models.visits import Seat, Visit
from models.volunteers import Volunteer
from services.audit import audit
from services.errors import BadInput, NotAllowed, NotFound, WrongMoment
from services.steps import Step

MOST_FEN = 10_000_000


@dataclass(frozen=True)
class GiftForm:
    """What was handed over; left out: the campaign's own gift. `signed_by`: self or the relation."""

    campaign_id: UUID
    signed_by: str
    item: str = ""
    value_fen: int | None = None
    received_on: date | None = None
    visit_id: UUID | None = None


async def record_gift(step: Step, retiree: Retiree, form: GiftForm) -> GiftReceipt:
    """One receipt per person and campaign; cash only from the hand of staff.

    Raises:
        NotFound: no such campaign.
        BadInput: no signature, a day outside the campaign or in the future, or a negative value.
        NotAllowed: cash without staff on the crew (rule CAMP-02).
        WrongMoment: this person has signed already.
    """
    campaign = await step.session.get(Campaign, form.campaign_id)
    if campaign is None:
        raise NotFound("campaign", "There is no such campaign.")
    on = form.received_on or step.today
    value = campaign.gift_fen if form.value_fen is None else form.value_fen
    if not form.signed_by.strip():
        raise BadInput("signed_by", "Rule CAMP-02: say who signed for the gift.", "signed_by")
    if not campaign.opens_on <= on <= step.today:
        raise BadInput(
            "received_on", "Rule CAMP-02: choose a day of the campaign up to today.", "received_on"
        )
    if not 0 <= value <= MOST_FEN:
        raise BadInput("gift_fen", "Rule CAMP-02: a gift is worth 0 to 100,000 yuan.", "gift_fen")
    if campaign.gift_is_cash and not await _staff_was_there(step, form.visit_id):
        raise NotAllowed("cash", "Rule CAMP-02: cash is handed over by staff only.", "visit_id")
    if await find_gift(step, campaign.id, retiree.id) is not None:
        raise WrongMoment("signed", "Rule CAMP-02: one gift per person and campaign, this one is signed for.")
    row = GiftReceipt(
        campaign_id=campaign.id,
        retiree_id=retiree.id,
        visit_id=form.visit_id,
        item=(form.item or campaign.gift).strip()[:64],
        value_fen=value,
        received_on=on,
        signed_by=form.signed_by.strip()[:24],
        recorded_by=step.actor,
        recorded_at=step.now,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    step.session.add(row)
    await step.session.flush()
    await audit(step, "gift.record", row, fields=["item", "value_fen", "signed_by"])
    return row


async def _staff_was_there(step: Step, visit_id: UUID | None) -> bool:
    """Somebody of the crew is staff; without a visit whoever records it hands it over."""
    if visit_id is None:
        return step.actor.startswith("staff:")
    if await step.session.get(Visit, visit_id) is None:
        return False
    found = await step.session.scalar(
        select(col(Volunteer.id))
        .join(Seat, col(Seat.volunteer_id) == col(Volunteer.id))
        .where(
            col(Seat.visit_id) == visit_id,
            col(Seat.status).in_((SeatStatus.CHECKED_IN, SeatStatus.DONE)),
            col(Volunteer.is_staff),
        )
    )
    return found is not None


async def load_gifts(step: Step, campaign_id: UUID) -> list[tuple[GiftReceipt, Retiree]]:
    """Receipts of a campaign in the reader's area, the newest first."""
    rows = await step.session.execute(
        select(GiftReceipt, Retiree)
        .join(Retiree, col(Retiree.id) == col(GiftReceipt.retiree_id))
        .where(col(GiftReceipt.campaign_id) == campaign_id)
        .order_by(col(GiftReceipt.received_on).desc(), col(GiftReceipt.id).desc())
    )
    return [(receipt, retiree) for receipt, retiree in rows]


async def find_gift(step: Step, campaign_id: UUID, retiree_id: UUID) -> GiftReceipt | None:
    """This person's receipt."""
    found: GiftReceipt | None = await step.session.scalar(
        select(GiftReceipt).where(
            col(GiftReceipt.campaign_id) == campaign_id, col(GiftReceipt.retiree_id) == retiree_id
        )
    )
    return found
