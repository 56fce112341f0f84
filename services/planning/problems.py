"""The planner's problem from rows: visits to place, promises that stand, who must not be sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import numpy as np
from sqlalchemy import bindparam, func
from sqlmodel import col, select

from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitStatus
from models.retirees import Retiree
from models.visits import Offer, Seat, Visit
from planner.problem import Problem
from services.crews import HELD
from services.planning.barred import barred_pairs
from services.planning.places import city_map
from services.planning.roster import Roster, lead_bits, seconds
from services.steps import Step

QUARTER = 15  # minutes; visits begin on a quarter of an hour


@dataclass(frozen=True)
class Commitment:
    """A time a volunteer has promised, was asked for, or is about to be asked for."""

    volunteer_id: UUID
    visit: Visit
    starts_at: datetime


@dataclass(frozen=True)
class Built:
    """The problem and what its rows mean: visit row v is `visits[v]`, later rows are commitments."""

    problem: Problem
    visits: list[Visit]
    roster: Roster
    first_day: date


RETIREES = select(Retiree).where(col(Retiree.id).in_(bindparam("ids", expanding=True)))
WITHIN = (col(Visit.starts_at) >= bindparam("start"), col(Visit.starts_at) < bindparam("end"))
HELD_SEATS = (
    select(col(Seat.volunteer_id), Visit)
    .join(Visit, col(Visit.id) == col(Seat.visit_id))
    .where(col(Seat.status).in_(HELD), *WITHIN)
)
PROPOSED_SEATS = (
    select(col(Seat.proposed_id), Visit)
    .join(Visit, col(Visit.id) == col(Seat.visit_id))
    .where(
        col(Seat.status) == SeatStatus.OPEN,
        col(Seat.proposed_id).is_not(None),
        col(Visit.status) == VisitStatus.PLANNED,
        *WITHIN,
    )
)
OPEN_OFFERS = (
    select(col(Offer.volunteer_id), Visit)
    .join(Visit, col(Visit.id) == col(Offer.visit_id))
    .where(col(Offer.status) == OfferStatus.OFFERED, *WITHIN)
)


async def load_commitments(step: Step, first: date, days: int) -> list[Commitment]:
    """What keeps volunteers busy from a day on: accepted seats, open offers, proposals not yet offered."""
    start = datetime.combine(first, time(), step.zone)
    span = {"start": start, "end": start + timedelta(days=days)}
    held = await step.session.execute(HELD_SEATS, span)
    proposed = await step.session.execute(PROPOSED_SEATS, span)
    asked = await step.session.execute(OPEN_OFFERS, span)
    seen: dict[tuple[UUID, UUID], Commitment] = {}
    for volunteer_id, visit in [*held, *proposed, *asked]:
        seen[volunteer_id, visit.id] = Commitment(volunteer_id, visit, visit.starts_at)
    return list(seen.values())


async def load_promises(step: Step, day: date) -> list[Commitment]:
    """`load_commitments` of one day, kept while the step only makes offers."""
    if day not in step.promises:
        step.promises[day] = await load_commitments(step, day, 1)
    return step.promises[day]


def keep_promises(step: Step, visit: Visit, busy: Iterable[UUID]) -> None:
    """After an offer round: who is now asked or promised for the visit, in place of who was before."""
    if visit.starts_at is None:
        step.promises.clear()
        return
    for day, known in step.promises.items():
        others = [c for c in known if c.visit.id != visit.id]
        own = busy if step.local_date(visit.starts_at) == day else ()
        step.promises[day] = others + [Commitment(k, visit, visit.starts_at) for k in own]


async def recent_load(step: Step, roster: Roster) -> dict[UUID, int]:
    """Visits held per volunteer in the last 30 days, for fairness; counted once a day and process."""
    cached = step.cache.get("recent_load")
    if isinstance(cached, tuple) and cached[0] == step.today:
        return dict(cached[1])
    since = step.now - timedelta(days=step.policy.fair_load_days)
    rows = await step.session.execute(
        select(col(Seat.volunteer_id), func.count())
        .join(Visit, col(Visit.id) == col(Seat.visit_id))
        .where(col(Seat.volunteer_id).is_not(None), col(Visit.starts_at) >= since)
        .group_by(col(Seat.volunteer_id))
    )
    load = {volunteer_id: count for volunteer_id, count in rows if volunteer_id in roster.row_of}
    step.cache["recent_load"] = (step.today, load)
    return load


async def load_retirees(step: Step, visits: list[Visit]) -> dict[UUID, Retiree]:
    ids = {visit.retiree_id for visit in visits if visit.retiree_id}
    rows = await step.session.scalars(RETIREES, {"ids": sorted(ids)}) if ids else ()
    return {row.id: row for row in rows}


async def build_problem(
    step: Step,
    visits: list[Visit],
    roster: Roster,
    first_day: date,
    days: int,
    commitments: list[Commitment],
) -> Built:
    """Visits and commitments of `days` days from `first_day` as arrays."""
    roster = roster.on(first_day)
    elsewhere = (c.visit for c in commitments if c.visit.id not in step.places)
    retirees = await load_retirees(step, [*visits, *elsewhere])
    city = await city_map(step)
    busy = [c for c in commitments if c.volunteer_id in roster.row_of]
    rows = [*visits, *(c.visit for c in busy)]
    n, m = len(rows), len(roster.ids)
    for visit in rows:
        if visit.id not in step.places:
            step.places[visit.id] = _place(city.find, visit, retirees)
    places = np.array([step.places[visit.id] for visit in rows], np.int64).reshape(n, 2)
    windows = np.zeros((n, 2, 2), np.int64)
    day0, day1 = np.zeros(n, np.int64), np.zeros(n, np.int64)
    count = np.ones(n, np.int64)
    for v, visit in enumerate(visits):
        own = [(seconds(time.fromisoformat(a)), seconds(time.fromisoformat(b))) for a, b in visit.windows[:2]]
        windows[v, : len(own)], count[v] = own, len(own)
        day0[v] = min(max(0, (visit.opens_on - first_day).days), days - 1)
        overdue = visit.due_on < first_day
        day1[v] = days - 1 if overdue else min(days - 1, (visit.due_on - first_day).days)
        day1[v] = max(day1[v], day0[v])
    fixed = []
    for offset, commitment in enumerate(busy):
        v = len(visits) + offset
        local = commitment.starts_at.astimezone(step.zone)
        day, start = (local.date() - first_day).days, seconds(local.time())
        windows[v, 0], day0[v], day1[v] = (start, start), day, day
        fixed.append((v, 0, roster.row_of[commitment.volunteer_id], day, start))
    # Room for the travel buffer, and for starting on a quarter of an hour (see planning.round_start).
    pad = max(QUARTER, step.policy.travel_buffer_minutes)
    busy_rows = [roster.row_of[c.volunteer_id] for c in busy]
    load = await recent_load(step, roster)
    barred = await barred_pairs(step, visits, retirees, roster, first_day)
    problem = Problem(
        name=f"{first_day:%Y-%m-%d}+{days}",
        days=days,
        weekly=True,
        vx=places[:, 0],
        vy=places[:, 1],
        vdist=np.array(
            [int(v.division_code[:6]) for v in visits] + [roster.district[k] for k in busy_rows], np.int64
        ),
        vsvc=np.array([(visit.minutes + pad) * 60 for visit in rows], np.int64),
        vskill=np.array([lead_bits(v) for v in visits] + [0] * len(busy), np.int64),
        vgender=np.array([v.lead_sex for v in visits] + [0] * len(busy), np.int64),
        vpersons=np.array([v.crew_size for v in visits] + [1] * len(busy), np.int64),
        vweight=np.array([visit.weight for visit in rows], np.int64),
        vday0=day0,
        vday1=day1,
        vtw=windows,
        vntw=count,
        vpref=np.array([_wanted(visit, retirees, roster) for visit in visits] + [-1] * len(busy), np.int64),
        kx=roster.x,
        ky=roster.y,
        kdist=roster.district,
        kpool=roster.pool,
        kskill=roster.skills_on(first_day + timedelta(days=days - 1)),
        kgender=roster.sex,
        kmaxday=roster.max_day,
        kmaxweek=roster.max_week,
        kmaxm=roster.max_metres,
        kspd=roster.pace,
        kshift=roster.shifts(first_day, days),
        fixed=np.array(fixed, np.int64).reshape(len(fixed), 5),
        forbidden=np.array(sorted(barred), np.int64).reshape(-1, 2),
        kload=np.array([load.get(k, 0) for k in roster.ids], np.int64).reshape(m),
    )
    return Built(problem, visits, roster, first_day)


def _place(find: object, visit: Visit, retirees: dict[UUID, Retiree]) -> tuple[int, int]:
    retiree = retirees.get(visit.retiree_id) if visit.retiree_id else None
    place: tuple[int, int] = find(retiree.place if retiree else "", visit.division_code)  # type: ignore[operator]  # CityMap.find
    return place


def _wanted(visit: Visit, retirees: dict[UUID, Retiree], roster: Roster) -> int:
    retiree = retirees.get(visit.retiree_id) if visit.retiree_id else None
    wanted = retiree.wanted_volunteer_id if retiree else None
    return roster.row_of.get(wanted, -1) if wanted else -1
