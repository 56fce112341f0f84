"""The demo stopped and started again: simulated people remember what they had promised."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col

from config.clock import ManualClock
from config.settings import load_settings
from domain.messages import MessageStatus
from domain.offers import OfferStatus
from domain.visits import VisitStatus
from models.messages import Inbound, Message
from models.migrate import migrate_async
from models.visits import Offer, Visit
from services.planning.planning import plan_visits
from simulation.gateway import SimulatedGateway
from simulation.run import START
from tanfang.demo import LivePeople, WatchedGateway
from tanfang.runtime import Runtime, create_runtime
from tests.factories import add_divisions, add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import rows, say_yes

HOUR = timedelta(hours=1)


@pytest.fixture
async def runtime(tmp_path: Path) -> AsyncIterator[Runtime]:
    settings = load_settings(
        database_url=f"sqlite:///{tmp_path / 'demo.sqlite'}",
        secret_key="tests need a key of thirty-two bytes",
        var_dir=tmp_path,
    )
    await migrate_async(settings.database_url)
    clock = ManualClock(START + timedelta(hours=4))  # nine in the morning
    async with create_runtime(settings, clock=clock, wrap_gateway=WatchedGateway) as made:
        await made.steps.run("system", add_divisions)
        yield made


@pytest.fixture
def play(runtime: Runtime) -> Play:
    assert isinstance(runtime.clock, ManualClock)
    return Play(runtime.steps, runtime.clock)


async def fill(step: Any) -> None:
    for _ in range(8):
        await add_volunteer(step)
    for _ in range(3):
        await add_visit(step, retiree_id=(await add_retiree(step)).id)


async def live(people: LivePeople, play: Play, hours: int) -> None:
    """The demo's loop without its waiting."""
    for _ in range(4 * hours):
        play.clock.advance(timedelta(minutes=15))
        await people._schedule.run_until(play.clock.now())
        await play.tick()


async def test_after_a_restart_texts_on_phones_are_answered_and_promises_kept(
    runtime: Runtime, play: Play
) -> None:
    await runtime.steps.run("system", fill)
    await plan_visits(runtime.steps, "test")
    await play.tick()
    promised = (await rows(play, Visit))[0]
    await say_yes(play, promised.id)
    waiting = await rows(play, Offer, col(Offer.status) == OfferStatus.OFFERED)
    assert waiting
    assert await rows(play, Inbound) == []

    people = LivePeople(runtime, 1, frozenset())  # a new process: nobody has read anything yet
    await people.resume()
    await live(people, play, 20)
    assert len(await rows(play, Inbound)) > 0, "texts from before the stop are answered"
    ended = await rows(play, Offer, col(Offer.id).in_([o.id for o in waiting]))
    assert {o.status for o in ended} - {OfferStatus.OFFERED, OfferStatus.EXPIRED}
    await live(people, play, 72)
    after = (await rows(play, Visit, col(Visit.id) == promised.id))[0]
    assert after.status not in (VisitStatus.ACCEPTED, VisitStatus.CHECKED_IN), "the crew came, or was missed"


async def test_the_phone_left_for_the_newcomer_answers_nothing(runtime: Runtime, play: Play) -> None:
    await runtime.steps.run("system", fill)
    await plan_visits(runtime.steps, "test")
    await play.tick()
    texts = await rows(
        play, Message, col(Message.template) == "V1", col(Message.status) == MessageStatus.DELIVERED
    )
    mine = texts[0]
    people = LivePeople(runtime, 1, frozenset({mine.phone}))
    await people.resume()
    await live(people, play, 20)
    written = await rows(play, Inbound)
    assert written
    assert mine.phone_index not in {row.phone_index for row in written}


async def test_the_watched_gateway_passes_everything_on() -> None:
    from random import Random

    inner = SimulatedGateway(Random(1))
    watched = WatchedGateway(inner)
    assert (watched.name, watched.capabilities) == (inner.name, inner.capabilities)
