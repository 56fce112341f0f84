"""One row of each kind in two districts, by the name of the id in a path."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.visits import VisitKind
from models.campaigns import DistrictPause
from models.care import Referral
from models.life import FraudCase, Incident, StatusProposal, Transfer
from models.pools import Tie, TieKind, VolunteerLoan
from models.retirees import CertificationEvent
from models.trips import VisitPart
from services.desk import open_item, open_visit_item
from services.steps import Step
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_campaign, add_retiree, add_visit, add_volunteer

DISTRICTS = (("yuhua", COMMUNITY), ("furong", OTHER_DISTRICT))
DESK_ITEMS = 3  # of each district: nobody found, a call, a complaint
Rows = dict[str, dict[str, UUID]]


async def add_rows(step: Step) -> Rows:
    """Rows of both districts by the district's user name, then by the name of the id."""
    return {name: await _add_district(step, code) for name, code in DISTRICTS}


async def _add_district(step: Step, code: str) -> dict[str, UUID]:
    retiree = await add_retiree(step, division_code=code)
    visit = await add_visit(step, retiree_id=retiree.id, division_code=code)
    volunteer = await add_volunteer(step, division_code=code)
    campaign = await add_campaign(step, division_code=f"{code[:6]}000000", opens_on=step.today)
    item = await open_visit_item(step, visit, "unfilled")
    found = {
        "retiree_id": retiree.id,
        "visit_id": visit.id,
        "volunteer_id": volunteer.id,
        "campaign_id": campaign.id,
        "item_id": item.id,
        "call_id": (await open_item(step, "call", code, code, retiree_id=retiree.id)).id,
    }
    complaint = await open_item(
        step, "complaint", code, code, retiree_id=retiree.id, detail={"number": "TS2603-0001"}
    )
    found["complaint_id"] = complaint.id
    for add in (_add_of_visits, _add_of_life):
        found |= await add(step, code, found)
    return found


async def _add_of_visits(step: Step, code: str, found: dict[str, UUID]) -> dict[str, UUID]:
    """Rows that hang on a visit, a retiree's care or a volunteer."""
    today, area = step.today, dict[str, Any](division_code=code)
    retiree = dict[str, Any](retiree_id=found["retiree_id"])
    volunteer = dict[str, Any](volunteer_id=found["volunteer_id"])
    days: dict[str, Any] = {"from_on": today, "to_on": today + timedelta(days=9)}
    made: dict[str, Any] = {
        "referral_id": Referral(
            **retiree, kind="repair", receiver="x", opened_on=today, opened_by="t", due_on=today, **area
        ),
        "tie_id": Tie(
            **retiree, **volunteer, kind=TieKind.RECUSED_BY_RETIREE, set_on=today, set_by="t", **area
        ),
        "loan_id": VolunteerLoan(**volunteer, approved_by="t", approved_at=step.now, **days, **area),
        "pause_id": DistrictPause(reason="ice", created_by="t", created_at=step.now, **days, **area),
        "part_id": VisitPart(
            **retiree, visit_id=found["visit_id"], kind=VisitKind.CARE, natural_key=f"part/{code}",
            due_on=today, created_at=step.now, **area,
        ),
    }  # fmt: skip
    step.session.add_all(made.values())
    await step.session.flush()
    return {name: row.id for name, row in made.items()}


async def _add_of_life(step: Step, code: str, found: dict[str, UUID]) -> dict[str, UUID]:
    """Rows of what comes between: certifications, proposals, emergencies, moves, suspicions."""
    now, area = step.now, dict[str, Any](division_code=code)
    retiree = dict[str, Any](retiree_id=found["retiree_id"])
    made: dict[str, Any] = {
        "event_id": CertificationEvent(
            **retiree, occurred_on=step.today, channel="self_face", recorded_at=now, recorded_by="t", **area
        ),
        "proposal_id": StatusProposal(
            **retiree, kind="missing", since_on=step.today, learnt_on=step.today, source="community",
            proposed_by="t", proposed_at=now, **area,
        ),
        "incident_id": Incident(**retiree, kind="no_sign", began_at=now, opened_by="t", **area),
        "case_id": FraudCase(**retiree, kind="wrong_person", opened_by="t", opened_at=now, **area),
        "transfer_id": Transfer(
            **retiree, route="insured_agency", from_division=code, where_to="abroad",
            requested_by="t", requested_at=now,
        ),
    }  # fmt: skip
    step.session.add_all(made.values())
    await step.session.flush()
    return {name: row.id for name, row in made.items()}
