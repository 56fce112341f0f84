"""Calls at the same time share a transaction, and only one that cannot be stored is told so."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from api.together import MOST, Together


class Store:
    """Takes what it is given, except `bad` things; each batch waits for `gate`."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.down: Exception | None = None

    async def __call__(self, items: Sequence[int]) -> None:
        await self.gate.wait()
        self.batches.append(list(items))
        if self.down is not None:
            raise self.down
        if any(item < 0 for item in items):
            raise ValueError("bad")


async def test_what_comes_meanwhile_shares_the_next_transaction() -> None:
    store = Store()
    together = Together(store)
    store.gate.clear()
    waiting = [asyncio.create_task(together.put(0))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting += [asyncio.create_task(together.put(number)) for number in range(1, MOST + 3)]
    await asyncio.sleep(0)
    store.gate.set()
    await asyncio.gather(*waiting)
    assert [len(batch) for batch in store.batches] == [1, MOST, 2]
    assert sorted(n for batch in store.batches for n in batch) == list(range(MOST + 3))
    await together.put(999)
    assert store.batches[-1] == [999], "alone, at once"


async def test_one_that_cannot_be_stored_holds_up_nobody() -> None:
    store = Store()
    together = Together(store)
    results = await asyncio.gather(*(together.put(n) for n in (1, -2, 3)), return_exceptions=True)
    assert results[0] is None
    assert isinstance(results[1], ValueError)
    assert results[2] is None


async def test_a_database_that_is_down_is_asked_once_for_all() -> None:
    store = Store()
    store.down = OperationalError("BEGIN", {}, Exception("down"))
    together = Together(store)
    results = await asyncio.gather(*(together.put(n) for n in range(5)), return_exceptions=True)
    assert all(isinstance(result, OperationalError) for result in results)
    assert len(store.batches) == 1
    store.down = None
    await together.put(6)
    assert store.batches[-1] == [6], "it goes on afterwards"


async def test_a_caller_that_gave_up_takes_its_item_along() -> None:
    store = Store()
    together = Together(store)
    store.gate.clear()
    first = asyncio.create_task(together.put(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await together.put(2)
    third = asyncio.create_task(together.put(3))
    store.gate.set()
    await asyncio.gather(first, third)
    assert store.batches == [[1], [3]]
