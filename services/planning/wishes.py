"""Softer wishes as the planner counts them: fair load, newcomers, reliability, who was asked lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from sqlalchemy import func
from sqlmodel import col, select

from domain.policy import Policy
from domain.service import is_newcomer, reliability_percent
from domain.visits import SeatStatus
from models.visits import Offer, Seat, Visit
from planner.problem import Wishes
from services.planning.roster import Ints, Roster
from services.steps import Step

KEPT = timedelta(hours=1)  # so long a count of offers is good enough for a wish


def chosen_wishes(policy: Policy) -> Wishes:
    """The weights of the policy in force."""
    return Wishes(
        offered=policy.wish_offered_metres,
        fair=policy.wish_fair_metres,
        community=policy.wish_community_metres,
        street=policy.wish_street_metres,
        district=policy.wish_district_metres,
    )


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


@dataclass(frozen=True)
class Standing:
    """Of each volunteer of the roster: the price of a seat in metres (negative for newcomers), and why."""

    price: Ints
    is_newcomer: list[bool]
    asked_lately: list[bool]
    reliability: list[int]  # percent


async def standing(step: Step, roster: Roster) -> Standing:
    """What the wishes go by; kept for an hour and process, or until the roster changes."""
    cached = step.cache.get("plan_standing")
    if cached is not None and cached[0] == roster.signature and timedelta() <= step.now - cached[1] < KEPT:
        found: Standing = cached[2]
        return found
    done, lately, policy = await _visits_done(step), await _asked_lately(step), step.policy
    visits = [done.get(volunteer_id, 0) for volunteer_id in roster.ids]
    newcomers = [is_newcomer(count, policy) for count in visits]
    asked = [volunteer_id in lately for volunteer_id in roster.ids]
    percents = [reliability_percent(n, a) for n, a in zip(visits, roster.absences.tolist(), strict=True)]
    price = (
        policy.wish_reliability_metres * (100 - np.array(percents, np.int64)) // 100
        - policy.wish_newcomer_metres * np.array(newcomers, np.int64)
        + policy.wish_ask_gap_metres * np.array(asked, np.int64)
    )
    made = Standing(price.reshape(len(roster.ids)), newcomers, asked, percents)
    step.cache["plan_standing"] = (roster.signature, step.now, made)
    return made


async def _visits_done(step: Step) -> dict[UUID, int]:
    """Kept promises of every volunteer; counted once a day and process."""
    cached = step.cache.get("visits_done")
    if isinstance(cached, tuple) and cached[0] == step.today:
        return dict(cached[1])
    rows = await step.session.execute(
        select(col(Seat.volunteer_id), func.count())
        .where(col(Seat.status) == SeatStatus.DONE)
        .group_by(col(Seat.volunteer_id))
    )
    done = {volunteer_id: count for volunteer_id, count in rows if volunteer_id is not None}
    step.cache["visits_done"] = (step.today, done)
    return done


async def _asked_lately(step: Step) -> set[UUID]:
    """Who was asked within the policy's days (nobody is asked twice within them if it can be helped)."""
    since: datetime = step.now - timedelta(days=step.policy.ask_gap_days)
    rows = await step.session.scalars(select(col(Offer.volunteer_id)).where(col(Offer.offered_at) >= since))
    return set(rows)


def areas(codes: list[str]) -> Ints:
    """Numbers of community and street of division codes (k, 2); -1 where the code is not so fine."""
    rows = [
        (
            int(code[2:]) % 1_000_000_000 if code[9:] != "000" else -1,
            int(code[2:9]) if code[6:9] != "000" else -1,
        )
        for code in (c.ljust(12, "0") for c in codes)
    ]
    return np.array(rows, np.int64).reshape(len(codes), 2)
