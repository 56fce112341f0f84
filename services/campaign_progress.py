"""How far a campaign is, district by district, and who has not been seen yet, with why (§2.4)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from domain.care import rate_percent
from domain.divisions import prefix
from domain.outcomes import Outcome
from domain.visits import FINAL, STAFFED, VisitStatus
from models.campaigns import Campaign
from models.retirees import LifeStatus, Retiree
from models.scope import Reader
from models.visits import Visit
from services.agency.reasons import code_of
from services.due.campaigns import targets_of
from services.due.persons import Person, load_persons
from services.steps import Step

DISTRICT = 6  # digits of a district's code
# How a visit may have ended, beside staff calling it off.
ENDS = frozenset({*Outcome, "campaign_over", "campaign_stopped", "discharged", "moved_out", "transferred"})
VISITS = sa.select(
    col(Visit.id),
    col(Visit.number),
    col(Visit.retiree_id),
    col(Visit.division_code),
    col(Visit.status),
    col(Visit.outcome),
    col(Visit.reason),
    col(Visit.attempts),
    col(Visit.starts_at),
)


@dataclass
class District:
    """Persons of a district. `ended`: visits that ended without an effective one, by what was found."""

    division_code: str
    quota: int | None = None
    targets: int = 0
    opened: int = 0
    agreed: int = 0
    completed: int = 0
    unvisited: int = 0
    ended: Counter[str] = field(default_factory=Counter)

    @property
    def wanted(self) -> int:
        """The quota; without one everybody whom the campaign is for."""
        return self.targets if self.quota is None else self.quota

    @property
    def percent(self) -> float | None:
        """Completed of wanted; None where nothing was wanted."""
        return rate_percent(self.completed, self.wanted) if self.wanted else None


@dataclass(frozen=True)
class Unvisited:
    """Somebody of the campaign whom nobody has seen yet. `code`: why, in words: group "unvisited"."""

    id: UUID
    division_code: str
    managing_agency: str
    code: str
    visit_id: UUID | None = None
    visit_number: str = ""
    starts_at: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True)
class Progress:
    """`districts` by code; `unvisited` by place, then id."""

    districts: list[District]
    unvisited: list[Unvisited]

    @property
    def total(self) -> District:
        """All districts together."""
        found = District("")
        for one in self.districts:
            for name in ("targets", "opened", "agreed", "completed", "unvisited"):
                setattr(found, name, getattr(found, name) + getattr(one, name))
            found.ended += one.ended
        if any(one.quota is not None for one in self.districts):
            found.quota = sum(one.wanted for one in self.districts)
        return found


async def load_progress(step: Step, campaign: Campaign, eyes: Reader) -> Progress:
    """What `eyes`, whose step it is, may see of a campaign: the own persons, and the own districts' quotas.

    A quota is a whole district's: whoever sees a part of one sees the targets of that part.
    """
    area = max(prefix(campaign.division_code), eyes.prefix, key=len)
    persons = await load_persons(step, (LifeStatus.LIVING, LifeStatus.HOSPITALISED), area)
    in_hospital = set(
        await step.session.scalars(
            sa.select(col(Retiree.id)).where(col(Retiree.life_status) == LifeStatus.HOSPITALISED)
        )
    )
    visits = {
        row.retiree_id: row
        # the newest counts: a campaign that was stopped may have been opened again
        for row in await step.session.execute(
            VISITS.where(col(Visit.campaign_id) == campaign.id).order_by(col(Visit.created_at), col(Visit.id))
        )
    }
    here = {person.id: person for person in persons}
    wanted = {person.id for person in targets_of(campaign, persons)}
    districts: dict[str, District] = {}

    def of(code: str) -> District:
        district = code[:DISTRICT].ljust(12, "0")
        return districts.setdefault(district, District(district))

    for person_id in wanted:
        of(here[person_id].division_code).targets += 1
    for person_id, row in visits.items():
        _count(of(here[person_id].division_code if person_id in here else row.division_code), row)
    under_way = {id_ for id_, row in visits.items() if row.status not in FINAL and id_ in here}
    unvisited = [
        _unvisited(here[id_], visits.get(id_), id_ in in_hospital)
        for id_ in wanted | under_way
        if not _is_seen(visits.get(id_))
    ]
    for one in unvisited:
        of(one.division_code).unvisited += 1
    if len(eyes.prefix) <= DISTRICT and not eyes.agency:
        for code, quota in campaign.quotas.items():
            if code.startswith(eyes.prefix):
                of(code).quota = quota
    unvisited.sort(key=lambda one: (one.division_code, one.id))
    return Progress([districts[code] for code in sorted(districts)], unvisited)


def _count(district: District, row: Any) -> None:
    district.opened += 1
    if _is_seen(row):
        district.completed += 1
    elif row.status in STAFFED:
        district.agreed += 1
    elif row.status in FINAL:
        district.ended[_end_of(row)] += 1


def _is_seen(row: Any) -> bool:
    """A completed visit at which the person was seen (rule CARE-04)."""
    return row is not None and row.status is VisitStatus.COMPLETED and row.outcome == Outcome.DONE_EVIDENCE


def _end_of(row: Any) -> str:
    """What was found, or why the visit was called off: `cancelled` where somebody only said so."""
    code = row.outcome or str((row.reason or {}).get("code", ""))
    return code if code in ENDS else "cancelled"


def _unvisited(person: Person, row: Any, in_hospital: bool) -> Unvisited:
    code = "not_opened" if row is None else _end_of(row) if row.status in FINAL else code_of(row.status)
    if row is not None and row.attempts and row.status not in FINAL | STAFFED:
        code = "tried_in_vain"
    if in_hospital:
        code = str(LifeStatus.HOSPITALISED)
    about = (row.id, row.number, row.starts_at, row.attempts) if row is not None else ()
    return Unvisited(person.id, person.division_code, person.managing_agency, code, *about)
