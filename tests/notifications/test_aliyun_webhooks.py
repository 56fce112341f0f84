"""Calls from Aliyun: believed at the secret address only, read entry by entry; nothing fails oddly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import MessageStatus
from notifications.gateways.aliyun_webhooks import secret_of
from notifications.gateways.protocol import Fault, Inbound, Receipt
from notifications.gateways.webhooks import MalformedWebhook, WebhookReply, WebhookRequest
from tests.notifications.aliyun_samples import RECEIPT, RECEIPTS, REPLIES, REPLY, call, make_gateway
from tests.notifications.samples import PHONE, outgoing

GATEWAY = make_gateway()
DONE = WebhookReply(200, '{"code":0,"msg":"成功"}', content_type="application/json")


def test_only_the_secret_address_is_believed() -> None:
    assert GATEWAY.verify(call([RECEIPT]))
    assert GATEWAY.verify(call([RECEIPT], RECEIPTS + "?a=1"))
    for target in (
        "/webhooks/aliyun/receipts",
        "/webhooks/aliyun//receipts",
        "/webhooks/aliyun/guess/receipts",
        RECEIPTS + "/more",
        "/elsewhere" + RECEIPTS,
        "/webhooks/aliyun/\udcff/receipts",
    ):
        assert not GATEWAY.verify(call([RECEIPT], target)), target
    assert not GATEWAY.verify(call([RECEIPT], method="GET"))
    assert not GATEWAY.capabilities.signs_webhooks


def test_an_address_nobody_chose_follows_from_the_key() -> None:
    assert secret_of("one") != secret_of("two")
    assert len(secret_of("one")) == 32
    assert "one" not in secret_of("one")


def test_a_receipt_names_our_attempt() -> None:
    (receipt,), reply = GATEWAY.parse_receipts(call([RECEIPT]))
    at = datetime(2026, 11, 25, 2, 0, 7, tzinfo=UTC)
    assert receipt == Receipt(
        str(RECEIPT["biz_id"]), outgoing().attempt_id, MessageStatus.DELIVERED, "", None, at
    )
    assert reply == DONE


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("UNDELIV", Fault.ABSENT),
        ("MOBILE_NOT_ON_SERVICE", Fault.BAD_NUMBER),
        ("MK:0001", Fault.BAD_NUMBER),
        ("BLACKLIST", Fault.OPTED_OUT),
        ("ZX:9999", Fault.UNKNOWN),
    ],
)
def test_a_failed_receipt_keeps_the_carriers_code(code: str, fault: Fault) -> None:
    (receipt,), _ = GATEWAY.parse_receipts(call([{**RECEIPT, "success": False, "err_code": code}]))
    assert (receipt.status, receipt.code, receipt.fault) == (MessageStatus.UNDELIVERED, code, fault)


@pytest.mark.parametrize(
    "bad",
    [
        "text",
        None,
        {},
        {**RECEIPT, "biz_id": ""},
        {**RECEIPT, "biz_id": "x\u0000"},
        {**RECEIPT, "biz_id": "9" * 65},
        {**RECEIPT, "success": "true"},
        {**RECEIPT, "biz_id": {"a": 1}},
    ],
)
def test_one_bad_entry_does_not_spoil_the_batch(bad: Any) -> None:
    second = {**RECEIPT, "biz_id": "900000000000000002^0", "out_id": ""}
    receipts, reply = GATEWAY.parse_receipts(call([RECEIPT, bad, second]))
    assert [receipt.ref for receipt in receipts] == [RECEIPT["biz_id"], second["biz_id"]]
    assert receipts[1].attempt_id is None
    assert reply == DONE


def test_a_reply_names_the_phone_as_we_do() -> None:
    (inbound,), reply = GATEWAY.parse_inbound(call([REPLY], REPLIES))
    assert inbound == Inbound(
        PHONE, "1234", "1", "1234567890", datetime(2026, 11, 25, 2, 5, tzinfo=UTC), "1234"
    )
    assert (inbound.dedupe_key, reply) == ("1234567890", DONE)


def test_numbers_and_older_times_in_a_reply_are_read_too() -> None:
    (inbound,), _ = GATEWAY.parse_inbound(
        call([{**REPLY, "sequence_id": 1234567890, "send_time": "20261125100500"}], REPLIES)
    )
    assert (inbound.ref, inbound.at) == ("1234567890", datetime(2026, 11, 25, 2, 5, tzinfo=UTC))


def test_a_reply_without_a_number_is_told_apart_by_its_content() -> None:
    several = [{**REPLY, "sequence_id": ""}, {**REPLY, "sequence_id": "", "content": "2"}]
    texts, _ = GATEWAY.parse_inbound(call(several, REPLIES))
    assert len({text.dedupe_key for text in texts}) == 2


@pytest.mark.parametrize("phone", ["", "1381111****", "12333", "073188888888", "x", None, 13800000042.5])
def test_a_reply_of_no_mobile_number_is_left_out(phone: Any) -> None:
    texts, reply = GATEWAY.parse_inbound(call([{**REPLY, "phone_number": phone}, REPLY], REPLIES))
    assert (len(texts), reply) == (1, DONE)


@pytest.mark.parametrize(
    "request_",
    [
        call(b""),
        call(b"{"),
        call({"biz_id": "1"}),
        call(b"[" * 60_000),
        call(b'["\xff"]'),
        call([RECEIPT] * 501),
        call([RECEIPT], kind="application/x-www-form-urlencoded"),
        call([RECEIPT], kind=""),
    ],
)
def test_what_is_no_batch_is_malformed(request_: WebhookRequest) -> None:
    for parse in (GATEWAY.parse_receipts, GATEWAY.parse_inbound):
        with pytest.raises(MalformedWebhook):
            parse(request_)


def test_an_empty_batch_is_answered_like_any_other() -> None:
    assert GATEWAY.parse_receipts(call([])) == ([], DONE)


@given(st.binary(max_size=300), st.text(max_size=60), st.sampled_from(["application/json", "text/plain", ""]))
def test_nothing_but_the_expected_errors_ever_comes_out(body: bytes, target: str, kind: str) -> None:
    request = WebhookRequest("POST", target, {"Content-Type": kind}, body)
    assert not GATEWAY.verify(request)
    for parse in (GATEWAY.parse_receipts, GATEWAY.parse_inbound):
        try:
            parse(request)
        except MalformedWebhook:
            continue


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*RECEIPT, *REPLY]), inner),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=5))
def test_any_batch_is_read_without_an_error(batch: list[Any]) -> None:
    for parse in (GATEWAY.parse_receipts, GATEWAY.parse_inbound):
        found, reply = parse(call(batch))
        assert (len(found) <= len(batch), reply) == (True, DONE)
