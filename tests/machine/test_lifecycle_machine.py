"""Anything in any order: a state machine does to three visits whatever people and time can do.

After each step all invariants are counted from the rows, and the answer of an accepted offer is compared
with a model. `TANFANG_MACHINE_STEPS` sets how many steps are tried; CI tries more than 100,000.
"""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from domain.outcomes import Outcome
from models.retirees import Retiree
from models.scope import SYSTEM
from models.seal import KeyRing, use_keys
from models.visits import TimelineEntry
from services import answers, changing, reviewing, visiting
from services.errors import ServiceError
from services.planning.planning import plan_visits
from services.retirees import record_certification, record_death
from services.steps import Step
from services.visit_step import step_visit
from simulation.loop import loop_alone
from tests.machine.checks import Offer, Rows, broken, broken_timeline, orphaned_matters
from tests.machine.city import TinyCity

DEFAULT_STEPS = 3_000
CI_STEPS = 104_000
PARTS = 8
STEPS_EACH = 50
# Shrinking replays long histories; the first failing one is printed whole, which is enough to see why.
PHASES = (Phase.generate,)
EVIDENCE = {"receipt_number": "R-1", "id_checked": True, "id_last_four": "0022", "signature": "present"}

visit_numbers = st.integers(0, 2)
volunteer_numbers = st.integers(0, 5)


class LifecycleMachine(RuleBasedStateMachine):
    """Rules are what people, time and staff can do; refusals are fine, broken rows are not."""

    city: TinyCity
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.city.begin()

    def run(self, work: Any) -> Any:
        try:
            return self.loop.run_until_complete(work)
        except ServiceError:
            raise  # a refusal, which is fine
        except Exception:
            self.loop.run_until_complete(self._tell())
            raise

    async def _tell(self) -> None:
        """The timelines, for whoever reads the failure."""
        async with self.city.db.read(SYSTEM) as session:
            for number, visit_id in enumerate(self.city.visits):
                query = select(TimelineEntry).where(col(TimelineEntry.visit_id) == visit_id)
                for entry in await session.scalars(query.order_by(col(TimelineEntry.position))):
                    what = f"{entry.event} {entry.from_status}→{entry.to_status} {entry.actor} {entry.why}"
                    note(f"{number} {entry.at:%d %H:%M} {what}")

    def step(self, work: Any, actor: str = "staff:city") -> Any:
        """A service call; `None` when it was refused."""
        try:
            result = self.run(self.city.steps.run(actor, work))
        except ServiceError:
            return None
        self.run(self.city.drain())
        return result

    @rule()
    def plan(self) -> None:
        self.run(plan_visits(self.city.steps, "test"))

    @rule(minutes=st.sampled_from((1, 5, 20, 45, 120, 260, 700, 1500)))
    def time_passes(self, minutes: int) -> None:
        self.city.clock.advance(timedelta(minutes=minutes))
        self.run(self.city.tick())

    @rule(visit=visit_numbers)
    def jump_to_start(self, visit: int) -> None:
        starts_at = self._row(visit).starts_at
        if starts_at is not None and starts_at > self.city.clock.now():
            self.city.clock.set(starts_at)
            self.run(self.city.tick())

    @rule(visit=visit_numbers)
    def hint_again(self, visit: int) -> None:
        """A hint delivered twice or too early changes nothing for the worse."""
        self.step(lambda step: step_visit(step, self.city.visits[visit]), "system")

    @rule(visit=visit_numbers, which=st.integers(0, 5))
    def accept(self, visit: int, which: int) -> None:
        rows = Rows.read(self.city.rows)
        offers = sorted(rows.offers[self.city.visits[visit]], key=lambda o: o.id)
        if not offers:
            return
        offer = offers[which % len(offers)]
        expected = expected_answer(rows, offer, self.city)
        result = self.step(lambda step: answers.accept_offer(step, offer.id, "sms"), "system")
        assert expected is None or result == expected, f"{result}, the model says {expected}"

    @rule(visit=visit_numbers, which=st.integers(0, 5))
    def decline(self, visit: int, which: int) -> None:
        offers = self._offers(visit)
        if offers:
            offer_id = offers[which % len(offers)].id
            self.step(lambda step: answers.decline_offer(step, offer_id, "sms"), "system")

    @rule(visit=visit_numbers, volunteer=volunteer_numbers)
    def withdraw(self, visit: int, volunteer: int) -> None:
        ids = self.city.visits[visit], self.city.volunteers[volunteer]
        self.step(lambda step: answers.withdraw(step, *ids, "page"), "system")

    @rule(visit=visit_numbers, volunteer=volunteer_numbers)
    def check_in(self, visit: int, volunteer: int) -> None:
        ids = self.city.visits[visit], self.city.volunteers[volunteer]
        self.step(lambda step: visiting.check_in(step, *ids))

    @rule(
        visit=visit_numbers,
        volunteer=volunteer_numbers,
        outcome=st.sampled_from(Outcome),
        key=st.integers(0, 9),
    )
    def report(self, visit: int, volunteer: int, outcome: Outcome, key: int) -> None:
        ids = self.city.visits[visit], self.city.volunteers[volunteer]
        form = visiting.ReportForm(f"form/{visit}/{key}", outcome, evidence=EVIDENCE)
        self.step(lambda step: visiting.report(step, *ids, form))

    @rule(visit=visit_numbers, approve=st.booleans())
    def review(self, visit: int, approve: bool) -> None:
        visit_id = self.city.visits[visit]
        self.step(lambda step: reviewing.review(step, visit_id, approve=approve, reason="again, please"))

    @rule(
        visit=visit_numbers, volunteer=volunteer_numbers, position=st.integers(0, 1), days=st.integers(1, 3)
    )
    def assign(self, visit: int, volunteer: int, position: int, days: int) -> None:
        ids = self.city.visits[visit], position, self.city.volunteers[volunteer]
        at = self.city.clock.now().replace(hour=2, minute=0) + timedelta(days=days)
        self.step(lambda step: changing.assign(step, *ids, "by telephone", starts_at=at))

    @rule(visit=visit_numbers)
    def reoffer(self, visit: int) -> None:
        visit_id = self.city.visits[visit]
        self.step(lambda step: changing.reoffer(step, visit_id, "again"))

    @rule(visit=visit_numbers, hours=st.integers(1, 60))
    def reschedule(self, visit: int, hours: int) -> None:
        visit_id, at = self.city.visits[visit], self.city.clock.now() + timedelta(hours=hours)
        self.step(lambda step: changing.reschedule(step, visit_id, at, "asked for"))

    @rule(visit=visit_numbers, really=st.integers(0, 7))
    def cancel(self, visit: int, really: int) -> None:
        if really == 0:
            visit_id = self.city.visits[visit]
            self.step(lambda step: changing.cancel(step, visit_id, "not needed"))

    @rule(person=visit_numbers, really=st.integers(0, 15))
    def die(self, person: int, really: int) -> None:
        if really == 0:
            self.step(lambda step: self._with_retiree(step, person, lambda r: record_death(step, r, None)))

    @rule(person=visit_numbers, really=st.integers(0, 7))
    def certify_otherwise(self, person: int, really: int) -> None:
        if really == 0:
            self.step(
                lambda step: self._with_retiree(
                    step, person, lambda r: record_certification(step, r, "silent", step.today)
                )
            )

    async def _with_retiree(self, step: Step, person: int, work: Any) -> None:
        retiree = await step.session.get(Retiree, self.city.retirees[person])
        assert retiree is not None
        await work(retiree)

    def _row(self, visit: int) -> Any:
        return Rows.read(self.city.rows).visits[self.city.visits[visit]]

    def _offers(self, visit: int) -> list[Offer]:
        return sorted(Rows.read(self.city.rows).offers[self.city.visits[visit]], key=lambda o: o.id)

    @invariant()
    def all_invariants_hold(self) -> None:
        db = self.city.rows
        rows = Rows.read(db)
        faults = [*broken(rows), *broken_timeline(db), *orphaned_matters(db, rows)]
        if faults:
            self.run(self._tell())
        assert faults == []

    def teardown(self) -> None:
        self.run(self.city.close())


def expected_answer(rows: Rows, offer: Offer, city: TinyCity) -> str | None:
    """The model of a yes: first come, first served, one place at a time. None: it does not say."""
    visit, seats = rows.visits[offer.visit_id], rows.seats[offer.visit_id]
    if offer.status == "accepted":
        return "already_yours"
    if offer.status != "offered" or visit.starts_at != offer.starts_at:
        return None
    if visit.status not in ("planned", "offered", "unfilled"):
        return None
    free = [s.position for s in seats if s.volunteer_id is None]
    if offer.position not in free and not (offer.position == 0 and 1 in free):
        return "standby"
    for other in rows.visits.values():
        sits = any(
            s.volunteer_id == offer.volunteer_id and s.status in ("accepted", "checked_in")
            for s in rows.seats[other.id]
        )
        if other.id != visit.id and sits and other.starts_at is not None:
            gap = abs((other.starts_at - offer.starts_at).total_seconds())
            if gap < 12 * 3600:
                return None  # whether they collide is the business of the test of overlaps
    return "accepted" if len(free) == 1 else "waiting"


def steps_to_try() -> int:
    chosen = os.environ.get("TANFANG_MACHINE_STEPS")
    return int(chosen) if chosen else (CI_STEPS if os.environ.get("CI") else DEFAULT_STEPS)


@pytest.mark.parametrize("part", range(PARTS))
def test_lifecycle_machine(part: int, tmp_path: Path, sqlite_template: Path) -> None:
    """In parts, so that an idle worker can take some of them (it never takes the last two that wait)."""
    use_keys(KeyRing(b"tests need a key of thirty-two bytes"))
    loop, city = loop_alone(), TinyCity(tmp_path / "city.sqlite")
    loop.run_until_complete(city.fill(sqlite_template))
    machine = type(f"Machine{part}", (LifecycleMachine,), {"city": city, "loop": loop})
    if os.environ.get("CI"):
        machine = seed(part)(machine)  # the gate tries the same histories every time
    try:
        run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it untyped
            machine,
            settings=settings(
                max_examples=max(1, steps_to_try() // PARTS // STEPS_EACH),
                stateful_step_count=STEPS_EACH,
                deadline=None,
                derandomize=False,  # it would give all parts the same examples
                database=None,
                report_multiple_bugs=False,
                phases=PHASES,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        loop.close()


async def test_the_checks_see_what_is_broken(tmp_path: Path, sqlite_template: Path) -> None:
    """Each of these was put there by hand; the machine would stop at any of them."""
    use_keys(KeyRing(b"tests need a key of thirty-two bytes"))
    city = TinyCity(tmp_path / "city.sqlite")
    await city.fill(sqlite_template)
    for harm, seen in (
        ("UPDATE visits SET wake_at = NULL", "without wake-up"),
        ("UPDATE visits SET status = 'completed'", "ended but would wake"),
        ("UPDATE seats SET volunteer_id = (SELECT min(id) FROM volunteers)", "somebody holds a seat"),
        ("DELETE FROM seats WHERE position = 0", "seats"),
    ):
        city.begin()
        city.rows.execute(harm)
        rows = Rows.read(city.rows)
        faults = [*broken(rows), *broken_timeline(city.rows), *orphaned_matters(city.rows, rows)]
        assert seen in " ".join(faults)
        await city.close()
