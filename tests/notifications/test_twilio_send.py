"""The real SDK against the local Twilio: every outcome is told apart, and nothing is ever sent twice."""

from __future__ import annotations

import asyncio
import socket
import time
from datetime import timedelta
from threading import Thread

import pytest
from aiohttp import ClientSession, encode_basic_auth
from structlog.testing import capture_logs

from domain.messages import MessageStatus
from notifications.gateways.protocol import Accepted, Fault, InDoubt, NotProcessed, Outcome, Rejected, Scope
from tests.notifications.samples import NOW, PHONE, MakeGateway, outgoing
from tests.standins.faults import Trouble
from tests.standins.twilio import TwilioStandin
from tests.standins.twilio_contract import Contract


async def test_a_text_is_taken_with_all_that_settles_doubt_later(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    outcome = await make_gateway().send(outgoing(), NOW)
    (stored,) = twilio.messages
    assert outcome == Accepted(stored.sid, MessageStatus.ACCEPTED)
    assert (stored.to, stored.body, stored.form["From"]) == (PHONE, outgoing().text, "+15005550006")
    assert stored.form["StatusCallback"].partition("#")[0] == (
        f"https://visits.example.org/webhooks/twilio/status/{outgoing().attempt_id}"
    )
    assert stored.form["ValidityPeriod"] == str(4 * 3600)


async def test_the_contract_is_at_hand_or_its_checks_are_skipped(contract: Contract | None) -> None:
    if contract is None:
        pytest.skip("Twilio's OpenAPI document is not beside this project")
    async with TwilioStandin(contract=contract) as standin:
        bad = {"To": PHONE, "Body": "x", "From": "+15005550006", "ValidityPeriod": "soon"}
        headers = {"Authorization": encode_basic_auth(standin.account_sid, standin.auth_token)}
        url = f"{standin.base}/2010-04-01/Accounts/{standin.account_sid}/Messages.json"
        async with ClientSession() as session, session.post(url, data=bad, headers=headers) as answer:
            assert answer.status == 400
    assert len(standin.violations) == 1
    assert standin.messages == []


async def test_a_messaging_service_as_sender(twilio: TwilioStandin, make_gateway: MakeGateway) -> None:
    service = "MG" + "b" * 32
    assert isinstance(await make_gateway(sender=service).send(outgoing(), NOW), Accepted)
    form = twilio.messages[0].form
    assert form["MessagingServiceSid"] == service
    assert "From" not in form


@pytest.mark.parametrize(
    ("good_for", "period"), [(timedelta(days=3), "36000"), (timedelta(seconds=1.9), "1")]
)
async def test_twilio_drops_it_itself_when_it_comes_too_late(
    twilio: TwilioStandin, make_gateway: MakeGateway, good_for: timedelta, period: str
) -> None:
    await make_gateway().send(outgoing(expires_at=NOW + good_for), NOW)
    assert twilio.messages[0].form["ValidityPeriod"] == period


async def test_a_stale_text_never_leaves(twilio: TwilioStandin, make_gateway: MakeGateway) -> None:
    outcome = await make_gateway().send(outgoing(expires_at=NOW), NOW)
    assert outcome == Rejected("expired", Scope.MESSAGE, Fault.EXPIRED)
    assert twilio.creates == 0


@pytest.mark.parametrize(
    ("trouble", "outcome", "taken"),
    [
        (Trouble.UNAVAILABLE_BEFORE, InDoubt("http 503"), 0),
        (Trouble.UNAVAILABLE_AFTER, InDoubt("http 503"), 1),
        (Trouble.DROP_AFTER, InDoubt("ServerDisconnectedError"), 1),
        (Trouble.GARBAGE_AFTER, InDoubt("JSONDecodeError"), 1),
        (Trouble.THROTTLED, NotProcessed(timedelta(seconds=7), "20429"), 0),
    ],
)
async def test_trouble_is_named_and_not_repeated(
    twilio: TwilioStandin, make_gateway: MakeGateway, trouble: Trouble, outcome: Outcome, taken: int
) -> None:
    twilio.troubles.append(trouble)
    assert await make_gateway().send(outgoing(), NOW) == outcome
    assert (twilio.creates, len(twilio.messages)) == (1, taken)


@pytest.mark.parametrize(("trouble", "taken"), [(Trouble.HANG_BEFORE, 0), (Trouble.HANG_AFTER, 1)])
async def test_our_own_limit_ends_a_hanging_call(
    twilio: TwilioStandin, make_gateway: MakeGateway, trouble: Trouble, taken: int
) -> None:
    twilio.troubles.append(trouble)
    began = time.monotonic()
    assert await make_gateway(limit_seconds=0.2).send(outgoing(), NOW) == InDoubt("TimeoutError")
    assert time.monotonic() - began < 2
    assert (twilio.creates, len(twilio.messages)) == (1, taken)


async def test_a_refused_connection_is_certainly_not_processed(make_gateway: MakeGateway) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        gateway = make_gateway(api_base=f"http://127.0.0.1:{taken.getsockname()[1]}")
        outcome = await gateway.send(outgoing(), NOW)
    assert isinstance(outcome, NotProcessed)


async def test_wrong_credentials_stop_the_channel_not_the_text(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    outcome = await make_gateway(auth_token="old").send(outgoing(), NOW)
    assert outcome == Rejected("20003", Scope.CHANNEL, Fault.CONFIGURATION)
    assert twilio.messages == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((400, 21211), Rejected("21211", Scope.NUMBER, Fault.NOT_MOBILE)),
        ((400, 21614), Rejected("21614", Scope.NUMBER, Fault.NOT_MOBILE)),
        ((400, 21610), Rejected("21610", Scope.NUMBER, Fault.OPTED_OUT)),
        ((400, 21617), Rejected("21617", Scope.MESSAGE, Fault.BAD_MESSAGE)),
        ((400, 21408), Rejected("21408", Scope.CHANNEL, Fault.CONFIGURATION)),
        ((429, 63038), Rejected("63038", Scope.CHANNEL, Fault.DAILY_CAP)),
        ((429, 21611), NotProcessed(timedelta(minutes=5), "21611")),
        ((400, 39999), Rejected("39999", Scope.MESSAGE, Fault.UNKNOWN)),
        ((403, 39999), Rejected("39999", Scope.CHANNEL, Fault.CONFIGURATION)),
        ((500, 20500), InDoubt("http 500")),
        ((502, 21211), InDoubt("http 502")),
    ],
)
async def test_refusals_by_code(
    twilio: TwilioStandin, make_gateway: MakeGateway, answer: tuple[int, int], outcome: Outcome
) -> None:
    twilio.number_errors[PHONE] = answer
    assert await make_gateway().send(outgoing(), NOW) == outcome


@pytest.mark.parametrize(
    ("to", "text", "code"), [("13800000042", "x", "21211"), (PHONE, "好" * 1601, "21617")]
)
async def test_refusals_by_rule(make_gateway: MakeGateway, to: str, text: str, code: str) -> None:
    outcome = await make_gateway().send(outgoing(to_e164=to, text=text), NOW)
    assert isinstance(outcome, Rejected)
    assert outcome.code == code


async def test_one_gateway_serves_several_event_loops(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    gateway, outcomes = make_gateway(), []

    async def send_and_close() -> None:
        outcomes.append(await gateway.send(outgoing(), NOW))
        await gateway.close()

    outcomes.append(await gateway.send(outgoing(), NOW))
    thread = Thread(target=lambda: asyncio.run(send_and_close()))
    thread.start()
    await asyncio.to_thread(thread.join)
    outcomes.append(await gateway.send(outgoing(), NOW))
    assert [type(outcome) for outcome in outcomes] == [Accepted] * 3


async def test_logs_name_the_attempt_and_neither_phone_nor_text(
    twilio: TwilioStandin, make_gateway: MakeGateway
) -> None:
    twilio.troubles.append(Trouble.DROP_AFTER)
    with capture_logs() as logs:
        await make_gateway().send(outgoing(), NOW)
    assert [line["event"] for line in logs] == ["attempt.not_accepted"]
    assert logs[0]["attempt"] == str(outgoing().attempt_id)
    assert PHONE not in str(logs)
    assert "接单" not in str(logs)
