"""Every visitor is reminded once on the day, also of a visit early in the morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col

from domain.messages import MessageStatus
from models.messages import Message
from models.visits import Visit
from tests.services.play import Play
from tests.services.scenes import offered, rows, say_yes

ON_THE_DAY = ("V4", "V15")


async def agreed_at(play: Play, hour: int, minute: int) -> Visit:
    window = [[f"{hour:02}:{minute:02}", f"{hour:02}:{minute:02}"]]
    return await say_yes(play, (await offered(play, windows=window)).id)


async def reminders(play: Play) -> list[Message]:
    return await rows(play, Message, col(Message.template).in_(ON_THE_DAY))


@pytest.mark.parametrize(
    ("hour", "minute", "template", "local", "says"),
    [
        (9, 0, "V15", (8, 0), "您今日9点有上门任务"),
        (9, 30, "V15", (8, 0), "您今日9点半有上门任务"),
        (9, 45, "V15", (8, 0), "您今日9点45分有上门任务"),
        (10, 0, "V4", (8, 0), "您2小时后有上门任务"),
        (14, 30, "V4", (12, 30), "您2小时后有上门任务"),
    ],
)
async def test_the_crew_of_every_visit_is_reminded_once(
    play: Play, hour: int, minute: int, template: str, local: tuple[int, int], says: str
) -> None:
    visit = await agreed_at(play, hour, minute)
    assert visit.starts_at is not None
    await play.wait(visit.starts_at - play.clock.now())
    found = await reminders(play)
    assert [(m.template, m.status) for m in found] == [(template, MessageStatus.DELIVERED)] * 2
    for message in found:
        assert message.submitted_at is not None
        left = message.submitted_at.astimezone(play.steps.zone)
        assert (left.hour, left.minute) == local
        assert says in message.text
    assert [m.status for m in await play.texts("V3")] == [MessageStatus.DELIVERED] * 2


async def test_a_late_reminder_that_is_no_longer_useful_stays_unsent(play: Play) -> None:
    visit = await agreed_at(play, 9, 0)
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at - timedelta(minutes=20))  # nothing was sent since yesterday
    await play.tick()
    assert {m.status for m in await reminders(play)} == {MessageStatus.EXPIRED}


async def test_who_reads_the_confirmation_in_the_morning_gets_no_reminder_beside_it(play: Play) -> None:
    visit = await offered(play, windows=[["09:30", "09:30"]])
    assert visit.starts_at is not None
    play.clock.set(datetime(2026, 3, 2, 14, 0, tzinfo=UTC))  # ten in the evening before
    assert visit.starts_at - play.clock.now() < timedelta(hours=12)
    visit = await say_yes(play, visit.id)
    assert visit.starts_at is not None
    await play.wait(visit.starts_at - play.clock.now())
    assert [m.status for m in await play.texts("V2")] == [MessageStatus.DELIVERED] * 2
    assert await reminders(play) == []
