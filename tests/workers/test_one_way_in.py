"""What the queue may bring: old, repeated, foreign or malformed messages harm nobody."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import dramatiq
import pytest
from dramatiq.brokers.stub import StubBroker
from dramatiq.errors import ActorNotFound

from config.settings import load_settings
from workers.actors import ACTORS, QUEUES, ActorSpec
from workers.broker import HINT_AGE_MS, create_broker, create_send, declare_actors
from workers.context import WorkerContext


@pytest.fixture
def broker() -> StubBroker:
    made = create_broker(load_settings())
    assert isinstance(made, StubBroker)
    return made


def test_each_actor_has_a_queue_and_a_limit() -> None:
    assert (
        {spec.queue for spec in ACTORS.values()} == set(QUEUES) == {"messages", "plans", "replies", "visits"}
    )
    assert all(spec.seconds > 0 for spec in ACTORS.values())
    long = {name for name, spec in ACTORS.items() if spec.seconds > 60}
    assert {ACTORS[name].queue for name in long} == {"plans"}, "nothing slow stands before replies and texts"


def test_an_unknown_actor_is_refused_where_it_is_named(broker: StubBroker) -> None:
    declare_actors(broker, None, None)
    with pytest.raises(ActorNotFound):
        create_send(broker)("visits.forget", [uuid4()])
    broker.close()


def test_hints_are_not_repeated_by_the_queue_and_grow_old(broker: StubBroker) -> None:
    names = {type(m).__name__ for m in broker.middleware}
    assert "Retries" not in names
    (age,) = [m for m in broker.middleware if isinstance(m, dramatiq.middleware.AgeLimit)]
    assert age.max_age == HINT_AGE_MS
    broker.close()


async def test_a_worker_does_the_work_on_the_loop_of_the_process(
    broker: StubBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[UUID] = []
    finished = asyncio.Event()

    async def work(_context: WorkerContext, row_id: UUID) -> None:
        if not done:
            done.append(row_id)
            raise RuntimeError("the first fails")
        done.append(row_id)
        if len(done) == 3:
            finished.set()

    monkeypatch.setitem(ACTORS, "visits.step", ActorSpec(work, "visits", 1))
    declare_actors(broker, asyncio.get_running_loop(), object())  # type: ignore[arg-type]  # the work looks at nothing
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=50)
    worker.start()
    try:
        ids = [uuid4() for _ in range(3)]
        create_send(broker)("visits.step", ids[:1])
        create_send(broker)("visits.step", ids[1:])
        await asyncio.wait_for(finished.wait(), 20)
    finally:
        await asyncio.to_thread(worker.stop)
        broker.close()
    assert done == ids
