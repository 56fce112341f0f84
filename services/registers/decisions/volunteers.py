"""What a row says of a volunteer beyond plain fields: skills, shifts, whom not to visit."""

from __future__ import annotations

from domain.masking import mask_name
from models.volunteers import Volunteer
from services.registers.decisions.changes import Changes
from services.registers.problems import roles as role_problems
from services.registers.rows.drafts import Draft
from services.registers.store.existing import Known, KnownPerson


def compare_volunteer(draft: Draft, person: KnownPerson | None, changes: Changes) -> None:
    """Compare with the registered skills and shifts, or with none."""
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


def add_recused(draft: Draft, person: KnownPerson | None, known: Known, changes: Changes) -> None:
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
