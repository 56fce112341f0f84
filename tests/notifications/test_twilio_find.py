"""What is in doubt is settled by asking what Twilio has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.messages import MessageStatus
from notifications.gateways.protocol import FindError, InDoubt
from notifications.templates import render
from tests.notifications.samples import NOW, PHONE, SENDER, MakeGateway, outgoing
from tests.standins.faults import Trouble
from tests.standins.twilio import TwilioStandin


def offer(code: str) -> str:
    return render("V7", {"code": code}).text


@pytest.mark.parametrize("trouble", [Trouble.DROP_AFTER, Trouble.UNAVAILABLE_AFTER, Trouble.GARBAGE_AFTER])
async def test_a_text_that_was_taken_is_found_with_its_id(
    twilio: TwilioStandin, make_gateway: MakeGateway, trouble: Trouble
) -> None:
    twilio.troubles.append(trouble)
    gateway = make_gateway()
    assert isinstance(await gateway.send(outgoing(), NOW), InDoubt)
    (remote,) = await gateway.find(outgoing(), NOW)
    assert remote.ref == twilio.messages[0].sid
    assert (remote.text, remote.status) == (outgoing().text, MessageStatus.ACCEPTED)
    assert remote.created_at == NOW


async def test_a_text_that_was_not_taken_is_not_found(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    twilio.troubles.append(Trouble.UNAVAILABLE_BEFORE)
    gateway = make_gateway()
    await gateway.send(outgoing(), NOW)
    assert await gateway.find(outgoing(), NOW) == []


async def test_other_texts_to_the_same_phone_do_not_count(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    gateway = make_gateway()
    await gateway.send(outgoing(text=offer("T5310-0077"), code="T5310-0077"), NOW)
    await gateway.send(outgoing(to_e164="+8613800000043"), NOW)
    reminder = render("V4", {"code": "T4829-1742", "place": "恒达社区服务站"}).text
    await gateway.send(outgoing(text=reminder, template_key="V4"), NOW)  # same code, another text
    assert await gateway.find(outgoing(), NOW) == []


async def test_an_earlier_attempt_does_not_count_but_clocks_may_differ(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    gateway = make_gateway()
    await gateway.send(outgoing(), NOW)
    assert await gateway.find(outgoing(), NOW + timedelta(minutes=30)) == []
    assert len(await gateway.find(outgoing(), NOW + timedelta(seconds=20))) == 1


async def test_words_that_an_account_or_route_puts_in_front_do_not_hide_it(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    gateway = make_gateway()
    await gateway.send(outgoing(), NOW)
    twilio.messages[0].body = "Sent from a trial account - " + outgoing().text.replace("，", ", ")
    assert len(await gateway.find(outgoing(), NOW)) == 1


async def test_receipts_that_never_came_are_seen_in_the_listing(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    gateway = make_gateway()
    await gateway.send(outgoing(), NOW)
    twilio.messages[0].status, twilio.messages[0].error_code = "undelivered", 30003
    (remote,) = await gateway.find(outgoing(), NOW)
    assert (remote.status, remote.code) == (MessageStatus.UNDELIVERED, "30003")


async def test_the_listing_is_read_page_by_page_and_no_further_than_needed(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    gateway = make_gateway()
    old = NOW - timedelta(days=3)
    twilio.now = lambda: old
    for number in range(5):
        await gateway.send(outgoing(text=offer(f"T4000-000{number}")), old)
    twilio.now = lambda: NOW
    await gateway.send(outgoing(), NOW)
    for number in range(4):
        await gateway.send(outgoing(text=offer(f"T5000-000{number}")), NOW)
    twilio.page_size = 2
    assert len(await gateway.find(outgoing(), NOW)) == 1


@pytest.mark.parametrize("trouble", [Trouble.UNAVAILABLE_BEFORE, Trouble.THROTTLED])
async def test_a_listing_that_fails_is_not_an_empty_one(
    twilio: TwilioStandin, make_gateway: MakeGateway, trouble: Trouble
) -> None:
    gateway = make_gateway()
    await gateway.send(outgoing(), NOW)
    twilio.list_troubles.append(trouble)
    with pytest.raises(FindError):
        await gateway.find(outgoing(), NOW)
    assert len(await gateway.find(outgoing(), NOW)) == 1


async def test_a_listing_that_fails_on_its_second_page_is_not_a_short_one(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    gateway = make_gateway()
    for number in range(4):
        await gateway.send(outgoing(text=offer(f"T5000-000{number}")), NOW)
    twilio.page_size = 2
    twilio.list_troubles.extend([Trouble.NONE, Trouble.UNAVAILABLE_BEFORE])
    with pytest.raises(FindError):
        await gateway.find(outgoing(), NOW)


async def test_texts_that_a_webhook_missed_are_fetched_oldest_first(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    gateway, since = make_gateway(), NOW - timedelta(minutes=30)
    await gateway.send(outgoing(), NOW)
    twilio.messages[0].status = "delivered"
    for minutes, text in ((-2000, "yesterday's"), (-45, "known already"), (-5, "1"), (-10, "T4829-1742 2")):
        twilio.now = lambda at=NOW + timedelta(minutes=minutes): at  # type: ignore[misc]  # bound now
        twilio.receive(PHONE, text)
    twilio.page_size = 2
    found = await gateway.poll_inbound(since)
    assert [(text.sender, text.to, text.text) for text in found] == [
        (PHONE, SENDER, "T4829-1742 2"),
        (PHONE, SENDER, "1"),
    ]
    assert found[1].at == NOW - timedelta(minutes=5)
    assert found[1].dedupe_key == twilio.messages[3].sid, "the same key as through the webhook"


async def test_a_service_with_many_numbers_is_polled_too(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    twilio.receive(PHONE, "1")
    assert len(await make_gateway(sender="MG" + "b" * 32).poll_inbound(NOW - timedelta(hours=1))) == 1


async def test_a_poll_that_fails_is_not_an_empty_one(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    twilio.list_troubles.append(Trouble.UNAVAILABLE_BEFORE)
    with pytest.raises(FindError):
        await make_gateway().poll_inbound(NOW)
