"""The few columns of a retiree that decide what is due; the sealed ones stay closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from domain.care import derived_flags
from domain.flags import Flag
from models.retirees import LifeStatus, Retiree, RetireeFlag
from services.steps import Step


@dataclass(frozen=True)
class Person:
    """A living retiree as the rules see them; `flags` with what follows from age and disability."""

    id: UUID
    born_on: date
    division_code: str
    managing_agency: str
    home_visit_ground: str
    first_benefit_on: date | None
    created_at: datetime
    insured_type: str
    flags: frozenset[Flag]
    sex: int = 0
    household: str = ""


async def load_persons(
    step: Step, lives: Sequence[LifeStatus] = (LifeStatus.LIVING,), area: str = ""
) -> list[Person]:
    """Everybody in these states (alive and at home), in order of id. `area`: digits of a division code."""
    within = [col(Retiree.division_code).startswith(area)] if area else []
    flags: dict[UUID, set[str]] = defaultdict(set)
    for retiree_id, flag in await step.session.execute(
        select(col(RetireeFlag.retiree_id), col(RetireeFlag.flag)).where(
            col(RetireeFlag.ended_on).is_(None) | (col(RetireeFlag.ended_on) > step.today)
        )
    ):
        flags[retiree_id].add(flag)
    rows = await step.session.execute(
        sa.select(
            col(Retiree.id),
            col(Retiree.born_on),
            col(Retiree.division_code),
            col(Retiree.managing_agency),
            col(Retiree.home_visit_ground),
            col(Retiree.first_benefit_on),
            col(Retiree.created_at),
            col(Retiree.disability_level),
            col(Retiree.insured_type),
            col(Retiree.sex),
            col(Retiree.household),
        )
        .where(col(Retiree.life_status).in_(lives), *within)
        .order_by(col(Retiree.id))
    )
    today, policy = step.today, step.policy
    return [
        Person(
            id=id_,
            born_on=born_on,
            division_code=division_code,
            managing_agency=managing_agency,
            home_visit_ground=ground,
            first_benefit_on=first_benefit_on,
            created_at=created_at,
            insured_type=insured_type,
            sex=sex,
            household=household,
            flags=frozenset(derived_flags(flags.get(id_, ()), born_on, disability, today, policy)),
        )
        for (
            id_, born_on, division_code, managing_agency, ground, first_benefit_on, created_at, disability,
            insured_type, sex, household,
        ) in rows.all()
    ]  # fmt: skip
