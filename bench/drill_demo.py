"""Kills the demo with SIGKILL at random moments, starts it again, and asks the doctor.

`python -m bench.drill demo`. One process of our own on loopback, killed by its id, a fixed number of times.
Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

TANFANG = Path(sys.executable).with_name("tanfang")
START_SECONDS = 300


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.drill demo", description=__doc__)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--retirees", type=int, default=300)
    parser.add_argument("--volunteers", type=int, default=60)
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="drill-") as name:
        figures = drill(Path(name), options.kills, options.seed, options.retirees, options.volunteers)
    print(json.dumps({"drill": "demo", **figures}))
    return 0 if figures["doctor"]["ok"] and figures["twice"] == 0 else 1


def drill(folder: Path, kills: int, seed: int, retirees: int, volunteers: int) -> dict[str, Any]:
    """Start, let it live for some seconds, kill -9; at the end a peaceful stop and a look at the rows."""
    rng = random.Random(seed)
    port = free_port()
    environment = {**os.environ, "TANFANG_LISTEN": f"127.0.0.1:{port}", "TANFANG_VAR_DIR": str(folder)}
    environment["TANFANG_DATABASE_URL"] = f"sqlite:///{folder / 'drill.sqlite'}"
    arguments = ["demo", "--retirees", str(retirees), "--volunteers", str(volunteers)]
    arguments += ["--warm-up", "1", "--speed", "600", "--seed", str(seed)]
    for _ in range(kills):
        process = start(arguments, environment, folder)
        wait_until_ready(process, port)
        time.sleep(rng.uniform(2, 8))
        process.send_signal(signal.SIGKILL)
        process.wait()
    process = start(arguments, environment, folder)
    wait_until_ready(process, port)
    time.sleep(10)  # the city lives for some hours more: what the kills left open is settled
    process.send_signal(signal.SIGTERM)
    stopped = process.wait(60)
    report = subprocess.run(
        [TANFANG, "doctor", "--json"],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    doctor = json.loads(report.stdout.splitlines()[-1])
    return {"kills": kills, "seed": seed, "stopped_with": stopped, **count_texts(folder), "doctor": doctor}


def start(arguments: list[str], environment: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "output.log").open("ab") as log:
        return subprocess.Popen([TANFANG, *arguments], env=environment, cwd=folder, stdout=log, stderr=log)


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the demo ended by itself with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass  # not listening yet
        time.sleep(0.3)
    raise RuntimeError("the demo did not become ready")


def count_texts(folder: Path) -> dict[str, int]:
    """From the phones, not from our own messages: the same message on a phone twice was sent twice."""

    with sqlite3.connect(folder / "drill.sqlite") as db:
        received = db.execute("SELECT count(*) FROM phone_texts WHERE is_from_phone = 0").fetchone()[0]
        twice = db.execute(
            "SELECT count(*) FROM (SELECT a.message_id FROM attempts a JOIN phone_texts p "
            "ON p.ref = 'sim-' || substr(a.id,1,8)||'-'||substr(a.id,9,4)||'-'||substr(a.id,13,4)"
            "||'-'||substr(a.id,17,4)||'-'||substr(a.id,21) GROUP BY a.message_id HAVING count(*) > 1)"
        ).fetchone()[0]
    return {"texts_on_phones": received, "twice": twice}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
