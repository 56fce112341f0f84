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
from api.rules import public
from config.clock import ManualClock
from config.log import configure_logging
from config.settings import load_settings
from models.database import Database
from models.messages import Message, PhoneText
from models.migrate import migrate_async
from models.seal import KeyRing, use_keys
from services.steps import Step, Steps
from simulation.city import load_city
from simulation.gateway import SimulatedGateway
from simulation.run import START
from simulation.world import World
from tools.sample_states import codes_of, fill_desk, fill_states, visits_of

DAYS = 4
MORNING = timedelta(hours=5, minutes=10)  # after the start of a day, which is five in the morning there


@dataclass(frozen=True)
class Site:
    """Where it is, and addresses worth a look."""

    base: str
    visits: dict[str, str]  # status → path
    codes: dict[
        str, tuple[str, str]
    ]  # state of the phone page → a volunteer's code, last digits of the number


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
    await steps.run("system", fill_desk)
    await fill_states(steps)
    app = create_app(ApiContext(settings, db, steps, clock, gateway))
    app.router.add_get("/broken", _break)
    app.router.add_get("/t/broken", _break)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    await web.TCPSite(runner, settings.host, port).start()
    try:
        yield Site(f"http://127.0.0.1:{port}", await visits_of(steps), await codes_of(steps))
    finally:
        await runner.cleanup()
        await db.close()


@public
async def _break(_request: web.Request) -> web.Response:
    """For a picture of the page that says so."""
    raise RuntimeError("meant to fail")


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
