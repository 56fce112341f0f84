"""Care visits that fall due, and the monthly rate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from domain.ages import completed_years
from domain.care import (
    ContactForm,
    Level,
    Window,
    care_interval,
    care_level,
    care_window,
    is_effective,
    seen_at_home,
)
from domain.escalation import planner_weight
from domain.outcomes import Outcome
from domain.visits import FINAL, VisitKind, VisitStatus
from models.care import CareContact
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services.due.again import with_open_matter
from services.due.new_visits import kind_values
from services.due.persons import Person
from services.steps import Step

# Somebody went and did not get to see the person: no answer to the duty, once a person has dealt with it.
IN_VAIN = frozenset({Outcome.CANNOT_VERIFY, Outcome.ABORTED_SAFETY, Outcome.WRONG_PERSON})
# Any completed visit to the person is a contact, whatever it was for (fact 3).
CONTACT_KINDS = (VisitKind.CARE, VisitKind.CERTIFICATION, VisitKind.CAMPAIGN, VisitKind.EVENT)

SEEN_ON_VISITS = sa.select(col(Visit.retiree_id), col(Visit.starts_at)).where(
    col(Visit.status) == VisitStatus.COMPLETED,
    col(Visit.kind).in_(CONTACT_KINDS),
    col(Visit.outcome) == Outcome.DONE_EVIDENCE,
    col(Visit.retiree_id).is_not(None),
)
SEEN_ON_TRIPS = sa.select(col(VisitPart.retiree_id), col(VisitPart.reported_at)).where(
    col(VisitPart.status) == PartStatus.DONE, col(VisitPart.outcome) == Outcome.DONE_EVIDENCE
)
LAST_CALLS = sa.select(
    col(CareContact.retiree_id),
    col(CareContact.form),
    col(CareContact.with_person),
    sa.func.max(col(CareContact.occurred_at)),
).group_by(col(CareContact.retiree_id), col(CareContact.form), col(CareContact.with_person))


def levels(step: Step, persons: list[Person]) -> list[tuple[Person, Level]]:
    """Everybody who is looked after regularly, with the level."""
    found = [
        (person, care_level(person.flags, step.policy, completed_years(person.born_on, step.today)))
        for person in persons
    ]
    return [(person, level) for person, level in found if level is not None]


async def load_contacts(step: Step, only: UUID | None = None) -> dict[UUID, list[date]]:
    """Days of effective contact by retiree (or of one): home visits and calls with the person (CARE-04)."""
    return await _with_calls(step, await load_home_visits(step, only), only)


async def _with_calls(
    step: Step, at_home: dict[UUID, list[date]], only: UUID | None = None
) -> dict[UUID, list[date]]:
    """Calls with the person beside the days on which somebody was seen at home."""
    contacts = defaultdict(list, {retiree_id: list(days) for retiree_id, days in at_home.items()})
    for retiree_id, form, with_person, at in await step.session.execute(
        select(
            col(CareContact.retiree_id),
            col(CareContact.form),
            col(CareContact.with_person),
            col(CareContact.occurred_at),
        ).where(*_of(col(CareContact.retiree_id), only))
    ):
        if is_effective(ContactForm(form), with_person):
            contacts[retiree_id].append(step.local_date(at))
    return contacts


def _of(column: Any, only: UUID | None) -> list[Any]:
    return [] if only is None else [column == only]


async def load_home_visits(step: Step, only: UUID | None = None) -> dict[UUID, list[date]]:
    """Days on which somebody was seen at home: completed visits and parts of trips."""
    days: dict[UUID, list[date]] = defaultdict(list)
    for statement in (SEEN_ON_VISITS, SEEN_ON_TRIPS):
        who, _ = statement.selected_columns
        for retiree_id, at in await step.session.execute(statement.where(*_of(who, only))):
            if retiree_id is not None and at is not None:
                days[retiree_id].append(step.local_date(at))
    return days


@dataclass(frozen=True)
class LastContact:
    """The last contact that counts: when, and in which form (CARE-04)."""

    at: datetime
    form: ContactForm


async def load_last_contacts(
    step: Step, only: UUID | None = None
) -> tuple[dict[UUID, LastContact], dict[UUID, datetime]]:
    """By retiree (or of one): the last contact that counts, and the last at home. Years are not read."""
    at_home: dict[UUID, datetime] = {}
    for statement in (SEEN_ON_VISITS, SEEN_ON_TRIPS):
        who, at = statement.selected_columns
        for retiree_id, last in await step.session.execute(
            statement.with_only_columns(who, sa.func.max(at)).where(*_of(who, only)).group_by(who)
        ):
            if retiree_id is not None and last is not None:
                at_home[retiree_id] = max(last, at_home.get(retiree_id, last))
    contacts = {id_: LastContact(at, ContactForm.HOME_VISIT) for id_, at in at_home.items()}
    for retiree_id, form, with_person, last in await step.session.execute(
        LAST_CALLS.where(*_of(col(CareContact.retiree_id), only))
    ):
        known = contacts.get(retiree_id)
        if is_effective(ContactForm(form), with_person) and (known is None or last > known.at):
            contacts[retiree_id] = LastContact(last, ContactForm(form))
    return contacts, at_home


async def load_last(step: Step) -> tuple[dict[UUID, date], dict[UUID, date]]:
    """As `load_last_contacts`, the local days alone."""
    contacts, at_home = await load_last_contacts(step)
    return (
        {id_: step.local_date(last.at) for id_, last in contacts.items()},
        {id_: step.local_date(at) for id_, at in at_home.items()},
    )


async def draft_care(step: Step, persons: list[Person]) -> list[dict[str, Any]]:
    """The next care visit of everybody with a level whose window has opened and who has none under way."""
    values = kind_values(step.policy, VisitKind.CARE)
    contacts, at_home = await load_last(step)
    under_way, ended, in_vain = await _other_visits(step)
    drafts = []
    for retiree, level in levels(step, persons):
        if retiree.id in under_way:
            continue
        first = _first_day(step, retiree, level)
        window = contact_window(step, retiree, level, contacts.get(retiree.id), ended[retiree.id])
        # Never seen at home, or in vain: the quarter runs from the first day, or from that visit.
        at_door = max([at_home.get(retiree.id, first), *ended[retiree.id]])
        window = seen_at_home(window, at_door, level, step.policy)
        if window.opens_on > step.today + timedelta(days=1):
            continue
        key = f"care/{retiree.id}/{window.due_on}"
        again = sum(known == key or known.startswith(f"{key}/") for known in in_vain[retiree.id])
        drafts.append(
            {
                **values,
                "natural_key": f"{key}/{again + 1}" if again else key,
                "kind": VisitKind.CARE,
                "retiree_id": retiree.id,
                "level": level,
                "weight": planner_weight(VisitKind.CARE, (window.due_on - step.today).days, level),
                "opens_on": max(window.opens_on, step.today + timedelta(days=1)),
                "due_on": max(window.due_on, step.today + timedelta(days=2)),
                "division_code": retiree.division_code,
                "managing_agency": retiree.managing_agency,
            }
        )
    return drafts


def contact_window(
    step: Step, retiree: Person, level: Level, last_on: date | None, ended: Sequence[date] = ()
) -> Window:
    """When somebody is to be in touch again; `ended`: due days of visits that ended without a contact."""
    first = _first_day(step, retiree, level)
    return care_window(max([last_on or first, *ended, first]), level, step.policy, retiree.flags)


def _first_day(step: Step, retiree: Person, level: Level) -> date:
    """From when the first interval counts for somebody never visited.

    People taken over with a register are spread over their interval by their id, so that an import does
    not make a whole city due in one week.
    """
    taken_over = step.local_date(retiree.created_at)
    interval = care_interval(level, retiree.flags, step.policy)
    return taken_over - timedelta(days=retiree.id.int % interval)


async def _other_visits(step: Step) -> tuple[set[UUID], dict[UUID, list[date]], dict[UUID, list[str]]]:
    """Who has a care visit under way, or a person dealing with one; the due days of those that ended
    without contact; and the keys of those in vain, whose duty stands (§1.5).
    """
    under_way: set[UUID] = set()
    ended: dict[UUID, list[date]] = defaultdict(list)
    in_vain: dict[UUID, list[str]] = defaultdict(list)
    rows = await step.session.execute(
        sa.select(
            col(Visit.id),
            col(Visit.retiree_id),
            col(Visit.status),
            col(Visit.due_on),
            col(Visit.natural_key),
            col(Visit.reason),
        ).where(col(Visit.kind) == VisitKind.CARE, col(Visit.status) != VisitStatus.COMPLETED)
    )
    vain_of: dict[UUID, UUID] = {}
    for visit_id, retiree_id, status, due_on, key, reason in rows:
        if retiree_id is None:
            continue
        if status not in FINAL:
            under_way.add(retiree_id)
        elif (reason or {}).get("code") in IN_VAIN:
            in_vain[retiree_id].append(key)
            vain_of[visit_id] = retiree_id
        else:
            ended[retiree_id].append(due_on)
    under_way |= {vain_of[id_] for id_ in await with_open_matter(step, list(vain_of))}
    under_way |= set(
        await step.session.scalars(
            select(col(VisitPart.retiree_id)).where(
                col(VisitPart.kind) == VisitKind.CARE,
                col(VisitPart.status).in_((PartStatus.OPEN, PartStatus.REPORTED)),
            )
        )
    )
    return under_way, ended, in_vain
