"""Writing the decisions of a batch: few statements, one transaction, every change in the audit."""

from __future__ import annotations

from uuid import UUID

from models.audit import AuditNote
from models.base import Row
from models.ids import new_id
from models.retirees import LifeStatus, Retiree
from models.volunteers import Volunteer
from services.audit import audit_many
from services.registers.columns import Kind
from services.registers.decisions.planning import Action, Decision, ImportPlan
from services.registers.store.bulk import Values, insert_rows, new_row
from services.registers.store.extras import write_extra
from services.registers.store.retirees import add_retiree_belongings, update_retiree
from services.registers.store.volunteers import add_volunteer_belongings, update_volunteer
from services.steps import Step


async def apply_import(step: Step, plan: ImportPlan) -> None:
    """Insert the new persons and change the known ones; rejected and unchanged rows write nothing.

    Raises:
        StaleDataError, IntegrityError: somebody else was first; run the batch again in a new step.
    """
    new = [decision for decision in plan.decisions if decision.action is Action.ACCEPTED]
    rows = [_new_person(step, decision) for decision in new]
    pairs = list(zip(rows, new, strict=True))
    if new and new[0].draft.kind is Kind.RETIREES:
        await insert_rows(step, Retiree, rows)
        await add_retiree_belongings(step, pairs)
    elif new:
        await insert_rows(step, Volunteer, rows)
        await add_volunteer_belongings(step, pairs)
    notes = [_note("import.create", decision, row["id"], row["division_code"]) for row, decision in pairs]
    for decision in plan.decisions:
        if decision.action is Action.UPDATED and decision.person is not None:
            row = decision.person.row
            await _update(step, row, decision)
            notes.append(_note("import.update", decision, row.id, row.division_code))
    await step.session.flush()
    await audit_many(step, notes)


def _new_person(step: Step, decision: Decision) -> Values:
    changes = decision.changes
    person_id = new_id()
    values = {**changes.values, "id": person_id, "created_at": step.now, "updated_at": step.now}
    if changes.is_death:
        values |= {"life_status": LifeStatus.DECEASED, "learnt_on": step.today}
    model: type[Row] = Retiree if decision.draft.kind is Kind.RETIREES else Volunteer
    if changes.extra is not None:
        values["extra"] = write_extra(changes.extra)
    return new_row(model, values)


async def _update(step: Step, row: Retiree | Volunteer, decision: Decision) -> None:
    moved_from = row.division_code if "division_code" in decision.changes.values else ""
    for name, value in decision.changes.values.items():
        setattr(row, name, value)
    if decision.changes.extra is not None:
        row.extra = write_extra(decision.changes.extra)
    row.updated_at = step.now
    if isinstance(row, Retiree):
        await update_retiree(step, row, decision, moved_from)
    else:
        await update_volunteer(step, row, decision)


def _note(action: str, decision: Decision, row_id: UUID, area: str) -> AuditNote:
    table = "retirees" if decision.draft.kind is Kind.RETIREES else "volunteers"
    why = f"register row {decision.draft.row.number}"
    return AuditNote(action, table, row_id, area, decision.changes.fields(), why)
