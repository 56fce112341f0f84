"""Who is asked back what was meant has time to say so before a person is troubled."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.clock import ManualClock
from services.board import load_figures
from services.steps import Steps
from tests.nasty.scenes import asked, on_phone, promised
from tests.services.play import Play

HOURS = timedelta(hours=1)


@pytest.fixture
def play(steps: Steps, clock: ManualClock) -> Play:
    return Play(steps, clock)


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
