"""Nasty cases 29 to 38: reports that come late, twice, in the wrong order, from nobody, or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # the SDK ships no types

from config.clock import ManualClock
from domain.messages import MessageStatus
from domain.offers import OfferStatus
from models.audit import AuditEntry
from models.messages import Attempt, Message, Receipt
from notifications.gateways.protocol import Accepted, InDoubt
from services.receipts import load_orphans, record
from services.sending import claim, record_outcome
from services.steps import Steps
from tests.api import test_aliyun_calls
from tests.nasty.scenes import HOUR, MINUTE, asked, offer_of
from tests.nasty.wires import TOKEN, Wired
from tests.services.scenes import Line, ScriptedGateway, rows
from workers.context import WorkerContext


async def send_one(wired: Wired) -> Message:
    (message_id,) = await wired.intend()
    assert await wired.send(message_id) == 1
    return await wired.message(message_id)


async def test_29_delivered_then_a_late_sent_stays_delivered(wired: Wired) -> None:
    message = await send_one(wired)
    (stored,) = wired.taken
    for status in ("delivered", "sent"):
        assert await wired.twilio.report(stored, status) == 204
    after = await wired.message(message.id)
    assert (after.status, after.gateway_ref) == (MessageStatus.DELIVERED, stored.sid)
    assert {r.status for r in await rows(wired.play, Receipt)} == {"delivered", "sent"}, "both are kept"


async def test_30_the_same_report_twice_is_one_row_and_204_both_times(wired: Wired) -> None:
    await send_one(wired)
    answers = [await wired.twilio.report(wired.taken[0], "delivered") for _ in range(2)]
    assert answers == [204, 204]
    assert len(await rows(wired.play, Receipt)) == 1


async def test_31_a_report_before_the_id_is_saved_is_bound_by_the_attempt_in_its_address(
    wired: Wired,
) -> None:
    (message_id,) = await wired.intend()
    outgoing = await wired.play.steps.run("system", lambda step: claim(step, wired.gateway, message_id))
    assert outgoing is not None
    answer = await wired.gateway.send(outgoing, wired.play.clock.now())
    assert isinstance(answer, Accepted)
    assert (await wired.message(message_id)).gateway_ref == "", "the worker has not written it yet"
    assert await wired.twilio.report(wired.taken[0], "delivered") == 204
    message = await wired.message(message_id)
    assert (message.status, message.gateway_ref) == (MessageStatus.DELIVERED, wired.taken[0].sid)
    await wired.play.steps.run("system", lambda step: record_outcome(step, outgoing, answer))
    assert await wired.status(message_id) is MessageStatus.DELIVERED


async def test_32_a_report_of_nobody_s_text_is_kept_as_an_orphan_and_found_later(wired: Wired) -> None:
    message = await send_one(wired)
    (stored,) = wired.taken
    stranger = "SM" + "9" * 32
    form = {"MessageSid": stranger, "MessageStatus": "delivered", "To": "+8613900000000"}
    unknown = f"{wired.base}/webhooks/twilio/status/01900000-0000-7000-8000-000000000001"
    assert await wired.twilio.call(unknown, form) == 204
    (orphan,) = await rows(wired.play, Receipt)
    assert (orphan.gateway_ref, orphan.applied_at) == (stranger, None)
    async with wired.play.steps.look() as step:
        assert await load_orphans(step) == [], "it may still find its text"
    assert await wired.status(message.id) is MessageStatus.ACCEPTED
    # The same of a text whose id is written only afterwards: it is bound when that is known.
    wired.play.clock.advance(MINUTE)
    (second_id,) = await wired.intend()
    outgoing = await wired.play.steps.run("system", lambda step: claim(step, wired.gateway, second_id))
    assert outgoing is not None
    answer = await wired.gateway.send(outgoing, wired.play.clock.now())
    assert isinstance(answer, Accepted)
    early = {"MessageSid": answer.ref, "MessageStatus": "delivered"}
    assert await wired.twilio.call(unknown, early) == 204
    assert await wired.status(second_id) is MessageStatus.SENDING
    await wired.play.steps.run("system", lambda step: record_outcome(step, outgoing, answer))
    await wired.play.wait(5 * MINUTE)
    assert await wired.status(second_id) is MessageStatus.DELIVERED
    async with wired.play.steps.look() as step:
        listed = [report.gateway_ref for report in await load_orphans(step)]
    assert listed == [stranger], "whose it is nobody knows: it stays on the list"
    assert stored.sid not in listed


async def post(wired: Wired, url: str, form: dict[str, str], headers: dict[str, str]) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, data=form, headers=headers) as answer:
        return answer.status


async def test_33_forged_or_signed_for_another_address_is_403_and_changes_nothing(wired: Wired) -> None:
    message = await send_one(wired)
    attempt = wired.taken[0].form["StatusCallback"].partition("#")[0]
    form = {"MessageSid": wired.taken[0].sid, "MessageStatus": "delivered"}
    elsewhere = RequestValidator(TOKEN).compute_signature("https://elsewhere.example/status", form)
    stranger = RequestValidator("another token").compute_signature(attempt, form)
    for signature in ("", "nonsense", elsewhere, stranger):
        assert await post(wired, attempt, form, {"X-Twilio-Signature": signature}) == 403
    assert await wired.status(message.id) is MessageStatus.ACCEPTED
    assert await rows(wired.play, Receipt) == []
    async with wired.play.steps.look() as step:
        audited = list(
            await step.session.scalars(select(AuditEntry).where(col(AuditEntry.action) == "webhook.refused"))
        )
    assert len(audited) == 4


async def test_34_behind_a_proxy_the_public_address_is_what_was_signed(wired: Wired) -> None:
    message = await send_one(wired)
    address = wired.taken[0].form["StatusCallback"].partition("#")[0]
    form = {"MessageSid": wired.taken[0].sid, "MessageStatus": "delivered"}
    signed = RequestValidator(TOKEN).compute_signature(address, form)
    inside = {"Host": "127.0.0.1", "X-Forwarded-Host": "10.0.0.7", "X-Forwarded-Proto": "http"}
    assert await post(wired, address, form, {"X-Twilio-Signature": signed, **inside}) == 204
    assert await wired.status(message.id) is MessageStatus.DELIVERED


async def test_35_undelivered_then_delivered_is_delivered_and_the_error_stays(wired: Wired) -> None:
    message = await send_one(wired)
    (stored,) = wired.taken
    assert await wired.twilio.report(stored, "undelivered", 30008) == 204
    assert await wired.status(message.id) is MessageStatus.UNDELIVERED
    assert await wired.twilio.report(stored, "delivered") == 204
    after = await wired.message(message.id)
    assert after.status is MessageStatus.DELIVERED
    assert "30008" in after.failure, "one segment may have been lost: it stays flagged"


async def test_36_without_a_report_the_gateway_is_asked_after_an_hour(wired: Wired) -> None:
    message = await send_one(wired)
    wired.taken[0].status = "delivered"  # its call to us was lost
    await wired.play.wait(30 * MINUTE)
    assert await wired.status(message.id) is MessageStatus.ACCEPTED
    await wired.play.wait(HOUR)
    assert await wired.status(message.id) is MessageStatus.DELIVERED


async def test_36_still_none_by_the_deadline_is_unknown_and_the_offer_s_own_time_decides(
    wired: Wired,
) -> None:
    found = await asked(wired.play, volunteers=4)
    (text,) = [m for m in await wired.play.texts("V1") if m.offer_id == found.offer.id]
    assert text.status is MessageStatus.ACCEPTED
    await wired.play.wait(found.offer.expires_at - wired.play.clock.now() - MINUTE)
    assert (await offer_of(wired.play, found)).status is OfferStatus.OFFERED, "a missing report ends nothing"
    await wired.play.wait(2 * MINUTE)
    assert (await offer_of(wired.play, found)).status is OfferStatus.EXPIRED
    await wired.play.wait(timedelta(hours=73))
    late = await wired.message(text.id)
    assert late.status is MessageStatus.ACCEPTED
    assert (late.failure, late.closed_at is not None) == ("no_receipt", True)
    assert len(wired.taken_for(late)) == 1, "and it is never sent again for that"


async def test_37_of_a_batch_with_one_malformed_entry_two_are_applied(
    steps: Steps, clock: ManualClock, database_url: str, wired: Wired
) -> None:
    from aiohttp.test_utils import TestClient, TestServer

    from api.app import create_app
    from api.context import ApiContext
    from notifications.factory import create_gateway
    from services.phones import DatabasePhones

    settings = test_aliyun_calls.make_settings(database_url)
    gateway = create_gateway(settings, DatabasePhones(steps.db))
    ids = await wired.intend(2)
    attempts = []
    for number, message_id in enumerate(ids):
        outgoing = await steps.run("system", partial(claim, gateway=gateway, message_id=message_id))
        assert outgoing is not None
        attempts.append(outgoing.attempt_id)
        ref = Accepted(f"900{number}^0")
        await steps.run("system", partial(record_outcome, outgoing=outgoing, outcome=ref))
    batch: list[Any] = [
        {**test_aliyun_calls.RECEIPT, "biz_id": f"900{n}^0", "out_id": str(a)} for n, a in enumerate(attempts)
    ]
    batch.insert(1, {"biz_id": None, "success": "perhaps"})
    app = create_app(ApiContext(settings, steps.db, steps, clock, gateway), with_pages=False)
    async with TestClient(TestServer(app)) as client:
        answer = await client.post(test_aliyun_calls.RECEIPTS, json=batch)
        assert (answer.status, (await answer.json())["code"]) == (200, 0)
    assert [await wired.status(i) for i in ids] == [MessageStatus.DELIVERED] * 2
    assert len(await rows(wired.play, Receipt)) == 2


async def test_38_while_the_database_is_down_the_gateway_is_made_to_call_again(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await send_one(wired)
    (stored,) = wired.taken

    @asynccontextmanager
    async def down(*_: object) -> AsyncIterator[AsyncSession]:
        raise OperationalError("BEGIN", {}, Exception("down"))
        yield  # pragma: no cover  # makes it a generator

    with monkeypatch.context() as trouble:
        trouble.setattr(wired.play.steps.db, "write", down)
        assert await wired.twilio.report(stored, "delivered") >= 500
        assert await wired.twilio.say(f"{wired.base}/webhooks/twilio/inbound", "+8613900000001", "1") >= 500
    assert await wired.status(message.id) is MessageStatus.ACCEPTED
    assert await wired.twilio.report(stored, "delivered") == 204
    assert await wired.status(message.id) is MessageStatus.DELIVERED
    assert "#rc=5&rp=all" in stored.form["StatusCallback"], "five more tries, whatever went wrong"


async def test_32_and_36_a_doubt_is_settled_by_a_report_without_any_listing(wired: Wired) -> None:
    gateway = ScriptedGateway(Line(InDoubt("timeout"), taken=True))
    gateway.listing_works = False
    wired.play.context = WorkerContext(wired.play.steps, gateway)
    (message_id,) = await wired.intend()
    wired.play.queue.append(("messages.send", [message_id]))
    await wired.play.drain()
    assert await wired.status(message_id) is MessageStatus.UNKNOWN
    (attempt,) = await rows(wired.play, Attempt)
    await wired.play.steps.run(
        "gateway", lambda step: record(step, gateway.name, "r1", attempt.id, "delivered")
    )
    assert await wired.status(message_id) is MessageStatus.DELIVERED
