"""APScheduler as a metronome: "look now", and "ask the gateway now". What is due stands in the database."""

from __future__ import annotations

from uuid import UUID

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.ticks import Send, tick
from scheduler.timetable import claim_periods
from services.steps import Steps

log = structlog.get_logger()
POLL_SECONDS = 180
NO_ROW = UUID(int=0)


def create_metronome(steps: Steps, send: Send, seconds: float) -> AsyncIOScheduler:
    """A scheduler on the running loop that looks every so many seconds; start it with `.start()`."""
    metronome = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    metronome.add_job(look, "interval", seconds=seconds, args=(steps, send), id="look")
    metronome.add_job(ask_gateway, "interval", seconds=POLL_SECONDS, args=(send,), id="ask_gateway")
    return metronome


async def ask_gateway(send: Send) -> None:
    """Have texts fetched that a webhook missed; it concerns no row, and several schedulers do no harm."""
    try:
        send("inbound.poll", [NO_ROW])
    except Exception:  # the broker may be down: the next beat asks again
        log.warning("hint.lost", actor="inbound.poll", ids=1)


async def look(steps: Steps, send: Send) -> dict[str, int]:
    """Timetable, then rows. A failure is logged and the next beat looks again."""
    try:
        for period in await claim_periods(steps):
            send(period.entry, [period.id])
        counts = await tick(steps, send)
    except Exception:  # whatever it was, the next beat looks again
        log.exception("tick.failed")
        return {}
    if counts:
        log.info("tick.sent", **counts)
    return counts
