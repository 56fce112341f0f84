"""What happens at fixed local hours; a row claims each period, so it happens once, also after a pause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import bindparam, update
from sqlmodel import col, select

from domain.policy import Policy
from models.plans import Period
from services.steps import Step, Steps

LEASE = timedelta(minutes=30)
PERIODS = select(Period).where(col(Period.period).in_(bindparam("periods", expanding=True)))


@dataclass(frozen=True)
class Entry:
    """An actor that runs once a day, at a local hour (from the policy where it has one)."""

    name: str
    at: time
    policy_key: str = ""

    def hour(self, policy: Policy) -> time:
        chosen: time = getattr(policy, self.policy_key) if self.policy_key else self.at
        return chosen


TIMETABLE = (
    Entry("records.forget", time(3, 0)),
    Entry("due.generate", time(5, 30), "plan_at"),
    Entry("due.remind", time(9, 0)),
    Entry("plan.evening", time(18, 30)),
)


async def claim_periods(steps: Steps) -> list[Period]:
    """The latest period of each entry that nobody has claimed, or whose claimer did not finish.

    Periods missed while nothing ran are not repeated one by one: the latest stands for them all, since
    every entry asks the database what is due.
    """
    return await steps.run("system", _claim)


async def _claim(step: Step) -> list[Period]:
    claimed: list[Period] = []
    periods = {entry.name: latest_period(step, entry) for entry in TIMETABLE}
    if step.cache.get("periods_done") == periods:  # what is done stays done
        return claimed
    rows = await step.session.scalars(PERIODS, {"periods": sorted(set(periods.values()))})
    known = {(row.entry, row.period): row for row in rows}
    if all((name, on) in known and known[name, on].done_at for name, on in periods.items()):
        step.cache["periods_done"] = periods
    for entry in TIMETABLE:
        period = periods[entry.name]
        found = known.get((entry.name, period))
        if found is None:
            row = Period(entry=entry.name, period=period, lease_until=step.now + LEASE)
            step.session.add(row)
            await step.session.flush()
            claimed.append(row)
        elif found.done_at is None and found.lease_until <= step.now:
            taken = await step.session.execute(
                update(Period)
                .where(col(Period.id) == found.id, col(Period.lease_until) == found.lease_until)
                .values(lease_until=step.now + LEASE)
                .returning(col(Period.id))
            )
            if taken.all():
                claimed.append(found)
    return claimed


def latest_period(step: Step, entry: Entry) -> str:
    """The local date of the entry's last hour that has come."""
    today = datetime.combine(step.today, entry.hour(step.policy), step.zone)
    on = step.today if today <= step.now else step.today - timedelta(days=1)
    return on.isoformat()
