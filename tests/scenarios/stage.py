"""A district to play the domain's scenarios in: timetable, ticks, actors, phones, staff at their browsers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from aiohttp.test_utils import TestClient
from sqlmodel import col

from config.clock import ManualClock
from domain.messages import IN_DOUBT, MessageStatus
from domain.offers import OfferStatus
from domain.visits import VisitStatus
from models.audit import AuditEntry, broken_links
from models.desk import DeskItem
from models.messages import Inbound, Message, PhoneText
from models.trips import VisitPart
from models.visits import Visit
from models.volunteers import Volunteer
from notifications.gateways.protocol import Gateway
from notifications.gateways.simulator import SimulatorGateway
from scheduler.timetable import TIMETABLE, claim_periods
from services.doctor import examine
from services.parts import report_part
from services.phones import DatabasePhones
from services.planning.planning import plan_visits
from services.simulated_phones import reply
from services.steps import Step, Steps
from services.visiting import ReportForm
from tests.scenarios.rows import Rows
from workers.context import WorkerContext

Browser = TestClient[Any, Any]
SignIn = Callable[[str], Awaitable[Browser]]
SHIFT = timedelta(hours=4)
EVIDENCE = {
    "receipt_number": "R-2026-1",
    "id_checked": True,
    "id_last_four": "0046",
    "signature": "fingerprint",
}


class Stage(Rows):
    """`Play` with the timetable, the phone simulator's phones, and the staff of every rung."""

    def __init__(self, steps: Steps, clock: ManualClock, enter: SignIn) -> None:
        super().__init__(steps, clock)
        self.context = WorkerContext(steps, SimulatorGateway(DatabasePhones(steps.db)))
        self._enter = enter
        self._browsers: dict[str, tuple[datetime, Browser]] = {}

    def use(self, gateway: Gateway) -> None:
        """Texts go another way."""
        self.context = WorkerContext(self.steps, gateway)

    # ---- time ----

    async def look(self) -> None:
        """One beat of the metronome, and everything that it sets off; failures are raised."""
        for period in await claim_periods(self.steps):
            self.queue.append((period.entry, [period.id]))
        await self.tick()

    async def until(self, moment: datetime) -> None:
        """Time passes; the metronome beats whenever something falls due on the way."""
        while (now := self.clock.now()) < moment:
            soon = max(now + timedelta(minutes=1), min(moment, await self._next()))
            self.clock.set(soon.astimezone(UTC))
            await self.look()

    async def skip(self, moment: datetime) -> None:
        """Weeks pass in which nothing ran; then the metronome beats again."""
        self.clock.set(moment)
        await self.look()

    async def wait(self, delta: timedelta) -> None:
        await self.until(self.clock.now() + delta)

    async def wait_hours(self, hours: float) -> None:
        await self.wait(timedelta(hours=hours))

    async def wait_minutes(self, minutes: int) -> None:
        await self.wait(timedelta(minutes=minutes))

    async def at(self, day: int, hour: int, minute: int = 0) -> None:
        """To an hour (local) so many days from today."""
        today = self.clock.now().astimezone(self.steps.zone).date()
        when = datetime(today.year, today.month, today.day, hour, minute, tzinfo=self.steps.zone)
        await self.until(when + timedelta(days=day))

    async def _next(self) -> datetime:
        """The next moment at which a row or the timetable wants to be looked at."""
        async with self.steps.look() as step:
            rows = [
                sa.select(sa.func.min(col(Visit.wake_at))),
                sa.select(sa.func.min(col(DeskItem.wake_at))).where(col(DeskItem.closed_at).is_(None)),
                sa.select(sa.func.min(col(Inbound.wake_at))),
                sa.select(sa.func.min(col(Message.send_at))).where(
                    col(Message.status).in_((MessageStatus.QUEUED, *IN_DOUBT))
                ),
            ]
            found = [await step.session.scalar(row) for row in rows]
            for entry in TIMETABLE:
                at = datetime.combine(step.today, entry.hour(step.policy), step.zone)
                found.append(at if at > step.now else at + timedelta(days=1))
        return min(at for at in found if at is not None)

    async def plan(self) -> None:
        """A plan is made and its offers go out."""
        await plan_visits(self.steps, "test")
        await self.tick()

    async def due(self) -> None:
        """The morning's question, as the timetable asks it."""
        local = self.clock.now().astimezone(self.steps.zone)
        await self.at(int(local.hour >= 5), 5, 31)
        await self.at(0, 9, 1)

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(self.steps.zone).date()

    # ---- people ----

    async def staff(self, username: str) -> Browser:
        """The browser of somebody on duty, signed in again after some hours."""
        since, browser = self._browsers.get(username, (self.clock.now(), None))
        if browser is None or self.clock.now() - since > SHIFT:
            since, browser = self.clock.now(), await self._enter(username)
            self._browsers[username] = since, browser
        return browser

    async def stranger(self) -> Browser:
        """A new browser of somebody who has not signed in."""
        return await self._enter("")

    async def post(self, username: str, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
        """A call of the API by somebody on duty."""
        answer = await (await self.staff(username)).post(f"/api/v1{path}", json=body)
        assert answer.status == status, f"{path}: {answer.status} {await answer.text()}"
        return dict(await answer.json()) if answer.status != 204 else {}

    async def get(self, username: str, path: str, status: int = 200) -> dict[str, Any]:
        answer = await (await self.staff(username)).get(f"/api/v1{path}")
        assert answer.status == status, f"{path}: {answer.status} {await answer.text()}"
        return dict(await answer.json())

    async def on_visit(
        self, username: str, visit_id: UUID, action: str, status: int = 200, **body: Any
    ) -> dict[str, Any]:
        """A coordinator's action on a visit as it stands now."""
        version = (await self.visit(visit_id)).version
        return await self.post(username, f"/visits/{visit_id}/{action}", status, version=version, **body)

    async def say(self, phone: str, text: str, key: str = "") -> str:
        """Typed into a simulated phone."""
        known = key or f"phone-{phone}/{self.clock.now().isoformat()}/{text}"[:64]
        await self.steps.run("phone", lambda step: reply(step, phone, text, known))
        await self.drain()
        return str((await self.rows(Inbound))[-1].result)

    async def phone(self, number: str) -> list[str]:
        """What somebody's phone has received, oldest first."""
        found = await self.rows(
            PhoneText, col(PhoneText.phone) == number, col(PhoneText.is_from_phone).is_(False)
        )
        return [row.text for row in sorted(found, key=lambda row: row.at)]

    # ---- a visit's way ----

    async def answer(self, visit_id: UUID, word: str = "1") -> Visit:
        """Everybody who is asked answers so, as long as anybody is asked."""
        while True:
            offers = [o for o in await self.offers(visit_id) if o.status is OfferStatus.OFFERED]
            if not offers or (await self.visit(visit_id)).status is VisitStatus.ACCEPTED:
                return await self.visit(visit_id)
            volunteer: Volunteer = await self.row(Volunteer, offers[0].volunteer_id)
            await self.say(volunteer.phone, f"{offers[0].code} {word}")

    async def agree(self, visit_id: UUID) -> Visit:
        """Planned, asked, and answered with yes by a whole crew."""
        if (await self.visit(visit_id)).status in (VisitStatus.DUE, VisitStatus.UNFILLED):
            await self.plan()
        visit = await self.answer(visit_id)
        assert visit.status is VisitStatus.ACCEPTED, visit.status
        return visit

    async def arrive(self, visit_id: UUID) -> list[Volunteer]:
        """The hour has come and the whole crew says by text that it is there."""
        visit = await self.visit(visit_id)
        assert visit.starts_at is not None
        await self.until(visit.starts_at)
        crew = await self.crew(visit_id)
        codes = {seat.volunteer_id: seat.code for seat in await self.seats(visit_id)}
        for volunteer in crew:
            assert await self.say(volunteer.phone, f"{codes[volunteer.id]} 到了") == "arrived"
        return crew

    async def report(self, visit_id: UUID, outcome: str, **form: Any) -> Visit:
        """The lead's report, telephoned to the coordinator."""
        lead = (await self.crew(visit_id))[0]
        key = form.pop("form_key", f"form-{visit_id}-{self.clock.now():%m%d%H%M}")
        await self.on_visit(
            "street",
            visit_id,
            "report",
            volunteer_id=str(lead.id),
            form_key=key,
            outcome=outcome,
            **form,
        )
        await self.drain()
        return await self.visit(visit_id)

    async def report_part(self, visit: Visit, part: VisitPart, outcome: str, **evidence: Any) -> None:
        """The lead's report about one more person of the household."""
        lead = (await self.crew(visit.id))[0]
        form = ReportForm(f"part-{part.id}", outcome, evidence=evidence)
        await self.run(lambda step: report_part(step, part.id, lead.id, form), f"volunteer:{lead.id}")

    async def run(self, work: Callable[[Step], Awaitable[Any]], actor: str = "staff:yuhua") -> Any:
        """A step of a service, by somebody on duty, and what it sets off at once."""
        done = await self.steps.run(actor, work)
        await self.drain()
        return done

    async def sound(self) -> None:
        """The doctor finds nothing, and the audit trail's chain is whole."""
        faults = broken_links(await self.rows(AuditEntry))
        assert faults == [], faults
        async with self.steps.look() as step:
            problems = (await examine(step)).problems
        assert problems == [], [p.what for p in problems]


def texts_without(texts: Sequence[str], *secrets: str) -> bool:
    """Does none of the texts hold any of the secrets?"""
    return not any(secret in text for text in texts for secret in secrets)
