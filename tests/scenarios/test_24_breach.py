"""Scenario 24: a volunteer has sold health products: suspended at once, the complaint answered in time."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from domain.workdays import add_working_days
from models.visits import Visit
from models.volunteers import MinutesEntry, Volunteer, VolunteerStatus
from services.calendars import holiday_table
from services.steps import Step
from services.volunteers.records import correct_minutes
from services.volunteers.standing import change_status
from tests.factories import add_retiree, add_visit
from tests.scenarios.people import add_crew
from tests.scenarios.stage import Stage


async def promised(stage: Stage) -> tuple[Visit, Visit, Volunteer]:
    """(a visit that is over, a visit that is agreed, who was at the first and is to go to the second)"""

    async def fill(step: Step) -> tuple[Visit, Visit]:
        person, other = await add_retiree(step), await add_retiree(step)
        await add_crew(step, 2)
        first = await add_visit(step, VisitKind.CARE, person.id)
        later = await add_visit(step, VisitKind.CARE, other.id, opens_on=step.today + timedelta(days=4))
        return first, later

    first, later = await stage.run(fill, "system")
    await stage.plan()
    await stage.answer(first.id)
    later = await stage.answer(later.id)
    await stage.arrive(first.id)
    await stage.report(first.id, "done_evidence")
    seller = (await stage.crew(first.id))[1]
    assert seller.id in {v.id for v in await stage.crew(later.id)}
    return await stage.visit(first.id), later, seller


async def suspend(stage: Stage, seller: Volunteer) -> None:
    async def work(step: Step) -> None:
        row = await step.session.get(Volunteer, seller.id)
        assert row is not None
        await change_status(step, row, VolunteerStatus.PAUSED, "推销保健品，查实前暂停")

    await stage.run(work, "staff:yuhua")


async def test_suspended_at_once_and_only_his_seats_go_to_others(stage: Stage) -> None:
    first, later, seller = await promised(stage)
    await stage.run(lambda step: add_crew(step, 2), "system")
    other = next(v for v in await stage.crew(later.id) if v.id != seller.id)
    await suspend(stage, seller)
    after = await stage.visit(later.id)
    assert after.starts_at == later.starts_at
    held = [v.id for v in await stage.crew(later.id)]
    assert held == [other.id], "the other's promise stands"
    await stage.look()
    assert seller.id not in {o.volunteer_id for o in await stage.offers(later.id) if o.status == "offered"}
    after = await stage.answer(later.id)
    assert after.status is VisitStatus.ACCEPTED
    assert seller.id not in {v.id for v in await stage.crew(later.id)}
    assert await stage.say(seller.phone, "1") != "accepted"
    (entry,) = await stage.audited("volunteer.status")
    assert (entry.who, entry.row_id) == ("staff:yuhua", str(seller.id))
    assert (await stage.visit(first.id)).status is VisitStatus.COMPLETED, "what was done stays done"


async def test_the_minutes_are_frozen_and_corrected_with_a_reason(stage: Stage) -> None:
    _, _, seller = await promised(stage)
    await suspend(stage, seller)
    (entry,) = await stage.rows(MinutesEntry, col(MinutesEntry.volunteer_id) == seller.id)
    refused = await stage.post(
        "yuhua",
        f"/volunteers/{seller.id}/certificates",
        409,
        from_on=stage.today.isoformat(),
        to_on=stage.today.isoformat(),
        issuer="雨花区样本站",
        responsible_person="样本站长",
        contact="0731-85550100",
    )
    assert refused["error"]["code"] == "suspended", "no certificate of service while it is looked into"

    await stage.run(lambda step: correct_minutes(step, entry.id, 0, "推销期间不计服务"), "staff:yuhua")
    again = await stage.row(MinutesEntry, entry.id)
    assert again.minutes == entry.minutes, "the entry stays; the correction stands beside it"


async def test_the_complaint_has_a_number_a_day_and_an_answer(stage: Stage) -> None:
    """Edge: fifteen working days; the retiree is told what came of it."""
    first, _, seller = await promised(stage)
    person = await stage.retiree(first.retiree_id)
    filed = await stage.post(
        "officer", f"/retirees/{person.id}/complaints", about="volunteer", volunteer_id=str(seller.id)
    )
    assert filed["number"].startswith("TS")
    assert filed["due_on"] == add_working_days(stage.today, 15, holiday_table()).on.isoformat()
    (item,) = await stage.matters("complaint")
    assert item.retiree_id == person.id
    assert item.responsible == "staff:yuhua"
    await stage.post("yuhua", f"/complaints/{filed['id']}/answer", result="已停止其服务，货款退回")
    await stage.post("yuhua", f"/complaints/{filed['id']}/answer", 409, result="已停止其服务，货款退回")
    await stage.look()
    assert await stage.matters("complaint") == []
    (call,) = [i for i in await stage.matters("call") if i.retiree_id == person.id]
    assert call.detail["number"] == filed["number"], "the retiree is told"
