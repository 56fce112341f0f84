"""The gateway of a simulation: it knows for certain what was sent, and can fail like real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from domain.messages import MessageStatus
from notifications.gateways.protocol import (
    Accepted,
    FindError,
    InDoubt,
    NotProcessed,
    Outcome,
    Outgoing,
    Remote,
)
from notifications.gateways.simulator import PhonesOnly, reference

OnText = Callable[[Outgoing, datetime], Awaitable[None]]


class SimulatedCrash(Exception):  # noqa: N818  # it is a crash, not an error of ours
    """The process died here: nothing after this point happened."""


@dataclass(frozen=True)
class FaultRates:
    """Shares of calls that go wrong."""

    refused_before: float = 0.05  # 503, nothing taken, but the caller cannot know
    error_after: float = 0.05  # 500 although taken
    hang: float = 0.03  # no answer; taken or not
    too_many: float = 0.03  # 429, certainly not taken
    crash_before: float = 0.01
    crash_after: float = 0.01
    find_fails: float = 0.1


@dataclass
class Truth:
    """What the gateway received, counted apart from our own tables."""

    by_message: Counter[str] = field(default_factory=Counter)
    stale: int = 0
    faults: int = 0
    texts: dict[str, list[Remote]] = field(default_factory=dict)


class SimulatedGateway(PhonesOnly):
    """Delivers at once to simulated people; with `faults`, fails at seeded random."""

    def __init__(self, rng: Random, faults: FaultRates | None = None) -> None:
        self._rng, self._faults = rng, faults
        self.truth = Truth()
        self.on_text: OnText | None = None

    async def send(self, outgoing: Outgoing, now: datetime) -> Outcome:
        if self._faults is None:
            await self._take(outgoing, now)
            return Accepted(reference(outgoing), MessageStatus.DELIVERED)
        return await self._send_with_faults(outgoing, now, self._faults)

    async def _send_with_faults(self, outgoing: Outgoing, now: datetime, rates: FaultRates) -> Outcome:
        draw = self._rng.random()
        for name in ("crash_before", "refused_before", "too_many", "hang", "error_after", "crash_after"):
            draw -= getattr(rates, name)
            if draw < 0:
                self.truth.faults += 1
                return await self._fail(name, outgoing, now)
        await self._take(outgoing, now)
        return Accepted(reference(outgoing), MessageStatus.DELIVERED)

    async def _fail(self, name: str, outgoing: Outgoing, now: datetime) -> Outcome:
        if name == "too_many":
            return NotProcessed(timedelta(seconds=30), "429")
        taken = name in ("error_after", "crash_after") or (name == "hang" and self._rng.random() < 0.5)
        if taken:
            await self._take(outgoing, now)
        if name.startswith("crash"):
            raise SimulatedCrash(name)
        return InDoubt(name)

    async def _take(self, outgoing: Outgoing, now: datetime) -> None:
        truth = self.truth
        truth.by_message[str(outgoing.id)] += 1
        truth.stale += now >= outgoing.expires_at
        remote = Remote(reference(outgoing), outgoing.text, MessageStatus.DELIVERED, now)
        truth.texts.setdefault(outgoing.to_e164, []).append(remote)
        if self.on_text is not None:
            await self.on_text(outgoing, now)

    async def find(self, outgoing: Outgoing, since: datetime) -> Sequence[Remote]:
        if self._faults is not None and self._rng.random() < self._faults.find_fails:
            self.truth.faults += 1
            raise FindError("listing failed")
        ref = reference(outgoing)
        return [r for r in self.truth.texts.get(outgoing.to_e164, []) if r.ref == ref]
