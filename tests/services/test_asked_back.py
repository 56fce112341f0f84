"""Who is asked back what was meant has time to say so before a person is troubled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col

from models.desk import DeskItem
from models.visits import TimelineEntry
from services import desk
from services.board import load_figures
from tests.nasty.scenes import (
    Asked,
    asked,
    asked_twice,
    first_asked,
    officer,
    on_desks,
    on_phone,
    promised,
)
from tests.services.play import Play
from tests.services.scenes import row, rows

HOURS = timedelta(hours=1)


async def on_the_board(play: Play) -> int:
    async with play.steps.look() as step:
        return (await load_figures(step))["desk"]


async def test_a_short_unclear_text_comes_to_a_person_when_no_clear_one_follows(play: Play) -> None:
    found = await asked(play, volunteers=3)
    assert await play.say(found.phone, "谁啊") == "to_person"
    assert "回复" in on_phone(play, found.phone)[-1]
    assert await on_the_board(play) == 0
    play.clock.advance(2 * HOURS)
    assert await on_the_board(play) == 1


async def test_a_clear_answer_in_time_spares_the_person(play: Play) -> None:
    found = await asked(play, volunteers=3)
    await play.say(found.phone, "谁啊")
    play.clock.advance(HOURS / 4)
    assert await play.say(found.phone, "1") == "accepted"
    play.clock.advance(2 * HOURS)
    assert await on_the_board(play) == 0


@pytest.mark.parametrize("text", ["王奶奶昨天说她腿疼想换个时间", "请问要带什么证件？"])
async def test_a_text_that_says_something_comes_at_once(play: Play, text: str) -> None:
    found = await asked(play, volunteers=3)
    assert await play.say(found.phone, text) == "to_person"
    assert await on_the_board(play) == 1


async def test_whoever_has_promised_a_visit_is_not_kept_waiting(play: Play) -> None:
    found = await promised(play, volunteers=3)
    assert await play.say(found.phone, "谁啊") == "to_person"
    assert await on_the_board(play) == 1


async def unclear(play: Play, found: Asked) -> DeskItem:
    """They have written something short that nobody understands; the matter waits."""
    await officer(play)
    assert await play.say(found.phone, "谁啊") == "to_person"
    (item,) = await on_desks(play, "reply")
    play.clock.advance(HOURS / 4)
    return item


@pytest.mark.parametrize(("answer", "result"), [("1", "accepted"), ("2", "declined")])
async def test_a_clear_answer_closes_the_question_and_the_words_stay_with_the_visit(
    play: Play, answer: str, result: str
) -> None:
    found = await asked(play, volunteers=3)
    item = await unclear(play, found)
    assert await play.say(found.phone, answer) == result
    closed: DeskItem = await row(play, DeskItem, item.id)
    assert (closed.resolution, closed.closed_at) == ("answered", play.clock.now())
    told = await rows(
        play,
        TimelineEntry,
        col(TimelineEntry.visit_id) == found.visit.id,
        col(TimelineEntry.event) == "reply.words",
    )
    assert [entry.why["inbound"] for entry in told] == [str(item.inbound_id)]


async def test_the_question_stays_while_another_offer_is_open(play: Play) -> None:
    phone, first, second = await asked_twice(play)
    await officer(play)
    assert await play.say(phone, "谁啊") == "to_person"
    play.clock.advance(HOURS / 4)
    assert await play.say(phone, f"{first.code} 2") == "declined"
    assert len(await on_desks(play, "reply")) == 1, "the words may be about the other one"
    play.clock.advance(HOURS / 4)
    assert await play.say(phone, f"{second.code} 1") == "accepted"
    assert await on_desks(play, "reply") == []


async def test_a_question_of_somebody_else_stays(play: Play) -> None:
    found = await asked(play, volunteers=3)
    other = await first_asked(play, found.visit, 1)
    item = await unclear(play, other)
    assert await play.say(found.phone, "1") == "accepted"
    assert [still.id for still in await on_desks(play, "reply")] == [item.id]


async def test_what_says_more_than_an_answer_is_not_closed_by_one(play: Play) -> None:
    found = await asked(play, volunteers=3)
    await officer(play)
    assert await play.say(found.phone, "请问要带什么证件？") == "to_person"
    play.clock.advance(HOURS / 4)
    assert await play.say(found.phone, "1") == "accepted"
    assert len(await on_desks(play, "reply")) == 1


async def test_what_a_person_has_closed_stays_as_it_was_closed(play: Play) -> None:
    found = await asked(play, volunteers=3)
    item = await unclear(play, found)
    await play.steps.run("system", lambda step: desk.close_item(step, item.id, "called"))
    assert await play.say(found.phone, "1") == "accepted"
    closed: DeskItem = await row(play, DeskItem, item.id)
    assert closed.resolution == "called"
