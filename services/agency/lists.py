"""Lists for the agency as Excel: suspensions, resumptions with back pay, deaths, missing, prison.

This system proposes; the agency acts (Regulation art. 32). Each export has a reason and an audit row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import col, select

from config.i18n import translate
from domain.ages import add_months, month_start
from domain.certification import suspensions
from domain.departures import ProposalKind
from models.life import IN_FORCE, StatusProposal
from models.retirees import Retiree
from services.agency.forecast import chosen_stands
from services.agency.reasons import reasons_for
from services.agency.standing import load_stands
from services.agency.words import list_word
from services.audit import audit_other
from services.errors import BadInput
from services.people import division_names
from services.registers.files.raw import Cell
from services.steps import Step
from services.workbooks import Sheet, workbook_bytes

SHORTEST_REASON = 4
CHUNK = 500


class AgencyList(StrEnum):
    """What can be exported."""

    SUSPENSIONS = "suspensions"
    RESUMPTIONS = "resumptions"
    DEATHS = "deaths"
    MISSING = "missing"
    IMPRISONED = "imprisoned"


PROPOSED = {
    AgencyList.DEATHS: ProposalKind.DECEASED,
    AgencyList.MISSING: ProposalKind.MISSING,
    AgencyList.IMPRISONED: ProposalKind.IMPRISONED,
}
TITLES = {
    AgencyList.SUSPENSIONS: "Proposed suspensions",
    AgencyList.RESUMPTIONS: "Resumptions and back pay",
    AgencyList.DEATHS: "Deaths",
    AgencyList.MISSING: "Missing persons",
    AgencyList.IMPRISONED: "Persons in custody",
}
HOLD, SUSPEND = "Hold back: seen in time", "Suspend"
PERSON = ("Name", "ID number", "Personal number", "Community")


@dataclass(frozen=True)
class Order:
    """What is asked for. `month`: first day; of suspensions the first unpaid month, of resumptions the month
    of the certification. `area`: leading digits of a division code."""

    kind: AgencyList
    month: date
    area: str
    reason: str
    language: str = "zh-CN"


def check_order(order: Order) -> None:
    """Raises BadInput without a reason."""
    check_reason(order.reason)


def check_reason(reason: str) -> None:
    """Raises BadInput unless it says what a list is for."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise BadInput("reason", "Say what the list is for.", "reason")


async def build_list(step: Step, order: Order) -> tuple[bytes, int]:
    """The workbook with the persons of the reader's area, and how many they are."""
    table = await _TABLES[order.kind](step, order)
    at = f"{step.now.astimezone(step.zone):%Y-%m-%d %H:%M}"
    table.above = [
        (table.title, f"{order.month:%Y-%m}", order.area),
        (translate("Taken by", order.language), step.actor, at, order.reason.strip()),
    ]
    return workbook_bytes([table]), len(table.rows)


async def note_export(step: Step, order: Order, rows: int) -> None:
    """Who took how many rows of what, and why; written before anything leaves."""
    await audit_other(
        step,
        f"list.{order.kind}",
        area=order.area,
        table_name="retirees",
        fields=[f"{rows} rows", order.month.isoformat()],
        why=order.reason.strip(),
    )


async def _suspensions(step: Step, order: Order) -> Sheet:
    """Whoever is not certified by the due date; seen in time but not reviewed yet is held back."""
    stands = await chosen_stands(step, order.area, order.month)
    people = await _people(step, [stand.id for stand in stands])
    why = await reasons_for(step, stands)
    heads = (*PERSON, "Last certification", "Due", "Unpaid from", "Reason", "Proposal")
    sheet = _sheet(order, heads)
    for stand in stands:
        reason = why[stand.id]
        text = list_word("suspension", reason.code, order.language) + (
            f" {reason.visit_number}" if reason.visit_number else ""
        )
        proposal = translate(HOLD if reason.hold else SUSPEND, order.language)
        clock = stand.clock
        facts = (clock.last_on, clock.due_on, clock.suspended_from, text, proposal)
        sheet.rows.append((*await _who(step, people, stand.id), *facts))
    return sheet


async def _resumptions(step: Step, order: Order) -> Sheet:
    """Whoever was unpaid and was certified in the month: paid again from the next, with every month back."""
    resumes = add_months(order.month, 1)
    found = []
    for stand in await load_stands(step, order.area):
        spans = suspensions(stand.facts, stand.first_benefit_on, step.policies, step.today)
        found += [(stand, span) for span in spans if span.resumes_on == resumes]
    people = await _people(step, [stand.id for stand, _ in found])
    heads = (*PERSON, "Certified on", "Unpaid from", "Paid again from", "Months to pay back", "Which months")
    sheet = _sheet(order, heads)
    for stand, span in found:
        on = max(f.occurred_on for f in stand.facts if month_start(f.occurred_on) == order.month)
        months = "、".join(f"{month:%Y-%m}" for month in span.months)
        facts = (on, span.from_on, span.resumes_on, span.back_pay_months, months)
        sheet.rows.append((*await _who(step, people, stand.id), *facts))
    return sheet


async def _proposals(step: Step, order: Order) -> Sheet:
    """Proposals in force that were learnt of up to the end of the month."""
    kind = PROPOSED[order.kind]
    query = select(StatusProposal).where(
        col(StatusProposal.kind) == kind,
        col(StatusProposal.status).in_(IN_FORCE),
        col(StatusProposal.learnt_on) < add_months(order.month, 1),
    )
    if order.area:
        query = query.where(col(StatusProposal.division_code).startswith(order.area))
    rows = list(await step.session.scalars(query.order_by(col(StatusProposal.learnt_on))))
    people = await _people(step, [row.retiree_id for row in rows])
    last = "Report due" if kind is ProposalKind.DECEASED else "Unpaid from"
    heads = (*PERSON, "Since", "Learnt on", "From whom", last, "Provisional", "Late", "State", "Entered by")
    sheet = _sheet(order, heads)
    for row in rows:
        yes = translate("yes", order.language)
        facts: tuple[Cell, ...] = (
            row.since_on,
            row.learnt_on,
            list_word("source", row.source, order.language),
            row.due_on,
            yes if row.due_is_provisional else "",
            yes if row.is_late else "",
            list_word("proposal", row.status, order.language),
            row.proposed_by,
        )
        sheet.rows.append((*await _who(step, people, row.retiree_id), *facts))
    return sheet


_TABLES = {
    AgencyList.SUSPENSIONS: _suspensions,
    AgencyList.RESUMPTIONS: _resumptions,
    AgencyList.DEATHS: _proposals,
    AgencyList.MISSING: _proposals,
    AgencyList.IMPRISONED: _proposals,
}


def _sheet(order: Order, heads: Sequence[str]) -> Sheet:
    lang = order.language
    return Sheet(translate(TITLES[order.kind], lang), [translate(head, lang) for head in heads])


async def _people(step: Step, ids: Sequence[UUID]) -> dict[UUID, Retiree]:
    people: dict[UUID, Retiree] = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        people |= {
            r.id: r for r in await step.session.scalars(select(Retiree).where(col(Retiree.id).in_(part)))
        }
    return people


async def _who(step: Step, people: dict[UUID, Retiree], retiree_id: UUID) -> tuple[Cell, ...]:
    row = people[retiree_id]
    names = await division_names(step, row.division_code)
    return row.name, row.id_number or "", row.personal_number, " ".join(name for name in names if name)
