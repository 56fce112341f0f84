"""Who must not be sent to whom: said no, recused, family, oneself, strangers, untrained (VOL-04, VOL-13)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from domain.offers import OfferStatus
from domain.service import TRAINING_OF
from domain.visits import SeatStatus
from models.pools import Tie, TieKind
from models.retirees import Retiree
from models.visits import Offer, Seat, Visit
from services.planning.roster import Roster
from services.steps import Step

NO = frozenset({OfferStatus.DECLINED, OfferStatus.EXPIRED, OfferStatus.WITHDRAWN})
IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
SAID_NO = select(col(Offer.visit_id), col(Offer.volunteer_id)).where(
    col(Offer.visit_id).in_(IDS), col(Offer.status).in_(NO), col(Offer.answered_at) > bindparam("since")
)
TIES = select(col(Tie.retiree_id), col(Tie.volunteer_id), col(Tie.kind)).where(
    col(Tie.retiree_id).in_(IDS), col(Tie.ended_on).is_(None)
)
SEEN_BEFORE = (
    select(col(Visit.retiree_id), col(Seat.volunteer_id))
    .join(Seat, col(Seat.visit_id) == col(Visit.id))
    .where(col(Visit.retiree_id).in_(IDS), col(Seat.status) == SeatStatus.DONE)
)

Pairs = set[tuple[int, int]]


def no_counts_since(step: Step) -> datetime:
    """A no from before may have become a yes: it was to another time."""
    return step.now - timedelta(days=step.policy.no_holds_days)


async def barred_pairs(
    step: Step, visits: list[Visit], retirees: dict[UUID, Retiree], roster: Roster, day: date
) -> Pairs:
    """(visit row, volunteer row) of everybody whom no plan and no offer may put together.

    `day`: the first on which the visits may take place; trainings must hold then.
    """
    rows = {visit.id: v for v, visit in enumerate(visits)}
    said_no = await step.session.execute(SAID_NO, {"ids": list(rows), "since": no_counts_since(step)})
    pairs = {(rows[v], roster.row_of[k]) for v, k in said_no if k in roster.row_of}
    behind: dict[UUID, list[int]] = defaultdict(list)
    for visit in visits:
        if visit.retiree_id is not None and visit.retiree_id in retirees:
            behind[visit.retiree_id].append(rows[visit.id])
    pairs |= _by_registers(behind, retirees, roster)
    pairs |= await _by_ties(step, behind, retirees, roster)
    return pairs | _untrained(step, visits, roster, day)


def _by_registers(behind: dict[UUID, list[int]], retirees: dict[UUID, Retiree], roster: Roster) -> Pairs:
    """Recusals that came with the volunteers' register, and the silver volunteer's own visits."""
    by_id = {index: k for k, index in enumerate(roster.id_index) if index}
    recused: dict[str, list[int]] = defaultdict(list)
    for k, retiree_ids in enumerate(roster.recused):
        for retiree_id in retiree_ids:
            recused[retiree_id].append(k)
    pairs: Pairs = set()
    for person, visit_rows in behind.items():
        themselves = by_id.get(retirees[person].id_number_index or b"")
        barred = recused[str(person)] + ([] if themselves is None else [themselves])
        pairs.update((v, k) for v in visit_rows for k in barred)
    return pairs


async def _by_ties(
    step: Step, behind: dict[UUID, list[int]], retirees: dict[UUID, Retiree], roster: Roster
) -> Pairs:
    """Recusals both ways and family; of somebody who refuses strangers everybody but known faces."""
    if not behind:
        return set()
    pairs: Pairs = set()
    known: dict[UUID, set[int]] = defaultdict(set)
    for retiree_id, volunteer_id, kind in await step.session.execute(TIES, {"ids": list(behind)}):
        k = roster.row_of.get(volunteer_id)
        if k is None:
            continue
        if kind is TieKind.KNOWN_FACE:
            known[retiree_id].add(k)
        else:
            pairs.update((v, k) for v in behind[retiree_id])
    shy = [retiree_id for retiree_id in behind if retirees[retiree_id].known_face_only]
    if shy:
        for seen_id, visitor_id in await step.session.execute(SEEN_BEFORE, {"ids": shy}):
            if seen_id is not None and visitor_id in roster.row_of:
                known[seen_id].add(roster.row_of[visitor_id])
    for person in shy:
        strangers = set(range(len(roster.ids))) - known[person]
        pairs.update((v, k) for v in behind[person] for k in strangers)
    return pairs


def _untrained(step: Step, visits: list[Visit], roster: Roster, day: date) -> Pairs:
    """Where the policy asks for a training, nobody goes without (rule VOL-04)."""
    pairs: Pairs = set()
    for v, visit in enumerate(visits):
        if not step.policy.training_needed[visit.kind]:
            continue
        held = roster.trainings.get(TRAINING_OF[visit.kind])
        able = set() if held is None else {int(k) for k in (held >= day.toordinal()).nonzero()[0]}
        pairs.update((v, k) for k in range(len(roster.ids)) if k not in able)
    return pairs
