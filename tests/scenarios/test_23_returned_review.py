"""Scenario 23: the reviewer sends evidence back; the clock of the certification goes on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from domain.workdays import add_working_days
from models.retirees import CertificationEvent, Retiree
from models.staff import Staff
from models.visits import Visit, VisitReport
from models.volunteers import MinutesEntry, Volunteer
from services.calendars import holiday_table
from services.steps import Step
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.phone_page import open_page
from tests.scenarios.stage import EVIDENCE, Stage

WITHOUT_DATE = {key: value for key, value in EVIDENCE.items() if key != "receipt_number"}


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 16, 0, 0, tzinfo=UTC)


async def reported(stage: Stage, **evidence: object) -> tuple[Visit, Retiree]:
    async def fill(step: Step) -> Retiree:
        person = await add_certified(step, date(2025, 3, 18))
        await add_crew(step, 2)
        return person

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, col(Visit.kind) == VisitKind.CERTIFICATION)
    visit = await stage.agree(visit.id)
    await stage.arrive(visit.id)
    await stage.wait_minutes(40)
    return await stage.report(visit.id, "done_evidence", evidence=evidence or EVIDENCE), person


async def test_returned_redone_and_accepted(stage: Stage) -> None:
    visit, _person = await reported(stage, **WITHOUT_DATE)
    (item,) = await stage.matters("review")
    promised = add_working_days(stage.today, 3, holiday_table())
    assert item.due_at.astimezone(stage.steps.zone).date() == promised.on, "three working days"
    refused = await stage.on_visit("reviewer", visit.id, "review", 422, approve=True)
    assert "dated_photo_or_receipt" in refused["error"]["message"], "a photo without a date is not accepted"
    await stage.on_visit("reviewer", visit.id, "review", approve=False, reason="照片没有日期")
    after = await stage.visit(visit.id)
    assert (after.status, after.due_on) == (VisitStatus.RETURNED, visit.due_on), "the clock goes on"
    assert await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id) == []
    (returned,) = await stage.matters("returned")
    assert returned.detail["reason"] == "照片没有日期"

    await stage.wait_hours(3)
    lead = (await stage.crew(visit.id))[0]
    page = await open_page(stage, after, lead)
    shown = await page.say_who()
    assert "照片没有日期" in shown, "the visitors see what is missing"
    await page.report("done_evidence", photo=True, id_checked="yes", id_last_four="0046", signature="yes")
    assert (await stage.visit(visit.id)).status is VisitStatus.REPORTED
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    (event,) = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert visit.starts_at is not None
    assert event.occurred_on == visit.starts_at.astimezone(stage.steps.zone).date()
    verdicts = [r.verdict for r in await stage.rows(VisitReport)]
    assert verdicts == ["returned", "approved"]
    assert len(await stage.rows(MinutesEntry)) == 2, "credited once"
    assert [e.who for e in await stage.audited("visit.review")] == ["staff:reviewer", "staff:reviewer"]
    await stage.sound()


async def test_returned_and_visited_by_staff(stage: Stage) -> None:
    visit, _ = await reported(stage, **WITHOUT_DATE)
    await stage.on_visit("reviewer", visit.id, "review", approve=False, reason="照片没有日期")

    async def colleagues(step: Step) -> None:
        await add_crew(step, 2, is_staff=True, whole_week=False)

    await stage.run(colleagues, "system")
    await stage.on_visit("street", visit.id, "reoffer", reason="由工作人员重办")
    at = stage.clock.now() + timedelta(days=1)
    for position, helper in enumerate(await stage.volunteers(is_staff=True)):
        await stage.on_visit(
            "street",
            visit.id,
            "assign",
            position=position,
            volunteer_id=str(helper.id),
            reason="由工作人员重办",
            starts_at=at.isoformat(),
        )
    await stage.arrive(visit.id)
    await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    (event,) = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert event.occurred_on == at.astimezone(stage.steps.zone).date()
    assert event.occurred_on <= date(2026, 3, 31)


async def test_nobody_reviews_a_visit_of_one_s_own(stage: Stage) -> None:
    """Edge: also where the reviewer was there as a volunteer under the same number."""
    visit, _ = await reported(stage)
    lead = (await stage.crew(visit.id))[0]

    async def same_person(step: Step) -> None:
        (found,) = [s for s in await stage.rows(Staff) if s.username == "reviewer"]
        row = await step.session.get(Staff, found.id)
        assert row is not None
        row.phone = (await stage.row(Volunteer, lead.id)).phone

    await stage.run(same_person, "system")
    refused = await stage.on_visit("reviewer", visit.id, "review", 403, approve=True)
    assert refused["error"]["code"] == "own_visit"
    assert (await stage.visit(visit.id)).status is VisitStatus.REPORTED
    await stage.on_visit("yuhua", visit.id, "review", approve=True)
    assert (await stage.visit(visit.id)).status is VisitStatus.COMPLETED
