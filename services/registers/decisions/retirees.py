"""What a row says of a retiree beyond plain fields: flags, contacts, certification, life and death."""

from __future__ import annotations

from domain.ages import completed_years
from domain.flags import Contradiction, Flag, contradictions
from models.retirees import Contact, LifeStatus, Retiree
from models.volunteers import Volunteer
from services.registers.decisions.changes import IMPORT, Changes
from services.registers.problems import persons as person_problems
from services.registers.problems import roles as role_problems
from services.registers.rows.drafts import ContactDraft, Context, Draft
from services.registers.rows.life import life_of, next_life
from services.registers.store.existing import KnownPerson

_COLUMN_OF = {
    Contradiction.DISABLED_BELOW_LEVEL: "disability_level",
    Contradiction.ALONE_IN_A_SHARED_HOME: "living",
}


def compare_retiree(
    draft: Draft, person: KnownPerson | None, changes: Changes, context: Context, housemates: int
) -> None:
    """Compare with what belongs to the registered person, or with nothing."""
    before = person.row if person else None
    now = before.life_status if isinstance(before, Retiree) else LifeStatus.LIVING
    life = _next_life(draft, before, now)
    if life is LifeStatus.DECEASED and now is not life:
        changes.is_death = True
        key = "died_on" if draft.values.get("died_on") else "benefit_state"
        changes.findings.append(draft.finding(role_problems.DEATH, key))
    elif life is not now:
        changes.values["life_status"] = life
    flags = person.flags if person else []
    changes.new_flags = draft.flags - {Flag(flag.flag) for flag in flags}
    changes.ended_flags = [
        flag
        for flag in flags
        if flag.set_by == IMPORT and flag.flag in draft.stated_flags and flag.flag not in draft.flags
    ]
    _check_flags(draft, person, changes, context, housemates)
    _compare_contacts(draft.contacts, list(person.contacts) if person else [], changes)
    _compare_certification(draft, person, changes)


def _check_flags(
    draft: Draft, person: KnownPerson | None, changes: Changes, context: Context, housemates: int
) -> None:
    """What would hold of the person afterwards, when the row says something new of it (rule CARE-01)."""
    if not changes.new_flags:
        return
    gone = {flag.flag for flag in changes.ended_flags}
    kept = {flag.flag for flag in person.flags} - gone if person else set()
    before = person.row.disability_level if person and isinstance(person.row, Retiree) else 0
    least = context.policy.advanced_age
    for what in contradictions(
        {*kept, *changes.new_flags},
        age=completed_years(draft.values["born_on"], context.today),
        advanced_age=least,
        disability_level=draft.values.get("disability_level", before),
        disabled_from_level=context.policy.disabled_from_level,
        housemates=housemates,
    ):
        problem, column = person_problems.FLAGS[what], _COLUMN_OF.get(what, "special")
        changes.findings.append(draft.finding(problem, column, least=least))


def _next_life(draft: Draft, before: Retiree | Volunteer | None, now: LifeStatus) -> LifeStatus:
    old = (before.residence, before.benefit_state) if isinstance(before, Retiree) else ("", "")
    stated = (draft.values.get("residence", old[0]), draft.values.get("benefit_state", old[1]))
    return next_life(now, life_of(*old), life_of(*stated))


def _compare_contacts(drafts: list[ContactDraft], known: list[Contact], changes: Changes) -> None:
    """The same number is the same contact; then the same name and relation."""
    left: list[ContactDraft] = []
    for draft in drafts:
        same = next((c for c in known if draft.phone and c.phone == draft.phone), None)
        if same is None:
            left.append(draft)
            continue
        known.remove(same)
        if (same.name, same.relation) != (draft.name, draft.relation or same.relation):
            changes.contacts.append((same, draft))
    for draft in left:
        same = next((c for c in known if (c.name, c.relation) == (draft.name, draft.relation)), None)
        if same is None:
            changes.new_contacts.append(draft)
            continue
        known.remove(same)
        if draft.phone:
            changes.contacts.append((same, draft))


def _compare_certification(draft: Draft, person: KnownPerson | None, changes: Changes) -> None:
    if draft.certified_on is None:
        knows = person is not None and (person.events or getattr(person.row, "first_benefit_on", None))
        if not knows and "first_benefit_on" not in draft.values:
            changes.findings.append(draft.finding(role_problems.DUE_UNKNOWN, "certified_on"))
        return
    days = {event.occurred_on for event in person.events} if person else set()
    months = {(day.year, day.month) for day in days} if draft.is_certified_month_only else set()
    if draft.certified_on in days or (draft.certified_on.year, draft.certified_on.month) in months:
        return
    changes.certified_on = draft.certified_on
    changes.is_latest_certification = not days or draft.certified_on > max(days)
