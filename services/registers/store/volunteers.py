"""The rows that belong to volunteers: skills and shifts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from models.volunteers import Volunteer, VolunteerShift, VolunteerSkill
from services.registers.cells.periods import Training
from services.registers.cells.shifts import Shift
from services.registers.decisions.planning import Decision
from services.registers.store.bulk import Values, insert_rows, new_row
from services.steps import Step


async def add_volunteer_belongings(step: Step, new: Sequence[tuple[Values, Decision]]) -> None:
    """Skills and shifts of new volunteers, in two statements."""
    skills = [skill for row, decision in new for skill in _skills(row["id"], decision.changes.new_skills)]
    shifts = [shift for row, decision in new for shift in _shifts(row["id"], decision.changes.shifts or ())]
    await insert_rows(step, VolunteerSkill, skills)
    await insert_rows(step, VolunteerShift, shifts)


async def update_volunteer(step: Step, volunteer: Volunteer, decision: Decision) -> None:
    """New skills, newer trainings; the register's times replace those until now."""
    changes = decision.changes
    await insert_rows(step, VolunteerSkill, _skills(volunteer.id, changes.new_skills))
    for skill, training in changes.skills:
        skill.trained_on = training.trained_on or skill.trained_on
        skill.valid_until = training.valid_until or skill.valid_until
    if changes.shifts is not None:
        await step.session.execute(
            delete(VolunteerShift).where(col(VolunteerShift.volunteer_id) == volunteer.id)
        )
        await insert_rows(step, VolunteerShift, _shifts(volunteer.id, changes.shifts))


def _skills(volunteer_id: UUID, trainings: Iterable[Training]) -> list[Values]:
    return [
        new_row(
            VolunteerSkill,
            {
                "volunteer_id": volunteer_id,
                "skill": training.skill,
                "trained_on": training.trained_on,
                "valid_until": training.valid_until,
            },
        )
        for training in trainings
    ]


def _shifts(volunteer_id: UUID, shifts: Iterable[Shift]) -> list[Values]:
    return [
        new_row(VolunteerShift, {"volunteer_id": volunteer_id, "weekday": weekday, "part": part})
        for weekday, part in sorted(shifts)
    ]
