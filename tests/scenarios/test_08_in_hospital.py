"""Scenario 8: the relative says that she is in hospital."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col

from domain.visits import FINAL, VisitKind, VisitStatus
from domain.workdays import add_working_days
from models.life import HospitalStay
from models.retirees import CertificationEvent, LifeStatus, Retiree
from models.visits import Visit
from services.calendars import holiday_table
from services.life.hospital import Admission, admit, discharge
from services.retirees import record_certification
from services.steps import Step
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.phone_page import open_page
from tests.scenarios.stage import Stage

CERTIFICATIONS = col(Visit.kind) == VisitKind.CERTIFICATION
EVENTS = col(Visit.kind) == VisitKind.EVENT


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 12, 0, 0, tzinfo=UTC)


async def told_at_the_door(stage: Stage) -> tuple[Visit, Retiree]:
    async def fill(step: Step) -> Retiree:
        person = await add_certified(step, date(2025, 3, 18))
        await add_crew(step, 4)
        return person

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, CERTIFICATIONS)
    visit = await stage.agree(visit.id)
    await stage.arrive(visit.id)
    lead = (await stage.crew(visit.id))[0]
    page = await open_page(stage, visit, lead)
    await page.report("hospitalised", note="女儿说住院了")
    await stage.drain()
    return visit, person


async def with_person(stage: Stage, person: Retiree, known: Admission) -> HospitalStay:
    async def work(step: Step) -> HospitalStay:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        return await admit(step, row, known)

    stay: HospitalStay = await stage.run(work, "staff:officer")
    return stay


async def test_no_certification_on_hearsay_but_a_visit_in_hospital(stage: Stage) -> None:
    visit, person = await told_at_the_door(stage)
    learnt_on = stage.today
    assert len(await stage.rows(CertificationEvent)) == 1
    assert (await stage.visit(visit.id)).status is VisitStatus.CANCELLED
    assert (await stage.retiree(person.id)).life_status is LifeStatus.HOSPITALISED
    (event,) = await stage.visits_of(person.id, EVENTS)
    assert event.due_on == add_working_days(learnt_on, 3, holiday_table()).on, "art. 25(2)"
    assert event.weight == 10

    discharge_on = learnt_on + timedelta(days=10)
    stay = await with_person(stage, person, Admission("样本医院3楼", None, discharge_on, "430111001000"))
    assert (stay.hospital, stay.expected_on) == ("样本医院3楼", discharge_on)
    assert len(await stage.rows(HospitalStay)) == 1
    event = await stage.agree(event.id)
    lead = (await stage.crew(event.id))[0]
    page = await open_page(stage, event, lead)
    assert event.starts_at is not None
    await stage.until(event.starts_at - timedelta(hours=1))
    shown = await page.say_who()
    assert "样本医院3楼" in shown, "the visitors go to the hospital"
    assert "样本小区1栋101室" not in shown
    assert "病" not in "".join(await stage.phone(lead.phone)), "no illness in a text"


async def test_due_before_the_discharge_another_way_to_certify(stage: Stage) -> None:
    """Edge: D lies before anybody expects her home: the institution's way, without a face."""
    _, person = await told_at_the_door(stage)
    await with_person(stage, person, Admission("样本医院", expected_on=date(2026, 4, 20)))
    (item,) = await stage.matters("certify_there")
    assert (item.retiree_id, item.detail["matter"]) == (person.id, "institution")
    assert item.due_at.astimezone(stage.steps.zone).date() <= date(2026, 3, 31)

    async def certified(step: Step) -> None:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        await record_certification(step, row, "institution", step.today)

    await stage.run(certified, "staff:yuhua")
    events = await stage.rows(CertificationEvent, col(CertificationEvent.channel) == "institution")
    assert [e.occurred_on for e in events] == [stage.today]


async def test_asked_again_and_looked_after_at_home(stage: Stage) -> None:
    visit, person = await told_at_the_door(stage)
    await with_person(stage, person, Admission("样本医院"))
    learnt = stage.today
    await stage.skip(stage.clock.now() + timedelta(days=15))
    (item,) = await stage.matters("hospital_recheck")
    assert item.retiree_id == person.id

    async def home(step: Step) -> None:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        await discharge(step, row, step.today)

    await stage.run(home, "staff:officer")
    assert stage.today == learnt + timedelta(days=15)
    assert await stage.matters("hospital_recheck") == []
    assert (await stage.retiree(person.id)).life_status is LifeStatus.LIVING
    follow_ups = await stage.visits_of(person.id, EVENTS, col(Visit.title) == "discharge")
    assert [v.due_on for v in follow_ups] == [stage.today + timedelta(days=7)]
    for told in await stage.matters("outcome"):
        await stage.post("officer", f"/desk/{told.id}/close", version=told.version, resolution="已出院")
    await stage.at(1, 9, 5)
    again = await stage.visits_of(person.id, CERTIFICATIONS, col(Visit.status).not_in(FINAL))
    carried = await stage.visits_of(person.id, EVENTS, col(Visit.with_certification))
    assert len(again) + len(carried) == 1, "the certification falls due again"
    assert visit.id not in {v.id for v in again}
