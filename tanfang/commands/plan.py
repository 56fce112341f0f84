"""`plan`: the planner on a file, or on the live database: the same engine."""

from __future__ import annotations

import signal
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import typer

from tanfang.commands.common import JSON_OPTION, console, opened, print_json, progress_bar, run, start

if TYPE_CHECKING:
    from config.settings import Settings
    from planner.plan import Plan
    from planner.problem import Problem
    from planner.progress import Progress


def register(app: typer.Typer) -> None:
    app.command()(plan)


def plan(
    instance: Path | None = typer.Argument(None, help="a problem (.npz)"),
    output: Path | None = typer.Option(None, "-o", "--output", help="where to write the plan (.json)"),
    seed: int = typer.Option(1, min=0, max=2**63 - 1),
    budget: float = typer.Option(20.0, min=0.0, help="seconds to search; of a file only"),
    workers: int = typer.Option(1, min=1, help="threads that search the parts of a large problem"),
    map_page: Path | None = typer.Option(None, "--map", help="also draw the plan as a page (.html)"),
    day: int | None = typer.Option(None, min=0, help="draw this day only"),
    live: bool = typer.Option(False, "--live", help="plan the visits of the database, and propose them"),
    as_json: bool = JSON_OPTION,
) -> None:
    """Plan a problem file, or with --live the open visits of the database (exit 1: another plan is at work).

    Ctrl-C ends the search of a file and keeps the best plan found.
    Example: tanfang plan day-3000-s1.npz -o plan.json --budget 20 --map plan.html
    or: tanfang plan --live --json
    """
    if live == (instance is not None) or (instance is not None and output is None):
        typer.echo("Name a problem and a plan (PROBLEM.npz -o PLAN.json), or say --live.", err=True)
        raise typer.Exit(2)
    from planner.errors import ProblemError
    from planner.plan import Plan
    from planner.problem import Problem

    try:
        _check_targets(instance, output, map_page)
        if instance is None:
            figures, problem, made = run(_plan_live(start(), seed))
            if output is not None:
                made.save(output)
            if map_page is not None:
                _draw(problem, made, map_page, day)
        else:
            assert output is not None  # noqa: S101  # asked for above
            figures = _plan_file(instance, output, seed, budget, workers)
            if map_page is not None:
                _draw(Problem.load(instance), Plan.load(output), map_page, day)
    except (ProblemError, ValueError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if as_json:
        print_json(figures)
    else:
        for name, value in figures.items():
            console.print(f"{name:20} {value}")
    if figures.get("was_busy"):
        raise typer.Exit(1)


def _draw(problem: Problem, made: Plan, page: Path, day: int | None) -> None:
    from config.settings import load_settings
    from tanfang.plan_map import draw_plan

    page.write_text(draw_plan(problem, made, load_settings().language, day), encoding="utf-8")


def _check_targets(instance: Path | None, output: Path | None, map_page: Path | None) -> None:
    """Nothing is written over what was read or written just now. Raises ProblemError."""
    from planner.errors import ProblemError

    taken = set[Path]() if instance is None else {instance.resolve()}
    for target in (output, map_page):
        if target is None:
            continue
        if not target.parent.is_dir():
            raise ProblemError(f"{target}: there is no folder {target.parent}")
        if target.resolve() in taken:
            raise ProblemError(
                f"{target}: named twice; the problem, the plan and the page are files of their own"
            )
        taken.add(target.resolve())
    if map_page is not None and map_page.suffix.lower() not in (".html", ".htm"):
        raise ProblemError(f"{map_page}: --map draws a page: name it .html")


def _plan_file(instance: Path, output: Path, seed: int, budget: float, workers: int) -> dict[str, Any]:
    """`plan_file` with a bar. The first Ctrl-C ends the search, the second the command."""
    from planner.files import plan_file

    told = Event()

    def stop(*_: object) -> None:
        told.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        with progress_bar("plan") as show:

            def on_progress(word: Progress) -> None:
                share = 1.0 if word.phase == "finish" else min(0.99, word.seconds / max(budget, 1e-9))
                show(share, str(word.weight))

            return plan_file(instance, output, seed, budget, workers, told.is_set, on_progress)
    finally:
        signal.signal(signal.SIGINT, before)


async def _plan_live(settings: Settings, seed: int) -> tuple[dict[str, Any], Problem, Plan]:
    """The figures of the run, and the plan as it stands then. All in this process: no worker is needed."""
    from sqlmodel import col, select

    from models.plans import PlanRun
    from services.planning.current import current_plan
    from services.planning.planning import plan_visits

    async with opened(settings) as runtime:
        figures = await plan_visits(runtime.steps, "command", seed, may_fan_out=False)
        async with runtime.steps.look() as step:
            problem, made = await current_plan(step)
            newest = await step.session.scalar(
                select(PlanRun)
                .where(col(PlanRun.cause) == "command")
                .order_by(col(PlanRun.started_at).desc(), col(PlanRun.id).desc())
                .limit(1)
            )
    told = newest.figures if newest is not None and figures.visits else {}
    return {**asdict(figures), **told}, problem, made
