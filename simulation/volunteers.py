"""Simulated volunteers: they read texts, answer, come, forget, report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.visits import SeatStatus, VisitKind, VisitStatus
from models.retirees import Retiree
from models.seal import blind_index
from models.visits import Seat, Visit
from models.volunteers import Volunteer
from notifications.gateways.protocol import Outgoing
from services import parts, visiting
from services.errors import ServiceError
from services.steps import Step, Steps
from simulation.findings import card, certifies, draw_outcome
from simulation.habits import ARRIVED, DONE, MUDDLED, NO, YES, Habits, delay, volunteer_habits
from simulation.schedule import Schedule

NOT_ANSWERED = frozenset({"V5", "V7", "V8", "V11", "V12", "V13", "V14", "V19", "V20", "V22"})
SEAT_OF_CODE = (
    select(Seat, Visit)
    .join(Visit, col(Visit.id) == col(Seat.visit_id))
    .join(Volunteer, col(Volunteer.id) == col(Seat.volunteer_id))
    .where(col(Seat.code) == bindparam("code"), col(Volunteer.phone_index) == bindparam("index"))
)
SEATS_OF_CODES = (
    sa.select(
        col(Seat.code),
        col(Volunteer.phone_index),
        col(Seat.position),
        col(Visit.starts_at),
        col(Visit.minutes),
    )
    .join(Visit, col(Visit.id) == col(Seat.visit_id))
    .join(Volunteer, col(Volunteer.id) == col(Seat.volunteer_id))
    .where(col(Seat.code).in_(bindparam("codes", expanding=True)))
)


@dataclass(frozen=True)
class Promise:
    """What a volunteer remembers of a visit: the code, the place in the crew, when, how long."""

    phone: str
    code: str
    position: int
    starts_at: datetime
    minutes: int


class SimulatedVolunteers:
    """One object for all of them; a person is a phone number with habits."""

    def __init__(
        self, steps: Steps, schedule: Schedule, seed: int, *, left_alone: frozenset[str] = frozenset()
    ) -> None:
        self._steps, self._schedule, self._seed, self._left_alone = steps, schedule, seed, left_alone
        self._people: dict[str, tuple[Random, Habits]] = {}
        self._asked: dict[str, str] = {}  # the code each was asked for last
        self._agreed: dict[tuple[str, str], None] = {}  # phone and code of visits to be planned, in order
        self._went: set[tuple[str, str]] = set()  # phone and code of visits they set out for

    def _person(self, phone: str) -> tuple[Random, Habits]:
        if phone not in self._people:
            rng = Random(f"{self._seed}/{phone}")
            self._people[phone] = rng, volunteer_habits(rng)
        return self._people[phone]

    async def on_text(self, outgoing: Outgoing, now: datetime) -> None:
        """A text has arrived on a volunteer's phone."""
        phone = outgoing.to_e164
        if phone in self._left_alone or outgoing.template_key in NOT_ANSWERED:
            return
        rng, habits = self._person(phone)
        codes = outgoing.params["codes"].split("、") if "codes" in outgoing.params else [outgoing.code]
        for code in codes:
            self._read_text(outgoing.template_key, phone, code, now, rng, habits)

    def _read_text(
        self, template: str, phone: str, code: str, now: datetime, rng: Random, habits: Habits
    ) -> None:
        match template:
            case "V1" | "V16":
                self._asked[phone] = code
                self._answer_offer(phone, code, now, rng, habits, with_code=template == "V16")
            case "V2" | "V9":
                if not self._agreed:
                    self._schedule.add(now, self._plan_agreed)
                self._agreed[phone, code] = None
            case "V3" | "V17":
                if rng.random() < habits.cancels:
                    self._schedule.say(now + delay(rng, 30, 240), phone, f"2 {code}")
            case "V6" | "V18":
                if rng.random() < 0.8:
                    self._report_at(phone, code, now + delay(rng, 20, 90), rng, habits)
            case "V21":
                self._answer_awaited(phone, code, now, rng)
            case "V11b":
                # Told that the answer was not understood, most give a clear one.
                if phone in self._asked and rng.random() < 0.7:
                    self._schedule.say(
                        now + delay(rng, 12), phone, f"{self._asked[phone]} {rng.choice('1112')}"
                    )
            case "V10":
                self._schedule.say(now + delay(rng, 10, 60), phone, f"{code} 1")

    def _answer_awaited(self, phone: str, code: str, now: datetime, rng: Random) -> None:
        """Most who are there and forgot to say so do it now; who stayed away is silent."""
        if (phone, code) in self._went and rng.random() < 0.85:
            self._schedule.say(now + delay(rng, 4, 25), phone, f"{code} 3")

    def _answer_offer(
        self, phone: str, code: str, now: datetime, rng: Random, habits: Habits, *, with_code: bool = False
    ) -> None:
        draw, at = rng.random(), now + delay(rng, habits.median_minutes)
        with_code = rng.random() < habits.names_code or with_code
        if draw < habits.accepts:
            text = f"{code} 1" if with_code else rng.choice(YES)
        elif draw < habits.accepts + habits.declines:
            text = f"{code} 2" if with_code else rng.choice(NO)
        elif draw < habits.accepts + habits.declines + habits.muddles:
            text = rng.choice(MUDDLED)
        else:
            return
        self._schedule.say(at, phone, text)

    async def _plan_agreed(self) -> None:
        """Having the time and place, a volunteer goes there on the day: all told since the last look."""
        agreed, self._agreed = self._agreed, {}
        async with self._steps.look() as step:
            rows = await step.session.execute(SEATS_OF_CODES, {"codes": [code for _, code in agreed]})
        found = {(row.phone_index, row.code): row for row in rows if row.starts_at is not None}
        for phone, code in agreed:
            row = found.get((blind_index("phone", phone), code))
            if row is not None:
                self._plan_visit(Promise(phone, code, row.position, row.starts_at, row.minutes))

    def _plan_visit(self, promise: Promise) -> None:
        now, (rng, habits) = self._steps.clock.now(), self._person(promise.phone)
        phone, code, starts_at = promise.phone, promise.code, promise.starts_at
        if rng.random() < habits.stays_away:
            return
        self._went.add((phone, code))
        arrives = max(now, starts_at + timedelta(minutes=rng.uniform(-10, 8)))
        if rng.random() >= habits.forgets_check_in:
            self._arrive_at(phone, code, arrives, starts_at, rng, habits)
        # The lead reports; a companion only when the lead seems to have forgotten.
        late = timedelta(minutes=promise.minutes * rng.uniform(0.6, 1.3))
        if promise.position == 0:
            self._report_at(phone, code, arrives + late, rng, habits)

    def _arrive_at(
        self, phone: str, code: str, at: datetime, starts_at: datetime, rng: Random, habits: Habits
    ) -> None:
        by_page = rng.random() < habits.uses_page
        text = f"{code} {rng.choice(ARRIVED)}"

        async def deed() -> None:
            found = await self._still_mine(phone, code, starts_at)
            if found is None:
                return
            if not by_page:
                self._schedule.say(at, phone, text)
                return
            _seat, visit, volunteer_id = found
            await self._by_page(
                volunteer_id, lambda step: visiting.check_in(step, visit.id, volunteer_id, place="30 m")
            )

        self._schedule.add(at, deed)

    async def _still_mine(
        self, phone: str, code: str, starts_at: datetime | None = None
    ) -> tuple[Seat, Visit, UUID] | None:
        async with self._steps.look() as step:
            found = await _find_seat(step, phone, code)
            if found is None or (starts_at is not None and found[1].starts_at != starts_at):
                return None
            assert found[0].volunteer_id is not None  # noqa: S101  # a seat found by its code is taken
            return found[0], found[1], found[0].volunteer_id

    def _report_at(self, phone: str, code: str, at: datetime, rng: Random, habits: Habits) -> None:
        outcome = draw_outcome(rng)
        by_page = rng.random() < habits.uses_page
        form_key = f"sim/{code}/{at:%Y%m%d%H%M}"

        async def deed() -> None:
            found = await self._still_mine(phone, code)
            if found is None:
                return
            _seat, visit, volunteer_id = found
            if visit.status not in (VisitStatus.ACCEPTED, VisitStatus.CHECKED_IN, VisitStatus.MISSED):
                return
            if outcome == "done_evidence" and not by_page and not certifies(visit):
                self._schedule.say(at, phone, f"{code} {DONE[at.minute % len(DONE)]}")
                return
            evidence = await self._evidence(visit) if outcome == "done_evidence" else {}
            form = visiting.ReportForm(form_key, outcome, evidence=evidence)
            await self._by_page(
                volunteer_id, lambda step: visiting.report(step, visit.id, volunteer_id, form)
            )
            if outcome == "done_evidence":
                await self._report_parts(visit, volunteer_id, form_key)

        self._schedule.add(at, deed)

    async def _report_parts(self, visit: Visit, volunteer_id: UUID, form_key: str) -> None:
        """Whoever else of the household is there gets a result of their own."""
        async with self._steps.look() as step:
            others = await parts.open_parts_of_others(step, visit)
        for part, retiree in others:
            evidence = card(retiree) if part.kind is VisitKind.CERTIFICATION else {}
            form = visiting.ReportForm(f"{form_key}/{part.due_on}", "done_evidence", evidence=evidence)
            report = partial(parts.report_part, part_id=part.id, volunteer_id=volunteer_id, form=form)
            await self._by_page(volunteer_id, report)

    async def _by_page(self, volunteer_id: UUID, work: object) -> None:
        try:
            await self._steps.run(f"volunteer:{volunteer_id}", work)  # type: ignore[arg-type]  # a lambda over a step
        except ServiceError:
            return  # the page says why, and the person shrugs

    async def _evidence(self, visit: Visit) -> dict[str, object]:
        """What the phone page asks for when a visit certifies; the visitor reads the number off the card."""
        if not certifies(visit):
            return {}
        async with self._steps.look() as step:
            retiree = await step.session.get(Retiree, visit.retiree_id)
        return card(retiree)

    async def resubmit(self, visit: Visit, volunteer_id: UUID, at: datetime) -> None:
        """A returned report is completed by the visitor."""
        form = visiting.ReportForm(
            f"sim/again/{visit.id}/{visit.version}", "done_evidence", evidence=await self._evidence(visit)
        )

        async def deed() -> None:
            await self._by_page(
                volunteer_id, lambda step: visiting.report(step, visit.id, volunteer_id, form)
            )

        self._schedule.add(at, deed)

    async def resume(self, now: datetime) -> None:
        """After a restart: everybody remembers what they were about to do."""
        async with self._steps.look() as step:
            rows = list(
                await step.session.execute(
                    select(Seat, Volunteer)
                    .join(Volunteer, col(Volunteer.id) == col(Seat.volunteer_id))
                    .where(col(Seat.status).in_((SeatStatus.ACCEPTED, SeatStatus.CHECKED_IN)))
                    .order_by(col(Seat.id))
                )
            )
        for seat, volunteer in rows:
            if volunteer.phone not in self._left_alone:
                self._agreed[volunteer.phone, seat.code] = None
        if self._agreed:
            await self._plan_agreed()


async def _find_seat(step: Step, phone: str, code: str) -> tuple[Seat, Visit] | None:
    asked = {"code": code, "index": blind_index("phone", phone)}
    row = (await step.session.execute(SEAT_OF_CODE, asked)).first()
    return (row[0], row[1]) if row else None
