"""Calls from Twilio: believed only when signed for our public address, read without ever failing oddly."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # the SDK ships no types

from domain.messages import MessageStatus
from notifications.gateways.protocol import Fault, Receipt
from notifications.gateways.twilio import TwilioGateway
from notifications.gateways.webhooks import FORM, MalformedWebhook, WebhookRequest
from tests.notifications.samples import PHONE, PUBLIC, SENDER, outgoing

TOKEN = "token"
SID = "SM" + "0" * 32
STATUS = f"/webhooks/twilio/status/{outgoing().attempt_id}"
GATEWAY = TwilioGateway("AC" + "a" * 32, TOKEN, SENDER, PUBLIC)


def call(
    fields: Mapping[str, str] | bytes,
    target: str = STATUS,
    signed_for: str | None = None,
    **headers: str,
) -> WebhookRequest:
    """A call as Twilio would make it, signed for `signed_for` or for the target's public address."""
    params = fields if isinstance(fields, Mapping) else {}
    signature = RequestValidator(TOKEN).compute_signature(signed_for or PUBLIC + target, params)
    body = urlencode(fields).encode() if isinstance(fields, Mapping) else fields
    usual = {"X-Twilio-Signature": signature, "Content-Type": FORM, "Host": "10.0.0.7:8080"}
    given_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return WebhookRequest("POST", target, {**usual, **given_headers}, body)


DELIVERED = {"MessageSid": SID, "MessageStatus": "delivered", "To": PHONE, "Empty": ""}


@pytest.mark.parametrize(
    "request_",
    [
        call(DELIVERED),
        call({**DELIVERED, "Body": "好的，我去。😀 100% &=+"}),
        call(DELIVERED, target=STATUS + "?a=%E5%A5%BD&b="),
        call(DELIVERED, signed_for="https://visits.example.org:443" + STATUS),
        call(DELIVERED, Content_Type=FORM + "; charset=UTF-8"),
    ],
    ids=["plain", "chinese", "query", "port", "charset"],
)
def test_signed_calls_are_believed_behind_any_proxy(request_: WebhookRequest) -> None:
    assert GATEWAY.verify(request_)


FORGED = {
    "missing signature": WebhookRequest("POST", STATUS, {"Content-Type": FORM}, b"MessageSid=1"),
    "empty signature": call(DELIVERED, X_Twilio_Signature=""),
    "wrong signature": call(DELIVERED, X_Twilio_Signature="x" * 28),
    "not ascii": call(DELIVERED, X_Twilio_Signature="签名"),
    "for another address": call(DELIVERED, signed_for=PUBLIC + "/webhooks/twilio/inbound"),
    "for another host": call(DELIVERED, signed_for="https://evil.example" + STATUS),
    "json": call(b'{"MessageSid": "SM"}', Content_Type="application/json"),
    "json with a body hash": call(b"{}", target=STATUS + "?bodySHA256=0", Content_Type="application/json"),
    "no content type": call(DELIVERED, Content_Type=""),
    "not utf-8": call(b"MessageSid=\xff\xfe"),
    "too many fields": call({f"f{n}": "x" for n in range(500)}),
    "absolute target": call(DELIVERED, target="http://evil.example" + STATUS),
}


@pytest.mark.parametrize("request_", FORGED.values(), ids=FORGED.keys())
def test_anything_odd_is_simply_not_believed(request_: WebhookRequest) -> None:
    assert GATEWAY.verify(request_) is False


def test_a_changed_field_or_method_is_not_believed() -> None:
    good = call(DELIVERED)
    assert not GATEWAY.verify(WebhookRequest("GET", good.target, good.headers, good.body))
    tampered = good.body.replace(b"delivered", b"failed")
    assert not GATEWAY.verify(WebhookRequest("POST", good.target, good.headers, tampered))


def test_a_base_address_that_cannot_be_parsed_is_not_believed() -> None:
    gateway = TwilioGateway("AC" + "a" * 32, TOKEN, SENDER, "https://visits.example.org:99999999")
    assert gateway.verify(call(DELIVERED)) is False


@given(
    st.text(max_size=40),
    st.dictionaries(
        st.sampled_from(["X-Twilio-Signature", "content-type", "Host"]), st.text(max_size=40) | st.just(FORM)
    ),
    st.binary(max_size=80),
)
def test_no_call_makes_the_check_fail_oddly(target: str, headers: dict[str, str], body: bytes) -> None:
    request = WebhookRequest("POST", "/" + target, headers, body)
    assert GATEWAY.verify(request) is False
    for read in (GATEWAY.parse_receipts, GATEWAY.parse_inbound):
        with pytest.raises(MalformedWebhook):
            read(request)


@pytest.mark.parametrize(
    ("status", "code", "expected", "fault"),
    [
        ("sending", "", MessageStatus.ACCEPTED, None),
        ("sent", "", MessageStatus.SENT, None),
        ("delivered", "", MessageStatus.DELIVERED, None),
        ("undelivered", "30003", MessageStatus.UNDELIVERED, Fault.ABSENT),
        ("undelivered", "30005", MessageStatus.UNDELIVERED, Fault.BAD_NUMBER),
        ("failed", "30036", MessageStatus.FAILED, Fault.EXPIRED),
        ("failed", "30007", MessageStatus.FAILED, Fault.CONTENT),
        ("failed", "30002", MessageStatus.FAILED, Fault.CONFIGURATION),
        ("failed", "39999", MessageStatus.FAILED, Fault.UNKNOWN),
        ("failed", "", MessageStatus.FAILED, None),
        ("sending", "30008", MessageStatus.ACCEPTED, None),  # an old code kept by Twilio while it tries again
        ("canceled", "", MessageStatus.FAILED, None),
    ],
)
def test_reports_in_our_words(status: str, code: str, expected: MessageStatus, fault: Fault | None) -> None:
    fields = {"MessageSid": SID, "MessageStatus": status, **({"ErrorCode": code} if code else {})}
    receipts, reply = GATEWAY.parse_receipts(call(fields))
    assert receipts == [Receipt(SID, outgoing().attempt_id, expected, code, fault)]
    assert (reply.status, reply.body) == (204, "")


def test_a_report_without_our_id_still_names_twilios() -> None:
    for target in ("/webhooks/twilio/status/none", "/webhooks/twilio/status/" + "x" * 36, STATUS + "0"):
        (receipt,), _ = GATEWAY.parse_receipts(call(DELIVERED, target=target))
        assert (receipt.ref, receipt.attempt_id) == (SID, None)


@pytest.mark.parametrize("status", ["received", "receiving", "brand_new"])
def test_a_status_that_says_nothing_is_answered_and_changes_nothing(status: str) -> None:
    receipts, reply = GATEWAY.parse_receipts(call({"MessageSid": SID, "MessageStatus": status}))
    assert (receipts, reply.status) == ([], 204)


@pytest.mark.parametrize(
    "fields",
    [{}, {"MessageSid": SID}, {"MessageStatus": "sent"}, {"MessageSid": "SM1", "MessageStatus": "sent"}],
)
def test_a_report_without_what_it_needs_is_malformed(fields: dict[str, str]) -> None:
    with pytest.raises(MalformedWebhook):
        GATEWAY.parse_receipts(call(fields))


@pytest.mark.parametrize("text", ["1", "好的，我去", "", "x" * 2000, "<b>'; DROP TABLE", "王\u202e\x00"])
def test_texts_come_in_as_they_are(text: str) -> None:
    fields = {"MessageSid": SID, "From": PHONE, "To": SENDER, "Body": text, "NumMedia": "0"}
    (inbound,), reply = GATEWAY.parse_inbound(call(fields))
    assert (inbound.sender, inbound.to, inbound.text, inbound.ref) == (PHONE, SENDER, text, SID)
    assert (inbound.dedupe_key, inbound.extra) == (SID, {})
    assert (reply.status, reply.content_type) == (200, "text/xml")
    assert reply.body.endswith("<Response/>")


def test_a_picture_is_a_text_without_words() -> None:
    (inbound,), _ = GATEWAY.parse_inbound(call({"MessageSid": SID, "From": PHONE, "NumMedia": "1"}))
    assert (inbound.text, inbound.extra) == ("", {"media": "1"})


@pytest.mark.parametrize("fields", [{"MessageSid": SID, "Body": "1"}, {"From": PHONE, "Body": "1"}])
def test_a_text_without_sender_or_id_is_malformed(fields: dict[str, str]) -> None:
    with pytest.raises(MalformedWebhook):
        GATEWAY.parse_inbound(call(fields))
