"""The rows that belong to retirees: contacts, flags, certifications; and their visits when they move."""

from __future__ import annotations

from collections.abc import Sequence

from domain.flags import Flag
from models.retirees import CertificationEvent, Contact, Retiree, RetireeFlag
from services import timeline
from services.life.belongings import take_along
from services.registers.decisions.changes import IMPORT
from services.registers.decisions.planning import Decision
from services.registers.rows.drafts import ContactDraft
from services.registers.store.bulk import Values, insert_rows, new_row
from services.retirees import open_visits, record_certification, record_death
from services.steps import Step

AREA = ("division_code", "managing_agency")


async def add_retiree_belongings(step: Step, new: Sequence[tuple[Values, Decision]]) -> None:
    """Everything that belongs to new retirees (their columns, the decision), in three statements."""
    contacts: list[Values] = []
    flags: list[Values] = []
    events: list[Values] = []
    for row, decision in new:
        owner = {"retiree_id": row["id"], **{name: row[name] for name in AREA}}
        changes = decision.changes
        contacts += [_contact(owner, draft, rank) for rank, draft in enumerate(changes.new_contacts, 1)]
        flags += [_flag(step, owner, flag) for flag in sorted(changes.new_flags)]
        if changes.certified_on:
            events.append(_event(step, owner, decision))
    await insert_rows(step, Contact, contacts)
    await insert_rows(step, RetireeFlag, flags)
    await insert_rows(step, CertificationEvent, events)


async def update_retiree(step: Step, retiree: Retiree, decision: Decision, moved_from: str) -> None:
    """What belongs to a known retiree; `moved_from` is the community until now, '' when it stays."""
    changes = decision.changes
    assert decision.person is not None  # noqa: S101  # an update has somebody to update
    if moved_from or "managing_agency" in changes.values:
        await _move(step, retiree, moved_from)
    if changes.is_death:
        await record_death(step, retiree, changes.values.get("died_on"))
    for flag in changes.ended_flags:
        flag.ended_on = step.today
    owner = {"retiree_id": retiree.id, **{name: getattr(retiree, name) for name in AREA}}
    await insert_rows(step, RetireeFlag, [_flag(step, owner, flag) for flag in sorted(changes.new_flags)])
    for contact, draft in changes.contacts:
        contact.name, contact.relation = draft.name, draft.relation or contact.relation
        contact.phone, contact.phone_kind = draft.phone, draft.phone_kind
    rank = max((contact.rank for contact in decision.person.contacts), default=0)
    fresh = [_contact(owner, draft, rank + more) for more, draft in enumerate(changes.new_contacts, 1)]
    await insert_rows(step, Contact, fresh)
    if not changes.certified_on:
        return
    if changes.is_latest_certification:
        # Only the latest moves the due date (rule CERT-05): an older one ends no open visit.
        channel, on = decision.draft.channel, changes.certified_on
        await record_certification(step, retiree, channel, on, source="register", recorded_by=IMPORT)
    else:
        await insert_rows(step, CertificationEvent, [_event(step, owner, decision)])


async def _move(step: Step, retiree: Retiree, moved_from: str) -> None:
    """Take everything along to the new area, so that those who may see the person see it all."""
    await take_along(step, retiree)
    for visit in await open_visits(step, retiree.id):
        visit.division_code, visit.managing_agency = retiree.division_code, retiree.managing_agency
        await timeline.note(step, visit, "visit.moved", moved_from=moved_from)


def _contact(owner: Values, draft: ContactDraft, rank: int) -> Values:
    values = {"rank": rank, "name": draft.name, "relation": draft.relation, "phone": draft.phone}
    return new_row(Contact, {**owner, **values, "phone_kind": draft.phone_kind})


def _flag(step: Step, owner: Values, flag: Flag) -> Values:
    return new_row(RetireeFlag, {**owner, "flag": flag.value, "set_on": step.today, "set_by": IMPORT})


def _event(step: Step, owner: Values, decision: Decision) -> Values:
    day, channel = decision.changes.certified_on, decision.draft.channel
    who = {"recorded_at": step.now, "recorded_by": IMPORT}
    return new_row(CertificationEvent, {**owner, **who, "occurred_on": day, "channel": channel})
