"""`simulate` and `sample`."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tanfang.commands.common import JSON_OPTION, console, print_json, progress_bar, start

if TYPE_CHECKING:
    from config.settings import Settings
    from simulation.run import Run

# A simulation's personal data is made up; its key need not be secret, and must not be the installation's.
SIMULATION_KEY = b"simulated people need no secrecy"


def register(app: typer.Typer) -> None:
    app.command("simulate")(simulate_)
    app.command()(sample)


def play(settings: Settings, what: Run, url: str | None = None) -> dict[str, object]:
    """Simulate on a throw-away SQLite file (or an empty database at `url`) with a progress bar."""
    from models.seal import KeyRing, use_keys
    from simulation.loop import run_alone
    from simulation.run import simulate

    use_keys(KeyRing(SIMULATION_KEY))
    with (
        tempfile.TemporaryDirectory(prefix="tanfang-") as name,
        progress_bar(f"{what.days} days") as progress,
    ):
        folder = Path(name)
        where = url or f"sqlite+aiosqlite:///{folder / 'simulation.sqlite'}"
        played = simulate(what, where, settings.zone, folder, progress, tell=_tell)
        return run_alone(played)


def _tell(line: str) -> None:
    console.print(line, highlight=False, soft_wrap=True)


def finish(figures: dict[str, object], as_json: bool) -> None:
    """Print the figures; exit 1 when the doctor found something."""
    doctor = figures["doctor"]
    assert isinstance(doctor, dict)  # noqa: S101  # made by simulation.figures
    if as_json:
        print_json(figures)
    else:
        console.print_json(data=figures, default=str)
    if not doctor["ok"]:
        raise typer.Exit(1)


def simulate_(
    days: int = typer.Option(30, min=1, max=3660, help="days to play"),
    retirees: int = typer.Option(2000, min=1, max=1_000_000),
    volunteers: int = typer.Option(300, min=1, max=200_000),
    seed: int = typer.Option(1, help="same seed, same history"),
    faults: bool = typer.Option(False, "--faults", help="gateway faults, crashes, lost hints, outages"),
    plain: bool = typer.Option(False, "--plain", help="for comparison: first free volunteer, no waves"),
    as_json: bool = JSON_OPTION,
) -> None:
    """Play a sample city under a virtual clock. Example: tanfang simulate --days 30 --seed 7 --json"""
    from simulation.run import Run

    settings = start(log_level="WARNING" if not faults else "ERROR")
    what = Run(days=days, retirees=retirees, volunteers=volunteers, seed=seed, faults=faults, plain=plain)
    finish(play(settings, what), as_json)


def sample(
    retirees: int = typer.Option(2000, min=1, max=1_000_000),
    volunteers: int = typer.Option(300, min=1, max=200_000),
    seed: int = typer.Option(1),
    output: Path = typer.Option(Path("var/sample"), "-o", "--output", help="folder to write to"),
) -> None:
    """Write two sample registers of made-up persons. Example: tanfang sample --retirees 2000 -o var/sample"""
    from simulation.sample import write_sample

    settings = start()
    today = datetime.now(UTC).astimezone(settings.zone).date()
    write_sample(output, retirees, volunteers, seed, today)
    console.print(f"written: {output}/retirees.xlsx, {output}/volunteers.xlsx")
