"""When life intervenes: deaths, missing persons, hospital, and what the agency decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, Field

from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row
from api.rules import EDITORS, LISTERS, signed_in
from domain.departures import ProposalKind
from models.life import FraudCase, Incident, StatusProposal
from models.retirees import Retiree
from models.staff import Role
from services.life import deaths, fraud, hospital, incidents, proposals
from services.steps import Step


class DeathIn(Given):
    """`died_on` may be added later; `learnt_on`: today when left out."""

    died_on: date | None = None
    learnt_on: date | None = None
    source: Literal["relative", "community", "police", "hospital", "list"] = "community"


class ProposalIn(Given):
    kind: Literal["missing", "imprisoned", "double_benefit", "other_law"]
    since_on: date
    learnt_on: date | None = None
    source: Literal["relative", "community", "police", "court", "list"] = "community"


class DecisionIn(Given):
    """`decision`: the agency has acted, it was wrong, or it is over."""

    version: int
    decision: Literal["confirm", "withdraw", "end"]
    reason: str = Field("", max_length=128)


class ProposalOut(Shown):
    id: UUID
    kind: str
    status: str
    since_on: date | None
    learnt_on: date
    due_on: date | None
    due_is_provisional: bool
    is_late: bool
    version: int


class HospitalIn(Given):
    """What is known; sent again, it adds to what is noted. `division_code`: where the hospital lies."""

    hospital: str = Field("", max_length=128)
    division_code: str = Field("", pattern=r"^(\d{12})?$")
    learnt_on: date | None = None
    expected_on: date | None = None


class DischargeIn(Given):
    discharged_on: date


class StayOut(Shown):
    id: UUID
    learnt_on: date
    expected_on: date | None
    recheck_on: date
    discharged_on: date | None
    visit_id: UUID | None
    follow_up_visit_id: UUID | None


class StepIn(Given):
    step: str = Field(max_length=24)
    at: AwareDatetime
    note: str = Field("", max_length=500)


class IncidentOut(Shown):
    id: UUID
    kind: str
    closed_at: AwareDatetime | None
    result: str


class CaseIn(Given):
    version: int
    status: str = Field(max_length=24)
    reason: str = Field(min_length=4, max_length=128)


class CaseOut(Shown):
    id: UUID
    kind: str
    status: str
    repay_by: date | None
    version: int


def _post(
    path: str, roles: tuple[Role, ...], body: type[BaseModel], response: type[BaseModel]
) -> Callable[[Any], Any]:
    return operation(
        "POST", path, rule=signed_in(*roles), tag="life", body=body, response=response, errors=(409,)
    )


async def _of_retiree(
    request: web.Request, work: Callable[[Step, Retiree], Awaitable[Any]], out: type[BaseModel]
) -> Any:
    async def run(step: Step, retiree: Retiree) -> Any:
        row = await work(step, retiree)
        await step.session.flush()
        return out.model_validate(row)

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@_post("/api/v1/retirees/{retiree_id}/death", EDITORS, DeathIn, ProposalOut)
async def report_death(request: web.Request, body: DeathIn) -> ProposalOut:
    """Somebody has died: everything to the person stops at once; the agency decides."""

    async def work(step: Step, retiree: Retiree) -> StatusProposal:
        return await deaths.report_death(
            step, retiree, body.died_on, source=body.source, learnt_on=body.learnt_on
        )

    found: ProposalOut = await _of_retiree(request, work, ProposalOut)
    return found


@_post("/api/v1/retirees/{retiree_id}/proposals", EDITORS, ProposalIn, ProposalOut)
async def propose(request: web.Request, body: ProposalIn) -> ProposalOut:
    """Missing, in custody, double benefit: proposed to the agency."""

    async def work(step: Step, retiree: Retiree) -> StatusProposal:
        return await proposals.propose(
            step,
            retiree,
            ProposalKind(body.kind),
            body.since_on,
            source=body.source,
            learnt_on=body.learnt_on,
        )

    found: ProposalOut = await _of_retiree(request, work, ProposalOut)
    return found


@_post("/api/v1/proposals/{proposal_id}/decide", LISTERS, DecisionIn, ProposalOut)
async def decide(request: web.Request, body: DecisionIn) -> ProposalOut:
    """The agency confirms, takes back with a reason, or ends a proposal."""

    async def run(step: Step, row: StatusProposal) -> ProposalOut:
        if body.decision == "confirm":
            await proposals.confirm(step, row)
        elif body.decision == "withdraw" and row.kind == ProposalKind.DECEASED:
            await deaths.reverse_death(step, row, body.reason)
        else:
            await proposals.withdraw(step, row, body.reason, ended=body.decision == "end")
        await step.session.flush()
        return ProposalOut.model_validate(row)

    return await change_row(request, StatusProposal, path_id(request, "proposal_id"), body.version, run)


@_post("/api/v1/retirees/{retiree_id}/hospital", EDITORS, HospitalIn, StayOut)
async def admit(request: web.Request, body: HospitalIn) -> StayOut:
    """In hospital: a visit there within three working days, asked about again after two weeks."""
    known = hospital.Admission(body.hospital, body.learnt_on, body.expected_on, body.division_code)
    found: StayOut = await _of_retiree(request, lambda step, r: hospital.admit(step, r, known), StayOut)
    return found


@_post("/api/v1/retirees/{retiree_id}/discharge", EDITORS, DischargeIn, StayOut)
async def discharge(request: web.Request, body: DischargeIn) -> StayOut:
    """Home again: looked after within a week."""
    found: StayOut = await _of_retiree(
        request, lambda step, r: hospital.discharge(step, r, body.discharged_on), StayOut
    )
    return found


@_post("/api/v1/incidents/{incident_id}/steps", EDITORS, StepIn, IncidentOut)
async def note_step(request: web.Request, body: StepIn) -> IncidentOut:
    """What was done in an emergency, and when; seeing the person stops the clock."""

    async def run(step: Step, row: Incident) -> IncidentOut:
        await incidents.note_step(step, row, body.step, body.at, body.note)
        return IncidentOut.model_validate(row)

    return await change_row(request, Incident, path_id(request, "incident_id"), None, run)


@_post("/api/v1/fraud-cases/{case_id}/move", LISTERS, CaseIn, CaseOut)
async def move_case(request: web.Request, body: CaseIn) -> CaseOut:
    """A suspicion goes on: investigated, repayment demanded, repaid, handed over, dismissed."""

    async def run(step: Step, row: FraudCase) -> CaseOut:
        await fraud.move_case(step, row, body.status, body.reason)
        await step.session.flush()
        return CaseOut.model_validate(row)

    return await change_row(request, FraudCase, path_id(request, "case_id"), body.version, run)


HANDLERS = (report_death, propose, decide, admit, discharge, note_step, move_case)
