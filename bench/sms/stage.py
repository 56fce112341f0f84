"""Servers and processes of a measurement: started by it, ended by their ids, on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.settings import Settings, load_settings
from tests.servers import postgres, valkey
from tests.servers.process import free_port, stop

SECRET = "a measurement needs a key of 32 bytes or more"
STANDIN = {"account": "AC" + "a" * 32, "token": "token-of-the-stand-in", "number": "+15005550006"}


@dataclass
class Started:
    """A process of ours; `ready` is a file that it makes when it works."""

    process: subprocess.Popen[bytes]
    ready: Path

    def wait_until_ready(self, until: float) -> bool:
        while time.monotonic() < until and self.process.poll() is None:
            if self.ready.exists():
                return True
            time.sleep(0.1)
        return False

    def kill(self) -> None:
        """With SIGKILL, as a crash would."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        stop(self.process)


@dataclass
class Stage:
    """Where a measurement runs. `environment`: of the product's processes."""

    kind: str  # sqlite, or postgres with redis
    folder: Path
    environment: dict[str, str]
    settings: Settings
    standin: str = ""
    started: int = 0

    def start(self, *roles: str, module: str = "bench.sms.process") -> Started:
        """A process of the product; its log goes to the stage's folder."""
        self.started += 1
        ready = self.folder / f"ready-{self.started}"
        with (self.folder / f"{'-'.join(roles) or 'all'}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *roles],
                env={**os.environ, **self.environment, "BENCH_READY": str(ready)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return Started(process, ready)

    def truth(self) -> dict[str, Any]:
        """What the gateway's stand-in has received, counted there."""
        with urllib.request.urlopen(f"{self.standin}/_truth", timeout=30) as answer:
            told: dict[str, Any] = json.load(answer)
        return told


@contextmanager
def staged(kind: str, folder: Path, standin: list[str], **more: str) -> Iterator[Stage]:
    """Database, broker and a Twilio stand-in (with these words on its command line)."""
    with ExitStack() as stack:
        if kind == "sqlite":
            addresses = {"database_url": f"sqlite:///{folder / 'bench.sqlite'}", "broker_url": "memory://"}
        else:
            addresses = {
                "database_url": stack.enter_context(postgres()),
                "broker_url": stack.enter_context(valkey()),
            }
        base = stack.enter_context(running_standin(standin, folder))
        port = free_port()
        values = {
            **addresses,
            "secret_key": SECRET,
            "var_dir": str(folder),
            "listen": f"127.0.0.1:{port}",
            "public_base_url": f"http://127.0.0.1:{port}",
            "sms_gateway": "twilio",
            "twilio_account_sid": STANDIN["account"],
            "twilio_auth_token": STANDIN["token"],
            "twilio_from": STANDIN["number"],
            "twilio_api_base": base,
            "timezone": zone_where_it_is_day(),
            "log_level": "WARNING",
            **more,
        }
        environment = {f"TANFANG_{name.upper()}": value for name, value in values.items()}
        settings = load_settings(_env_file=None, **values)
        yield Stage(kind, folder, environment, settings, base)


@contextmanager
def running_standin(words: list[str], folder: Path) -> Iterator[str]:
    """The gateway as a process of its own; its address."""
    with (folder / "standin.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.standins.serve", "twilio", *words],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    try:
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["base"])
    finally:
        stop(process)  # type: ignore[arg-type]  # text or bytes does not matter to it


def zone_where_it_is_day() -> str:
    """Texts keep their reader's hours: a zone in which it is late morning now."""
    ahead = (10 - datetime.now(UTC).hour + 12) % 24 - 12  # hours east of Greenwich, -12 to 11
    return f"Etc/GMT{'-' if ahead >= 0 else '+'}{abs(ahead)}" if ahead else "Etc/GMT"
