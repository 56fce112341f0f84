"""Texts to send, and how they stand, straight in the database of a stage."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from config.clock import SystemClock
from config.settings import Settings
from domain.policy import Policy
from models.database import Database
from models.messages import Message
from models.migrate import migrate_async
from models.policies import PolicyValue
from models.scope import SYSTEM
from models.seal import use_keys
from models.volunteers import Pool, Volunteer
from services.messages import queue_message
from services.people import volunteer_recipient
from services.steps import Step, Steps
from tanfang.keys import load_keys

COMMUNITY = "430111001001"
# A measurement is about the machinery, not about how much a contract lets through.
FAST = {"segments_per_second": 1000, "segments_burst": 100_000}


async def prepare(settings: Settings) -> None:
    """An empty database of the newest schema, with a sender that is not slowed down."""
    use_keys(load_keys(settings))
    await migrate_async(settings.database_url)
    await _run(settings, prepare_policy)


async def prepare_policy(step: Step) -> None:
    """The sender's pace far above what is measured."""
    known = set(Policy.__dataclass_fields__)
    for key, value in FAST.items():
        if key in known:
            step.session.add(
                PolicyValue(
                    key=key,
                    value={"value": value},
                    effective_on=step.today,
                    set_by="bench",
                    set_at=step.now,
                    reason="measurement",
                )
            )


async def intend(settings: Settings, count: int, start: int = 0, delay: timedelta = timedelta()) -> None:
    """So many texts, each to a volunteer of its own with words of its own, due now (or after `delay`)."""

    async def write(step: Step, begin: int, end: int) -> None:
        volunteers = [_volunteer(step, number) for number in range(begin, end)]
        step.session.add_all(volunteers)
        await step.session.flush()
        for number, volunteer in zip(range(begin, end), volunteers, strict=True):
            message = await queue_message(
                step,
                "V5",
                volunteer_recipient(volunteer),
                f"bench/{number}",
                {"code": f"T{4000 + number // 10000}-{number % 10000:04d}"},
                moment=step.now + timedelta(hours=9),
                send_at=step.now + delay,
                code=f"T{4000 + number // 10000}-{number % 10000:04d}",
            )
            assert message is not None
        step.hints.clear()

    for begin in range(start, start + count, 500):
        end = min(begin + 500, start + count)
        await _run(settings, lambda step, b=begin, e=end: write(step, b, e))


def _volunteer(step: Step, number: int) -> Volunteer:
    row = Volunteer(
        name="样本志",
        sex=2,
        born_on=step.today.replace(year=1970),
        division_code=COMMUNITY,
        phone_kind="mobile",
        pool=Pool.DISTRICT,
        registered_on=step.today,
        created_at=step.now,
        updated_at=step.now,
    )
    row.phone = f"+86139{number:08d}"
    return row


async def count(settings: Settings) -> Counter[str]:
    """Texts by status."""
    db = Database(settings.database_url)
    try:
        return await count_in(db)
    finally:
        await db.close()


async def count_in(db: Database) -> Counter[str]:
    """The same of a database that is open."""
    async with db.read(SYSTEM) as session:
        rows = await session.execute(select(col(Message.status), func.count()).group_by(col(Message.status)))
        return Counter({str(status): number for status, number in rows})


async def phones(settings: Settings, ids: set[UUID] | None = None) -> list[str]:
    """Of all texts, for looking up what is missing."""
    db = Database(settings.database_url)
    try:
        async with db.read(SYSTEM) as session:
            return [m.phone for m in await session.scalars(select(Message)) if ids is None or m.id in ids]
    finally:
        await db.close()


async def _run(settings: Settings, work: object) -> None:
    db = Database(settings.database_url)
    try:
        await Steps(db, SystemClock(), settings.zone).run("bench", work)  # type: ignore[arg-type]  # a step's work
    finally:
        await db.close()
