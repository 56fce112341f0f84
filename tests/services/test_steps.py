"""One step is one transaction: all or nothing, again when somebody else was first, hints after the commit."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import col

from models.plans import Serial
from models.retirees import Retiree
from services.errors import NotFound
from services.steps import MAX_TRIES, Step, Steps
from tests.factories import add_retiree
from tests.services.scenes import rows_of


async def test_whoever_was_second_begins_again_from_the_start(steps: Steps) -> None:
    person = await steps.run("system", add_retiree)
    seen: list[str] = []

    async def rename(step: Step) -> None:
        found = await step.session.get(Retiree, person.id)
        assert found is not None
        seen.append(found.name)
        if len(seen) == 1:  # somebody is faster: the row moves on under our hands
            await step.session.execute(
                update(Retiree)
                .where(col(Retiree.id) == person.id)
                .values(version=col(Retiree.version) + 1)
                .execution_options(synchronize_session=False)
            )
        found.name = "改名"
        await step.session.flush()

    await steps.run("system", rename)
    assert len(seen) == 2
    (after,) = await rows_of(steps, Retiree)
    assert (after.name, after.version) == ("改名", person.version + 1), "the first try left nothing behind"


async def test_after_five_times_the_caller_is_told(steps: Steps) -> None:
    tries = 0

    async def never(step: Step) -> None:
        nonlocal tries
        tries += 1
        raise StaleDataError("somebody else, always")

    with pytest.raises(StaleDataError):
        await steps.run("system", never)
    assert tries == MAX_TRIES


async def test_a_unique_key_taken_meanwhile_is_looked_up_anew(steps: Steps) -> None:
    await steps.run("system", lambda step: _add(step, "taken"))
    tries = 0

    async def first_blindly(step: Step) -> str:
        nonlocal tries
        tries += 1
        if tries > 1:
            return "found"
        await _add(step, "taken")
        return "added"

    assert await steps.run("system", first_blindly) == "found"


async def _add(step: Step, name: str) -> None:
    step.session.add(Serial(name=name, value=1))
    await step.session.flush()


async def test_a_refusal_is_not_tried_again_and_leaves_nothing(steps: Steps) -> None:
    tries = 0

    async def refuse(step: Step) -> None:
        nonlocal tries
        tries += 1
        await _add(step, "half done")
        raise NotFound("x", "not there")

    with pytest.raises(NotFound):
        await steps.run("system", refuse)
    assert tries == 1
    assert await rows_of(steps, Serial) == []


async def test_hints_leave_after_the_commit_and_only_then(steps: Steps) -> None:
    sent: list[tuple[str, list[UUID]]] = []
    steps.send = lambda actor, ids: sent.append((actor, ids))
    first, second = uuid4(), uuid4()

    async def work(step: Step) -> None:
        step.hint("visits.step", first)
        step.hint("visits.step", second)
        step.hint("messages.send", first)
        assert sent == []

    await steps.run("system", work)
    assert sent == [("visits.step", [first, second]), ("messages.send", [first])]
    sent.clear()

    async def fail(step: Step) -> None:
        step.hint("visits.step", first)
        raise NotFound("x", "not there")

    with pytest.raises(NotFound):
        await steps.run("system", fail)
    assert sent == [], "what was not committed is not hinted at"


async def test_a_broker_that_is_down_costs_a_hint_and_nothing_else(steps: Steps) -> None:
    def broken(_actor: str, _ids: list[UUID]) -> None:
        raise ConnectionError("the broker is down")

    steps.send = broken

    async def work(step: Step) -> None:
        await _add(step, "kept")
        step.hint("visits.step", uuid4())

    await steps.run("system", work)
    assert [s.name for s in await rows_of(steps, Serial)] == ["kept"]


async def test_other_errors_of_the_database_are_not_hidden(steps: Steps) -> None:
    await steps.run("system", lambda step: _add(step, "taken"))
    with pytest.raises(IntegrityError):
        await steps.run("system", lambda step: _add(step, "taken"))
