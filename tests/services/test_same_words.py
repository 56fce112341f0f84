"""A gateway that lists by number and words cannot tell two texts of the same words apart: we can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from config.clock import ManualClock
from domain.messages import MessageStatus
from models.messages import Message
from notifications.gateways.protocol import Accepted, InDoubt, Outgoing, Remote, Way
from services.messages import Recipient, queue_message
from services.missing_receipts import ask_receipt
from services.sending import claim, record_outcome, send_messages
from services.settling import settle_messages
from services.steps import Step, Steps
from tests.factories import add_retiree
from tests.services.play import Play
from tests.services.scenes import Line, ScriptedGateway, row, scripted

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class ByWords(ScriptedGateway):
    """As Twilio: what that number was sent with those words, the newest first."""

    capabilities = replace(ScriptedGateway.capabilities, find=True, receipts=Way.PUSH)

    async def find(self, outgoing: Outgoing, since: datetime) -> Sequence[Remote]:
        had = self.truth.texts.get(outgoing.to_e164, [])
        return [r for r in reversed(had) if r.text == outgoing.text]


@pytest.fixture
def gateway() -> ByWords:
    return ByWords()


@pytest.fixture
def play(steps: Steps, clock: ManualClock, gateway: ByWords) -> Play:
    return scripted(steps, clock, gateway)


async def twins(play: Play) -> list[UUID]:
    """Two texts of the same words to one number."""

    async def work(step: Step) -> list[UUID]:
        person = await add_retiree(step)
        to = Recipient("retiree", person.id, person.phone, person)
        made = [await queue_message(step, "R7", to, f"{n}", {}, moment=step.now) for n in range(2)]
        return [message.id for message in made if message is not None]

    ids = await play.steps.run("system", work)
    play.queue.clear()
    return ids


async def refs(play: Play, ids: list[UUID]) -> list[str]:
    found: list[Message] = [await row(play, Message, i) for i in ids]
    return [message.gateway_ref for message in found]


def arrived(gateway: ByWords) -> int:
    return sum(len(texts) for texts in gateway.truth.texts.values())


@pytest.mark.parametrize("taken", [True, False])
async def test_the_other_ones_arrival_is_no_proof(play: Play, gateway: ByWords, taken: bool) -> None:
    """The first is in doubt, the second of the same words was taken."""
    first, second = await twins(play)
    gateway.script.append(Line(InDoubt("timeout"), taken))
    await send_messages(play.steps, gateway, [first])
    play.clock.advance(MINUTE)
    await send_messages(play.steps, gateway, [second])
    await play.wait(HOUR)
    assert [(await row(play, Message, i)).status for i in (first, second)] == [MessageStatus.DELIVERED] * 2
    assert arrived(gateway) == 2, "neither lost nor sent twice"
    assert len(set(await refs(play, [first, second]))) == 2


@pytest.mark.parametrize("taken", [(True, True), (True, False), (False, True), (False, False)])
async def test_both_in_doubt_are_settled_together(
    play: Play, gateway: ByWords, taken: tuple[bool, bool]
) -> None:
    ids = await twins(play)
    gateway.script.extend(Line(InDoubt("timeout"), was_taken) for was_taken in taken)
    await send_messages(play.steps, gateway, ids)
    play.clock.advance(5 * MINUTE)
    assert sorted(await settle_messages(play.steps, gateway, ids)) == sorted(
        "found" if was_taken else "not_found" for was_taken in taken
    )
    await play.wait(HOUR)
    assert arrived(gateway) == 2
    assert len(set(await refs(play, ids))) == 2


async def test_while_the_other_one_is_being_sent_nothing_is_concluded(play: Play, gateway: ByWords) -> None:
    first, second = await twins(play)
    gateway.script.append(Line(InDoubt("timeout"), taken=False))
    await send_messages(play.steps, gateway, [first])
    play.clock.advance(3 * MINUTE)
    outgoing = await play.steps.run("system", lambda step: claim(step, gateway, second))
    assert outgoing is not None
    answer = await gateway.send(outgoing, play.clock.now())  # taken; not yet written down
    assert await settle_messages(play.steps, gateway, [first]) == ["not_answered"]
    await play.steps.run("system", lambda step: record_outcome(step, outgoing, answer))
    await play.wait(HOUR)
    assert arrived(gateway) == 2, "the first was sent after all"


async def test_of_two_in_doubt_the_older_is_settled_first(play: Play, gateway: ByWords) -> None:
    first, second = await twins(play)
    gateway.script.extend([Line(InDoubt("timeout"), taken=False), Line(InDoubt("timeout"), taken=True)])
    await send_messages(play.steps, gateway, [first, second])
    play.clock.advance(5 * MINUTE)
    assert await settle_messages(play.steps, gateway, [second]) == ["not_answered"], "another worker has it"
    assert await settle_messages(play.steps, gateway, [first]) == ["found"]
    play.clock.advance(5 * MINUTE)
    assert await settle_messages(play.steps, gateway, [second]) == ["not_found"]
    await play.wait(HOUR)
    assert arrived(gateway) == 2


async def test_a_missing_report_is_asked_for_by_the_gateways_name(play: Play, gateway: ByWords) -> None:
    first, second = await twins(play)
    gateway.script.extend([Line(Accepted("SM1"), taken=False), Line(Accepted("SM2"), taken=False)])
    await send_messages(play.steps, gateway, [first, second])
    phone, text = (await row(play, Message, first)).phone, (await row(play, Message, first)).text
    now = play.clock.now()
    gateway.truth.texts[phone] = [
        Remote("SM1", text, MessageStatus.DELIVERED, now),
        Remote("SM2", text, MessageStatus.UNDELIVERED, now, "30003"),
    ]
    play.clock.advance(2 * HOUR)
    assert await ask_receipt(play.steps, gateway, first) == "delivered"
    assert await ask_receipt(play.steps, gateway, second) == "undelivered"
    gateway.truth.texts[phone] = []
