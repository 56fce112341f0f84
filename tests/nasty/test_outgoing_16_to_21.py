"""Nasty cases 16 to 21: words and their length, what is no longer true, and hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.messages import MessageStatus
from domain.visits import VisitStatus
from models.messages import Message
from models.visits import Visit
from notifications.segments import count_segments
from notifications.template_lint import lint
from notifications.templates import TemplateError, read_template
from services import changing
from services.messages import queue_message
from services.people import volunteer_recipient
from services.steps import Step
from tests.factories import add_volunteer
from tests.nasty.scenes import (
    HOUR,
    asked,
    first_asked,
    officer,
    on_desks,
    on_phone,
    promised,
    texts_to,
)
from tests.nasty.wires import Wired
from tests.services.plans import decide
from tests.services.play import Play
from tests.services.scenes import rows


async def say_to_one(play: Play, template: str, values: dict[str, str | int]) -> Message | None:
    """A text to a volunteer of its own, due now."""

    async def work(step: Step) -> Message | None:
        to = volunteer_recipient(await add_volunteer(step))
        made = await queue_message(
            step, template, to, f"nasty/{to.phone}", values, moment=step.now + 20 * HOUR
        )
        await step.session.flush()
        return made

    return await play.steps.run("system", work)


@pytest.mark.parametrize(("length", "parts"), [(70, 1), (71, 2)])
async def test_16_seventy_with_the_signature_are_one_segment_and_71_are_two(
    play: Play, length: int, parts: int
) -> None:
    values = {"when": "11月26日9点", "code": "T4829-1742", "companion": "李*", "place": "站"}
    short = await say_to_one(play, "V2", {**values})
    assert short is not None
    place = "站" * (1 + length - len(short.text))
    text = await say_to_one(play, "V2", {**values, "place": place})
    assert text is not None
    assert (len(text.text), text.segments) == (length, parts)
    assert text.text.startswith("【长沙退管】")


def test_16_a_second_segment_is_a_warning_of_the_lint_and_no_emoji_is_split() -> None:
    form = {"about": "test", "audience": "volunteer", "priority": "offer", "until": "trigger"}
    body = "任务{code}请回复。"
    values = {"code": {"max": 12, "sample": "T4829-1742"}}
    fixed = len("【长沙退管】任务T4829-1742请回复。")
    for length, found in ((70, False), (71, True)):
        longer = body + "长" * (length - fixed)
        problems = lint(read_template("X1", {**form, "body": longer, "values": values}))
        assert ("segments" in [p.rule for p in problems]) is found, length
    whole = "字" * 66 + "😀" + "字" * 10  # its two halves are the 67th and 68th unit
    assert count_segments(whole).parts == 2
    assert count_segments("字" * 66 + "😀" + "字" * 66).parts == 3, "the pair moved to the second as a whole"


UNFIT = {
    "link": "https://a.cn/1",
    "brackets": "【站】",
    "line": "站\n点",
    "mobile": "打13812345678",
    "long": "长" * 21,
}


@pytest.mark.parametrize("place", UNFIT.values(), ids=UNFIT.keys())
async def test_17_an_unfit_value_is_refused_before_sending_with_its_field(play: Play, place: str) -> None:
    values = {"when": "11月26日9点", "code": "T4829-1742", "companion": "李*", "place": place}
    with pytest.raises(TemplateError) as refusal:
        await say_to_one(play, "V2", {**values})
    assert refusal.value.field == "place"
    assert place not in str(refusal.value), "what was in it is not repeated"
    assert await rows(play, Message) == []


@pytest.mark.parametrize("name", ["欧阳　　震华", "欧*　　华", "𠮷*", "𠮷𠮷野*"])
async def test_18_rare_and_spaced_names_arrive_unbroken_and_are_counted_in_utf16(
    wired: Wired, name: str
) -> None:
    message = await say_to_one(
        wired.play,
        "V2",
        {
            "when": "11月26日9点",
            "code": "T4829-1742",
            "companion": name,
            "place": "站",
        },
    )
    assert message is not None
    await wired.send(message.id)
    (stored,) = wired.taken
    assert name in stored.body
    units = len(message.text.encode("utf-16-le")) // 2
    assert message.segments == (1 if units <= 70 else -(-units // 67))


async def test_19_an_offer_that_waits_is_not_sent_once_another_has_accepted(play: Play) -> None:
    await decide(play.steps, offer_factor_ample=2)
    play.clock.set(play.clock.now() + timedelta(hours=13))  # 22:00: the texts wait for the morning
    first = await asked(play, volunteers=2)
    second = await first_asked(play, first.visit, 1)
    assert on_phone(play, second.phone) == []
    assert await play.say(first.phone, f"{first.offer.code} 1") == "accepted"
    (text,) = await texts_to(play, second.phone, "V1")
    assert text.status is MessageStatus.CANCELLED
    await play.wait(14 * HOUR)
    assert on_phone(play, second.phone) == [], "neither the offer nor that it is filled"


async def test_19_whoever_was_told_of_the_offer_is_told_that_it_is_taken(play: Play) -> None:
    first = await asked(play, volunteers=2)
    second = await first_asked(play, first.visit, 1)
    assert len(on_phone(play, second.phone)) == 1
    assert await play.say(first.phone, "1") == "accepted"
    assert "已有人接单" in on_phone(play, second.phone)[-1]


async def test_20_a_reminder_of_a_cancelled_visit_is_not_sent(play: Play) -> None:
    found = await promised(play, volunteers=2)
    queued = await texts_to(play, found.phone, "V3", "V4", "V15")
    assert queued
    assert {m.status for m in queued} == {MessageStatus.QUEUED}
    await play.steps.run("staff", lambda step: changing.cancel(step, found.visit.id, "retiree_away"))
    await play.drain()
    assert found.visit.starts_at is not None
    await play.wait(found.visit.starts_at - play.clock.now())
    assert not [t for t in on_phone(play, found.phone) if "提醒" in t or "小时后" in t]
    assert [t for t in on_phone(play, found.phone) if "已取消" in t]


async def test_20_after_the_reminder_a_cancellation_follows(play: Play) -> None:
    found = await promised(play, volunteers=2)
    assert found.visit.starts_at is not None
    await play.wait(found.visit.starts_at - play.clock.now() - HOUR)
    reminded = on_phone(play, found.phone)[-1]
    assert "上门任务" in reminded
    await play.steps.run("staff", lambda step: changing.cancel(step, found.visit.id, "retiree_away"))
    await play.drain()
    assert "已取消" in on_phone(play, found.phone)[-1]


def at(play: Play, hour: int, minute: int, days: int = 0) -> datetime:
    """A local time in Changsha."""
    local = play.clock.now().astimezone(play.steps.zone)
    return local.replace(hour=hour, minute=minute) + timedelta(days=days)


async def test_21_what_becomes_due_at_half_past_nine_waits_for_eight(play: Play) -> None:
    play.clock.set(at(play, 21, 30))
    message = await say_to_one(play, "V5", {"code": "T4829-1742"})
    assert message is not None
    await play.tick()
    assert on_phone(play, message.phone) == []
    play.clock.set(at(play, 7, 59, 1))
    await play.tick()
    assert on_phone(play, message.phone) == []
    play.clock.set(at(play, 8, 0))
    await play.tick()
    assert len(on_phone(play, message.phone)) == 1


async def test_21_an_escalation_for_the_early_morning_is_sent_at_once_and_listed(play: Play) -> None:
    duty = await officer(play)
    found = await promised(play, volunteers=1, due_on=play.steps.clock.now().date() + timedelta(days=2))
    early = at(play, 7, 30, 1)

    async def move(step: Step) -> None:
        visit = await step.session.get(Visit, found.visit.id)
        assert visit is not None
        visit.starts_at = early.astimezone(step.now.tzinfo)

    await play.steps.run("staff", move)
    play.clock.set(at(play, 21, 30))
    await play.say(found.phone, "2")
    await play.drain()
    (warning,) = [t for t in on_phone(play, duty.phone) if "无人接受" in t]
    assert warning
    (item,) = [i for i in await on_desks(play, "unfilled") if i.visit_id == found.visit.id]
    assert item.opened_at == play.clock.now()
    assert (await play.visit(found.visit.id)).status is VisitStatus.UNFILLED
