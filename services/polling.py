"""Texts that a gateway's webhook could not bring: fetched every few minutes, stored like any other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import col, select

from models.messages import GatewayState
from notifications.gateways.protocol import FindError, Gateway, Inbound
from services import inbound
from services.steps import Step, Steps

log = structlog.get_logger()

EVERY = timedelta(minutes=2)
OVERLAP = timedelta(minutes=15)  # listings lag behind; the same text twice is one
FIRST = timedelta(days=1)
KEY = "inbound_polled_at"


async def poll_inbound(steps: Steps, gateway: Gateway) -> int:
    """Fetch what came in; returns how many texts the gateway told us, known ones too.

    May be called often and by several processes: between two polls it does nothing. A gateway that
    cannot be asked is asked again at the next call, from where the last good poll ended.
    """
    if not gateway.capabilities.polls_inbound:
        return 0
    async with steps.look() as step:
        last, now = await _last_poll(step, gateway.name), step.now
    if last is not None and now - last < EVERY:
        return 0
    try:
        found = await gateway.poll_inbound((last or now - FIRST) - OVERLAP)
    except FindError as error:
        log.warning("inbound.not_polled", gateway=gateway.name, why=str(error))
        return 0
    await steps.run("system", lambda step: _store(step, gateway.name, found, now))
    return len(found)


async def _last_poll(step: Step, gateway: str) -> datetime | None:
    state = await step.session.scalar(select(GatewayState).where(col(GatewayState.gateway) == gateway))
    told = state.detail.get(KEY) if state else None
    return datetime.fromisoformat(told) if told else None


async def _store(step: Step, gateway: str, found: Sequence[Inbound], polled_at: datetime) -> None:
    await inbound.receive_all(step, gateway, found)
    state = await step.session.scalar(
        select(GatewayState).where(col(GatewayState.gateway) == gateway).with_for_update()
    )
    if state is None:
        state = GatewayState(gateway=gateway)
        step.session.add(state)
    state.detail = {**state.detail, KEY: polled_at.isoformat()}
