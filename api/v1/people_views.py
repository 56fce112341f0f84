"""People as they are shown in lists: masked while they leave the system."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from api.v1.people_models import ContactOut, RetireeLine, RetireeOut, VolunteerLine
from domain.masking import mask_address, mask_id, mask_name, mask_phone
from models.retirees import CertificationEvent, Contact, Retiree, RetireeFlag
from models.volunteers import Volunteer, VolunteerSkill


async def load_retiree_lines(session: AsyncSession, rows: Iterable[Retiree]) -> list[RetireeLine]:
    """With the flags that hold."""
    retirees = list(rows)
    flags = await _grouped(
        session,
        select(col(RetireeFlag.retiree_id), col(RetireeFlag.flag)).where(
            col(RetireeFlag.retiree_id).in_([r.id for r in retirees]), col(RetireeFlag.ended_on).is_(None)
        ),
    )
    return [RetireeLine(**_retiree_values(r, flags[r.id])) for r in retirees]


def _retiree_values(row: Retiree, flags: list[str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": mask_name(row.name),
        "sex": row.sex,
        "born_year": row.born_on.year,
        "division_code": row.division_code,
        "managing_agency": row.managing_agency,
        "phone": mask_phone(row.phone or ""),
        "life_status": row.life_status,
        "flags": sorted(flags),
        "version": row.version,
    }


async def load_retiree(session: AsyncSession, row: Retiree) -> RetireeOut:
    """One retiree with contacts and the last certification."""
    (line,) = await load_retiree_lines(session, [row])
    contacts = await session.scalars(
        select(Contact).where(col(Contact.retiree_id) == row.id).order_by(col(Contact.rank))
    )
    certified_on = await session.scalar(
        select(col(CertificationEvent.occurred_on))
        .where(col(CertificationEvent.retiree_id) == row.id, col(CertificationEvent.voided_at).is_(None))
        .order_by(col(CertificationEvent.occurred_on).desc())
        .limit(1)
    )
    return RetireeOut(
        **line.model_dump(),
        id_number=mask_id(row.id_number or ""),
        address=mask_address(row.address or ""),
        home_visit_ground=row.home_visit_ground,
        benefit_state=row.benefit_state,
        residence=row.residence,
        contacts=[
            ContactOut(
                rank=c.rank, name=mask_name(c.name), relation=c.relation, phone=mask_phone(c.phone or "")
            )
            for c in contacts
        ],
        certified_on=certified_on,
        opted_out_at=row.opted_out_at,
    )


async def load_volunteer_lines(session: AsyncSession, rows: Iterable[Volunteer]) -> list[VolunteerLine]:
    """With their skills."""
    people = list(rows)
    skills = await _grouped(
        session,
        select(col(VolunteerSkill.volunteer_id), col(VolunteerSkill.skill)).where(
            col(VolunteerSkill.volunteer_id).in_([v.id for v in people])
        ),
    )
    return [
        VolunteerLine(
            id=v.id,
            name=mask_name(v.name),
            pool=v.pool,
            status=v.status,
            division_code=v.division_code,
            organisation=v.organisation,
            skills=sorted(skills[v.id]),
            phone=mask_phone(v.phone or ""),
            no_shows=v.no_shows,
            version=v.version,
        )
        for v in people
    ]


async def load_volunteer(session: AsyncSession, row: Volunteer) -> VolunteerLine:
    """One volunteer."""
    (line,) = await load_volunteer_lines(session, [row])
    return line


async def _grouped(session: AsyncSession, query: Any) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for row_id, word in await session.execute(query):
        found[row_id].append(word)
    return found
