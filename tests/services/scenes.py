"""Situations that many tests begin with, and looks at what came of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from config.clock import ManualClock
from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.retirees import Retiree
from models.scope import SYSTEM
from models.visits import Visit
from models.volunteers import Volunteer
from notifications.gateways.protocol import FindError, Outcome, Outgoing, Remote
from services.answers import accept_offer
from services.call_list import Call, load_calls
from services.planning.planning import plan_visits
from services.steps import Step, Steps
from simulation.gateway import SimulatedGateway
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play


@dataclass(frozen=True)
class Line:
    """One line of a gateway's script: what it answers (or dies of), and whether it took the text."""

    answer: Outcome | Exception
    taken: bool = False


class ScriptedGateway(SimulatedGateway):
    """Answers as the script says, line by line; after its end every text is delivered."""

    def __init__(self, *lines: Line) -> None:
        super().__init__(Random(1))
        self.script = deque(lines)
        self.listing_works = True

    async def send(self, outgoing: Outgoing, now: datetime) -> Outcome:
        if not self.script:
            return await super().send(outgoing, now)
        line = self.script.popleft()
        if line.taken:
            await self._take(outgoing, now)
        if isinstance(line.answer, Exception):
            raise line.answer
        return line.answer

    async def find(self, outgoing: Outgoing, since: datetime) -> Sequence[Remote]:
        if not self.listing_works:
            raise FindError("the list cannot be read")
        return await super().find(outgoing, since)


async def offered(
    play: Play,
    *,
    volunteers: int = 5,
    kind: VisitKind = VisitKind.CARE,
    retiree: dict[str, Any] | None = None,
    **values: Any,
) -> Visit:
    """A visit that some of the volunteers have been asked for."""

    async def fill(step: Step) -> Visit:
        person = await add_retiree(step, **(retiree or {}))
        for _ in range(volunteers):
            await add_volunteer(step)
        return await add_visit(step, kind, person.id, **values)

    visit = await play.steps.run("system", fill)
    await plan_visits(play.steps, "test")
    await play.tick()
    visit = await play.visit(visit.id)
    assert visit.status is VisitStatus.OFFERED
    return visit


async def say_yes(play: Play, visit_id: UUID) -> Visit:
    """The first asked for each seat says yes."""
    seats = await play.seats(visit_id)
    for seat in seats:
        offer = next(o for o in await play.offers(visit_id) if o.position == seat.position)
        await play.steps.run("system", partial(accept_offer, offer_id=offer.id, channel="page"))
        await play.drain()
    visit = await play.visit(visit_id)
    assert visit.status is VisitStatus.ACCEPTED
    return visit


async def agreed(play: Play, **values: Any) -> Visit:
    """A visit whose whole crew has said yes."""
    visit = await offered(play, **values)
    return await say_yes(play, visit.id)


async def crew(play: Play, visit_id: UUID) -> list[Volunteer]:
    """The visitors, lead first."""
    ids = [s.volunteer_id for s in await play.seats(visit_id)]
    return [await row(play, Volunteer, i) for i in ids if i is not None]


async def retiree_of(play: Play, visit: Visit) -> Retiree:
    found: Retiree = await row(play, Retiree, visit.retiree_id)
    return found


async def row(play: Play, table: type[Any], row_id: Any) -> Any:
    async with play.steps.db.read(SYSTEM) as session:
        found = await session.get(table, row_id)
        assert found is not None
        return found


def scripted(steps: Steps, clock: ManualClock, gateway: ScriptedGateway) -> Play:
    """The real ticks and actors with a gateway that answers as the test says."""
    made = Play(steps, clock)
    made.gateway = gateway
    made.context = type(made.context)(steps, gateway)
    return made


async def rows(play: Play, table: type[Any], *where: Any) -> list[Any]:
    return await rows_of(play.steps, table, *where)


async def rows_of(steps: Steps, table: type[Any], *where: Any) -> list[Any]:
    async with steps.db.read(SYSTEM) as session:
        return list(await session.scalars(select(table).where(*where).order_by(col(table.id))))


async def open_matters(play: Play) -> list[str]:
    """Kinds of what lies on desks."""
    return sorted(item.kind for item in await rows(play, DeskItem, col(DeskItem.closed_at).is_(None)))


async def calls(play: Play) -> list[Call]:
    """The call list as city staff see it."""
    async with play.steps.look() as step:
        return await load_calls(step)
