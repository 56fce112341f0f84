"""Volunteer tasks that a coordinator opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.visits import VisitKind
from models.divisions import Division
from models.ids import new_id
from models.retirees import LifeStatus, Retiree
from models.visits import Visit
from services.audit import audit
from services.due.new_visits import add_visits, kind_values
from services.errors import BadInput, NotFound
from services.planning.roster import SKILLS
from services.steps import Step

TASK_WEIGHT = 2


@dataclass(frozen=True)
class TaskForm:
    """What a coordinator fills in. Days are local and both included."""

    title: str
    division_code: str
    opens_on: date
    due_on: date
    minutes: int | None = None
    crew_size: int | None = None
    skills: list[str] = field(default_factory=list)
    retiree_id: UUID | None = None


async def open_task(step: Step, form: TaskForm) -> Visit:
    """A visit of kind `task`; from here on it goes the way of all visits.

    Raises:
        BadInput: with the field at fault.
        NotFound: unknown retiree.
    """
    values = kind_values(step.policy, VisitKind.TASK)
    crew = form.crew_size if form.crew_size is not None else values["crew_size"]
    minutes = form.minutes if form.minutes is not None else values["minutes"]
    _check(step, form, crew, minutes)
    if await step.session.get(Division, form.division_code) is None:
        raise BadInput("division", "There is no such community.", "division_code")
    agency = ""
    if form.retiree_id is not None:
        retiree = await step.session.get(Retiree, form.retiree_id)
        if retiree is None:
            raise NotFound("retiree", "There is no such retiree.")
        if retiree.life_status is LifeStatus.DECEASED:
            raise BadInput("deceased", "This person has died.", "retiree_id")
        agency = retiree.managing_agency
    draft = {
        **values,
        "natural_key": f"task/{new_id()}",
        "kind": VisitKind.TASK,
        "retiree_id": form.retiree_id,
        "title": form.title.strip(),
        "skills": form.skills,
        "crew_size": crew,
        "minutes": minutes,
        "weight": TASK_WEIGHT,
        "opens_on": form.opens_on,
        "due_on": form.due_on,
        "division_code": form.division_code,
        "managing_agency": agency,
    }
    (visit,) = await add_visits(step, [draft])
    await audit(step, "task.open", visit)
    return visit


def _check(step: Step, form: TaskForm, crew: int, minutes: int) -> None:
    if not form.title.strip() or len(form.title) > 128:
        raise BadInput("title", "Give the task a title of at most 128 characters.", "title")
    if form.due_on < form.opens_on:
        raise BadInput("due_on", "The last day lies before the first.", "due_on")
    if form.due_on <= step.today:
        raise BadInput("due_on", "The last day must lie in the future.", "due_on")
    if crew not in (1, 2):
        raise BadInput("crew_size", "One or two people can be sent.", "crew_size")
    if not 10 <= minutes <= 480:
        raise BadInput("minutes", "Between 10 and 480 minutes.", "minutes")
    unknown = [s for s in form.skills if s not in SKILLS]
    if unknown:
        raise BadInput("skills", f"Unknown skill: {unknown[0]}.", "skills")
