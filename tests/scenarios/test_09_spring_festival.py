"""Scenario 9: the campaign of the Spring Festival 2027: a district has too few people, others are lent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlmodel import col

from domain.visits import FINAL, VisitKind, VisitStatus
from models.campaigns import Campaign
from models.pools import VolunteerLoan
from models.retirees import LifeStatus, Retiree
from models.visits import Visit
from models.volunteers import Pool, Volunteer
from services.life.hospital import Admission, admit
from services.planning.forecast import forecast_campaign
from services.steps import Step
from services.volunteers.loans import end_loan
from tests.factories import OTHER_DISTRICT, add_retiree, add_volunteer
from tests.scenarios.office import tell_death
from tests.scenarios.stage import Stage

CAMPAIGNS = col(Visit.kind) == VisitKind.CAMPAIGN
TARGETS = 6


@pytest.fixture
def begin() -> datetime:
    """Two days before the window opens."""
    return datetime(2027, 1, 5, 1, 0, tzinfo=UTC)


async def opened(stage: Stage, lent: int = 2) -> tuple[Campaign, list[Retiree], list[Volunteer]]:
    """Six people to be visited in the district and nobody to go; another district has two."""

    async def fill(step: Step) -> tuple[list[Retiree], list[Volunteer]]:
        people = [await add_retiree(step, flags=("injured", "hardship")) for _ in range(TARGETS)]
        await add_retiree(step)  # no target
        others = [await add_volunteer(step, division_code=OTHER_DISTRICT) for _ in range(lent)]
        return people, others

    people, others = await stage.run(fill, "system")
    made = await stage.post(
        "city",
        "/campaigns",
        201,
        festival="spring_festival",
        year=2027,
        division_code="430111000000",
        gift="米油一份",
        gift_fen=10_000,
    )
    assert (made["opens_on"], made["ends_on"]) == ("2027-01-07", "2027-02-05")
    campaign: Campaign = await stage.row(Campaign, UUID(made["id"]))
    return campaign, people, others


async def lend(stage: Stage, campaign: Campaign, people: list[Volunteer], to_on: str = "2027-02-05") -> None:
    await stage.post(
        "city",
        "/loans",
        201,
        volunteer_ids=[str(p.id) for p in people],
        district="430111",
        from_on="2027-01-05",
        to_on=to_on,
        reason="春节慰问支援",
        campaign_id=str(campaign.id),
    )


async def test_short_at_the_start_lent_and_visited(stage: Stage) -> None:
    campaign, people, others = await opened(stage)
    run = await forecast_campaign(stage.steps, campaign.id)
    assert run is not None
    assert (run.visits, run.planned, run.unserved) == (TARGETS, 0, TARGETS), "known before anybody is asked"
    assert run.figures["targets_by_district"] == {"430111000000": TARGETS}
    page = await (await (await stage.staff("yuhua")).get(f"/campaigns/{campaign.id}")).text()
    assert campaign.name in page

    await stage.wait_minutes(30)
    await lend(stage, campaign, others)
    assert len(await stage.rows(VolunteerLoan)) == 2
    run = await forecast_campaign(stage.steps, campaign.id)
    assert run is not None
    assert run.planned == TARGETS, "enough with those who are lent"

    await stage.due()
    visits = await stage.rows(Visit, CAMPAIGNS)
    assert {v.retiree_id for v in visits} == {p.id for p in people}, "each once, though in two groups"
    assert {(v.campaign_id, v.due_on) for v in visits} == {(campaign.id, date(2027, 2, 5))}
    await stage.plan()
    for visit in visits:
        if (await stage.visit(visit.id)).status is VisitStatus.OFFERED:
            await stage.answer(visit.id)
    agreed = await stage.rows(Visit, CAMPAIGNS, col(Visit.status) == VisitStatus.ACCEPTED)
    assert agreed
    first = min(agreed, key=lambda v: v.starts_at or v.created_at)
    assert {v.id for v in await stage.crew(first.id)} == {v.id for v in others}
    await stage.arrive(first.id)
    done = await stage.report(first.id, "done_evidence")
    assert done.status is VisitStatus.COMPLETED
    await stage.due()
    again = await stage.rows(Visit, CAMPAIGNS)
    assert len(again) == TARGETS, "one visit for each person and campaign"
    (own,) = (await stage.get("yuhua", f"/campaigns/{campaign.id}/progress"))["districts"]
    assert (own["targets"], own["opened"], own["completed"]) == (TARGETS, TARGETS, 1)


async def test_deaths_and_hospital_on_the_way(stage: Stage) -> None:
    """Edge: who dies gets no campaign visit any more, who is in hospital is visited there."""
    campaign, people, others = await opened(stage)
    await lend(stage, campaign, others)
    await stage.due()
    dead, ill, *rest = people
    await tell_death(stage, dead, stage.today)

    async def to_hospital(step: Step) -> None:
        row = await step.session.get(Retiree, ill.id)
        assert row is not None
        await admit(step, row, Admission("样本医院"))

    await stage.run(to_hospital, "staff:officer")
    open_now = await stage.rows(Visit, CAMPAIGNS, col(Visit.status).not_in(FINAL))
    assert {v.retiree_id for v in open_now} == {p.id for p in rest}
    (event,) = await stage.visits_of(ill.id, col(Visit.kind) == VisitKind.EVENT)
    assert event.title == "hospital"
    assert (await stage.retiree(dead.id)).life_status is LifeStatus.DECEASED
    await stage.due()
    open_now = await stage.rows(Visit, CAMPAIGNS, col(Visit.status).not_in(FINAL))
    assert {v.retiree_id for v in open_now} == {p.id for p in rest}, "nobody is opened again"


async def test_the_loan_ends_while_a_visit_is_agreed(stage: Stage) -> None:
    """Edge: the seats of those who go home are given to others, nobody is forgotten."""
    campaign, _, others = await opened(stage)
    await lend(stage, campaign, others)
    await stage.due()
    await stage.plan()
    offered = await stage.rows(Visit, CAMPAIGNS, col(Visit.status) == VisitStatus.OFFERED)
    visit = await stage.answer(max(offered, key=lambda v: v.starts_at or v.created_at).id)
    assert visit.status is VisitStatus.ACCEPTED

    async def city_people(step: Step) -> None:
        for _ in range(2):
            await add_volunteer(step, pool=Pool.CITY)

    await stage.run(city_people, "system")
    for loan in await stage.rows(VolunteerLoan):
        await stage.run(
            lambda step, loan=loan: end_loan(step, loan.id, step.today, "原区需要"),  # type: ignore[misc]  # bound now
            "staff:city",
        )
    await stage.look()
    held = {v.id for v in await stage.crew(visit.id)}
    assert not held & {v.id for v in others}
    for volunteer in others:
        assert any("不参加" in t or "已取消" in t for t in await stage.phone(volunteer.phone))
    after = await stage.visit(visit.id)
    assert after.status is not VisitStatus.ACCEPTED, "two seats are open again, nobody is forgotten"
    assert after.wake_at is not None


async def test_not_visited_three_days_before_and_carried_over(stage: Stage) -> None:
    """Edge: whoever is still unvisited is on the list; after the window each has a true reason."""
    campaign, people, _ = await opened(stage, lent=0)
    await stage.due()
    await stage.skip(datetime(2027, 2, 2, 2, 0, tzinfo=UTC))
    waiting = await stage.rows(Visit, CAMPAIGNS, col(Visit.status).not_in(FINAL))
    assert {v.retiree_id for v in waiting} == {p.id for p in people}
    assert all(v.reason for v in waiting), "why nobody went is known"
    matters = {i.visit_id for i in await stage.matters("unfilled")}
    assert {v.id for v in waiting} <= matters, "each lies on a desk"
    (listed,) = await stage.matters("unvisited")
    assert (listed.division_code, listed.responsible) == ("430111000000", "staff:yuhua"), "除夕−3"
    assert listed.detail["count"] == TARGETS
    found = await stage.get("yuhua", f"/campaigns/{campaign.id}/unvisited")
    assert {p["retiree_id"] for p in found["persons"]} == {str(p.id) for p in people}
    assert {p["why"] for p in found["persons"]} <= {"visit_due", "visit_unfilled"}
    await stage.skip(datetime(2027, 2, 7, 2, 0, tzinfo=UTC))
    ended = await stage.rows(Visit, CAMPAIGNS)
    assert {(v.status, v.reason["code"]) for v in ended} == {(VisitStatus.CANCELLED, "campaign_over")}
    assert not {v.id for v in ended} & {i.visit_id for i in await stage.matters("unfilled")}
    assert not await stage.matters("unvisited")
    assert campaign.results_by > date(2027, 2, 5)
