"""What a batch of rows means for the registered persons: plain decisions, nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.flags import Flag
from services.registers.decisions.changes import Changes
from services.registers.decisions.comparing import compare
from services.registers.decisions.seen import Place, Seen, row_label
from services.registers.findings import Finding, is_rejected
from services.registers.problems import persons as problems
from services.registers.rows.drafts import Context, Draft
from services.registers.store.existing import Known, KnownPerson


class Action(StrEnum):
    """What becomes of a row."""

    ACCEPTED = "accepted"  # a new person
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass
class Decision:
    """One row's fate; `findings` holds those of reading and those of comparing."""

    draft: Draft
    action: Action
    findings: list[Finding]
    person: KnownPerson | None = None
    changes: Changes = field(default_factory=Changes)


@dataclass
class ImportPlan:
    """The decisions of one batch, and what the batch adds to what was seen in the file."""

    decisions: list[Decision]
    seen: Seen


def plan_import(drafts: Sequence[Draft], known: Known, seen: Seen, context: Context) -> ImportPlan:
    """Decide each row in order. `seen`: earlier batches; it is read, the plan brings what is new."""
    plan = ImportPlan([], Seen())
    for draft in drafts:
        decision = _decide(draft, known, (seen, plan.seen), context)
        plan.decisions.append(decision)
        if decision.action is not Action.REJECTED:
            plan.seen.add(draft, decision.person.row.id if decision.person else None)
    return plan


def _decide(draft: Draft, known: Known, before: tuple[Seen, Seen], context: Context) -> Decision:
    findings = list(draft.findings)
    if draft.is_rejected:
        return Decision(draft, Action.REJECTED, findings)
    findings += _same_in_file(draft, before)
    person, doubts = _match(draft, known)
    findings += doubts
    if person is not None and (place := _look("by_person", person.row.id, before)):
        findings.append(_duplicate(draft, place))
    if is_rejected(findings):
        return Decision(draft, Action.REJECTED, findings)
    changes = compare(draft, person, known, context, _housemates(draft, person, known, before))
    findings += changes.findings
    if is_rejected(findings):
        return Decision(draft, Action.REJECTED, findings)
    if person is None:
        return Decision(draft, Action.ACCEPTED, findings, None, changes)
    action = Action.UPDATED if changes else Action.UNCHANGED
    return Decision(draft, action, findings, person, changes)


def _housemates(draft: Draft, person: KnownPerson | None, known: Known, before: tuple[Seen, Seen]) -> int:
    """How many others live behind the door that the row names; asked of those who live alone."""
    door = draft.values.get("household", "")
    if not door or Flag.LIVING_ALONE not in draft.flags:
        return 0
    behind = known.doors.get(door, set()).union(*(seen.doors.get(door, set()) for seen in before))
    own = {draft.who}
    if person is not None:
        own.add((person.row.name, person.row.born_on, person.row.division_code))
    return len(behind - own)


def _same_in_file(draft: Draft, before: tuple[Seen, Seen]) -> list[Finding]:
    if draft.id_number and (place := _look("by_id", draft.id_number, before)):
        return [_duplicate(draft, place)]
    place = _look("by_who", draft.who, before)
    if place is None:
        return []
    if draft.id_number and place[2]:
        return [draft.finding(problems.DUPLICATE_ROW, "name", row=row_label(place, draft.sheet))]
    return [_duplicate(draft, place)]


def _match(draft: Draft, known: Known) -> tuple[KnownPerson | None, list[Finding]]:
    """The registered person, by ID number; else by name, birth date and community."""
    if person := known.by_id.get(draft.id_number):
        return person, []
    same = known.by_who.get(draft.who, [])
    if not same:
        return None, []
    if draft.id_number:
        unnumbered = [person for person in same if not person.row.id_number_index]
        if len(unnumbered) == 1:
            return unnumbered[0], []
        return None, [draft.finding(problems.DUPLICATE_POSSIBLE, "name")]
    if len(same) == 1:
        return same[0], []
    return None, [draft.finding(problems.DUPLICATE_AMBIGUOUS, "name")]


def _look(table: str, key: Any, before: tuple[Seen, Seen]) -> Place | None:
    return next((place for seen in before if (place := getattr(seen, table).get(key))), None)


def _duplicate(draft: Draft, place: Place) -> Finding:
    key = "id_number" if draft.id_number else "name"
    return draft.finding(problems.DUPLICATE, key, row=row_label(place, draft.sheet))
