"""Is the process alive, is it ready, and how many of what: for machines."""

from __future__ import annotations

from functools import cache

import structlog
from aiohttp import web
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from sqlalchemy import func
from sqlmodel import col, select

from api.current import context
from api.middleware.logs import REQUESTS
from api.rules import loopback_or_token, public
from models.database import Database
from models.desk import DeskItem
from models.messages import Message
from models.migrate import alembic_config
from models.scope import SYSTEM
from models.visits import Visit

log = structlog.get_logger()
REGISTRY: web.AppKey[CollectorRegistry] = web.AppKey("registry", CollectorRegistry)


@public
async def healthz(_request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"status": "ok"})


@public
async def readyz(request: web.Request) -> web.Response:
    """The database answers and has the newest schema; else 503 with the reason."""
    try:
        found = await _revision(context(request).db)
    except Exception as error:  # whatever it is: not ready
        log.warning("process.not_ready", error=type(error).__name__)
        return web.json_response({"status": "unavailable", "reason": "database"}, status=503)
    if found != _newest_revision():
        return web.json_response({"status": "unavailable", "reason": "schema"}, status=503)
    return web.json_response({"status": "ready"})


async def _revision(db: Database) -> str | None:
    async with db.read(SYSTEM) as session:
        connection = await session.connection()
        return await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())


@cache
def _newest_revision() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


@loopback_or_token
async def metrics(request: web.Request) -> web.Response:
    """Prometheus' text format: requests of this process, rows by status."""
    registry = request.config_dict[REGISTRY]
    counts = CollectorRegistry()
    visits = Gauge("tanfang_visits", "Visits by status", ["status"], registry=counts)
    messages = Gauge("tanfang_messages", "Texts by status", ["status"], registry=counts)
    matters = Gauge("tanfang_desk_items", "Open matters by kind", ["kind"], registry=counts)
    async with context(request).db.read(SYSTEM) as session:
        for gauge, query in (
            (visits, select(col(Visit.status), func.count()).group_by(col(Visit.status))),
            (messages, select(col(Message.status), func.count()).group_by(col(Message.status))),
            (
                matters,
                select(col(DeskItem.kind), func.count())
                .where(col(DeskItem.closed_at).is_(None))
                .group_by(col(DeskItem.kind)),
            ),
        ):
            for label, count in await session.execute(query):
                gauge.labels(str(label)).set(count)
    body = generate_latest(registry) + generate_latest(counts)
    return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


def setup(app: web.Application) -> None:
    """Routes, and the counters that the log middleware fills."""
    app[REGISTRY] = registry = CollectorRegistry()
    app[REQUESTS] = Counter(
        "tanfang_requests", "Requests served", ["method", "route", "status"], registry=registry
    )
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
