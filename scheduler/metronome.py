"""APScheduler as a metronome: it knows no job but "look now". What is due stands in the database."""

from __future__ import annotations

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.ticks import Send, tick
from scheduler.timetable import claim_periods
from services.steps import Steps

log = structlog.get_logger()


def create_metronome(steps: Steps, send: Send, seconds: float) -> AsyncIOScheduler:
    """A scheduler on the running loop that looks every so many seconds; start it with `.start()`."""
    metronome = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    metronome.add_job(look, "interval", seconds=seconds, args=(steps, send), id="look")
    return metronome


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
