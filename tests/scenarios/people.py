"""The persons that scenarios begin with."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.retirees import CertificationEvent, Retiree
from models.volunteers import Pool
from services.steps import Step
from tests.factories import OTHER_DISTRICT, add_retiree, add_volunteer

ID_NUMBER = "430181195012310046"


async def add_certified(step: Step, on: date, **values: Any) -> Retiree:
    """A woman of 75 who cannot go out and has no care visits, last certified on a day."""
    person = await add_retiree(
        step,
        **{
            "name": "样本王小英",
            "born_on": date(1950, 12, 31),
            "id_number": ID_NUMBER,
            "home_visit_ground": "bedridden",
            **values,
        },
    )
    step.session.add(
        CertificationEvent(
            retiree_id=person.id,
            occurred_on=on,
            channel="home_visit",
            recorded_at=step.now,
            recorded_by="register",
            division_code=person.division_code,
        )
    )
    await step.session.flush()
    return person


async def add_crew(step: Step, district: int = 4, city: int = 0, **values: Any) -> None:
    """So many women of the district's pool and of the city's, all certifiers, at home all week."""
    for _ in range(district):
        await add_volunteer(step, **values)
    for _ in range(city):
        await add_volunteer(step, pool=Pool.CITY, division_code=OTHER_DISTRICT, **values)
