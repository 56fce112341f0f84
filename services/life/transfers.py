"""Moves: the old and the new community both confirm; due dates stay (Regulation art. 12, 28)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, or_, select

from domain.policy_regulation import IntakeRoute
from domain.visits import VisitStatus
from models.divisions import Division
from models.life import Transfer, TransferStatus
from models.retirees import LifeStatus, Retiree
from models.scope import Reader
from models.visits import Visit
from services import announcements, closing, desk, timeline
from services.audit import audit
from services.errors import BadInput, NotAllowed, NotFound, WrongMoment
from services.life.belongings import part_households, take_along
from services.life.matters import open_matter, open_visits
from services.offering import release_crew
from services.steps import Step

OUTSIDE = ("other_province", "abroad")
RULE = "Regulation art. 12(1)"
DISTRICT = 1


@dataclass(frozen=True)
class MoveTo:
    """Where to: a community of the city, or `where_to` for outside it."""

    division_code: str = ""
    agency: str = ""
    where_to: str = ""
    address: str = ""
    in_institution: bool = False


async def request_transfer(step: Step, retiree: Retiree, to: MoveTo) -> Transfer:
    """Write the request; both sides find it on their desks.

    Raises:
        BadInput: no place, an unknown or revoked one, or the place of today.
        WrongMoment: the person has died, or another move is waiting.
    """
    if retiree.life_status is LifeStatus.DECEASED:
        raise WrongMoment("deceased", "This person has died.")
    await _check_place(step, retiree, to)
    waiting = await step.session.scalar(
        select(col(Transfer.id)).where(
            col(Transfer.retiree_id) == retiree.id, col(Transfer.status) == TransferStatus.REQUESTED
        )
    )
    if waiting is not None:
        raise WrongMoment("waiting", f"{RULE}: another move of this person waits for its confirmation.")
    route = IntakeRoute.INSURED_AGENCY if to.where_to else IntakeRoute.COMMUNITY
    row = Transfer(
        retiree_id=retiree.id,
        route=IntakeRoute.INSTITUTION if to.in_institution and not to.where_to else route,
        from_division=retiree.division_code,
        from_agency=retiree.managing_agency,
        to_division=to.division_code,
        to_agency=to.agency,
        where_to=to.where_to,
        requested_by=step.actor,
        requested_at=step.now,
    )
    row.address = to.address.strip()
    step.session.add(row)
    await step.session.flush()
    await open_matter(step, "transfer", f"{row.id}/from", retiree, transfer=str(row.id), matter="transfer")
    if to.division_code:
        await desk.open_item(
            step, "transfer", f"{row.id}/to", to.division_code, managing_agency=to.agency,
            detail={"transfer": str(row.id), "matter": "transfer"},
        )  # fmt: skip
    await audit(step, "transfer.request", row, fields=["to_division", "where_to"])
    return row


async def _check_place(step: Step, retiree: Retiree, to: MoveTo) -> None:
    if bool(to.division_code) == bool(to.where_to):
        raise BadInput(
            "place", f"{RULE}: name the new community, or say where outside the city.", "division_code"
        )
    if to.where_to and to.where_to not in OUTSIDE:
        raise BadInput("where_to", "Choose another province or abroad.", "where_to")
    if not to.division_code:
        return
    division = await step.session.get(Division, to.division_code)
    if division is None or division.level != "community":
        raise BadInput("division", f"{RULE}: there is no such community.", "division_code")
    if division.valid_to is not None and division.valid_to <= step.today:
        raise BadInput("revoked", f"{RULE}: this code is revoked; use its successor.", "division_code")
    if (to.division_code, to.agency) == (retiree.division_code, retiree.managing_agency):
        raise BadInput("same", f"{RULE}: the person lives there already.", "division_code")


async def load_transfers(step: Step, eyes: Reader, *, only_open: bool = True) -> list[Transfer]:
    """Moves from or to the reader's area, oldest first."""
    query = select(Transfer)
    if only_open:
        query = query.where(col(Transfer.status) == TransferStatus.REQUESTED)
    if eyes.prefix:
        query = query.where(
            or_(
                col(Transfer.from_division).startswith(eyes.prefix),
                col(Transfer.to_division).startswith(eyes.prefix),
            )
        )
    rows = await step.session.scalars(query.order_by(col(Transfer.requested_at)).limit(200))
    return [row for row in rows if sides(row, eyes)]


def sides(row: Transfer, eyes: Reader) -> set[str]:
    """Which sides of a move the reader speaks for: 'from', 'to'."""
    found = set()
    if eyes.may_see(row.from_division, row.from_agency):
        found.add("from")
    if row.to_division and eyes.may_see(row.to_division, row.to_agency):
        found.add("to")
    return found


async def confirm(step: Step, transfer_id: UUID, side: str, eyes: Reader) -> Transfer:
    """One side agrees; with both the person is taken over, open visits come along.

    Raises:
        NotFound, WrongMoment: no such move, or it has ended.
        NotAllowed: the caller does not speak for that side.
    """
    row = await _open(step, transfer_id, side, eyes)
    if side == "from" and row.from_confirmed_at is None:
        row.from_confirmed_by, row.from_confirmed_at = step.actor, step.now
    elif side == "to" and row.to_confirmed_at is None:
        row.to_confirmed_by, row.to_confirmed_at = step.actor, step.now
    await desk.close_matter(step, f"transfer/{row.id}/{side}", "confirmed")
    await audit(step, "transfer.confirm", row, fields=[side])
    if row.from_confirmed_at and (row.to_confirmed_at or not row.to_division):
        await _take_over(step, row)
    return row


async def reject(step: Step, transfer_id: UUID, side: str, eyes: Reader, reason: str) -> Transfer:
    """One side does not agree (the address is wrong): the person stays, the other side looks again.

    Raises: as `confirm`; BadInput without a reason.
    """
    if len(reason.strip()) < 4:
        raise BadInput("reason", "Say why.", "reason")
    row = await _open(step, transfer_id, side, eyes)
    row.status, row.ended_at, row.reason = TransferStatus.REJECTED, step.now, reason.strip()[:128]
    retiree = await step.session.get(Retiree, row.retiree_id)
    for end in ("from", "to"):
        await desk.close_matter(step, f"transfer/{row.id}/{end}", "rejected")
    if retiree is not None:
        if retiree.life_status is LifeStatus.AWAY and not row.where_to:
            retiree.life_status = LifeStatus.LIVING
        await open_matter(step, "transfer_rejected", str(row.id), retiree, matter="transfer_rejected")
    await audit(step, "transfer.reject", row, why=reason)
    return row


async def _open(step: Step, transfer_id: UUID, side: str, eyes: Reader) -> Transfer:
    row = await step.session.get(Transfer, transfer_id, with_for_update=True)
    if row is None or not sides(row, eyes):
        raise NotFound("transfer", "There is nothing here, or it is outside your area.")
    if side not in sides(row, eyes):
        raise NotAllowed("other_side", f"{RULE}: the other community answers for this side.")
    if row.status is not TransferStatus.REQUESTED:
        raise WrongMoment(row.status, "This move has ended.")
    return row


async def _take_over(step: Step, row: Transfer) -> None:
    retiree = await step.session.get(Retiree, row.retiree_id)
    if retiree is None:
        raise NotFound("retiree", "There is no such person.")
    row.status, row.ended_at = TransferStatus.DONE, step.now
    retiree.updated_at = step.now
    if row.where_to:
        await _leave_city(step, retiree, row)
        return
    retiree.division_code, retiree.managing_agency = row.to_division, row.to_agency
    retiree.address = row.address or retiree.address
    retiree.place, retiree.household = "", ""
    if retiree.life_status is LifeStatus.AWAY:
        retiree.life_status = LifeStatus.LIVING
    await take_along(step, retiree)
    for visit in await open_visits(step, retiree.id):
        await _carry(step, visit, row)


async def _carry(step: Step, visit: Visit, row: Transfer) -> None:
    """The open visit goes along: another pool, the same due date."""
    if visit.status in (VisitStatus.PLANNED, VisitStatus.OFFERED, VisitStatus.ACCEPTED, VisitStatus.MISSED):
        await release_crew(step, visit, "V5", "transferred")
        await announcements.take_back(step, visit)
        await closing.restart(step, visit, "visit.back_to_plan", why_code="transferred")
    visit.division_code, visit.managing_agency = row.to_division, row.to_agency
    visit.responsible = await desk.responsible_for(step, row.to_division)
    await timeline.note(step, visit, "visit.transferred", moved_from=row.from_division)


async def _leave_city(step: Step, retiree: Retiree, row: Transfer) -> None:
    """The insured agency goes on by remote or consular channels; nobody goes to the old door."""
    retiree.life_status, retiree.residence = LifeStatus.AWAY, row.where_to
    await part_households(step, retiree.id)
    for visit in await open_visits(step, retiree.id):
        if visit.reported_at is None:
            await closing.cancel_visit(step, visit, "moved_out")
    channel = "overseas" if row.where_to == "abroad" else "remote_agency"
    await open_matter(step, "remote_channel", str(row.id), retiree, rung=DISTRICT, matter=channel)
