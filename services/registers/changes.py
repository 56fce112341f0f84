"""Field by field: what a row says that is not yet so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.flags import Flag
from domain.masking import mask_name
from models.retirees import Contact, LifeStatus, Retiree, RetireeFlag
from models.volunteers import Volunteer, VolunteerSkill, VolunteerStatus
from services.registers import person_problems, role_problems
from services.registers.cells.periods import Training
from services.registers.cells.shifts import Shift
from services.registers.columns import Kind
from services.registers.drafts import ContactDraft, Context, Draft
from services.registers.existing import Known, KnownPerson
from services.registers.extras import read_extra
from services.registers.findings import Finding

IMPORT = "import"  # who sets flags and records certifications
_INACTIVE = (VolunteerStatus.PAUSED, VolunteerStatus.LEFT)


@dataclass
class Changes:
    """What has to be written for one row; empty when the register says nothing new."""

    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] | None = None
    is_death: bool = False
    new_flags: set[Flag] = field(default_factory=set)
    ended_flags: list[RetireeFlag] = field(default_factory=list)
    new_contacts: list[ContactDraft] = field(default_factory=list)
    contacts: list[tuple[Contact, ContactDraft]] = field(default_factory=list)
    certified_on: date | None = None
    is_latest_certification: bool = False
    new_skills: list[Training] = field(default_factory=list)
    skills: list[tuple[VolunteerSkill, Training]] = field(default_factory=list)
    shifts: frozenset[Shift] | None = None
    findings: list[Finding] = field(default_factory=list)

    def fields(self) -> list[str]:
        """The names of what changes, for the audit."""
        others = {
            "extra": self.extra is not None,
            "flags": self.new_flags or self.ended_flags,
            "contacts": self.new_contacts or self.contacts,
            "certification": self.certified_on,
            "skills": self.new_skills or self.skills,
            "shifts": self.shifts is not None,
            "life_status": self.is_death,
        }
        return sorted({*self.values, *(name for name, changed in others.items() if changed)})

    def __bool__(self) -> bool:
        return bool(self.fields())


def compare(draft: Draft, person: KnownPerson | None, known: Known, context: Context) -> Changes:
    """Compare a row with the registered person, or with nobody."""
    changes = Changes(values=dict(draft.values))
    _add_recused(draft, person, known, changes)
    row = person.row if person else None
    if row is not None:
        changes.values = {k: v for k, v in changes.values.items() if getattr(row, k) != v}
        _protect(draft, row, changes, context)
    kept = read_extra(row) if row is not None else {}
    if draft.extra and (merged := kept | draft.extra) != kept:
        changes.extra = merged
    if draft.kind is Kind.RETIREES:
        _compare_retiree(draft, person, changes)
    else:
        _compare_volunteer(draft, person, changes)
    return changes


def _protect(draft: Draft, row: Retiree | Volunteer, changes: Changes, context: Context) -> None:
    """What the system knows better than a register stays; what is odd is reported."""
    values = changes.values
    if "name" in values:
        changes.findings.append(draft.finding(person_problems.NAME_CHANGED, "name"))
    if "division_code" in values:
        old = context.index.full_name(row.division_code) or row.division_code
        changes.findings.append(draft.finding(person_problems.COMMUNITY_CHANGED, "community", old=old))
    if isinstance(row, Retiree) and row.life_status is LifeStatus.DECEASED:
        if draft.values.get("benefit_state") not in (None, "stopped_death"):
            changes.findings.append(draft.finding(role_problems.STATE_KEPT, "benefit_state"))
        for key in ("benefit_state", "life_status"):
            values.pop(key, None)
    if (
        isinstance(row, Volunteer)
        and row.status in _INACTIVE
        and values.get("status") in ("active", "pending")
    ):
        changes.findings.append(draft.finding(role_problems.STATUS_KEPT, "status"))
        values.pop("status")


def _compare_retiree(draft: Draft, person: KnownPerson | None, changes: Changes) -> None:
    if changes.values.get("life_status") is LifeStatus.DECEASED:
        changes.is_death = True
        del changes.values["life_status"]
        key = "died_on" if draft.values.get("died_on") else "benefit_state"
        changes.findings.append(draft.finding(role_problems.DEATH, key))
    flags = person.flags if person else []
    changes.new_flags = draft.flags - {Flag(flag.flag) for flag in flags}
    changes.ended_flags = [
        flag
        for flag in flags
        if flag.set_by == IMPORT and flag.flag in draft.stated_flags and flag.flag not in draft.flags
    ]
    _compare_contacts(draft.contacts, list(person.contacts) if person else [], changes)
    _compare_certification(draft, person, changes)


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
        return
    days = {event.occurred_on for event in person.events} if person else set()
    months = {(day.year, day.month) for day in days} if draft.is_certified_month_only else set()
    if draft.certified_on in days or (draft.certified_on.year, draft.certified_on.month) in months:
        return
    changes.certified_on = draft.certified_on
    changes.is_latest_certification = not days or draft.certified_on > max(days)


def _compare_volunteer(draft: Draft, person: KnownPerson | None, changes: Changes) -> None:
    held = {skill.skill: skill for skill in person.skills} if person else {}
    for training in draft.trainings.values():
        skill = held.get(training.skill)
        if skill is None:
            changes.new_skills.append(training)
        elif (training.trained_on or skill.trained_on, training.valid_until or skill.valid_until) != (
            skill.trained_on,
            skill.valid_until,
        ):
            changes.skills.append((skill, training))
    shifts = {(shift.weekday, shift.part) for shift in person.shifts} if person else set()
    if draft.shifts is not None and draft.shifts != shifts:
        changes.shifts = draft.shifts


def _add_recused(draft: Draft, person: KnownPerson | None, known: Known, changes: Changes) -> None:
    """Names that mean exactly one retiree become ids; those that are blocked already stay."""
    if not draft.recused:
        return
    row = person.row if person else None
    ids = list(row.recused_retirees) if isinstance(row, Volunteer) else []
    for name in draft.recused:
        found = known.recused.get(name, [])
        if len(found) == 1:
            ids += [str(found[0])] if str(found[0]) not in ids else []
        else:
            changes.findings.append(
                draft.finding(role_problems.RECUSED_UNKNOWN, "recused", who=mask_name(name))
            )
    if ids:
        changes.values["recused_retirees"] = ids
