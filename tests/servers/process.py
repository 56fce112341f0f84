"""Starting a server as somebody without rights, waiting for its port, stopping it by its id."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60.0
# Below the range from which the kernel gives ports to outgoing connections: a broker binds its ports
# seconds after they were chosen, and no test's connection may have taken one meanwhile.
PORTS = range(20_000, 32_000)


class MissingServer(Exception):  # noqa: N818  # it says what is missing
    """A server's program is not on this machine; the text says what to install."""


def free_port() -> int:
    """A port that nobody listens on; random, so that several test processes do not meet."""
    choose = random.SystemRandom()
    while True:
        port = choose.choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 1 << 30  # bytes


def memory_disk() -> Path | None:
    """A folder in memory with room for throw-away data, if there is one; what killed runs left in it goes."""
    for left in MEMORY.glob("tanfang-*-*-*"):
        if not Path(f"/proc/{left.name.split('-')[2]}").exists():
            shutil.rmtree(left, ignore_errors=True)
    try:
        is_roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED
    except OSError:
        return None
    return MEMORY if is_roomy else None


@contextmanager
def folder_of(user: str, inside: Path | None = None) -> Iterator[Path]:
    """A temporary folder (in `inside`) that the user may enter and write to, removed afterwards."""
    name = tempfile.mkdtemp(prefix=f"tanfang-{user}-{os.getpid()}-", dir=inside)
    path = Path(name)
    try:
        give(path, user)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def give(path: Path, user: str) -> None:
    """Hand a path over, when we are root and the server must not be."""
    if os.geteuid() == 0:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def identity(user: str) -> dict[str, object]:
    """`subprocess` arguments to run as another user; none when we are not root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def running(
    command: Sequence[str | Path],
    port: int,
    folder: Path,
    user: str,
    environment: dict[str, str],
    ask: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """The server while its port answers, ended by its own id; its log is shown when it does not start.

    `ask` is the signal that asks it to end.
    """
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "LC_ALL": "C.UTF-8",
                "HOME": str(folder),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **identity(user),  # type: ignore[call-overload]  # user, group and extra_groups
        )
    guard = _guard(process.pid, folder)
    try:
        wait_for_port(port, process, log)
        yield process
    finally:
        stop(process, ask)
        guard.kill()
        guard.communicate()


def _guard(group: int, folder: Path) -> subprocess.Popen[bytes]:
    """Ends the server's process group when we die without a word: then the pipe to this shell closes."""
    script = 'read nothing; kill -s KILL -- "-$0"; rm -rf "$1"'
    return subprocess.Popen(
        ["/bin/sh", "-c", script, str(group), folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"ended with {process.returncode}:\n{log.read_text(errors='replace')[-2000:]}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"did not answer on port {port}:\n{log.read_text(errors='replace')[-2000:]}")


def stop(process: subprocess.Popen[bytes], ask: signal.Signals = signal.SIGTERM) -> None:
    """Ask, then insist: its own process group only."""
    if process.poll() is None:
        process.send_signal(ask)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
