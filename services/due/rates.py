"""The monthly visit rate: who was a target on any day, and whether somebody was in touch (rule CARE-07)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from domain.ages import turns_on
from domain.care import Level, Target, care_level, derived_flags, monthly_rate, rate_percent
from domain.policy import Policy
from models.retirees import LifeStatus, Retiree, RetireeFlag
from services.due.care import load_contacts
from services.steps import Step

LEVELS_AB = (Level.A, Level.B)


@dataclass(frozen=True)
class Spell:
    """A flag that held from a day on, to the day before `ended_on`."""

    flag: str
    set_on: date
    ended_on: date | None

    def holds(self, day: date) -> bool:
        return self.set_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True)
class History:
    """What decides about one person on each day."""

    born_on: date
    disability_level: int
    entered_on: date
    left_on: date | None  # died or moved out
    flags: tuple[Spell, ...]

    def level_on(self, day: date, policy: Policy) -> Level | None:
        if day < self.entered_on or (self.left_on is not None and day > self.left_on):
            return None
        held = {spell.flag for spell in self.flags if spell.holds(day)}
        return care_level(derived_flags(held, self.born_on, self.disability_level, day, policy), policy)

    def first_target_day(
        self, first: date, last: date, levels: Iterable[Level], policy: Policy
    ) -> date | None:
        """The first day of a span on which the person is looked after; a level changes on few days only."""
        changes = {first, self.entered_on, turns_on(self.born_on, policy.advanced_age)}
        changes |= {day for spell in self.flags for day in (spell.set_on, spell.ended_on) if day is not None}
        wanted = tuple(levels)
        for day in sorted(day for day in changes if first <= day <= last):
            if self.level_on(day, policy) in wanted:
                return day
        return None


async def load_histories(step: Step) -> dict[UUID, History]:
    """Everybody who ever stood in the register, with all flags that were ever set."""
    flags: dict[UUID, list[Spell]] = defaultdict(list)
    for retiree_id, flag, set_on, ended_on in await step.session.execute(
        select(
            col(RetireeFlag.retiree_id),
            col(RetireeFlag.flag),
            col(RetireeFlag.set_on),
            col(RetireeFlag.ended_on),
        )
    ):
        flags[retiree_id].append(Spell(flag, set_on, ended_on))
    rows = await step.session.execute(
        sa.select(
            col(Retiree.id),
            col(Retiree.born_on),
            col(Retiree.disability_level),
            col(Retiree.created_at),
            col(Retiree.life_status),
            col(Retiree.died_on),
            col(Retiree.learnt_on),
            col(Retiree.updated_at),
        )
    )
    found = {}
    for row in rows:
        left_on = None
        if row.life_status is LifeStatus.DECEASED:
            left_on = row.died_on or row.learnt_on or step.local_date(row.updated_at)
        elif row.life_status is LifeStatus.AWAY:
            left_on = row.learnt_on or step.local_date(row.updated_at)
        found[row.id] = History(
            row.born_on,
            row.disability_level,
            step.local_date(row.created_at),
            left_on,
            tuple(flags[row.id]),
        )
    return found


async def count_rate(
    step: Step, first: date, last: date, levels: Iterable[Level] = LEVELS_AB
) -> tuple[int, int]:
    """(contacted, counted) of the levels within a span of days, by the policy in force on its last day."""
    policy = step.policies.on(min(last, step.today))
    contacts = await load_contacts(step)
    wanted = tuple(levels)
    targets = []
    for retiree_id, history in (await load_histories(step)).items():
        since = history.first_target_day(first, last, wanted, policy)
        if since is None:
            continue
        # Who was a target on the first day has been one before: no late entry.
        began = since if since > first else min(since, history.entered_on, first - timedelta(days=1))
        targets.append(Target(began, history.left_on, tuple(contacts[retiree_id])))
    return monthly_rate(targets, first, last, policy)


async def monthly_rate_ab(step: Step, first: date, last: date) -> float:
    """Share of levels A and B with an effective contact in a span of days, in percent (§2.2)."""
    return rate_percent(*await count_rate(step, first, last))
