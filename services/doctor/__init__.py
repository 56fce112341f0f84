"""Does the database keep the invariants? One query or two for each; each finding names its row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from services.doctor.findings import Check, Problem
from services.doctor.messages import check_messages, check_stale
from services.doctor.people import check_audit, check_certifications, check_minutes
from services.doctor.visits import check_crews, check_overlaps, check_pairs, check_waking
from services.steps import Step

INVARIANTS: dict[str, Callable[[Step], Awaitable[Check]]] = {
    "1 every open visit has a wake-up time and a responsible person": check_waking,
    "2a never more volunteers than seats": check_crews,
    "2b never one volunteer on two overlapping visits": check_overlaps,
    "3 a two-person visit is confirmed as a pair or not at all": check_pairs,
    "4a each message ends, none has two accepted attempts": check_messages,
    "4b no message was sent after its moment": check_stale,
    "5 completed certification visits are certifications of their day": check_certifications,
    "6 minutes of completed visits are credited once": check_minutes,
    "7 the audit chain is unbroken": check_audit,
}


@dataclass(frozen=True)
class Report:
    """What was looked at, and what is wrong."""

    checked: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        return {"ok": self.ok, "checked": self.checked, "problems": [p.to_json() for p in self.problems]}


async def examine(step: Step) -> Report:
    """Run every check."""
    report = Report()
    for name, check in INVARIANTS.items():
        found = await check(step)
        report.checked[name] = found.rows
        report.problems.extend(Problem(name, table, row, what) for table, row, what in found.faults)
    return report
