"""What the actors of a process work with."""

from __future__ import annotations

from dataclasses import dataclass

from notifications.gateways.protocol import Gateway
from services.steps import Steps


@dataclass(frozen=True)
class WorkerContext:
    """Steps carry database, clock and policy; the gateway sends texts."""

    steps: Steps
    gateway: Gateway
