"""When a visit is off or moved, whoever counted on it is told, and nobody else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col

from domain.messages import MessageStatus
from domain.visits import VisitStatus
from models.messages import Message
from services import changing
from services.answers import withdraw
from tests.services.play import Play
from tests.services.scenes import agreed, crew, offered, retiree_of, rows


async def told(play: Play, template: str) -> list[MessageStatus]:
    await play.tick()
    return [m.status for m in await play.texts(template)]


async def test_the_crew_is_told_when_the_retiree_asks_for_another_day(play: Play) -> None:
    visit = await agreed(play)
    person = await retiree_of(play, visit)
    assert await play.say(person.phone, "2") == "another_day"
    assert await told(play, "V5") == [MessageStatus.DELIVERED] * 2
    assert await told(play, "R4") == [MessageStatus.DELIVERED]


async def test_the_crew_is_told_when_a_coordinator_asks_others(play: Play) -> None:
    visit = await agreed(play, volunteers=8)
    before = {v.id for v in await crew(play, visit.id)}
    await play.steps.run("staff:a", lambda step: changing.reoffer(step, visit.id, "结伴调整"))
    assert await told(play, "V5") == [MessageStatus.DELIVERED] * 2
    assert {m.person_id for m in await play.texts("V5")} == before


async def test_the_retiree_is_told_when_nobody_is_left_for_the_announced_day(play: Play) -> None:
    visit = await agreed(play, volunteers=2)
    assert await told(play, "R2") == [MessageStatus.DELIVERED]
    lead = (await crew(play, visit.id))[0]
    await play.steps.run("system", lambda step: withdraw(step, visit.id, lead.id, "page"))
    await play.tick()
    assert (await play.visit(visit.id)).status is VisitStatus.DUE
    assert await told(play, "R4") == [MessageStatus.DELIVERED]


async def test_no_date_is_taken_back_that_was_never_announced(play: Play) -> None:
    visit = await offered(play, volunteers=2)
    await play.wait(timedelta(hours=30))
    assert (await play.visit(visit.id)).status is VisitStatus.DUE
    assert await told(play, "R4") == []


async def test_a_cancelled_visit_leaves_only_the_words_that_it_is_off(play: Play) -> None:
    visit = await agreed(play)
    await play.steps.run("staff:a", lambda step: changing.cancel(step, visit.id, "搬家"))
    waiting = await rows(play, Message, col(Message.status) == MessageStatus.QUEUED)
    assert {m.template for m in waiting} == {"V5", "R4"}
    assert await told(play, "V5") == [MessageStatus.DELIVERED] * 2
    assert await told(play, "R4") == [MessageStatus.DELIVERED]


@pytest.mark.parametrize("change", ["cancel", "reschedule", "reoffer"])
async def test_whoever_was_never_asked_is_told_nothing(play: Play, change: str) -> None:
    play.clock.set(datetime(2026, 3, 1, 20, 0, tzinfo=UTC))  # four in the morning: the offers wait
    visit = await offered(play)
    assert visit.starts_at is not None
    later = visit.starts_at + timedelta(days=1)
    if change == "cancel":
        await play.steps.run("staff:a", lambda step: changing.cancel(step, visit.id, "搬家"))
    elif change == "reschedule":
        await play.steps.run("staff:a", lambda step: changing.reschedule(step, visit.id, later, "下雨"))
    else:
        await play.steps.run("staff:a", lambda step: changing.reoffer(step, visit.id, "重派"))
    assert await play.texts("V5") == []
    assert await play.texts("V7") == []
    first = (await play.texts("V1"))[:4]
    assert {m.status for m in first} == {MessageStatus.CANCELLED}
