"""The phone simulator, the choice of a gateway, and the tables behind Twilio's codes."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

import notifications.gateways
from config.settings import SettingsError, load_settings
from domain.messages import MessageStatus
from notifications.factory import create_gateway, webhook_addresses
from notifications.gateways.codes import FAULTS, load_codes
from notifications.gateways.outcomes import Accepted, Fault, InDoubt, NotProcessed, Rejected, Scope
from notifications.gateways.protocol import Inbound, Way
from notifications.gateways.simulator import SimulatorGateway, StoredText
from notifications.gateways.twilio import TwilioGateway
from notifications.gateways.webhooks import MalformedWebhook, WebhookRequest
from notifications.receipts import REPORTED
from tests.notifications.samples import NOW, PHONE, outgoing

GATEWAYS = Path(notifications.gateways.__file__).parent


class Phones:
    """Phones in memory."""

    def __init__(self) -> None:
        self.texts: dict[str, tuple[str, StoredText]] = {}

    async def deliver(self, ref: str, to: str, text: str, at: datetime) -> None:
        self.texts.setdefault(ref, (to, StoredText(ref, text, at)))

    async def find(self, to: str, since: datetime) -> Sequence[StoredText]:
        return [text for phone, text in self.texts.values() if phone == to and text.at >= since]


async def test_the_simulator_delivers_at_once_and_finds_by_our_attempt() -> None:
    phones = Phones()
    gateway = SimulatorGateway(phones)
    first, second = outgoing(), outgoing(attempt_id=UUID(int=2))
    accepted = await gateway.send(first, NOW)
    assert accepted == Accepted(f"sim-{first.attempt_id}", MessageStatus.DELIVERED)
    assert phones.texts[f"sim-{first.attempt_id}"] == (
        PHONE,
        StoredText(f"sim-{first.attempt_id}", first.text, NOW),
    )
    (remote,) = await gateway.find(first, NOW)
    assert (remote.ref, remote.status) == (f"sim-{first.attempt_id}", MessageStatus.DELIVERED)
    assert await gateway.find(second, NOW) == []
    assert await gateway.find(first, NOW + timedelta(seconds=1)) == []


async def test_the_simulator_sends_nothing_stale_and_believes_nobody() -> None:
    phones = Phones()
    gateway = SimulatorGateway(phones)
    assert await gateway.send(outgoing(expires_at=NOW), NOW) == Rejected(
        "expired", Scope.MESSAGE, Fault.EXPIRED
    )
    assert phones.texts == {}
    request = WebhookRequest("POST", "/webhooks/simulator", {}, b"")
    assert gateway.verify(request) is False
    assert gateway.capabilities.inbound is Way.NONE
    for parse in (gateway.parse_receipts, gateway.parse_inbound):
        with pytest.raises(MalformedWebhook):
            parse(request)


TWILIO = {
    "sms_gateway": "twilio",
    "twilio_account_sid": "AC" + "a" * 32,
    "twilio_auth_token": "t",
    "twilio_from": "+15005550006",
    "public_base_url": "https://visits.example.org",
}

ALIYUN = {
    "sms_gateway": "aliyun",
    "aliyun_access_key_id": "k",
    "aliyun_access_key_secret": "s",
    "aliyun_sign_name": "长沙退管",
}


def test_the_settings_choose() -> None:
    assert isinstance(create_gateway(load_settings(sms_gateway="simulator"), Phones()), SimulatorGateway)
    assert isinstance(create_gateway(load_settings(**TWILIO), Phones()), TwilioGateway)


def test_a_stand_in_on_loopback_needs_no_approvals() -> None:
    settings = load_settings(**ALIYUN, aliyun_endpoint="http://127.0.0.1:4010")
    gateway = create_gateway(settings, Phones())
    assert (gateway.name, gateway.contract.why_not("V1")) == ("aliyun", "")
    assert settings.signature == "长沙退管", "the approved signature signs every text"


def test_the_addresses_for_the_gateways_console() -> None:
    base = "https://visits.example.org"
    assert webhook_addresses(load_settings(**TWILIO)) == {"replies": base + "/webhooks/twilio/inbound"}
    chosen = load_settings(**ALIYUN, aliyun_webhook_secret="s" * 16, public_base_url=base + "/")
    assert webhook_addresses(chosen) == {
        "receipts": f"{base}/webhooks/aliyun/{'s' * 16}/receipts",
        "replies": f"{base}/webhooks/aliyun/{'s' * 16}/replies",
    }
    derived = webhook_addresses(load_settings(**ALIYUN))["replies"].split("/")[3]
    assert len(derived) == 32
    assert webhook_addresses(load_settings(sms_gateway="simulator")) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"public_base_url": "visits.example.org"}, "TANFANG_PUBLIC_BASE_URL"),
        ({"public_base_url": "https://visits.example.org/?a=1"}, "TANFANG_PUBLIC_BASE_URL"),
        ({"twilio_api_base": "127.0.0.1:1"}, "TANFANG_TWILIO_API_BASE"),
        ({"twilio_from": "15005550006"}, "TANFANG_TWILIO_FROM"),
        (ALIYUN, "TANFANG_SMS_CONTRACT_FILE"),
        ({**ALIYUN, "aliyun_endpoint": "dysmsapi.aliyuncs.com"}, "TANFANG_SMS_CONTRACT_FILE"),
        ({**ALIYUN, "sms_contract_file": "/nowhere/contract.toml"}, "TANFANG_SMS_CONTRACT_FILE"),
        ({**ALIYUN, "aliyun_endpoint": "ftp://127.0.0.1"}, "TANFANG_ALIYUN_ENDPOINT"),
        ({**ALIYUN, "aliyun_sign_name": "【长沙退管】"}, "TANFANG_ALIYUN_SIGN_NAME"),
        ({**ALIYUN, "aliyun_sign_name": ""}, "TANFANG_ALIYUN_SIGN_NAME"),
        ({**ALIYUN, "aliyun_access_key_secret": ""}, "TANFANG_ALIYUN_ACCESS_KEY_SECRET"),
        ({**ALIYUN, "aliyun_webhook_secret": "short"}, "TANFANG_ALIYUN_WEBHOOK_SECRET"),
    ],
)
def test_unusable_settings_name_the_field_and_the_remedy(changes: dict[str, str], field: str) -> None:
    with pytest.raises(SettingsError) as caught:
        create_gateway(load_settings(**{**TWILIO, **changes}), Phones())
    assert field in str(caught.value)
    assert any(word in str(caught.value) for word in ("give", "choose"))


@pytest.mark.parametrize("gateway", ["twilio", "aliyun"])
def test_the_tables_of_codes_are_whole(gateway: str) -> None:
    codes = load_codes(gateway)
    assert set(codes.statuses.values()) <= REPORTED
    kinds = [set(codes.faults), set(codes.not_processed), set(codes.in_doubt)]
    assert sum(map(len, kinds)) == len(set().union(*kinds)) == len(codes.meanings), (
        "one meaning for each code"
    )
    assert all(codes.meanings.values())
    assert Fault.UNKNOWN not in codes.faults.values(), "unknown is what is not listed"


def test_the_two_tables_together_use_every_fault() -> None:
    used = {*load_codes("twilio").faults.values(), *load_codes("aliyun").faults.values()}
    assert used == set(Fault) - {Fault.UNKNOWN}


@pytest.mark.parametrize("gateway", ["twilio", "aliyun"])
def test_a_code_stands_under_what_it_is_permanent_for(gateway: str) -> None:
    with (GATEWAYS / f"{gateway}_codes.toml").open("rb") as source:
        rows = tomllib.load(source)
    scopes = dict(zip(FAULTS[:3], (Scope.NUMBER, Scope.MESSAGE, Scope.CHANNEL), strict=True))
    for name, scope in scopes.items():
        assert {Fault(fault).scope for fault, _ in rows[name].values()} == {scope}, name
    assert all(Fault(fault).is_worth_retrying for fault, _ in rows["transient"].values())


@pytest.mark.parametrize("status", [301, 408, 500, 502, 503, 504])
def test_only_a_clear_refusal_settles_an_attempt(status: int) -> None:
    assert load_codes("twilio").read_refusal(status, "") == InDoubt(f"http {status}")


@pytest.mark.parametrize(
    ("header", "wait"),
    [("", 10), ("7", 7), ("soon", 10), ("-5", 10), ("99999999999999999999", 3600), ("７", 7)],
)
def test_a_throttle_is_honoured_within_reason(header: str, wait: int) -> None:
    assert load_codes("twilio").read_refusal(429, "", header) == NotProcessed(
        timedelta(seconds=wait), "http 429"
    )


def test_texts_without_an_id_are_told_apart_by_all_they_have() -> None:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    first = Inbound("13800000042", "1069", "1", at=at)
    assert first.dedupe_key == Inbound("13800000042", "1069", "1", at=at).dedupe_key
    others = [
        Inbound("13800000043", "1069", "1", at=at),
        Inbound("13800000042", "1069", "2", at=at),
        Inbound("13800000042", "1069", "1", at=at + timedelta(minutes=5)),
        Inbound("13800000042", "1069", "1", at=at, extension="47"),
    ]
    keys = {text.dedupe_key for text in [first, *others]}
    assert len(keys) == 5
    assert all(len(key) <= 96 for key in keys)
    assert Inbound("1", "2", "\ud842").dedupe_key
