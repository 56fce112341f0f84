"""One step = one transaction: what a service function is given, and how the edge runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from config.clock import Clock
from domain.policy import Policy, PolicyHistory
from models.database import Database
from models.policies import load_policies
from models.scope import SYSTEM, Reader
from notifications.contract import Contract

T = TypeVar("T")
# Hands ids to an actor by its name; losing a hint costs one tick, nothing else.
SendHint = Callable[[str, list[UUID]], None]

ASSUMED = Contract(is_assumed=True)  # every text counts as approved

MAX_TRIES = 5
RETRIED_STATES = ("40001", "40P01", "55P03")  # serialization failure, deadlock, lock not available
log = structlog.get_logger()


@dataclass(frozen=True)
class Origin:
    """Where a step comes from, for the audit trail; empty for what the system does by itself."""

    role: str = ""
    request_id: str = ""
    address: str = ""  # of the caller, in the network


@dataclass
class Step:
    """Everything a service function works with. It never commits; the edge does."""

    session: AsyncSession
    now: datetime
    policies: PolicyHistory
    zone: ZoneInfo
    actor: str = "system"
    signature: str = "长沙退管"  # signs every text
    contract: Contract = ASSUMED  # which texts the gateway has approved
    cache: dict[str, Any] = field(default_factory=dict)  # the process's; see services.planning.roster
    hints: list[tuple[str, UUID]] = field(default_factory=list)
    # Asked for by each visit of a batch (services.planning.problems): where visits are, who is busy on a day.
    places: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    promises: dict[date, list[Any]] = field(default_factory=dict)
    intended: dict[str, bool] = field(default_factory=dict)  # natural keys of texts already looked up
    gathered: dict[UUID, Any] = field(default_factory=dict)  # by visit; see services.gathering
    people: dict[UUID, Any] = field(default_factory=dict)  # volunteers; see services.people
    open_to: dict[UUID, list[Any]] = field(default_factory=dict)  # by volunteer; see services.replying
    received: dict[str, Any] = field(default_factory=dict)  # texts this step has stored, by dedupe key
    moved: set[UUID] = field(default_factory=set)  # volunteers whose seats this step has filled or freed
    origin: Origin = Origin()

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.zone).date()

    @cached_property
    def policy(self) -> Policy:
        """What is in force today."""
        return self.policies.on(self.today)

    @property
    def is_alone(self) -> bool:
        """No other step writes before this one ends: SQLite has one writer."""
        return self.session.get_bind().dialect.name == "sqlite"

    async def write_first(self, table: type[Any], visit_id: UUID) -> None:
        """Flush if a row of that table about the visit waits: before a question put without a flush."""
        waiting = [*self.session.new, *self.session.dirty]
        if any(isinstance(row, table) and row.visit_id == visit_id for row in waiting):
            await self.session.flush()

    def local_date(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def hint(self, actor_name: str, row_id: UUID) -> None:
        """After the commit, tell an actor that a row is due, so that nobody waits for the next tick."""
        self.hints.append((actor_name, row_id))


class Steps:
    """Opens steps for one process: database, clock, zone, the policy in force, and where hints go."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        zone: ZoneInfo,
        send: SendHint | None = None,
        signature: str = "长沙退管",
        contract: Contract = ASSUMED,
    ) -> None:
        self.db, self.clock, self.zone, self.send, self.signature = db, clock, zone, send, signature
        self.contract = contract
        self.solver: Callable[..., Any] | None = None  # another than planner.solve.solve, for comparison
        self.cache: dict[str, Any] = {}
        self.origin = Origin()

    def seen_from(self, origin: Origin) -> Steps:
        """The same process's steps on behalf of a caller: database, clock and cache are shared."""
        made = copy(self)
        made.origin = origin
        return made

    @asynccontextmanager
    async def open(self, actor: str = "system") -> AsyncIterator[Step]:
        """One transaction; hints leave after its commit."""
        now = self.clock.now()
        async with self.db.write() as session:
            step = await self._step(session, now, actor)
            yield step
        self.send_hints(step)

    @asynccontextmanager
    async def look(self, reader: Reader = SYSTEM) -> AsyncIterator[Step]:
        """A step that only reads: it keeps no writer waiting and is never committed."""
        async with self.db.read(reader) as session:
            yield await self._step(session, self.clock.now(), reader.name)

    async def _step(self, session: AsyncSession, now: datetime, actor: str) -> Step:
        return Step(
            session,
            now,
            await self._policies_at(session, now),
            self.zone,
            actor,
            self.signature,
            self.contract,
            self.cache,
            origin=self.origin,
        )

    async def run(self, actor: str, work: Callable[[Step], Awaitable[T]]) -> T:
        """Run `work` in a step; again from the start when somebody else was first, at most five times."""
        for attempt in range(1, MAX_TRIES + 1):
            try:
                async with self.open(actor) as step:
                    return await work(step)
            except (StaleDataError, IntegrityError, DBAPIError) as error:
                if attempt == MAX_TRIES or not _worth_retrying(error):
                    raise
                log.info("step.retried", attempt=attempt, cause=type(error).__name__)
        raise AssertionError("unreachable")  # pragma: no cover

    def send_hints(self, step: Step) -> None:
        if self.send is None:
            return
        grouped: dict[str, list[UUID]] = {}
        for actor_name, row_id in step.hints:
            grouped.setdefault(actor_name, []).append(row_id)
        for actor_name, ids in grouped.items():
            try:
                self.send(actor_name, ids)
            except Exception:  # the broker may be down: the row is due, a tick will find it
                log.warning("hint.lost", actor=actor_name, ids=len(ids))

    async def policy_at(self, session: AsyncSession, now: datetime) -> Policy:
        """The policy of the local day."""
        return (await self._policies_at(session, now)).on(now.astimezone(self.zone).date())

    async def _policies_at(self, session: AsyncSession, now: datetime) -> PolicyHistory:
        """Everything decided, read again after a minute of the clock."""
        stamp = now.timestamp()
        known: tuple[float, PolicyHistory] | None = self.cache.get("policy")
        if known is None or not 0 <= stamp - known[0] < 60:
            known = self.cache["policy"] = (stamp, await load_policies(session))
        return known[1]


def _worth_retrying(error: Exception) -> bool:
    """Another transaction was first: a version moved on, a unique key was taken, or the database chose."""
    if isinstance(error, StaleDataError | IntegrityError):
        return True
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state in RETRIED_STATES
