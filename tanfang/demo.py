"""The served demo: a sample city, some days played quickly, then everything live at a speed-up.

Stopped and started again it carries on where it was: the clock goes on from the last event, and the
simulated people look up what they had promised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import structlog
from sqlalchemy import func
from sqlalchemy.engine import make_url
from sqlmodel import col, select

from config.clock import FastClock, ManualClock
from config.settings import Settings, SettingsError
from domain.messages import MessageStatus
from domain.offers import OfferStatus
from models.messages import Message
from models.migrate import migrate_async
from models.retirees import Retiree
from models.scope import SYSTEM
from models.visits import Offer, TimelineEntry
from models.volunteers import Volunteer
from notifications.gateways.protocol import Gateway, Inbound, Outcome, Outgoing, Receipt, Remote
from notifications.gateways.webhooks import WebhookReply, WebhookRequest
from services.phones import DatabasePhones
from services.steps import Steps
from simulation.city import DEMO_PASSWORD, LOGINS, load_city
from simulation.families import SimulatedFamilies
from simulation.gateway import OnText, SimulatedGateway
from simulation.run import START
from simulation.schedule import Schedule
from simulation.staff import SimulatedStaff
from simulation.volunteers import SimulatedVolunteers
from simulation.world import World
from tanfang.commands.common import console, progress_bar
from tanfang.runtime import ALL_ROLES, Runtime, create_runtime, run_roles, until_stopped

log = structlog.get_logger()
OPENING_HOUR = timedelta(hours=3, minutes=45)  # the board opens at 08:45 of the day after the warm-up


@dataclass(frozen=True)
class DemoPlan:
    """What the newcomer chose."""

    retirees: int
    volunteers: int
    seed: int
    speed: float
    warm_up: int
    fresh: bool


class WatchedGateway:
    """The phone simulator, with simulated people looking at what arrives."""

    def __init__(self, inner: Gateway) -> None:
        self._inner = inner
        self.name, self.capabilities, self.contract = inner.name, inner.capabilities, inner.contract
        self.on_text: OnText | None = None

    async def send(self, outgoing: Outgoing, now: datetime) -> Outcome:
        outcome = await self._inner.send(outgoing, now)
        if self.on_text is not None:
            await self.on_text(outgoing, now)
        return outcome

    async def find(self, outgoing: Outgoing, since: datetime) -> Sequence[Remote]:
        return await self._inner.find(outgoing, since)

    async def poll_inbound(self, since: datetime) -> Sequence[Inbound]:
        return await self._inner.poll_inbound(since)

    def verify(self, request: WebhookRequest) -> bool:
        return self._inner.verify(request)

    def parse_receipts(self, request: WebhookRequest) -> tuple[list[Receipt], WebhookReply]:
        return self._inner.parse_receipts(request)

    def parse_inbound(self, request: WebhookRequest) -> tuple[list[Inbound], WebhookReply]:
        return self._inner.parse_inbound(request)

    async def close(self) -> None:
        await self._inner.close()


async def serve_demo(settings: Settings, plan: DemoPlan) -> None:
    """Load or resume, then serve until stopped."""
    if not settings.is_sqlite or not settings.is_embedded or settings.sms_gateway != "simulator":
        raise SettingsError(
            "The demo needs the embedded default: unset TANFANG_DATABASE_URL, TANFANG_BROKER_URL and "
            "TANFANG_SMS_GATEWAY"
        )
    if plan.fresh:
        _forget(Path(make_url(settings.database_url).database or ""))
    await migrate_async(settings.database_url)
    start_at = await _prepare(settings, plan)
    clock = FastClock(start_at, plan.speed)
    async with create_runtime(settings, clock=clock, wrap_gateway=WatchedGateway) as runtime:
        gateway = runtime.gateway
        assert isinstance(gateway, WatchedGateway)  # noqa: S101  # wrapped just above
        phone = await _newcomers_phone(runtime.steps)
        people = LivePeople(runtime, plan.seed, frozenset({phone}))
        gateway.on_text = people.on_text
        await people.resume()
        async with run_roles(runtime, ALL_ROLES, tick_seconds=0.5):
            living = asyncio.create_task(people.live())
            _welcome(settings, plan, phone)
            await until_stopped()
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)


def _forget(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)


class LivePeople:
    """Simulated people in a running process."""

    def __init__(self, runtime: Runtime, seed: int, left_alone: frozenset[str]) -> None:
        self._steps, self._clock = runtime.steps, runtime.clock
        self._schedule = Schedule(runtime.steps)
        self._volunteers = SimulatedVolunteers(runtime.steps, self._schedule, seed, left_alone=left_alone)
        self._families = SimulatedFamilies(self._schedule, seed)
        self._staff = SimulatedStaff(runtime.steps, self._volunteers, seed)

    async def on_text(self, outgoing: Outgoing, now: datetime) -> None:
        await self._volunteers.on_text(outgoing, now)
        await self._families.on_text(outgoing, now)

    async def resume(self) -> None:
        """Everybody remembers what they had promised, and reads the texts still on their phones."""
        now = self._clock.now()
        await self._volunteers.resume(now)
        async with self._steps.look() as step:
            texts = list(
                await step.session.scalars(
                    select(Message).where(
                        col(Message.template) == "V1",
                        col(Message.status) == MessageStatus.DELIVERED,
                        col(Message.expires_at) > now,
                    )
                )
            )
        for message in texts:
            await self._volunteers.on_text(
                Outgoing(
                    message.id,
                    message.id,
                    message.phone,
                    "V1",
                    {},
                    message.text,
                    message.code,
                    message.expires_at,
                ),
                now,
            )

    async def live(self) -> None:
        """Do what is planned; the desk is worked every two city hours, slowly enough to be watched."""
        desk_at = self._clock.now() + timedelta(minutes=30)
        while True:
            try:
                now = self._clock.now()
                await self._schedule.run_until(now)
                if now >= desk_at:
                    desk_at = now + timedelta(hours=2)
                    await self._staff.work(now)
            except Exception:  # one simulated deed that fails must not stop the city
                log.exception("demo.people_failed")
            await asyncio.sleep(0.2)


async def _prepare(settings: Settings, plan: DemoPlan) -> datetime:
    """An empty database gets a city and some days of life; returns the instant at which to go on."""
    clock = ManualClock(START)
    async with create_runtime(settings, clock=clock) as runtime:
        steps = Steps(runtime.db, clock, settings.zone)
        async with runtime.db.read(SYSTEM) as session:
            last = await session.scalar(select(func.max(col(TimelineEntry.at))))
            people = await session.scalar(select(func.count()).select_from(Retiree))
        if people and last is not None:
            console.print("An earlier demo is there: it goes on. (--fresh begins again)")
            return last
        with progress_bar("loading a sample city") as progress:
            folder = settings.var_dir / "sample"
            await load_city(
                steps, folder, retirees=plan.retirees, volunteers=plan.volunteers, seed=plan.seed,
                say=lambda _word: progress(0.5, ""),
            )  # fmt: skip
        phones = DatabasePhones(runtime.db)
        gateway = PhoneWritingGateway(Random(plan.seed), phones)
        world = World(steps, clock, gateway, plan.seed)
        with progress_bar(f"playing {plan.warm_up} days") as progress:
            for day in range(plan.warm_up):
                await world.run_until(START + timedelta(days=day + 1))
                progress((day + 1) / plan.warm_up, "")
            await world.run_until(START + timedelta(days=plan.warm_up) + OPENING_HOUR)
        return clock.now()


class PhoneWritingGateway(SimulatedGateway):
    """The warm-up's gateway: texts also land on the phones of the simulator page."""

    def __init__(self, rng: Random, phones: DatabasePhones) -> None:
        super().__init__(rng)
        self._phones = phones

    async def send(self, outgoing: Outgoing, now: datetime) -> Outcome:
        await self._phones.deliver(f"sim-{outgoing.attempt_id}", outgoing.to_e164, outgoing.text, now)
        return await super().send(outgoing, now)


async def _newcomers_phone(steps: Steps) -> str:
    """The phone left for the newcomer: of those with an open offer the one with most time, else the first."""
    async with steps.look() as step:
        message = await step.session.scalar(
            select(Message)
            .join(Offer, col(Offer.id) == col(Message.offer_id))
            .where(
                col(Message.template) == "V1",
                col(Message.status) == MessageStatus.DELIVERED,
                col(Offer.status) == OfferStatus.OFFERED,
            )
            .order_by(col(Offer.expires_at).desc(), col(Message.id))
            .limit(1)
        )
        if message is not None:
            return message.phone
        volunteer = await step.session.scalar(select(Volunteer).order_by(col(Volunteer.id)).limit(1))
        return volunteer.phone if volunteer else ""


def _welcome(settings: Settings, plan: DemoPlan, phone: str) -> None:
    """Where to look and what to try."""
    base = f"http://{settings.listen}"
    say: Callable[[str], None] = console.print
    say(f"\n[bold]{base}[/bold]    the city lives {plan.speed:g} times as fast as you; Ctrl-C stops it\n")
    say("Sample logins (password for all: " + DEMO_PASSWORD + ")")
    for login in LOGINS:
        say(f"  {login.username:12} {login.role:20} {login.area:10} {login.name}")
    say("\nThree things to try")
    say(f"  1. Sign in as [bold]city[/bold] and watch the board: {base}/")
    say(
        f"  2. Answer your own phone {phone}: {base}/phones?phone={phone.replace('+', '%2B')}  (reply 1 or 2)"
    )
    say(f"  3. Type the code from that text (T####-####) into the volunteers' page: {base}/t\n")
