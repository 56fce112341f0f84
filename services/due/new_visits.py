"""Making visit rows: numbers, seats and the first line of the timeline, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from domain.policy import Policy
from domain.visits import VisitKind, VisitStatus
from models.visits import Seat, TimelineEntry, Visit
from services.desk import responsible_for
from services.numbers import visit_numbers
from services.steps import Step

CHUNK = 500


def kind_values(policy: Policy, kind: VisitKind) -> dict[str, Any]:
    """Crew, minutes and visiting hours that the policy gives a kind of visit."""
    return {
        "crew_size": getattr(policy.crew_size, kind),
        "minutes": getattr(policy.visit_minutes, kind),
        "windows": [[f"{s.start:%H:%M}", f"{s.end:%H:%M}"] for s in policy.visit_windows],
    }


async def add_visits(step: Step, drafts: Sequence[dict[str, Any]]) -> list[Visit]:
    """Insert the drafts whose natural key is new; they wait for the next plan.

    A draft has the columns of `Visit` that its maker knows; number, status and responsibility are added.
    """
    known: set[str] = set()
    keys = [d["natural_key"] for d in drafts]
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        known |= set(
            await step.session.scalars(select(col(Visit.natural_key)).where(col(Visit.natural_key).in_(part)))
        )
    fresh = [d for d in drafts if d["natural_key"] not in known]
    numbers = await visit_numbers(step, step.today, len(fresh)) if fresh else []
    responsible: dict[str, str] = {}
    visits = []
    for draft, number in zip(fresh, numbers, strict=True):
        code = draft["division_code"]
        if code not in responsible:
            responsible[code] = await responsible_for(step, code)
        visits.append(
            Visit(
                **draft,
                number=number,
                status=VisitStatus.DUE,
                responsible=responsible[code],
                wake_at=step.now,
                events=1,
                created_at=step.now,
            )
        )
    step.session.add_all(visits)
    await step.session.flush()
    for visit in visits:
        step.session.add_all(Seat(visit_id=visit.id, position=p) for p in range(visit.crew_size))
        step.session.add(
            TimelineEntry(
                visit_id=visit.id,
                position=1,
                at=step.now,
                actor=step.actor,
                event="visit.due",
                to_status=VisitStatus.DUE,
                why={"opens_on": visit.opens_on.isoformat(), "due_on": visit.due_on.isoformat()},
                division_code=visit.division_code,
                managing_agency=visit.managing_agency,
            )
        )
    await step.session.flush()
    return visits
