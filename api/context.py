"""What every handler of the web application works with."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from config.clock import Clock
from config.settings import Settings
from models.database import Database
from notifications.gateways.protocol import Gateway
from services.steps import Steps


@dataclass(frozen=True)
class ApiContext:
    """The parts of the process that requests need."""

    settings: Settings
    db: Database
    steps: Steps
    clock: Clock
    gateway: Gateway


CONTEXT: web.AppKey[ApiContext] = web.AppKey("context", ApiContext)
