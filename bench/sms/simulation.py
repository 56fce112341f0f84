"""A million texts under a virtual clock: real ticks, sending and settling on real rows, faults everywhere.

`python -m bench sms-simulation --texts 1000000`. Progress on standard error, one JSON line at the end. A
gateway that fails by the seed knows what it took; the process "dies" before and after calls and around
commits; hints are lost and doubled. Rows are counted and thrown away slice by slice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import delete, func, insert
from sqlmodel import col, select

from bench.sms.rows import COMMUNITY, prepare_policy
from config.clock import ManualClock
from domain.messages import FINAL_MESSAGE, MessageStatus
from models.database import Database
from models.desk import DeskItem
from models.ids import new_id
from models.messages import Attempt, Message
from models.migrate import migrate_async
from models.scope import SYSTEM
from models.seal import KeyRing, blind_index, keys, use_keys
from scheduler.ticks import tick
from services.sending import send_messages
from services.settling import settle_messages
from services.steps import Step, Steps
from simulation.gateway import FaultRates, SimulatedCrash, SimulatedGateway
from simulation.inline_sqlite import INLINE

T = TypeVar("T")
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine o'clock in Changsha
DIES_AT_CALL = 0.03  # of batches, before one of its calls; as many after one
HINT_LOST, HINT_TWICE, DIES_AT_COMMIT = 0.01, 0.01, 0.01
MEMORY = Path("/dev/shm")


class MortalSteps(Steps):
    """The process may die just before a commit, or just after it."""

    rng = Random(0)
    deaths = 0

    async def run(self, actor: str, work: Callable[[Step], Awaitable[T]]) -> T:
        draw = self.rng.random()

        async def and_die(step: Step) -> T:
            done = await work(step)
            if draw < DIES_AT_COMMIT / 2:
                await step.session.flush()
                raise SimulatedCrash("before the commit")
            return done

        try:
            result = await super().run(actor, and_die)
        except SimulatedCrash:
            self.deaths += 1
            raise
        if draw > 1 - DIES_AT_COMMIT / 2:
            self.deaths += 1
            raise SimulatedCrash("after the commit")
        return result


class Simulation:
    """Slices of texts, each until all are settled."""

    def __init__(self, options: argparse.Namespace, db: Database) -> None:
        self.options, self.db = options, db
        self.rng = Random(f"{options.seed}/queue")
        self.clock = ManualClock(MORNING)
        self.steps = MortalSteps(db, self.clock, ZoneInfo("Asia/Shanghai"))
        self.steps.rng = Random(f"{options.seed}/commits")
        dies = DIES_AT_CALL / options.batch
        rates = FaultRates(crash_before=dies, crash_after=dies, find_fails=0.02)
        self.gateway = SimulatedGateway(Random(f"{options.seed}/gateway"), rates)
        self.totals: Counter[str] = Counter()
        self.number = 0
        self.pattern: dict[str, Any] | None = None

    async def slice(self, size: int) -> None:
        """Intend, send under faults, count, throw away."""
        self.clock.set(MORNING + timedelta(days=self.totals["slices"]))
        await self.intend(size)
        rounds = 0
        while await self.open_texts():
            rounds += 1
            if rounds > 4000:
                break
            queue = await self.due()
            if not queue:
                self.clock.advance(timedelta(seconds=30))
            for actor, ids in queue:
                await self.work(actor, ids)
                self.clock.advance(timedelta(milliseconds=200))
        await self.count(size)

    async def due(self) -> list[tuple[str, list[UUID]]]:
        """What a tick hands over, in larger handfuls; some of it is lost, some comes twice."""
        found: dict[str, list[UUID]] = {}
        await tick(self.steps, lambda actor, ids: found.setdefault(actor, []).extend(ids))
        queue: list[tuple[str, list[UUID]]] = []
        for actor, ids in found.items():
            for start in range(0, len(ids), self.options.batch):
                draw = self.rng.random()
                hints = 0 if draw < HINT_LOST else 2 if draw > 1 - HINT_TWICE else 1
                self.totals["hints_lost"] += hints == 0
                self.totals["hints_twice"] += hints == 2
                queue += [(actor, ids[start : start + self.options.batch])] * hints
        return queue

    async def work(self, actor: str, ids: list[UUID]) -> None:
        try:
            if actor == "messages.settle":
                await settle_messages(self.steps, self.gateway, ids)
            elif actor.startswith("messages."):
                await send_messages(self.steps, self.gateway, ids)
        except SimulatedCrash:
            self.totals["crashes"] += 1

    async def intend(self, size: int) -> None:
        now = self.clock.now()
        self.pattern = self.pattern or self.text(now)
        async with self.db.write() as session:
            for start in range(0, size, 1000):
                rows = [self.row(now) for _ in range(start, min(start + 1000, size))]
                await session.execute(insert(Message), rows)

    def row(self, now: datetime) -> dict[str, Any]:
        """One text to a phone of its own, with words of its own, as columns."""
        self.number += 1
        code = f"T{4000 + self.number // 10_000 % 6000}-{self.number % 10_000:04d}"
        assert self.pattern is not None
        phone, seal = f"+86{13_000_000_000 + self.number}", keys().seal
        row_id = new_id()
        return {
            **self.pattern,
            "id": row_id,
            "natural_key": f"V5/sim/{self.number}",
            "person_id": UUID(int=self.number % 1000),
            "code": code,
            "send_at": now,
            "expires_at": now + timedelta(hours=10),
            "created_at": now,
            "phone_sealed": seal(phone, f"messages|{row_id}|phone"),
            "phone_index": blind_index("phone", phone),
            "params_sealed": seal(json.dumps({"code": code}), f"messages|{row_id}|params"),
            "text_sealed": seal(
                f"【长沙退管】任务{code}已取消，无需前往，感谢您的支持。", f"messages|{row_id}|text"
            ),
        }

    def text(self, now: datetime) -> dict[str, Any]:
        """What all rows have in common."""
        row = Message(
            natural_key="",
            template="V5",
            priority=2,
            audience="volunteer",
            send_at=now,
            expires_at=now,
            created_at=now,
            division_code=COMMUNITY,
            managing_agency="",
        )
        return {name: getattr(row, name) for name in Message.model_fields}

    async def open_texts(self) -> int:
        async with self.db.read(SYSTEM) as session:
            left = select(func.count()).where(col(Message.status).not_in(FINAL_MESSAGE))
            return int(await session.scalar(left.select_from(Message)) or 0)

    async def count(self, size: int) -> None:
        """What the gateway took against what was intended."""
        taken = self.gateway.truth.by_message
        async with self.db.write() as session:
            rows = (await session.execute(select(col(Message.id), col(Message.status)))).all()
            for message_id, status in rows:
                times = taken[str(message_id)]
                self.totals["lost"] += times == 0
                self.totals["twice"] += times > 1
                self.totals["unsettled"] += status not in FINAL_MESSAGE
                self.totals["said_delivered_but_not_taken"] += status is MessageStatus.DELIVERED and not times
            attempts = await session.scalar(select(func.count()).select_from(Attempt))
            self.totals["attempts"] += int(attempts or 0)
            for table in (Attempt, Message, DeskItem):
                await session.execute(delete(table))
        self.totals["texts"] += len(rows)
        self.totals["missing_rows"] += size - len(rows)
        self.totals["slices"] += 1
        self.totals["received"] += sum(taken.values())
        taken.clear()
        self.gateway.truth.texts.clear()


async def simulate(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    use_keys(KeyRing(b"a simulation needs a key of 32 bytes or more"))
    url = f"sqlite+aiosqlite:///{folder / 'simulation.sqlite'}"
    await migrate_async(url)
    db = Database(url, durable=False, driver=INLINE)
    simulation = Simulation(options, db)
    began, started = time.process_time(), time.monotonic()
    try:
        await Steps(db, simulation.clock, simulation.steps.zone).run("bench", prepare_policy)
        while simulation.totals["texts"] < options.texts:
            spent = (time.process_time() - began) / 60
            if spent > options.minutes or time.monotonic() > options.wall * 60 + started:
                break
            await simulation.slice(min(options.slice, options.texts - simulation.totals["texts"]))
            done = simulation.totals["texts"]
            sys.stderr.write(
                f"{done:>9} texts, {spent:5.1f} min of processor time, {faults(simulation)} faults\n"
            )
    finally:
        await db.close()
    totals = simulation.totals
    return {
        "bench": "sms-simulation",
        "texts": totals["texts"],
        "seed": options.seed,
        "batch": options.batch,
        "faults": faults(simulation),
        "crashes": totals["crashes"],
        "attempts": totals["attempts"],
        "received": totals["received"],
        "lost": totals["lost"],
        "twice": totals["twice"],
        "unsettled": totals["unsettled"],
        "missing_rows": totals["missing_rows"],
        "processor_seconds": round(time.process_time() - began, 1),
    }


def faults(simulation: Simulation) -> int:
    totals = simulation.totals
    of_steps = simulation.steps.deaths + totals["hints_lost"] + totals["hints_twice"]
    return int(simulation.gateway.truth.faults + of_steps)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench sms-simulation", description=__doc__)
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slice", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=60.0, help="of processor time, then end early")
    parser.add_argument("--wall", type=float, default=600.0, help="minutes, then end early")
    options = parser.parse_args(words)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(prefix="sms-", dir=MEMORY if MEMORY.is_dir() else None) as name:
        figures = asyncio.run(simulate(options, Path(name)))
    print(json.dumps(figures))
    is_short = figures["texts"] < options.texts
    return int(is_short or any(figures[key] for key in ("lost", "twice", "unsettled", "missing_rows")))
