"""A city of two communities, the real ticks and actors, and gateways that know for certain what they took."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from config.clock import ManualClock
from services.steps import Steps
from tests.nasty.wires import Wired, wire
from tests.services.conftest import clock, steps
from tests.services.play import Play

__all__ = ["clock", "play", "steps", "wired"]


@pytest.fixture
def play(steps: Steps, clock: ManualClock) -> Play:  # pytest's way of asking for a fixture
    return Play(steps, clock)


@pytest.fixture
async def wired(steps: Steps, clock: ManualClock, database_url: str) -> AsyncIterator[Wired]:
    """The product with the real SDK, and a Twilio on loopback that calls it back."""
    async with wire(steps, clock, database_url) as made:
        yield made
