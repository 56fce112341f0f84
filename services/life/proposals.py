"""Changes of status that the community proposes and the agency decides (Regulation art. 28, 32)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlmodel import col, select

from domain.departures import ProposalKind, death_report_due, is_report_late, stops_from
from models.life import IN_FORCE, ProposalStatus, StatusProposal
from models.retirees import LifeStatus, Retiree
from services import desk
from services.audit import audit
from services.calendars import working_days
from services.errors import BadInput, NotFound, WrongMoment
from services.life.matters import open_matter
from services.steps import Step

LIFE = {
    ProposalKind.MISSING: LifeStatus.MISSING,
    ProposalKind.IMPRISONED: LifeStatus.IMPRISONED,
    ProposalKind.DECEASED: LifeStatus.DECEASED,
}
RULE = {
    ProposalKind.DECEASED: "Regulation art. 16(4)",
    ProposalKind.MISSING: "Regulation art. 32(2)",
    ProposalKind.IMPRISONED: "Regulation art. 32(3)",
    ProposalKind.DOUBLE_BENEFIT: "Regulation art. 32(4)",
    ProposalKind.OTHER_LAW: "Regulation art. 32(5)",
}
# The agency decides at once; a death has a matter of its own, the missing are looked at after six months.
AT_ONCE = frozenset(ProposalKind) - {ProposalKind.DECEASED, ProposalKind.MISSING}
SHORTEST_REASON = 4
DISTRICT = 1
VISITORS = "visit"


async def in_force(step: Step, retiree_id: UUID, kind: ProposalKind) -> StatusProposal | None:
    """The proposal of that kind that is open or confirmed."""
    found: StatusProposal | None = await step.session.scalar(
        select(StatusProposal).where(
            col(StatusProposal.retiree_id) == retiree_id,
            col(StatusProposal.kind) == kind,
            col(StatusProposal.status).in_(IN_FORCE),
        )
    )
    return found


async def propose(
    step: Step,
    retiree: Retiree,
    kind: ProposalKind,
    since_on: date | None,
    *,
    source: str,
    learnt_on: date | None = None,
    visit_id: UUID | None = None,
) -> StatusProposal:
    """Write the proposal with its day; the matter goes to the agency's desk.

    Visitors know only that it is so: the true day is added by whoever reports it after them.

    Raises:
        BadInput: days in the future, or learnt of before it happened.
        WrongMoment: it was reported before.
    """
    learnt = learnt_on or step.today
    rule = RULE[kind]
    for name, day in (("since_on", since_on), ("learnt_on", learnt)):
        if day is not None and day > step.today:
            raise BadInput("future", f"{rule}: this day lies in the future. Correct the day.", name)
    if since_on is not None and learnt < since_on:
        raise BadInput(
            "learnt_before", f"{rule}: nobody learns of it before it happens. Correct one day.", "learnt_on"
        )
    known = await in_force(step, retiree.id, kind)
    if known is not None and known.source == VISITORS != source and since_on is not None:
        known.since_on, known.source = since_on, source
        await set_deadline(step, known)
        await audit(step, f"proposal.{kind}"[:32], known, fields=["since_on"])
        return known
    if known is not None:
        raise WrongMoment("already_reported", f"{rule}: this was reported before. Nothing more is needed.")
    row = StatusProposal(
        retiree_id=retiree.id,
        kind=kind,
        since_on=since_on,
        learnt_on=learnt,
        source=source,
        visit_id=visit_id,
        life_before=retiree.life_status,
        proposed_by=step.actor,
        proposed_at=step.now,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    await set_deadline(step, row)
    step.session.add(row)
    if kind in LIFE:
        retiree.life_status, retiree.updated_at = LIFE[kind], step.now
    await step.session.flush()
    await audit(step, f"proposal.{kind}"[:32], row, fields=["since_on", "learnt_on"])
    if kind in AT_ONCE:
        await open_matter(step, "proposal", str(row.id), retiree, rung=DISTRICT, matter="status_proposal")
    return row


async def set_deadline(step: Step, row: StatusProposal) -> bool:
    """The day that follows from the proposal's own; True when it has moved.

    For a death the last day of the relatives' report, for the others the first day without pension.
    """
    before = row.due_on
    if row.since_on is None:
        return False
    kind = ProposalKind(row.kind)
    if kind is ProposalKind.DECEASED:
        table = await working_days(step)
        deadline = death_report_due(row.since_on, step.policy, table)
        row.due_on, row.due_is_provisional = deadline.on, deadline.provisional
        row.is_late = is_report_late(row.since_on, row.learnt_on, step.policy, table)
    else:
        row.due_on = stops_from(kind, row.since_on, step.policy)
    return before != row.due_on


async def load_proposal(step: Step, proposal_id: UUID) -> StatusProposal:
    """Raises NotFound."""
    row = await step.session.get(StatusProposal, proposal_id)
    if row is None:
        raise NotFound("proposal", "There is no such proposal.")
    return row


async def confirm(step: Step, row: StatusProposal) -> StatusProposal:
    """The agency has acted on it. Raises WrongMoment when it was decided before."""
    _check_status(row, ProposalStatus.OPEN)
    row.status = ProposalStatus.CONFIRMED
    await _decide(step, row, "")
    return row


async def withdraw(step: Step, row: StatusProposal, reason: str, *, ended: bool = False) -> Retiree:
    """It was wrong (or, `ended`, it is over): the person is as before, with a trace of who said so and why.

    Raises:
        BadInput: no reason. WrongMoment: it is not in force.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise BadInput("reason", "Say why.", "reason")
    if row.status not in IN_FORCE:
        raise WrongMoment(row.status, "This proposal is not in force any more.")
    retiree = await step.session.get(Retiree, row.retiree_id)
    if retiree is None:
        raise NotFound("retiree", "There is no such person.")
    row.status = ProposalStatus.ENDED if ended else ProposalStatus.WITHDRAWN
    kind = ProposalKind(row.kind)
    if kind in LIFE and retiree.life_status is LIFE[kind]:
        retiree.life_status = LifeStatus.LIVING if ended else LifeStatus(row.life_before)
    retiree.updated_at = step.now
    await _decide(step, row, reason.strip())
    return retiree


def _check_status(row: StatusProposal, wanted: ProposalStatus) -> None:
    if row.status is not wanted:
        raise WrongMoment(row.status, "This proposal was decided before.")


async def _decide(step: Step, row: StatusProposal, reason: str) -> None:
    row.decided_by, row.decided_at, row.reason = step.actor, step.now, reason[:128]
    is_death = row.kind == ProposalKind.DECEASED
    for key in (
        (f"death/{row.retiree_id}",) if is_death else (f"proposal/{row.id}", f"suspend_missing/{row.id}")
    ):
        await desk.close_matter(step, key, row.status)
    await audit(step, f"proposal.{row.status}", row, fields=["status"], why=reason)
