"""Scenario 10: a visit for two, and one of them has not come a quarter of an hour after the start."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitKind, VisitStatus
from models.visits import Visit
from models.volunteers import MinutesEntry, Volunteer
from services.steps import Step
from tests.factories import add_retiree, add_visit
from tests.scenarios.people import add_crew
from tests.scenarios.phone_page import open_page
from tests.scenarios.stage import Stage


async def one_there(stage: Stage) -> tuple[Visit, Volunteer, Volunteer]:
    """(visit, who is at the door, who is not)."""

    async def fill(step: Step) -> Visit:
        person = await add_retiree(step)
        await add_crew(step, 2)
        return await add_visit(step, VisitKind.CARE, person.id)

    visit: Visit = await stage.run(fill, "system")
    visit = await stage.agree(visit.id)
    present, absent = await stage.crew(visit.id)
    assert visit.starts_at is not None
    await stage.until(visit.starts_at)
    assert await stage.say(present.phone, "到了") == "arrived"
    await stage.wait_minutes(15)
    return visit, present, absent


async def test_half_an_hour_to_replace_then_another_day(stage: Stage) -> None:
    visit, present, absent = await one_there(stage)
    (item,) = await stage.matters("no_show")
    assert item.responsible == "staff:officer"
    assert item.due_at - stage.clock.now() == timedelta(minutes=30)
    (warning,) = await stage.sent("C2")
    assert "一名志愿者未到" in (await stage.phone(await stage.staff_phone("officer")))[-1]
    assert visit.number in warning.text
    assert (await stage.visit(visit.id)).status is VisitStatus.CHECKED_IN

    # Alone nobody goes in: a report of a visit that took place is not taken from one person.
    refused = await stage.on_visit(
        "street",
        visit.id,
        "report",
        403,
        volunteer_id=str(present.id),
        form_key="alone-at-the-door",
        outcome="done_evidence",
    )
    assert refused["error"]["code"] == "two_persons"

    await stage.wait_minutes(30)
    after = await stage.visit(visit.id)
    assert (after.status, after.starts_at) == (VisitStatus.DUE, None)
    assert {m.volunteer_id: m.minutes for m in await stage.rows(MinutesEntry)} == {present.id: 45}
    assert (await stage.row(Volunteer, absent.id)).no_shows == 1
    assert (await stage.row(Volunteer, present.id)).no_shows == 0
    retiree = await stage.retiree(visit.retiree_id)
    assert "已取消" in (await stage.phone(retiree.phone))[-1]
    assert await stage.matters("no_show") == []
    await stage.sound()


async def test_a_substitute_comes_in_time(stage: Stage) -> None:
    visit, present, absent = await one_there(stage)
    await stage.run(partial(add_crew, district=1), "system")
    known = {present.id, absent.id}
    (helper,) = [v for v in await stage.rows(Volunteer) if v.id not in known]
    await stage.on_visit(
        "officer", visit.id, "assign", position=1, volunteer_id=str(helper.id), reason="就近顶替"
    )
    assert [v.id for v in await stage.crew(visit.id)] == [present.id, helper.id]
    assert await stage.say(helper.phone, "到了") == "arrived"
    assert await stage.matters("no_show") == []
    await stage.wait_minutes(30)
    page = await open_page(stage, visit, present)
    await page.report("done_evidence", check_health="normal")
    after = await stage.visit(visit.id)
    assert after.status is VisitStatus.COMPLETED
    minutes = {m.volunteer_id: m.minutes for m in await stage.rows(MinutesEntry)}
    assert set(minutes) == {present.id, helper.id}
    assert (await stage.row(Volunteer, absent.id)).no_shows == 1


async def test_who_said_before_that_he_is_ill_is_not_blamed(stage: Stage) -> None:
    """Edge: illness told before the start costs nothing."""

    async def fill(step: Step) -> Visit:
        person = await add_retiree(step)
        await add_crew(step, 4)
        return await add_visit(step, VisitKind.CARE, person.id)

    visit: Visit = await stage.run(fill, "system")
    visit = await stage.agree(visit.id)
    _, ill = await stage.crew(visit.id)
    assert visit.starts_at is not None
    await stage.until(visit.starts_at - timedelta(hours=1))
    assert await stage.say(ill.phone, "2 发烧了") == "withdrawn"
    assert (await stage.row(Volunteer, ill.id)).no_shows == 0
    assert await stage.rows(MinutesEntry) == []
    offers = await stage.offers(visit.id)
    assert [o.status for o in offers if o.volunteer_id == ill.id] == [OfferStatus.WITHDRAWN]
    seats = await stage.seats(visit.id)
    assert seats[0].status is SeatStatus.ACCEPTED
