"""A city of two communities, the real ticks and actors, and gateways that know for certain what they took."""

from __future__ import annotations

import pytest

from config.clock import ManualClock
from services.steps import Steps
from tests.services.conftest import clock, steps
from tests.services.play import Play

__all__ = ["clock", "play", "steps"]


@pytest.fixture
def play(steps: Steps, clock: ManualClock) -> Play:  # pytest's way of asking for a fixture
    return Play(steps, clock)
