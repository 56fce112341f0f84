"""Loading a city's divisions into the database."""

from __future__ import annotations

from sqlmodel import col, select

from models.division_data import load_division_rows
from models.divisions import Division
from services.steps import Step


async def load_divisions(step: Step, prefix: str = "4301") -> int:
    """Insert the divisions that are not there yet; returns how many were new."""
    known = set(await step.session.scalars(select(col(Division.code))))
    rows = [row for row in load_division_rows(prefix) if row.code not in known]
    step.session.add_all(
        Division(
            code=row.code,
            name=row.name,
            level=row.level,
            parent_code=row.parent_code,
            latitude=row.latitude,
            longitude=row.longitude,
            is_approximate=row.is_approximate,
        )
        for row in rows
    )
    await step.session.flush()
    return len(rows)
