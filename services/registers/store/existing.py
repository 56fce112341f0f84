"""The registered persons that the rows of a batch may be about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import SQLModel, col, select

from domain.flags import Flag
from models.retirees import CertificationEvent, Contact, LifeStatus, Retiree, RetireeFlag
from models.seal import blind_index
from models.volunteers import Volunteer, VolunteerShift, VolunteerSkill
from services.registers.columns import Kind
from services.registers.decisions.seen import Who
from services.registers.rows.drafts import Draft
from services.steps import Step

CHUNK = 500


@dataclass
class KnownPerson:
    """A registered person with the rows that belong to the person."""

    row: Retiree | Volunteer
    contacts: list[Contact] = field(default_factory=list)
    flags: list[RetireeFlag] = field(default_factory=list)
    events: list[CertificationEvent] = field(default_factory=list)
    skills: list[VolunteerSkill] = field(default_factory=list)
    shifts: list[VolunteerShift] = field(default_factory=list)


@dataclass
class Known:
    """Registered persons by ID number and by name, birth date and community."""

    by_id: dict[str, KnownPerson] = field(default_factory=dict)
    by_who: dict[Who, list[KnownPerson]] = field(default_factory=dict)
    recused: dict[str, list[UUID]] = field(default_factory=dict)  # name or ID number → retirees
    doors: dict[str, set[Who]] = field(default_factory=dict)  # household → living retirees


async def load_known(step: Step, kind: Kind, drafts: Sequence[Draft]) -> Known:
    """Look the batch up by blind index, then those not found by name, birth date and community."""
    model = Retiree if kind is Kind.RETIREES else Volunteer
    usable = [draft for draft in drafts if not draft.is_rejected]
    number_of = {
        blind_index("id_number", draft.id_number): draft.id_number for draft in usable if draft.id_number
    }
    known = Known()
    people: dict[UUID, KnownPerson] = {}
    for row in await _load(step, model, model.id_number_index, list(number_of)):
        people[row.id] = known.by_id[number_of[row.id_number_index]] = KnownPerson(row)
    wanted = {draft.who for draft in usable if draft.id_number not in known.by_id}
    ids = await _ids_by_who(step, model, wanted)
    for row in await _load(
        step, model, model.id, [person_id for person_id in ids if person_id not in people]
    ):
        people[row.id] = KnownPerson(row)
    for person_id in ids:
        row = people[person_id].row
        known.by_who.setdefault((row.name, row.born_on, row.division_code), []).append(people[person_id])
    await _load_belongings(step, kind, people)
    if kind is Kind.RETIREES:
        alone = {d.values.get("household", "") for d in usable if Flag.LIVING_ALONE in d.flags}
        known.doors = await _behind_doors(step, sorted(alone - {""}))
    else:
        known.recused = await _find_recused(step, {name for draft in usable for name in draft.recused})
    return known


async def count_phones(step: Step, kind: Kind, phones: Iterable[str]) -> dict[str, int]:
    """How many registered persons have each of these own numbers."""
    model = Retiree if kind is Kind.RETIREES else Volunteer
    text_of = {blind_index("phone", phone): phone for phone in phones}
    counts: dict[str, int] = {}
    for part in _parts(list(text_of)):
        query = select(col(model.phone_index), func.count()).where(col(model.phone_index).in_(part))
        for index, count in await step.session.execute(query.group_by(col(model.phone_index))):
            if index is not None:
                counts[text_of[index]] = count
    return counts


async def _ids_by_who(step: Step, model: type[Retiree] | type[Volunteer], wanted: set[Who]) -> list[UUID]:
    ids: list[UUID] = []
    for part in _parts(sorted(wanted, key=lambda who: who[2])):
        query = select(col(model.id), col(model.name), col(model.born_on), col(model.division_code)).where(
            col(model.division_code).in_({who[2] for who in part}),
            col(model.born_on).in_({w[1] for w in part}),
        )
        found = await step.session.execute(query)
        ids += [i for i, name, born_on, code in found if (name, born_on, code) in wanted]
    return ids


async def _load_belongings(step: Step, kind: Kind, person_of: dict[UUID, KnownPerson]) -> None:
    ids = list(person_of)
    if kind is Kind.RETIREES:
        for contact in await _load(step, Contact, Contact.retiree_id, ids):
            person_of[contact.retiree_id].contacts.append(contact)
        for flag in await _load(step, RetireeFlag, RetireeFlag.retiree_id, ids):
            if flag.ended_on is None:
                person_of[flag.retiree_id].flags.append(flag)
        for event in await _load(step, CertificationEvent, CertificationEvent.retiree_id, ids):
            if event.voided_at is None:
                person_of[event.retiree_id].events.append(event)
    else:
        for skill in await _load(step, VolunteerSkill, VolunteerSkill.volunteer_id, ids):
            person_of[skill.volunteer_id].skills.append(skill)
        for shift in await _load(step, VolunteerShift, VolunteerShift.volunteer_id, ids):
            person_of[shift.volunteer_id].shifts.append(shift)


async def _behind_doors(step: Step, doors: Sequence[str]) -> dict[str, set[Who]]:
    found: dict[str, set[Who]] = defaultdict(set)
    for part in _parts(doors):
        query = select(
            col(Retiree.household), col(Retiree.name), col(Retiree.born_on), col(Retiree.division_code)
        ).where(col(Retiree.household).in_(part), col(Retiree.life_status) == LifeStatus.LIVING)
        for door, name, born_on, code in await step.session.execute(query):
            found[door].add((name, born_on, code))
    return found


async def _find_recused(step: Step, names: set[str]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = defaultdict(list)
    number_of = {blind_index("id_number", name.upper()): name for name in names if name[:-1].isdigit()}
    for retiree in await _load(step, Retiree, Retiree.id_number_index, list(number_of)):
        found[number_of[retiree.id_number_index]].append(retiree.id)
    for part in _parts(sorted(names - set(number_of.values()))):
        query = select(col(Retiree.id), col(Retiree.name)).where(col(Retiree.name).in_(part))
        for retiree_id, name in await step.session.execute(query):
            found[name].append(retiree_id)
    return found


async def _load(step: Step, model: type[SQLModel], column: Any, values: Sequence[Any]) -> list[Any]:
    rows: list[Any] = []
    for part in _parts(values):
        rows += await step.session.scalars(select(model).where(col(column).in_(part)))
    return rows


def _parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
