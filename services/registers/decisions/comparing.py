"""Field by field: a row against the registered person."""

from __future__ import annotations

from models.retirees import LifeStatus, Retiree
from models.volunteers import Volunteer, VolunteerStatus
from services.registers.columns import Kind
from services.registers.decisions.changes import Changes
from services.registers.decisions.retirees import compare_retiree
from services.registers.decisions.volunteers import add_recused, compare_volunteer
from services.registers.problems import persons as person_problems
from services.registers.problems import places as place_problems
from services.registers.problems import roles as role_problems
from services.registers.rows.drafts import Context, Draft
from services.registers.rows.life import DEATH
from services.registers.store.existing import Known, KnownPerson
from services.registers.store.extras import read_extra

_INACTIVE = (VolunteerStatus.PAUSED, VolunteerStatus.LEFT)


def compare(
    draft: Draft, person: KnownPerson | None, known: Known, context: Context, housemates: int = 0
) -> Changes:
    """Compare a row with the registered person, or with nobody.

    `housemates`: other living retirees behind the same door, registered or of earlier rows.
    """
    changes = Changes(values=dict(draft.values))
    add_recused(draft, person, known, changes)
    row = person.row if person else None
    if row is not None:
        changes.values = {k: v for k, v in changes.values.items() if getattr(row, k) != v}
        _protect(draft, row, changes, context)
    kept = read_extra(row) if row is not None else {}
    if draft.extra and (merged := kept | draft.extra) != kept:
        changes.extra = merged
    if draft.kind is Kind.RETIREES:
        compare_retiree(draft, person, changes, context, housemates)
    else:
        compare_volunteer(draft, person, changes)
    return changes


def _protect(draft: Draft, row: Retiree | Volunteer, changes: Changes, context: Context) -> None:
    """What the system knows better than a register stays; what is odd is reported."""
    values = changes.values
    if "name" in values:
        changes.findings.append(draft.finding(person_problems.NAME_CHANGED, "name"))
    if "division_code" in values:
        old = context.index.full_name(row.division_code) or row.division_code
        changes.findings.append(draft.finding(place_problems.COMMUNITY_CHANGED, "community", old=old))
    is_dead = isinstance(row, Retiree) and row.life_status is LifeStatus.DECEASED
    if is_dead and draft.values.get("benefit_state", DEATH) != DEATH:
        changes.findings.append(draft.finding(role_problems.STATE_KEPT, "benefit_state"))
        values.pop("benefit_state", None)
    if (
        isinstance(row, Volunteer)
        and row.status in _INACTIVE
        and values.get("status") in ("active", "pending")
    ):
        changes.findings.append(draft.finding(role_problems.STATUS_KEPT, "status"))
        values.pop("status")
