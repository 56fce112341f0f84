"""Nothing is open to whoever writes: told so once a day, and words that say something reach a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col

from models.messages import Inbound
from models.volunteers import Volunteer
from tests.factories import add_volunteer
from tests.nasty.scenes import officer, on_desks, on_phone, reads_whole
from tests.services.play import Play
from tests.services.scenes import rows

WORDS = "1 明天下午我三点半才能到小区"


@pytest.fixture
async def volunteer(play: Play) -> Volunteer:
    await officer(play)
    return await play.steps.run("system", add_volunteer)


async def test_an_answer_alone_is_told_that_nothing_is_open(play: Play, volunteer: Volunteer) -> None:
    assert await play.say(volunteer.phone, "1") == "nothing_open"
    assert len(await play.texts("V11")) == 1
    assert await on_desks(play, "reply") == []


@pytest.mark.parametrize(
    "words",
    [
        WORDS,
        "2 最近搬家了以后都去不了那边",
        "3 老人身体很好，家里很干净，已经拍照了",
        "完成，老人说想换一个志愿者",
        "没人在家，邻居说住院了",
    ],
)
async def test_words_beside_it_reach_a_person_in_full(play: Play, volunteer: Volunteer, words: str) -> None:
    assert await play.say(volunteer.phone, words) == "to_person"
    assert "目前没有待确认的任务" in on_phone(play, volunteer.phone)[-1]
    (item,) = await on_desks(play, "reply")
    assert item.volunteer_id == volunteer.id
    assert item.opened_at <= play.clock.now(), "there is nothing to wait for"
    assert await reads_whole(play, item, words)


async def test_the_second_time_of_a_day_only_the_person_hears(play: Play, volunteer: Volunteer) -> None:
    assert await play.say(volunteer.phone, "1") == "nothing_open"
    play.clock.advance(timedelta(minutes=5))
    assert await play.say(volunteer.phone, WORDS) == "to_person"
    assert len(await play.texts("V11")) == 1
    assert len(await on_desks(play, "reply")) == 1
    play.clock.advance(timedelta(days=1))
    assert await play.say(volunteer.phone, "1") == "nothing_open"
    assert len(await play.texts("V11")) == 2


async def test_each_text_that_says_something_is_a_matter_of_its_own(play: Play, volunteer: Volunteer) -> None:
    for number in range(2):
        play.clock.advance(timedelta(minutes=5))
        await play.say(volunteer.phone, f"{WORDS}，第{number}次说了")
    read = await rows(play, Inbound, col(Inbound.volunteer_id) == volunteer.id)
    assert {item.inbound_id for item in await on_desks(play, "reply")} == {row.id for row in read}


async def test_an_alarm_is_one_matter_and_no_notice(play: Play, volunteer: Volunteer) -> None:
    await play.say(volunteer.phone, "1 王奶奶摔倒了，快来人")
    assert len(await on_desks(play, "alarm")) == 1
    assert await on_desks(play, "reply") == []
