"""A sample city some days into its life, served on a free port, for screenshots."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from aiohttp import web
from aiohttp.test_utils import unused_port
from sqlmodel import col, select

from api.app import create_app
from api.context import ApiContext
from config.clock import ManualClock
from config.log import configure_logging
from config.settings import load_settings
from domain.visits import VisitStatus
from models.database import Database
from models.messages import Message, PhoneText
from models.migrate import migrate_async
from models.scope import SYSTEM
from models.seal import KeyRing, use_keys
from models.visits import Offer, Visit
from services.desk import open_visit_item
from services.steps import Step, Steps
from simulation.city import load_city
from simulation.gateway import SimulatedGateway
from simulation.run import START
from simulation.world import World

DAYS = 4
MORNING = timedelta(hours=5, minutes=10)  # after the start of a day, which is five in the morning there


@dataclass(frozen=True)
class Site:
    """Where it is, and addresses worth a look."""

    base: str
    visits: dict[str, str]  # status → path
    codes: dict[str, str]  # offered, accepted → a volunteer's code


@asynccontextmanager
async def sample_site(folder: Path) -> AsyncIterator[Site]:
    """Load, play, serve; everything is in `folder`."""
    port = unused_port()
    url = f"sqlite+aiosqlite:///{folder}/sample.sqlite"
    settings = load_settings(
        _env_file=None, database_url=url, var_dir=folder, listen=f"127.0.0.1:{port}", log_level="WARNING"
    )
    configure_logging(settings)
    use_keys(KeyRing(b"a key of the sample site, 32 bytes or more"))
    await migrate_async(url)
    clock, db = ManualClock(START), Database(url, durable=False)
    steps, gateway = Steps(db, clock, settings.zone), SimulatedGateway(Random(1))
    world = World(steps, clock, gateway, 1)
    await load_city(steps, folder, retirees=400, volunteers=90, seed=1)
    await world.run_until(START + timedelta(days=DAYS) + MORNING)
    await steps.run("system", _fill_phones)
    await steps.run("system", _fill_desk)
    app = create_app(ApiContext(settings, db, steps, clock, gateway))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    await web.TCPSite(runner, settings.host, port).start()
    try:
        yield Site(f"http://127.0.0.1:{port}", await _visits(db), await _codes(db))
    finally:
        await runner.cleanup()
        await db.close()


async def _fill_phones(step: Step) -> None:
    """The newest texts lie on the phones that the simulator's page shows."""
    rows = await step.session.scalars(
        select(Message)
        .where(col(Message.submitted_at).is_not(None))
        .order_by(col(Message.id).desc())
        .limit(60)
    )
    for row in rows:
        step.session.add(
            PhoneText(
                phone=row.phone, ref=f"screen-{row.id}", text=row.text, at=row.submitted_at or row.created_at
            )
        )


async def _fill_desk(step: Step) -> None:
    """A small city runs smoothly: matters of several kinds, one of them late, for the board to show."""
    visits = list(
        await step.session.scalars(
            select(Visit)
            .where(col(Visit.status).in_((VisitStatus.ACCEPTED, VisitStatus.OFFERED)))
            .order_by(col(Visit.id))
            .limit(5)
        )
    )
    minutes = {"no_show": -20, "alarm": 15, "unfilled": 95, "call": 240, "reply": 600}
    for visit, (kind, left) in zip(visits, minutes.items(), strict=False):
        await open_visit_item(step, visit, kind, due_at=step.now + timedelta(minutes=left))


async def _visits(db: Database) -> dict[str, str]:
    found = {}
    async with db.read(SYSTEM) as session:
        for status in VisitStatus:
            query = select(col(Visit.id)).where(col(Visit.status) == status)
            row = await session.scalar(
                query.order_by(col(Visit.retiree_id).is_(None), col(Visit.id).desc()).limit(1)
            )
            if row is not None:
                found[str(status)] = f"/visits/{row}"
    return found


async def _codes(db: Database) -> dict[str, str]:
    found = {}
    async with db.read(SYSTEM) as session:
        for status in ("offered", "accepted"):
            query = select(col(Offer.code)).join(Visit, col(Visit.id) == col(Offer.visit_id))
            code = await session.scalar(
                query.where(col(Offer.status) == status, col(Visit.status) == status)
                .order_by(col(Visit.starts_at))
                .limit(1)
            )
            if code:
                found[status] = code
    return found
