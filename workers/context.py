"""What the actors of a process work with."""

from __future__ import annotations

from dataclasses import dataclass, field

from notifications.gateways.protocol import Gateway
from services.draining import Drain
from services.steps import Steps


@dataclass(frozen=True)
class WorkerContext:
    """Steps carry database, clock and policy; the gateway sends texts, `drain` those that wait in numbers."""

    steps: Steps
    gateway: Gateway
    drain: Drain = field(default_factory=Drain)
