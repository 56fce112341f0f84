"""Scenario 13: the list of silent matches arrives the day before a home visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.campaigns import Campaign
from models.retirees import CertificationEvent, Retiree
from models.visits import Visit
from models.volunteers import MinutesEntry
from services.steps import Step
from tests.factories import COMMUNITY, add_visit, next_phone
from tests.scenarios.office import take_list
from tests.scenarios.people import ID_NUMBER, add_certified, add_crew
from tests.scenarios.stage import Stage

PHONE = next_phone()


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 12, 0, 0, tzinfo=UTC)


async def agreed(stage: Stage, **values: object) -> tuple[Visit, Retiree]:
    """A home certification is agreed; it is the day before."""

    async def fill(step: Step) -> Retiree:
        person = await add_certified(step, date(2025, 3, 18), phone=PHONE)
        await add_crew(step, 2)
        return person

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, col(Visit.kind) == VisitKind.CERTIFICATION)
    visit = await stage.agree(visit.id)
    assert visit.starts_at is not None
    await stage.until(visit.starts_at - timedelta(hours=23))
    return visit, person


async def test_the_home_visit_is_superseded_and_everybody_told(stage: Stage, tmp_path: Path) -> None:
    visit, person = await agreed(stage)
    crew = await stage.crew(visit.id)
    result = await take_list(stage, tmp_path, [(ID_NUMBER, "2026-03-10")])
    assert (result.rows, result.accepted, result.rejected, result.superseded) == (1, 1, 0, 1)
    after = await stage.visit(visit.id)
    assert after.status is VisitStatus.SUPERSEDED
    (event,) = await stage.rows(CertificationEvent, col(CertificationEvent.channel) == "silent")
    assert (event.retiree_id, event.occurred_on) == (person.id, date(2026, 3, 10))
    await stage.look()
    for volunteer in crew:
        texts = await stage.phone(volunteer.phone)
        assert sum("已取消，无需前往" in t for t in texts) == 1, texts
    assert sum("已取消" in t for t in await stage.phone(PHONE)) == 1, "R4"
    assert visit.starts_at is not None
    await stage.until(visit.starts_at + timedelta(hours=6))
    assert await stage.rows(MinutesEntry) == [], "nobody went, nothing is credited"
    assert (await stage.row(type(crew[0]), crew[0].id)).no_shows == 0
    assert not any("提醒" in t for t in (await stage.phone(PHONE))[-1:])
    await stage.at(1, 9, 5)
    others = await stage.visits_of(person.id, col(Visit.kind) == VisitKind.CERTIFICATION)
    assert [v.id for v in others] == [visit.id], "none is opened again: due a year later"
    await stage.sound()


async def test_the_campaign_s_visit_stays_without_its_certification(stage: Stage, tmp_path: Path) -> None:
    """Edge: a care visit that carried the certification too goes on as a care visit."""
    visit, person = await agreed(stage)

    async def campaign_visit(step: Step) -> Visit:
        campaign = Campaign(
            name="样本慰问",
            festival="army_day",
            festival_on=step.today + timedelta(days=10),
            opens_on=step.today,
            ends_on=step.today + timedelta(days=10),
            results_by=step.today + timedelta(days=14),
            target_flags=["advanced_age"],
            created_at=step.now,
            division_code=COMMUNITY,
        )
        step.session.add(campaign)
        await step.session.flush()
        return await add_visit(
            step,
            VisitKind.CAMPAIGN,
            person.id,
            campaign_id=campaign.id,
            with_certification=True,
            skills=["certifier"],
        )

    carrying: Visit = await stage.run(campaign_visit, "system")
    await take_list(stage, tmp_path, [(ID_NUMBER, "2026-03-10")])
    after = await stage.visit(carrying.id)
    assert (after.status, after.with_certification) == (VisitStatus.DUE, False)
    assert after.skills == [], "nobody need certify any more"
    assert (await stage.visit(visit.id)).status is VisitStatus.SUPERSEDED


async def test_the_list_twice_and_with_strangers(stage: Stage, tmp_path: Path) -> None:
    """Edge: the same list again changes nothing; unknown persons are refused, the others are taken."""
    visit, _person = await agreed(stage)
    rows = [
        (ID_NUMBER, "2026-03-10"),
        ("430102194203150022", "2026-03-10"),
        (ID_NUMBER, "2027-03-10"),
    ]
    first = await take_list(stage, tmp_path, rows)
    assert (first.rows, first.accepted, first.rejected) == (3, 1, 2)
    again = await take_list(stage, tmp_path, rows)
    assert (again.accepted, again.unchanged, again.rejected) == (0, 1, 2)
    assert len(await stage.rows(CertificationEvent)) == 2
    assert (await stage.visit(visit.id)).status is VisitStatus.SUPERSEDED
