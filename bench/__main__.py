"""`make bench` runs every measurement; `make bench ARGS=planner` one of them.

`python -m bench bound …`, `… plans …`, `… districts …`, `… growth …`, `… product …` and `… repair …` have
options of their own (`--help`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

MEASUREMENTS = ("planner", "imports", "simulation")
COMMANDS = {
    "bound": "bench.bound.command",
    "plans": "bench.plans.command",
    "districts": "bench.plans.districts",
    "growth": "bench.plans.growth",
    "product": "bench.product",
    "repair": "bench.repair",
    "sms": "bench.sms.throughput",
    "sms-answers": "bench.sms.answers",
    "sms-simulation": "bench.sms.simulation",
}


def main() -> int:
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        command = import_module(COMMANDS[sys.argv[1]])  # only now: they need the bench extra
        return int(command.main(sys.argv[2:]))
    chosen = sys.argv[1:] or list(MEASUREMENTS)
    unknown = [name for name in chosen if name not in MEASUREMENTS]
    if unknown:
        sys.stderr.write(f"no measurement {unknown[0]}; there are: {', '.join(MEASUREMENTS)}\n")
        return 2
    for name in chosen:
        measure: Callable[[], Iterator[dict[str, Any]]] = import_module(f"bench.{name}").measure
        for figures in measure():
            print(json.dumps({"bench": name, **figures}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
