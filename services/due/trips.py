"""New duties behind one door become one trip: they join a visit that waits for its plan, or each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.crews import lead_sex
from domain.trips import Duty, Trip, join_duties
from domain.visits import PLANNABLE, VisitKind
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services.due.new_visits import CHUNK, add_visits
from services.due.persons import Person
from services.steps import Step
from services.timeline import note

LONGEST = 240  # minutes of one trip
MORE_FOR_SAME_PERSON = 10  # minutes that a second duty to the same person takes

Draft = dict[str, Any]
Key = tuple[str, str]  # ("new" | "ahead", natural key) or ("visit", id)


@dataclass(frozen=True)
class Joined:
    """Visits that were added, by kind, and how many duties go along on other visits."""

    added: list[Visit]
    parts: int


async def add_duties(
    step: Step, drafts: Sequence[Draft], ahead: Sequence[Draft], persons: Iterable[Person]
) -> Joined:
    """Write new duties down once: as visits, or as parts of a trip.

    `ahead`: certifications that are not to be opened yet, but may go along when somebody comes anyway.
    """
    people = {person.id: person for person in persons}
    known = await _known_keys(step, [d["natural_key"] for d in (*drafts, *ahead)])
    fresh = {d["natural_key"]: d for d in drafts if d["natural_key"] not in known}
    later = {d["natural_key"]: d for d in ahead if d["natural_key"] not in known | set(fresh)}
    for draft in (*fresh.values(), *later.values()):
        person = people[draft["retiree_id"]]
        draft["lead_sex"] = lead_sex(person.sex, person.flags, step.policy)
    waiting = await _waiting(step, {d["retiree_id"] for d in fresh.values()}, people)
    duties = [
        *(_duty(("new", key), d, people) for key, d in fresh.items()),
        *(_duty(("ahead", key), d, people) for key, d in later.items()),
        *(_duty_of(visit, people) for visit in waiting.values()),
    ]
    every = {**fresh, **later}
    visits: list[Draft] = []
    carried: list[tuple[Draft, list[Draft]]] = []
    parts = 0
    for trip in join_duties(duties, step.policy):
        host, others = _host(trip, waiting, fresh)
        drafts_along = [every[key] for key in others]
        if isinstance(host, Visit):
            parts += await _take_along(step, host, drafts_along)
        elif host is not None:
            _widen(host, drafts_along)
            visits.append(host)
            carried.append((host, drafts_along))
    added = await add_visits(step, visits)
    by_key = {visit.natural_key: visit for visit in added}
    for host_draft, along in carried:
        step.session.add_all(_part(step, by_key[host_draft["natural_key"]], d) for d in along)
        parts += len(along)
    await step.session.flush()
    return Joined(added, parts)


async def _known_keys(step: Step, keys: list[str]) -> set[str]:
    """Duties that are written down already, as a visit or as a part of one."""
    known: set[str | None] = set()
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        for column in (col(Visit.natural_key), col(VisitPart.natural_key)):
            known |= set(await step.session.scalars(select(column).where(column.in_(some))))
    return {key for key in known if key is not None}


async def _waiting(step: Step, retiree_ids: set[UUID], people: dict[UUID, Person]) -> dict[UUID, Visit]:
    """Visits of these persons and their households that no plan has taken up."""
    doors = {people[i].household for i in retiree_ids} - {""}
    behind = retiree_ids | {p.id for p in people.values() if p.household in doors}
    found: dict[UUID, Visit] = {}
    ids = sorted(behind)
    for start in range(0, len(ids), CHUNK):
        rows = await step.session.scalars(
            select(Visit).where(
                col(Visit.retiree_id).in_(ids[start : start + CHUNK]),
                col(Visit.status).in_(PLANNABLE),
                col(Visit.kind) != VisitKind.TASK,
                col(Visit.attempts) == 0,
            )
        )
        found |= {visit.id: visit for visit in rows}
    return found


def _duty(key: Key, draft: Draft, people: dict[UUID, Person]) -> Duty[Key]:
    person = people[draft["retiree_id"]]
    return Duty(key, person.id, person.household, draft["kind"], draft["opens_on"], draft["due_on"])


def _duty_of(visit: Visit, people: dict[UUID, Person]) -> Duty[Key]:
    person = people.get(visit.retiree_id) if visit.retiree_id else None
    door = person.household if person else ""
    return Duty(("visit", str(visit.id)), visit.retiree_id, door, visit.kind, visit.opens_on, visit.due_on)


def _host(
    trip: Trip[Key], waiting: dict[UUID, Visit], fresh: dict[str, Draft]
) -> tuple[Visit | Draft | None, list[str]]:
    """Who carries the trip (a waiting visit, else the first new duty), and the keys of what goes along.

    Of several waiting visits each stays a visit; what was looked at ahead goes along or waits.
    """
    all_duties = (trip.lead, *trip.parts)
    new = [d.key[1] for d in all_duties if d.key[0] == "new"]
    ahead = [d.key[1] for d in all_duties if d.key[0] == "ahead"]
    if not new:
        return None, []
    hosts = [d for d in all_duties if d.key[0] == "visit"]
    first_due = min(d.due_on for d in all_duties)
    if hosts and hosts[0].opens_on <= first_due:
        return waiting[UUID(hosts[0].key[1])], [*new, *ahead]
    return fresh[new[0]], [*new[1:], *ahead]


def _widen(host: Draft, along: Sequence[Draft]) -> None:
    """The trip needs the time, the skills and the person that its parts need, and is due with the first."""
    for part in along:
        extra = MORE_FOR_SAME_PERSON if part["retiree_id"] == host["retiree_id"] else part["minutes"]
        host["minutes"] = min(LONGEST, host["minutes"] + extra)
        host["skills"] = sorted({*host.get("skills", []), *part.get("skills", [])})
        host["lead_sex"] = host.get("lead_sex") or part.get("lead_sex", 0)
        host["crew_size"] = max(host["crew_size"], part["crew_size"])
        host["weight"] = max(host["weight"], part["weight"])
        host["due_on"] = min(host["due_on"], part["due_on"])
        if part["kind"] is not VisitKind.CERTIFICATION:
            host["opens_on"] = max(host["opens_on"], part["opens_on"])
        if _certifies(host, part):
            host["with_certification"], host["ground"] = True, part["ground"]


def _certifies(host: Draft, part: Draft) -> bool:
    """The same person's certification: one report with its evidence is the result of both."""
    same = part["retiree_id"] == host["retiree_id"]
    return same and part["kind"] is VisitKind.CERTIFICATION


async def _take_along(step: Step, visit: Visit, along: Sequence[Draft]) -> int:
    host: Draft = {
        "retiree_id": visit.retiree_id,
        "minutes": visit.minutes,
        "skills": visit.skills,
        "lead_sex": visit.lead_sex,
        "crew_size": visit.crew_size,
        "weight": visit.weight,
        "opens_on": visit.opens_on,
        "due_on": visit.due_on,
        "with_certification": visit.with_certification,
        "ground": visit.ground,
    }
    # A crew of two has its seats already; somebody who needs one more goes on a visit of their own.
    fitting = [d for d in along if d["crew_size"] <= visit.crew_size and d["opens_on"] <= visit.due_on]
    _widen(host, fitting)
    visit.minutes, visit.skills, visit.lead_sex = host["minutes"], host["skills"], host["lead_sex"]
    visit.weight, visit.opens_on, visit.due_on = host["weight"], host["opens_on"], host["due_on"]
    visit.with_certification, visit.ground = host["with_certification"], host["ground"]
    step.session.add_all(_part(step, visit, d) for d in fitting)
    if fitting:
        await note(step, visit, "trip.joined", kinds=[str(d["kind"]) for d in fitting])
    alone = [d for d in along if d not in fitting]
    await add_visits(step, alone)
    return len(fitting)


def _part(step: Step, visit: Visit, draft: Draft) -> VisitPart:
    return VisitPart(
        visit_id=visit.id,
        retiree_id=draft["retiree_id"],
        kind=draft["kind"],
        natural_key=draft["natural_key"],
        status=PartStatus.OPEN,
        level=draft.get("level", ""),
        ground=draft.get("ground", ""),
        campaign_id=draft.get("campaign_id"),
        due_on=draft["due_on"],
        created_at=step.now,
        division_code=draft["division_code"],
        managing_agency=draft["managing_agency"],
    )
