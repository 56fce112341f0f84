"""`demo`: the main job on the embedded default, with a sample city that lives at a speed-up."""

from __future__ import annotations

import typer

from tanfang.commands.common import JSON_OPTION, run, start
from tanfang.commands.simulate import finish, play


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    days: int = typer.Option(30, min=1, max=3660, help="with --exit: days to play"),
    exit_: bool = typer.Option(False, "--exit", help="play the days without a server, print figures, end"),
    as_json: bool = JSON_OPTION,
    speed: float = typer.Option(120.0, min=1.0, max=3600.0, help="seconds of the city per second of yours"),
    warm_up: int = typer.Option(2, min=0, max=60, help="days played before the board opens"),
    retirees: int = typer.Option(2000, min=10, max=100_000),
    volunteers: int = typer.Option(300, min=5, max=20_000),
    seed: int = typer.Option(1),
    fresh: bool = typer.Option(False, "--fresh", help="throw an earlier demo away and begin again"),
) -> None:
    """Import two Excel registers, plan, offer, and watch visits being done. Example: tanfang demo"""
    if exit_:
        from simulation.run import Run

        settings = start(log_level="WARNING")
        figures = play(settings, Run(days=days, retirees=retirees, volunteers=volunteers, seed=seed))
        finish(figures, as_json)
        return
    from tanfang.demo import DemoPlan, serve_demo

    settings = start(log_level="WARNING", log_format="console")
    plan = DemoPlan(retirees, volunteers, seed, speed, warm_up, fresh)
    run(serve_demo(settings, plan))
