"""A gateway that takes nothing: its texts wait, one is sent to see whether it works again, then the rest.

After a cap of the day it rests until the next local day, without money and with wrong settings for some
minutes; nobody has to switch it on again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy import CursorResult, func, update
from sqlmodel import col, select

from domain.messages import MessageStatus
from models.desk import DeskItem
from models.messages import GatewayState, Message
from notifications.gateways.outcomes import Fault
from services import desk
from services.steps import Step

log = structlog.get_logger()

PROBE_LEASE = timedelta(minutes=2)  # longer than the gateway call's own limit of ten seconds
PROBE = "probe"  # how the attempt that tries a paused channel is marked


async def enter(step: Step, gateway: str) -> tuple[datetime | None, bool]:
    """Until when a text has to wait (None: it may go), and whether it goes to try the paused channel.

    Of all that ask when a pause ends, one gets the yes: the statement that moves the end decides.
    """
    until = await step.session.scalar(
        select(col(GatewayState.paused_until)).where(col(GatewayState.gateway) == gateway)
    )
    if until is None:
        return None, False
    if until > step.now:
        return until, False
    lease = step.now + PROBE_LEASE
    moved: CursorResult[Any] = await step.session.execute(  # type: ignore[assignment]  # an UPDATE has a cursor
        update(GatewayState)
        .where(col(GatewayState.gateway) == gateway, col(GatewayState.paused_until) == until)
        .values(paused_until=lease)
    )
    return (None, True) if moved.rowcount else (lease, False)


async def pause(step: Step, gateway: str, fault: str, division_code: str) -> datetime:
    """Stop sending through a gateway for a while; returns until when.

    The city desk is told once for the whole pause.
    """
    state = await _locked(step, gateway)
    if state is None:
        state = GatewayState(gateway=gateway)
        step.session.add(state)
    since = state.detail.get("paused_since") if state.paused_until else None
    since = since or step.now.isoformat()
    until = max(_ends(step, fault), state.paused_until or step.now)
    state.paused_until, state.reason = until, fault[:64]
    state.detail = {**state.detail, "paused_since": since}
    await desk.open_item(
        step,
        "channel",
        f"{gateway}/{since}",
        f"{division_code[:4]}00000000",
        rung=desk.CITY_DESK,
        detail={"gateway": gateway, "reason": fault},
    )
    log.warning("gateway.paused", gateway=gateway, reason=fault, until=until.isoformat())
    return until


def _ends(step: Step, fault: str) -> datetime:
    if fault == Fault.DAILY_CAP:
        return datetime.combine(step.today + timedelta(days=1), time(), step.zone).astimezone(step.now.tzinfo)
    is_money = fault == Fault.BALANCE
    minutes = step.policy.balance_probe_minutes if is_money else step.policy.channel_pause_minutes
    return step.now + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Pause:
    """A channel that rests, for the banner."""

    gateway: str
    reason: str
    since: datetime
    until: datetime
    waiting: int  # texts whose time had come


async def load_pauses(step: Step) -> list[Pause]:
    """The channels that rest now."""
    states = list(
        await step.session.scalars(select(GatewayState).where(col(GatewayState.paused_until).is_not(None)))
    )
    if not states:
        return []
    last = max(s.paused_until for s in states if s.paused_until)
    waiting = await step.session.scalar(
        select(func.count())
        .select_from(Message)
        .where(col(Message.status) == MessageStatus.QUEUED, col(Message.send_at) <= last)
    )
    return [
        Pause(
            s.gateway,
            s.reason,
            datetime.fromisoformat(s.detail.get("paused_since") or step.now.isoformat()),
            s.paused_until,
            waiting or 0,
        )
        for s in states
        if s.paused_until
    ]


async def resume(step: Step, gateway: str) -> None:
    """The gateway took a text, or refused that text alone: what waited for the channel may go at once."""
    state = await _locked(step, gateway)
    if state is None or state.paused_until is None:
        return
    await step.session.execute(
        update(Message)
        .where(
            col(Message.status) == MessageStatus.QUEUED,
            col(Message.send_at) == state.paused_until,  # set by whoever was told to wait for it
        )
        .values(send_at=step.now)
        .execution_options(synchronize_session=False)
    )
    since = state.detail.get("paused_since")
    state.paused_until, state.reason = None, ""
    state.detail = {key: value for key, value in state.detail.items() if key != "paused_since"}
    item = await step.session.scalar(
        select(DeskItem).where(
            col(DeskItem.natural_key) == f"channel/{gateway}/{since}", col(DeskItem.closed_at).is_(None)
        )
    )
    if item is not None:
        await desk.close_item(step, item.id, "resumed")
    log.info("gateway.resumed", gateway=gateway)


async def _locked(step: Step, gateway: str) -> GatewayState | None:
    state: GatewayState | None = await step.session.scalar(
        select(GatewayState)
        .where(col(GatewayState.gateway) == gateway)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return state
