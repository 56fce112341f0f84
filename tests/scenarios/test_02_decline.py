"""Scenario 2: a visitor falls ill two hours before; somebody else goes, or the visit is moved."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitKind, VisitStatus
from models.visits import Visit
from models.volunteers import Volunteer
from services.steps import Step
from tests.factories import add_retiree, add_visit, next_phone
from tests.scenarios.people import add_crew
from tests.scenarios.stage import Stage

TWO_HOURS = timedelta(hours=2)


async def agreed(stage: Stage, *, standby: int, city: int = 0) -> tuple[Visit, Volunteer, Volunteer]:
    """A pair has agreed for an afternoon; `standby` more of the district could go."""

    async def fill(step: Step) -> Visit:
        person = await add_retiree(step, phone=next_phone())
        await add_crew(step, 2)
        return await add_visit(step, VisitKind.CARE, person.id, windows=[["14:30", "17:00"]])

    visit: Visit = await stage.run(fill, "system")
    visit = await stage.agree(visit.id)
    lead, companion = await stage.crew(visit.id)
    await stage.run(partial(add_crew, district=standby, city=city), "system")
    assert visit.starts_at is not None
    await stage.until(visit.starts_at - TWO_HOURS)
    return visit, lead, companion


async def falls_ill(stage: Stage, who: Volunteer) -> None:
    assert await stage.say(who.phone, "2 我病了去不了") == "withdrawn"


async def test_a_standby_is_asked_at_once_and_goes(stage: Stage) -> None:
    visit, lead, companion = await agreed(stage, standby=2, city=1)
    await falls_ill(stage, companion)
    after = await stage.visit(visit.id)
    assert (after.status, after.starts_at) == (VisitStatus.OFFERED, visit.starts_at)
    seats = await stage.seats(visit.id)
    assert (seats[0].volunteer_id, seats[0].status) == (lead.id, SeatStatus.ACCEPTED), "the lead stays"
    asked = [o for o in await stage.offers(visit.id) if o.status is OfferStatus.OFFERED]
    assert {o.position for o in asked} == {1}
    people = [await stage.row(Volunteer, o.volunteer_id) for o in asked]
    assert [p.pool for p in people] == ["district", "district"], "the district first"
    now = stage.clock.now()
    assert all(o.offered_at == now and o.expires_at - now <= TWO_HOURS for o in asked)
    assert "任务号" in (await stage.phone(people[0].phone))[-1]

    assert await stage.say(people[0].phone, "1") == "accepted"
    after = await stage.visit(visit.id)
    assert (after.status, after.starts_at) == (VisitStatus.ACCEPTED, visit.starts_at)
    assert [v.id for v in await stage.crew(visit.id)] == [lead.id, people[0].id]
    assert (await stage.phone(people[1].phone))[-1].count("已有人接单") == 1
    retiree = await stage.retiree(visit.retiree_id)
    assert not [t for t in await stage.phone(retiree.phone) if "改至" in t or "取消" in t], "nothing changed"
    assert (await stage.row(Volunteer, companion.id)).no_shows == 0, "illness told before is no absence"
    assert await stage.matters() == []
    await stage.sound()


async def test_the_city_pool_follows_when_the_district_says_no(stage: Stage) -> None:
    visit, lead, companion = await agreed(stage, standby=1, city=1)
    await falls_ill(stage, companion)
    for pool in ("district", "city"):
        asked = [o for o in await stage.offers(visit.id) if o.status is OfferStatus.OFFERED]
        people = [await stage.row(Volunteer, o.volunteer_id) for o in asked]
        assert pool in {p.pool for p in people}
        for person in people:
            if person.pool == pool:
                await stage.say(person.phone, "1" if pool == "city" else "2")
    after = await stage.visit(visit.id)
    assert after.status is VisitStatus.ACCEPTED
    assert [v.pool for v in await stage.crew(visit.id)] == ["district", "city"]
    assert (await stage.crew(visit.id))[0].id == lead.id


@pytest.mark.parametrize("choice", ["staff", "reschedule"])
async def test_with_nobody_half_an_hour_before_the_coordinator_chooses(stage: Stage, choice: str) -> None:
    visit, lead, companion = await agreed(stage, standby=0)
    retiree = await stage.retiree(visit.retiree_id)
    await falls_ill(stage, companion)
    assert visit.starts_at is not None
    await stage.until(visit.starts_at - timedelta(minutes=35))
    (item,) = await stage.matters("unfilled")
    assert item.responsible == "staff:officer"
    assert item.opened_at <= visit.starts_at - timedelta(minutes=30)

    if choice == "staff":

        async def colleague(step: Step) -> None:
            await add_crew(step, 1, is_staff=True, name="样本社工", whole_week=False)

        await stage.run(colleague, "system")
        (helper,) = await stage.volunteers(is_staff=True)
        for position, goes in enumerate((lead, helper)):
            await stage.on_visit(
                "officer",
                visit.id,
                "assign",
                position=position,
                volunteer_id=str(goes.id),
                reason="社区工作人员顶替",
                starts_at=visit.starts_at.isoformat(),
            )
        after = await stage.visit(visit.id)
        assert (after.status, after.starts_at) == (VisitStatus.ACCEPTED, visit.starts_at)
        assert [v.id for v in await stage.crew(visit.id)] == [lead.id, helper.id]
    else:
        later = visit.starts_at + timedelta(days=1)
        await stage.run(partial(add_crew, district=1), "system")
        known = {lead.id, companion.id}
        (other,) = [v for v in await stage.volunteers() if v.id not in known]
        await stage.on_visit(
            "officer", visit.id, "assign", position=1, volunteer_id=str(other.id), reason="明天可以去"
        )
        await stage.on_visit(
            "officer", visit.id, "reschedule", starts_at=later.isoformat(), reason="一人生病"
        )
        await stage.drain()
        after = await stage.visit(visit.id)
        assert (after.status, after.starts_at) == (VisitStatus.ACCEPTED, later)
        await stage.wait_minutes(30)  # a text may wait for the end of the noon rest
        moved = [t for t in await stage.phone(retiree.phone) if "改至" in t]
        assert len(moved) == 1, "the retiree hears of the new day once"
        assert after.visit_code in moved[0]
    assert await stage.matters("unfilled") == []
    assert (await stage.audited("visit.assign" if choice == "staff" else "visit.reschedule"))[-1].who == (
        "staff:officer"
    )


async def test_declining_again_or_late_changes_nothing(stage: Stage) -> None:
    """Edge: the decline's text arrives after somebody else has accepted; said twice it is the same."""
    visit, lead, companion = await agreed(stage, standby=2)
    await falls_ill(stage, companion)
    first = await stage.offers(visit.id)
    assert await stage.say(companion.phone, "2 我病了去不了", key="again") != "withdrawn"
    assert [(o.id, o.status) for o in await stage.offers(visit.id)] == [(o.id, o.status) for o in first]
    after = await stage.answer(visit.id)
    crew = [v.id for v in await stage.crew(visit.id)]
    assert await stage.say(companion.phone, "不去") != "withdrawn"
    again = await stage.visit(visit.id)
    assert (again.status, again.version) == (VisitStatus.ACCEPTED, after.version)
    assert [v.id for v in await stage.crew(visit.id)] == crew
    noted = [t for t in await stage.phone(companion.phone) if "已记录您不参加" in t]
    assert len(noted) == 1, "told once that it is noted"
    assert lead.id in crew
