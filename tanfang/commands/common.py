"""What several commands share: settings, progress, JSON.

Commands import what they work with when they run: `tanfang --help` and a wrong word need none of it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from config.settings import Settings
    from tanfang.runtime import Runtime

T = TypeVar("T")
JSON_OPTION = typer.Option(False, "--json", help="print one JSON object as the last line")
# Progress and words go to standard error, so that standard output can be piped.
console = Console(stderr=True)


def start(**overrides: object) -> Settings:
    """Settings and logs of a command."""
    from config.log import configure_logging
    from config.settings import load_settings

    settings = load_settings(**overrides)
    configure_logging(settings)
    return settings


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Runtime]:
    """A runtime on a migrated database."""
    from models.migrate import migrate_async
    from tanfang.runtime import create_runtime

    await migrate_async(settings.database_url)
    async with create_runtime(settings) as runtime:
        yield runtime


def print_json(value: object) -> None:
    import orjson

    sys.stdout.write(orjson.dumps(value, default=str).decode() + "\n")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[float, str], None]]:
    """A bar on standard error; call it with the share done and a word."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=console,
    ) as bars:
        task = bars.add_task(title, total=1.0)
        yield lambda share, _word: bars.update(task, completed=share)
