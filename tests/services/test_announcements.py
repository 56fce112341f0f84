"""Whatever happens to a visit, the retiree's side is told each time once, and what is no longer so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import col

from domain.messages import MessageStatus
from domain.policy import Policy
from domain.visits import VisitStatus
from models.desk import DeskItem
from models.messages import Message
from models.visits import Visit
from models.volunteers import Volunteer
from services import changing, desk
from services.answers import accept_offer, withdraw
from services.doctor import examine
from services.offering import give_up
from services.planning.planning import plan_visits
from services.steps import Step
from tests.services.conftest import MONDAY
from tests.services.play import Play
from tests.services.scenes import agreed, crew, open_matters, row, rows

TO_RETIREE = ("R2", "R2b", "R3", "R3b", "R4", "R4b", "R6", "R6b")
NO_MOBILE: dict[str, Any] = {"phone": "+8673112345678", "phone_kind": "landline"}
LATE = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)  # half past ten in the evening


async def agreed_ahead(play: Play, days: int = 4, **values: Any) -> Visit:
    """A visit agreed on Monday for some days later."""
    return await agreed(play, volunteers=8, opens_on=MONDAY.date() + timedelta(days=days), **values)


async def reached(play: Play) -> list[tuple[str, datetime | None]]:
    """The texts that reached the retiree's side, in order, with the visit's time they speak of."""
    found = await rows(play, Message, col(Message.template).in_(TO_RETIREE))
    gone = [m for m in found if m.status is MessageStatus.DELIVERED]
    return [(m.template, m.starts_at) for m in sorted(gone, key=lambda m: m.submitted_at)]


async def say_yes_again(play: Play, visit_id: Any) -> Visit:
    await play.tick()
    for seat in await play.seats(visit_id):
        if seat.volunteer_id is None:
            offer = next(
                o
                for o in await play.offers(visit_id)
                if o.status == "offered" and o.position == seat.position
            )
            await play.steps.run("v", partial(accept_offer, offer_id=offer.id, channel="page"))
            await play.drain()
    visit = await play.visit(visit_id)
    assert visit.status is VisitStatus.ACCEPTED
    return visit


async def reoffer(play: Play, visit: Visit) -> None:
    await play.steps.run("staff:a", lambda step: changing.reoffer(step, visit.id, "换人"))


async def move(play: Play, visit: Visit, to: datetime) -> None:
    await play.steps.run("staff:a", lambda step: changing.reschedule(step, visit.id, to, "下雨"))
    await play.tick()


async def nobody_left(play: Play, visit: Visit) -> None:
    async def work(step: Step) -> None:
        await give_up(step, await changing.load_visit(step, visit.id), {"code": "nobody_left"})

    await play.steps.run("system", work)


async def until_the_visit(play: Play, visit: Visit) -> None:
    starts_at = (await play.visit(visit.id)).starts_at
    assert starts_at is not None
    await play.wait(starts_at - play.clock.now() - timedelta(minutes=5))
    async with play.steps.look() as step:
        assert (await examine(step)).problems == []


async def test_another_crew_at_the_same_time_changes_nothing_for_the_retiree(play: Play) -> None:
    visit = await agreed_ahead(play)
    await play.tick()
    await reoffer(play, visit)
    again = await say_yes_again(play, visit.id)
    assert again.starts_at == visit.starts_at
    await until_the_visit(play, visit)
    assert await reached(play) == [("R2", visit.starts_at), ("R6", visit.starts_at)]


async def test_the_announcement_still_waits_for_the_morning_when_others_are_asked(play: Play) -> None:
    play.clock.set(LATE)
    visit = await agreed_ahead(play)
    assert [m.status for m in await play.texts("R2")] == [MessageStatus.QUEUED]
    await reoffer(play, visit)
    await say_yes_again(play, visit.id)
    await until_the_visit(play, visit)
    assert await reached(play) == [("R2", visit.starts_at), ("R6", visit.starts_at)]


async def test_a_crew_found_again_after_the_reminder_s_hour_still_reminds(play: Play) -> None:
    visit = await agreed_ahead(play)
    await play.tick()
    assert visit.starts_at is not None
    day_before = datetime.combine(
        visit.starts_at.astimezone(play.steps.zone).date() - timedelta(days=1),
        Policy().day_before_reminder,
        play.steps.zone,
    )
    await play.wait(day_before - timedelta(hours=1) - play.clock.now())
    lead = (await crew(play, visit.id))[0]
    await play.steps.run("v", lambda step: withdraw(step, visit.id, lead.id, "page"))
    await play.wait(timedelta(hours=1, minutes=30))
    assert [m.status for m in await play.texts("R6")] == [MessageStatus.CANCELLED], "nobody was agreed then"
    await say_yes_again(play, visit.id)
    await until_the_visit(play, visit)
    assert await reached(play) == [("R2", visit.starts_at), ("R6", visit.starts_at)]


async def test_taken_back_and_found_again_for_the_same_time(play: Play) -> None:
    visit = await agreed_ahead(play, windows=[["09:00", "09:00"]])
    await play.tick()

    await nobody_left(play, visit)
    await play.tick()
    await plan_visits(play.steps, "test")
    again = await say_yes_again(play, visit.id)
    assert again.starts_at == visit.starts_at
    await until_the_visit(play, visit)
    at = visit.starts_at
    assert await reached(play) == [("R2", at), ("R4", at), ("R2", at), ("R6", at)]


async def test_found_again_before_the_taking_back_has_left(play: Play) -> None:
    visit = await agreed_ahead(play, windows=[["09:00", "09:00"]])
    await play.tick()
    play.clock.set(LATE)

    await nobody_left(play, visit)
    await plan_visits(play.steps, "test")
    await say_yes_again(play, visit.id)
    await until_the_visit(play, visit)
    assert await reached(play) == [("R2", visit.starts_at), ("R6", visit.starts_at)]


async def test_moved_and_moved_back(play: Play) -> None:
    visit = await agreed_ahead(play)
    await play.tick()
    assert visit.starts_at is not None
    first, second = visit.starts_at, visit.starts_at + timedelta(days=1)
    for at in (second, first, second, first):
        await move(play, visit, at)
    await until_the_visit(play, visit)
    # Two texts a day: the rest waits for the morning, when only the last of them is still true.
    moves = [("R3", second), ("R3", first)]
    assert await reached(play) == [("R2", first), *moves, ("R6", first)]
    for person in await crew(play, visit.id):
        own = [m.starts_at for m in await play.texts("V2") if m.person_id == person.id]
        assert own == [first, second, first, second, first]
        for template in ("V3", "V15"):
            left = [m for m in await play.texts(template) if m.person_id == person.id]
            sent = [m.starts_at for m in left if m.status is MessageStatus.DELIVERED]
            assert len(sent) <= 1
            assert set(sent) <= {first}


async def test_moved_while_others_are_asked_the_old_time_is_taken_back_at_once(play: Play) -> None:
    visit = await agreed_ahead(play)
    await play.tick()
    assert visit.starts_at is not None
    later = visit.starts_at + timedelta(days=1)
    await reoffer(play, visit)
    await move(play, visit, later)
    assert [key for key, _ in await reached(play)] == ["R2", "R4"]
    await say_yes_again(play, visit.id)
    await until_the_visit(play, visit)
    assert [key for key, _ in await reached(play)] == ["R2", "R4", "R2", "R6"]


async def the_call(play: Play) -> DeskItem:
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "call")
    found: DeskItem = item
    return found


async def ring(play: Play) -> None:
    item = await the_call(play)
    await play.steps.run("staff:a", lambda step: desk.close_item(step, item.id, "电话告知"))


async def test_without_a_mobile_a_person_rings_about_every_change(play: Play) -> None:
    visit = await agreed_ahead(play, retiree=NO_MOBILE)
    assert visit.starts_at is not None
    later = visit.starts_at + timedelta(days=1)
    call = await the_call(play)
    assert (call.detail["about"], call.detail["starts_at"]) == ("R2", visit.starts_at.isoformat())
    await ring(play)

    await move(play, visit, later)
    call = await the_call(play)
    assert call.closed_at is None
    assert (call.detail["about"], call.detail["starts_at"]) == ("R3", later.isoformat())
    assert call.detail["told"] == visit.starts_at.isoformat()
    assert call.due_at == visit.starts_at - timedelta(hours=2), "before they wait in vain"
    await ring(play)

    await play.steps.run("staff:a", lambda step: changing.cancel(step, visit.id, "搬家"))
    call = await the_call(play)
    assert (call.closed_at, call.detail) == (None, {"about": "R4", "told": later.isoformat()})
    assert await open_matters(play) == ["call"], "still to do though the visit has ended"
    assert await reached(play) == []


async def test_nobody_rings_about_a_date_that_nobody_had_told(play: Play) -> None:
    visit = await agreed_ahead(play, retiree=NO_MOBILE)
    await play.steps.run("staff:a", lambda step: changing.cancel(step, visit.id, "搬家"))
    assert await open_matters(play) == []


async def test_a_call_not_yet_made_says_the_newest_time(play: Play) -> None:
    visit = await agreed_ahead(play, retiree=NO_MOBILE)
    assert visit.starts_at is not None
    later = visit.starts_at + timedelta(days=1)
    await move(play, visit, later)
    call = await the_call(play)
    assert call.detail == {"about": "R2", "starts_at": later.isoformat()}
    assert call.due_at == later - timedelta(hours=2)


async def test_others_asked_for_the_same_time_need_no_second_call(play: Play) -> None:
    visit = await agreed_ahead(play, retiree=NO_MOBILE)
    await ring(play)
    await reoffer(play, visit)
    await say_yes_again(play, visit.id)
    assert await open_matters(play) == []


async def test_nobody_is_left_and_somebody_without_a_mobile_is_rung(play: Play) -> None:
    visit = await agreed(play, volunteers=2, retiree=NO_MOBILE)
    await ring(play)
    lead: Volunteer = (await crew(play, visit.id))[0]
    await play.steps.run("v", lambda step: withdraw(step, visit.id, lead.id, "page"))
    await play.tick()
    assert (await row(play, Visit, visit.id)).status is VisitStatus.DUE
    assert (await the_call(play)).detail["about"] == "R4"
    assert (await the_call(play)).closed_at is None
