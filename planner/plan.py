"""The plan: who goes where and when, and for each visit nobody goes to, why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Stop:
    """One seat of one visit in a route; `start` in seconds from midnight."""

    visit: int
    seat: int
    start: int


@dataclass(frozen=True, slots=True)
class Route:
    """One volunteer's day, stops in order of time."""

    volunteer: int
    day: int
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Unserved:
    """A visit in no route: a code of `planner.reasons.Reason` and its counts."""

    visit: int
    reason: str
    detail: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """An accepted assignment that breaks a rule; it stands, because a person decided it."""

    visit: int
    volunteer: int
    day: int
    what: str


@dataclass(frozen=True)
class Plan:
    """Routes and reasons. `iterations` tells how long was searched and is not written to files."""

    routes: tuple[Route, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    iterations: int = field(default=0, compare=False)

    def seats(self) -> dict[tuple[int, int], tuple[int, int, int]]:
        """(visit, seat) → (volunteer, day, start)."""
        return {
            (stop.visit, stop.seat): (route.volunteer, route.day, stop.start)
            for route in self.routes
            for stop in route.stops
        }

    def to_json(self) -> dict[str, Any]:
        """Plain values in the plan format; conflicts only if there are any."""
        plain: dict[str, Any] = {
            "routes": [
                {
                    "volunteer": route.volunteer,
                    "day": route.day,
                    "stops": [{"visit": s.visit, "seat": s.seat, "start": s.start} for s in route.stops],
                }
                for route in self.routes
            ],
            "unserved": [
                {"visit": u.visit, "reason": u.reason, "detail": dict(u.detail)} for u in self.unserved
            ],
        }
        if self.conflicts:
            plain["conflicts"] = [
                {"visit": c.visit, "volunteer": c.volunteer, "day": c.day, "what": c.what}
                for c in self.conflicts
            ]
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Plan:
        """The plan of `to_json`. Raises KeyError, TypeError or ValueError if the format is not kept."""
        routes = tuple(
            Route(
                int(route["volunteer"]),
                int(route["day"]),
                tuple(Stop(int(s["visit"]), int(s.get("seat", 0)), int(s["start"])) for s in route["stops"]),
            )
            for route in plain["routes"]
        )
        unserved = tuple(
            Unserved(int(u["visit"]), str(u["reason"]), dict(u.get("detail", {}))) for u in plain["unserved"]
        )
        conflicts = tuple(
            Conflict(int(c["visit"]), int(c["volunteer"]), int(c["day"]), str(c["what"]))
            for c in plain.get("conflicts", ())
        )
        return cls(routes, unserved, conflicts)

    def save(self, path: str | Path) -> None:
        """Write the `.json` file."""
        Path(path).write_text(json.dumps(self.to_json(), ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Plan:
        """Read a `.json` file; raises as `from_json`, or OSError."""
        return cls.from_json(json.loads(Path(path).read_text(encoding="utf-8")))
