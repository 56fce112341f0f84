"""Where everybody stands who draws a pension: the certification's clock, from the recorded events alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from domain.certification import CertificationClock, CertificationFact, certification_clock
from models.retirees import CertificationEvent, LifeStatus, Retiree
from services.due.certifications import VETERAN_CADRE
from services.steps import Step

COLUMNS = (
    col(Retiree.id),
    col(Retiree.division_code),
    col(Retiree.managing_agency),
    col(Retiree.first_benefit_on),
    col(Retiree.life_status),
    col(Retiree.home_visit_ground),
    col(Retiree.phone_kind),
    col(Retiree.opted_out_at),
)


@dataclass(frozen=True)
class Stand:
    """One person; sealed columns stay closed."""

    id: UUID
    division_code: str
    managing_agency: str
    first_benefit_on: date | None
    life_status: LifeStatus
    ground: str
    has_mobile: bool
    clock: CertificationClock
    facts: list[CertificationFact] = field(default_factory=list)


async def load_stands(step: Step, area: str = "") -> list[Stand]:
    """Everybody alive in the reader's area who draws a pension (rule CERT-01), by due date.

    `area`: leading digits of a division code.
    """
    facts: dict[UUID, list[CertificationFact]] = defaultdict(list)
    events = sa.select(
        col(CertificationEvent.retiree_id),
        col(CertificationEvent.occurred_on),
        col(CertificationEvent.channel),
    ).where(col(CertificationEvent.voided_at).is_(None))
    persons = sa.select(*COLUMNS).where(
        col(Retiree.life_status) != LifeStatus.DECEASED, col(Retiree.insured_type) != VETERAN_CADRE
    )
    if area:
        events = events.where(col(CertificationEvent.division_code).startswith(area))
        persons = persons.where(col(Retiree.division_code).startswith(area))
    for retiree_id, occurred_on, channel in await step.session.execute(events):
        facts[retiree_id].append(CertificationFact(occurred_on, channel))
    found = []
    for row in await step.session.execute(persons):
        stand = _stand(step, row, facts[row.id])
        if stand is not None:
            found.append(stand)
    return sorted(found, key=lambda s: (s.clock.due_on, s.division_code, s.id))


def _stand(step: Step, row: Any, facts: list[CertificationFact]) -> Stand | None:
    clock = certification_clock(facts, row.first_benefit_on, step.policies, step.today)
    if clock is None:
        return None
    return Stand(
        row.id,
        row.division_code,
        row.managing_agency,
        row.first_benefit_on,
        row.life_status,
        row.home_visit_ground,
        row.phone_kind == "mobile" and row.opted_out_at is None,
        clock,
        facts,
    )
