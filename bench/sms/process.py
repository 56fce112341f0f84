"""One process of the product with shorter leases, so that a drill need not wait for minutes.

`python -m bench.sms.process worker`; roles as words. BENCH_LEASES=SECONDS shortens lease, settling time and
the ticks' lease; without it the product's own hold. BENCH_PROFILE=FOLDER leaves a profile of each process
there. Nothing else differs from `tanfang worker`.
"""

from __future__ import annotations

import asyncio
import cProfile
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import cast

from config.log import configure_logging
from config.settings import Settings, load_settings
from scheduler import ticks
from services import missing_receipts, sending
from tanfang.runtime import ALL_ROLES, Role, create_runtime, run_roles, until_stopped


def shorten(seconds: float) -> None:
    """A lease must outlast a call that hangs for ten seconds."""
    lease = timedelta(seconds=seconds)
    sending.LEASE = sending.SETTLE = ticks.LEASE = lease
    sending.CALL = timedelta(seconds=min(11.0, seconds * 0.6))
    missing_receipts.ASK_AFTER = lease * 2


async def run(settings: Settings, roles: tuple[Role, ...]) -> None:
    async with (
        create_runtime(settings) as runtime,
        run_roles(runtime, roles, tick_seconds=float(os.environ.get("BENCH_TICK", "2"))),
    ):
        if ready := os.environ.get("BENCH_READY"):
            Path(ready).touch()  # noqa: ASYNC240  # once, on a temporary folder
        await until_stopped()


def main() -> None:
    if leases := os.environ.get("BENCH_LEASES"):
        shorten(float(leases))
    settings = load_settings()
    configure_logging(settings)
    roles = cast("tuple[Role, ...]", tuple(sys.argv[1:])) or ALL_ROLES
    folder = os.environ.get("BENCH_PROFILE")
    profile = cProfile.Profile(time.process_time) if folder else None
    if profile is None:
        asyncio.run(run(settings, roles))
    else:
        profile.runcall(asyncio.run, run(settings, roles))
        profile.dump_stats(f"{folder}/{'-'.join(roles)}-{os.getpid()}.prof")


if __name__ == "__main__":
    main()
