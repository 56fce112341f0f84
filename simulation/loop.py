"""An event loop for work that never waits for the world outside."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _NoPolling(selectors.DefaultSelector):
    """Asks the operating system only when there is nothing else to do: a simulation has no sockets."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return [] if timeout is not None and timeout <= 0 else super().select(timeout)


def loop_alone() -> asyncio.AbstractEventLoop:
    return asyncio.SelectorEventLoop(_NoPolling())


def run_alone(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` for a simulation."""
    with asyncio.Runner(loop_factory=loop_alone) as runner:
        return runner.run(work)
