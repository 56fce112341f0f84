"""Processes: everything in one, or one role each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tanfang.commands.common import console, opened, run, start

if TYPE_CHECKING:
    from config.settings import Settings
    from tanfang.runtime import Role


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(api)
    app.command()(worker)
    app.command()(scheduler)


def serve() -> None:
    """Everything in one process (embedded default). Example: tanfang serve"""
    settings = start()
    run(_run(settings, ("api", "worker", "scheduler")))


def api() -> None:
    """The web server alone. Example: TANFANG_BROKER_URL=redis://localhost:6379/0 tanfang api"""
    run(_run(_shared(), ("api",)))


def worker() -> None:
    """Workers alone; start as many as you like. Example: tanfang worker"""
    run(_run(_shared(), ("worker",)))


def scheduler() -> None:
    """The metronome alone; several may run. Example: tanfang scheduler"""
    run(_run(_shared(), ("scheduler",)))


def _shared() -> Settings:
    """Roles of their own need a queue that they share."""
    from config.settings import SettingsError

    settings = start()
    if settings.is_embedded:
        raise SettingsError(
            "TANFANG_BROKER_URL: memory:// lives in one process; give redis://… or amqp://…, "
            "or run everything with: tanfang serve"
        )
    return settings


async def _run(settings: Settings, roles: tuple[Role, ...]) -> None:
    from tanfang.runtime import run_roles, until_stopped

    async with opened(settings) as runtime, run_roles(runtime, roles):
        if "api" in roles:
            console.print(f"http://{settings.listen}")
        await until_stopped()
