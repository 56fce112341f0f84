"""The planner's problem from rows: visits to place, promises that stand, who must not be sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from itertools import islice
from typing import TypeVar
from uuid import UUID

import numpy as np
from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.visits import VisitKind
from models.retirees import Retiree
from models.visits import Visit
from planner.plan import Plan, Route, Stop
from planner.problem import Problem
from services.planning.barred import barred_pairs
from services.planning.commitments import Bond, Commitment
from services.planning.places import CityMap, area_of, city_map, is_elsewhere
from services.planning.roster import Ints, Roster, lead_bits, seconds
from services.planning.wishes import areas, chosen_wishes, recent_load, standing
from services.steps import Step

T = TypeVar("T")
QUARTER = 15  # minutes; visits begin on a quarter of an hour
CHUNK = 5_000  # ids in one question
RETIREES = select(Retiree).where(col(Retiree.id).in_(bindparam("ids", expanding=True)))
Moving = Mapping[UUID, list[Commitment]]


@dataclass(frozen=True)
class Built:
    """The problem and what its rows mean: visit row v is `visits[v]`, later rows are commitments.

    `start`: where the visits that may move are now; `asked`: whom by seat, of those that are offered.
    """

    problem: Problem
    visits: list[Visit]
    roster: Roster
    first_day: date
    start: Plan = field(default_factory=Plan)
    asked: dict[UUID, list[UUID]] = field(default_factory=dict)


def chunks(rows: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Lists of at most so many: databases take only so many values in a question."""
    iterator = iter(rows)
    while part := list(islice(iterator, size)):
        yield part


async def load_retirees(step: Step, visits: Iterable[Visit]) -> dict[UUID, Retiree]:
    ids = sorted({visit.retiree_id for visit in visits if visit.retiree_id})
    found: dict[UUID, Retiree] = {}
    for part in chunks(ids):
        found |= {row.id: row for row in await step.session.scalars(RETIREES, {"ids": part})}
    return found


async def build_problem(
    step: Step,
    visits: list[Visit],
    roster: Roster,
    first_day: date,
    days: int,
    commitments: list[Commitment],
    moving: Moving | None = None,
    *,
    is_exact: bool = False,
) -> Built:
    """Visits and commitments of `days` days from `first_day` as arrays.

    `moving`: of those of `visits` that have a crew already, who it is. Their commitments do not bind; those
    of others asked for the same visit do. `is_exact`: starts are as they will be, none is rounded later.
    """
    roster = roster.on(first_day)
    moving = moving or {}
    freed = {(c.volunteer_id, c.visit.id) for crew in moving.values() for c in crew}
    busy = [
        c
        for c in commitments
        if c.volunteer_id in roster.row_of and (c.volunteer_id, c.visit.id) not in freed
    ]
    retirees = await load_retirees(step, [*visits, *(c.visit for c in busy if c.visit.id not in step.places)])
    rows = [*visits, *(c.visit for c in busy)]
    places = _places(step, await city_map(step), rows, retirees)
    asked = _seats_now(step, visits, roster, first_day, moving)
    day0, day1, windows, count = _times(step, visits, busy, first_day, days)
    load = await recent_load(step, roster)
    problem = Problem(
        name=f"{first_day:%Y-%m-%d}+{days}",
        days=days,
        weekly=True,
        vx=places[:, 0],
        vy=places[:, 1],
        vdist=np.array(
            [int(area_of(v)[:6]) for v in visits]
            + [roster.district[roster.row_of[c.volunteer_id]] for c in busy],
            np.int64,
        ),
        vsvc=_service(step, visits, busy, moving, is_exact),
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
        kskill=roster.skills_on(_last_day_of_skills(step, first_day, days)),
        kgender=roster.sex,
        kmaxday=roster.max_day,
        kmaxweek=roster.max_week,
        kmaxm=roster.max_metres,
        kspd=roster.pace,
        kshift=roster.shifts(first_day, days),
        fixed=_fixed(step, len(visits), busy, roster, first_day),
        forbidden=await _forbidden(step, visits, retirees, roster, first_day),
        offered=np.array([seat for seat, bond in asked if bond is Bond.ASKED], np.int64).reshape(-1, 5),
        kload=np.array([load.get(k, 0) for k in roster.ids], np.int64).reshape(len(roster.ids)),
        kprice=(await standing(step, roster)).price,
        vplace=areas([area_of(v) for v in rows]),
        kplace=areas(roster.communities),
        wishes=np.array(chosen_wishes(step.policy), np.int64),
    )
    return Built(
        problem,
        visits,
        roster,
        first_day,
        routes_of([seat for seat, _ in asked]),
        {visit_id: [c.volunteer_id for c in crew] for visit_id, crew in moving.items()},
    )


def _last_day_of_skills(step: Step, first_day: date, days: int) -> date:
    """A skill that runs out within a campaign is still there for this week's visits."""
    return date.fromordinal(first_day.toordinal() + min(days, step.policy.plan_horizon_days) - 1)


def _places(step: Step, city: CityMap, rows: list[Visit], retirees: dict[UUID, Retiree]) -> Ints:
    for visit in rows:
        if visit.id not in step.places and not is_elsewhere(visit):
            retiree = retirees.get(visit.retiree_id) if visit.retiree_id else None
            step.places[visit.id] = city.find(retiree.place if retiree else "", visit.division_code)
    found = [step.places.get(visit.id) or city.find("", area_of(visit)) for visit in rows]
    return np.array(found, np.int64).reshape(len(rows), 2)


def _service(step: Step, visits: list[Visit], busy: list[Commitment], moving: Moving, is_exact: bool) -> Ints:
    """Seconds of each visit with the travel buffer.

    Whole quarters, so that two visits put off to the next one (`round_start`) do not come closer than the
    buffer. What is on its quarter already has used that room up: the next may follow so much sooner, and is
    put off to the full distance itself. With `is_exact` nobody is put off, and the buffer is all.
    """
    pad = max(QUARTER, step.policy.travel_buffer_minutes)
    minutes = np.array([v.minutes + pad for v in (*visits, *(c.visit for c in busy))], np.int64)
    if is_exact:
        return minutes * 60
    known = np.array([visit.id in moving for visit in visits] + [True] * len(busy), bool)
    whole: Ints = -(-minutes // QUARTER) * QUARTER * 60
    return whole - np.where(known, QUARTER * 60 - 1, 0)


def _times(
    step: Step, visits: list[Visit], busy: list[Commitment], first_day: date, days: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """First and last day, windows and their number of every row."""
    n = len(visits) + len(busy)
    day0, day1 = np.zeros(n, np.int64), np.zeros(n, np.int64)
    windows, count = np.zeros((n, 2, 2), np.int64), np.ones(n, np.int64)
    near = min(days, step.policy.plan_horizon_days)
    parsed: dict[str, int] = {}
    for v, visit in enumerate(visits):
        own = [(_clock(parsed, a), _clock(parsed, b)) for a, b in visit.windows[:2]]
        windows[v, : len(own)], count[v] = own, len(own)
        last = (days if visit.kind is VisitKind.CAMPAIGN else near) - 1
        day0[v] = min(max(0, (visit.opens_on - first_day).days), last)
        overdue = visit.due_on < first_day
        day1[v] = max(day0[v], last if overdue else min(last, (visit.due_on - first_day).days))
    for v, commitment in enumerate(busy, len(visits)):
        day, start = _moment(step, commitment, first_day)
        windows[v, 0], day0[v], day1[v] = (start, start), day, day
    return day0, day1, windows, count


def _clock(parsed: dict[str, int], text: str) -> int:
    """Seconds from midnight of "09:00"; few different ones come again and again."""
    if text not in parsed:
        parsed[text] = seconds(time.fromisoformat(text))
    return parsed[text]


def _moment(step: Step, commitment: Commitment, first_day: date) -> tuple[int, int]:
    """Day and second of the day."""
    local = commitment.starts_at.astimezone(step.zone)
    return (local.date() - first_day).days, seconds(local.time())


def _fixed(step: Step, first_row: int, busy: list[Commitment], roster: Roster, first_day: date) -> Ints:
    rows = [
        (v, 0, roster.row_of[c.volunteer_id], *_moment(step, c, first_day))
        for v, c in enumerate(busy, first_row)
    ]
    return np.array(rows, np.int64).reshape(len(rows), 5)


Seated = tuple[tuple[int, int, int, int, int], Bond]


def _seats_now(
    step: Step, visits: list[Visit], roster: Roster, first_day: date, moving: Moving
) -> list[Seated]:
    """(visit, seat, volunteer, day, start) of the crews that may move, where they are in the roster."""
    rows: list[Seated] = []
    for v, visit in enumerate(visits):
        crew = moving.get(visit.id, [])
        if all(c.volunteer_id in roster.row_of for c in crew):
            rows += [
                ((v, c.position, roster.row_of[c.volunteer_id], *_moment(step, c, first_day)), c.bond)
                for c in crew
            ]
    return rows


def round_start(start: int) -> int:
    """Seconds from midnight, up to the next quarter of an hour: a time that people can say.

    The problem's padded service times and whole-quarter windows leave room for it.
    """
    quarter = QUARTER * 60
    return -(-start // quarter) * quarter


def routes_of(seats: list[tuple[int, int, int, int, int]]) -> Plan:
    """Routes of seats."""
    stops: dict[tuple[int, int], list[Stop]] = {}
    for visit, seat, volunteer, day, start in seats:
        stops.setdefault((volunteer, day), []).append(Stop(visit, seat, start))
    return Plan(
        tuple(
            Route(volunteer, day, tuple(sorted(found, key=lambda s: s.start)))
            for (volunteer, day), found in sorted(stops.items())
        )
    )


async def _forbidden(
    step: Step, visits: list[Visit], retirees: dict[UUID, Retiree], roster: Roster, first_day: date
) -> Ints:
    pairs: list[tuple[int, int]] = []
    for begin, part in zip(range(0, len(visits), CHUNK), chunks(visits), strict=False):
        barred = await barred_pairs(step, part, retirees, roster, first_day)
        pairs += sorted((begin + v, k) for v, k in barred)
    return np.array(pairs, np.int64).reshape(-1, 2)


def _wanted(visit: Visit, retirees: dict[UUID, Retiree], roster: Roster) -> int:
    retiree = retirees.get(visit.retiree_id) if visit.retiree_id else None
    wanted = retiree.wanted_volunteer_id if retiree else None
    return roster.row_of.get(wanted, -1) if wanted else -1
