"""The whole way of a visit, by SMS, with the real ticks, actors and texts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from domain.messages import MessageStatus
from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitKind, VisitStatus
from models.scope import SYSTEM
from models.visits import Visit
from models.volunteers import MinutesEntry, Volunteer
from services.doctor import examine
from services.planning.planning import plan_visits
from services.steps import Step
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play


async def set_up(
    play: Play, *, volunteers: int = 5, kind: VisitKind = VisitKind.CARE, **values: Any
) -> Visit:
    async def work(step: Step) -> Visit:
        retiree = await add_retiree(step)
        for _ in range(volunteers):
            await add_volunteer(step)
        return await add_visit(step, kind, retiree.id, **values)

    visit = await play.steps.run("system", work)
    await plan_visits(play.steps, "test")
    await play.tick()
    return await play.visit(visit.id)


async def phone_of(play: Play, volunteer_id: Any) -> str:
    async with play.steps.db.read(SYSTEM) as session:
        row = await session.get(Volunteer, volunteer_id)
        assert row is not None
        return row.phone


async def test_a_pair_accepts_comes_and_reports(play: Play) -> None:
    visit = await set_up(play)
    assert visit.status is VisitStatus.OFFERED
    assert visit.starts_at is not None
    offers = await play.offers(visit.id)
    assert len(offers) == 4, "two seats, two asked for each"
    texts = await play.texts("V1")
    assert {t.status for t in texts} == {MessageStatus.DELIVERED}
    lead = next(o for o in offers if o.position == 0)
    companion = next(o for o in offers if o.position == 1)

    assert await play.say(await phone_of(play, lead.volunteer_id), "1") == "waiting"
    assert (await play.visit(visit.id)).status is VisitStatus.OFFERED
    assert len(await play.texts("V8")) == 1
    assert await play.say(await phone_of(play, companion.volunteer_id), f"{companion.code} 1") == "accepted"
    visit = await play.visit(visit.id)
    assert visit.status is VisitStatus.ACCEPTED
    assert len(visit.visit_code) == 4
    assert len(await play.texts("V2")) == 2
    assert len(await play.texts("R2")) == 1
    left = [o.status for o in await play.offers(visit.id) if o.id not in (lead.id, companion.id)]
    assert left == [OfferStatus.FILLED, OfferStatus.FILLED]
    assert len(await play.texts("V7")) == 2, "those still asked are told that it is filled"

    play.clock.set(visit.starts_at - timedelta(minutes=5))
    await play.tick()
    assert len(await play.texts("V3")) == 2
    assert await play.say(await phone_of(play, lead.volunteer_id), "到了") == "arrived"
    assert (await play.visit(visit.id)).status is VisitStatus.CHECKED_IN
    assert await play.say(await phone_of(play, companion.volunteer_id), "3") == "arrived"
    await play.wait(timedelta(minutes=45))
    assert await play.say(await phone_of(play, lead.volunteer_id), "完成") == "reported:done_evidence"
    visit = await play.visit(visit.id)
    assert visit.status is VisitStatus.COMPLETED
    assert [s.status for s in await play.seats(visit.id)] == [SeatStatus.DONE, SeatStatus.DONE]
    async with play.steps.look() as step:
        minutes = list(await step.session.scalars(select(MinutesEntry)))
        assert sorted(m.minutes for m in minutes) == [45, 45]
        report = await examine(step)
    assert report.problems == []


async def test_after_a_no_the_next_is_asked_at_once(play: Play) -> None:
    visit = await set_up(play, volunteers=7)
    first = (await play.offers(visit.id))[0]
    assert await play.say(await phone_of(play, first.volunteer_id), "没空") == "declined"
    offers = await play.offers(visit.id)
    newest = offers[-1]
    assert newest.volunteer_id != first.volunteer_id
    assert newest.position == first.position
    assert newest.offered_at == play.clock.now()
    assert len(await play.texts("V13")) == 1


async def test_silence_widens_then_gives_up_and_plans_anew(play: Play) -> None:
    visit = await set_up(play, volunteers=4)
    await play.wait(timedelta(hours=30))
    offers = await play.offers(visit.id)
    assert {o.status for o in offers} == {OfferStatus.EXPIRED}
    visit = await play.visit(visit.id)
    assert visit.status is VisitStatus.DUE
    assert visit.wake_at is not None
    assert visit.reason["code"] == "all_declined", "the next plan knows that all have said no"


async def test_two_yes_to_one_seat(play: Play) -> None:
    visit = await set_up(play, volunteers=4, crew_size=1, kind=VisitKind.TASK)
    first, second = await play.offers(visit.id)
    assert await play.say(await phone_of(play, first.volunteer_id), "1") == "accepted"
    assert await play.say(await phone_of(play, second.volunteer_id), "1") == "standby"
    assert [s.volunteer_id for s in await play.seats(visit.id)] == [first.volunteer_id]


async def test_a_withdrawal_opens_only_that_seat(play: Play) -> None:
    visit = await set_up(play, volunteers=8)
    offers = await play.offers(visit.id)
    lead = next(o for o in offers if o.position == 0)
    companion = next(o for o in offers if o.position == 1)
    await play.say(await phone_of(play, lead.volunteer_id), "1")
    await play.say(await phone_of(play, companion.volunteer_id), "1")
    assert await play.say(await phone_of(play, companion.volunteer_id), "2 家里有事") == "withdrawn"
    visit = await play.visit(visit.id)
    assert visit.status is VisitStatus.OFFERED
    seats = await play.seats(visit.id)
    assert seats[0].volunteer_id == lead.volunteer_id
    assert seats[1].status is SeatStatus.OPEN
    asked_anew = [o for o in await play.offers(visit.id) if o.status is OfferStatus.OFFERED]
    assert asked_anew
    assert {o.position for o in asked_anew} == {1}


async def test_nobody_reports_so_a_person_is_told(play: Play) -> None:
    visit = await set_up(play, volunteers=4, crew_size=1, kind=VisitKind.TASK)
    first = (await play.offers(visit.id))[0]
    await play.say(await phone_of(play, first.volunteer_id), "1")
    visit = await play.visit(visit.id)
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)
    await play.wait(timedelta(hours=12))
    assert len(await play.texts("V6")) == 1
    assert (await play.visit(visit.id)).status is VisitStatus.MISSED
    async with play.steps.look() as step:
        from models.desk import DeskItem

        kinds = list(
            await step.session.scalars(select(col(DeskItem.kind)).where(col(DeskItem.visit_id) == visit.id))
        )
    assert "missed" in kinds
