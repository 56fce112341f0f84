"""The SDK's models and signature against the local Aliyun: outcomes are told apart, nothing is sent twice."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from datetime import timedelta
from threading import Thread

import pytest
from structlog.testing import capture_logs

from domain.messages import MessageStatus
from notifications.contract import Approval, ApprovalState, Contract
from notifications.gateways.protocol import (
    Accepted,
    Fault,
    FindError,
    InDoubt,
    NotProcessed,
    Outcome,
    Rejected,
    Scope,
)
from tests.notifications.aliyun_samples import MakeAliyun
from tests.notifications.samples import NOW, PHONE, outgoing
from tests.standins.aliyun import AliyunStandin
from tests.standins.faults import Trouble

ATTEMPT = str(outgoing().attempt_id)
NATIONAL = PHONE.removeprefix("+86")


async def test_a_template_and_its_values_leave_with_our_attempt(
    aliyun: AliyunStandin, make_aliyun: MakeAliyun
) -> None:
    approved = Contract({"V7": Approval("SMS_154950909", ApprovalState.APPROVED)})
    aliyun.templates = {"SMS_154950909": {"code"}}
    outcome = await make_aliyun(contract=approved).send(outgoing(), NOW)
    (kept,) = aliyun.kept
    assert outcome == Accepted(kept.biz_id, MessageStatus.ACCEPTED)
    assert (kept.phone, kept.template, kept.out_id) == (NATIONAL, "SMS_154950909", ATTEMPT)
    assert kept.params == {"code": "T4829-1742"}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"expires_at": NOW}, Rejected("expired", Scope.MESSAGE, Fault.EXPIRED)),
        ({"template_key": "V1"}, Rejected("template_missing", Scope.MESSAGE, Fault.CONTENT)),
        ({"template_key": "V2"}, Rejected("template_submitted", Scope.MESSAGE, Fault.CONTENT)),
        ({"to_e164": "+8673188888888"}, Rejected("not_mobile", Scope.NUMBER, Fault.NOT_MOBILE)),
        ({"to_e164": "+85261234567"}, Rejected("not_mobile", Scope.NUMBER, Fault.NOT_MOBILE)),
        ({"params": {"code": "看 a.cn"}}, Rejected("code has a link", Scope.MESSAGE, Fault.BAD_MESSAGE)),
        (
            {"params": {"code": NATIONAL}},
            Rejected("code has a mobile number", Scope.MESSAGE, Fault.BAD_MESSAGE),
        ),
        (
            {"params": {"code": "长" * 36}},
            Rejected("code is longer than 35 characters", Scope.MESSAGE, Fault.BAD_MESSAGE),
        ),
    ],
)
async def test_what_may_not_leave_does_not(
    aliyun: AliyunStandin, make_aliyun: MakeAliyun, changes: dict[str, object], refusal: Outcome
) -> None:
    contract = Contract(
        {
            "V7": Approval("SMS_1", ApprovalState.APPROVED),
            "V2": Approval("SMS_2", ApprovalState.SUBMITTED),
        }
    )
    assert await make_aliyun(contract=contract).send(outgoing(**changes), NOW) == refusal
    assert aliyun.sends == 0


@pytest.mark.parametrize(
    ("trouble", "outcome", "taken"),
    [
        (Trouble.UNAVAILABLE_BEFORE, InDoubt("http 503"), 0),
        (Trouble.UNAVAILABLE_AFTER, InDoubt("http 503"), 1),
        (Trouble.ERROR_AFTER, InDoubt("isp.SYSTEM_ERROR"), 1),
        (Trouble.DROP_AFTER, InDoubt("ServerDisconnectedError"), 1),
        (Trouble.GARBAGE_AFTER, InDoubt("http 200"), 1),
        (Trouble.THROTTLED, NotProcessed(timedelta(seconds=10), "Throttling.User"), 0),
    ],
)
async def test_trouble_is_named_and_not_repeated(
    aliyun: AliyunStandin, make_aliyun: MakeAliyun, trouble: Trouble, outcome: Outcome, taken: int
) -> None:
    aliyun.troubles.append(trouble)
    gateway = make_aliyun()
    assert await gateway.send(outgoing(), NOW) == outcome
    assert (aliyun.sends, len(aliyun.kept)) == (1, taken)
    assert len(await gateway.find(outgoing(), NOW)) == taken, "the doubt is settled by asking"


@pytest.mark.parametrize(("trouble", "taken"), [(Trouble.HANG_BEFORE, 0), (Trouble.HANG_AFTER, 1)])
async def test_our_own_limit_ends_a_hanging_call(
    aliyun: AliyunStandin, make_aliyun: MakeAliyun, trouble: Trouble, taken: int
) -> None:
    aliyun.troubles.append(trouble)
    began = time.monotonic()
    outcome = await make_aliyun(limit_seconds=0.2).send(outgoing(), NOW)
    assert isinstance(outcome, InDoubt)
    assert "Timeout" in outcome.why
    assert time.monotonic() - began < 2
    assert (aliyun.sends, len(aliyun.kept)) == (1, taken)


async def test_a_refused_connection_is_certainly_not_processed(make_aliyun: MakeAliyun) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        gateway = make_aliyun(f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert isinstance(await gateway.send(outgoing(), NOW), NotProcessed)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key_secret": "old"}, "SignatureDoesNotMatch"),
        ({"key_id": "gone"}, "InvalidAccessKeyId.NotFound"),
        ({"sign_name": "别的签名"}, "isv.SMS_SIGNATURE_ILLEGAL"),
    ],
)
async def test_wrong_credentials_stop_the_channel_not_the_text(
    aliyun: AliyunStandin, make_aliyun: MakeAliyun, changes: dict[str, str], code: str
) -> None:
    outcome = await make_aliyun(**changes).send(outgoing(), NOW)
    assert outcome == Rejected(code, Scope.CHANNEL, Fault.CONFIGURATION)
    assert aliyun.kept == []


LIMIT = "isv.BUSINESS_LIMIT_CONTROL"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, "isv.OUT_OF_SERVICE", ""), Rejected("isv.OUT_OF_SERVICE", Scope.CHANNEL, Fault.BALANCE)),
        (
            (200, "isv.DAY_LIMIT_CONTROL", ""),
            Rejected("isv.DAY_LIMIT_CONTROL", Scope.CHANNEL, Fault.DAILY_CAP),
        ),
        ((200, LIMIT, "触发分钟级流控Permits:1"), NotProcessed(timedelta(minutes=1), f"{LIMIT}/minute")),
        ((200, LIMIT, "触发小时级流控Permits:5"), NotProcessed(timedelta(hours=1), f"{LIMIT}/hour")),
        ((200, LIMIT, "触发天级流控Permits:40"), Rejected(LIMIT, Scope.MESSAGE, Fault.NUMBER_LIMIT)),
        (
            (200, "isv.MOBILE_NUMBER_ILLEGAL", ""),
            Rejected("isv.MOBILE_NUMBER_ILLEGAL", Scope.NUMBER, Fault.NOT_MOBILE),
        ),
        ((200, "isv.NEVER_SEEN", ""), Rejected("isv.NEVER_SEEN", Scope.MESSAGE, Fault.UNKNOWN)),
        ((403, "Forbidden.RAM", ""), Rejected("Forbidden.RAM", Scope.CHANNEL, Fault.CONFIGURATION)),
        ((503, "Throttling", ""), NotProcessed(timedelta(seconds=10), "Throttling")),
        ((500, "isv.OUT_OF_SERVICE", ""), InDoubt("http 500")),
    ],
)
async def test_refusals_by_code(
    aliyun: AliyunStandin, make_aliyun: MakeAliyun, answer: tuple[int, str, str], outcome: Outcome
) -> None:
    aliyun.number_errors[NATIONAL] = answer
    assert await make_aliyun().send(outgoing(), NOW) == outcome


async def test_found_by_our_attempt_among_many_also_after_midnight(
    aliyun: AliyunStandin, make_aliyun: MakeAliyun
) -> None:
    gateway, midnight = make_aliyun(), NOW.replace(hour=16, minute=0)
    late = midnight - timedelta(seconds=3)
    aliyun.now = lambda: midnight + timedelta(seconds=2)
    await gateway.send(outgoing(expires_at=late + timedelta(hours=9)), late)
    for number in range(60):
        await gateway.send(outgoing(attempt_id=outgoing().id, params={"code": f"T{number}"}), NOW)
    aliyun.kept[0].status, aliyun.kept[0].err_code = 2, "UNDELIV"
    (remote,) = await gateway.find(outgoing(), late)
    assert (remote.ref, remote.status, remote.code) == ("", MessageStatus.UNDELIVERED, "UNDELIV")
    assert remote.created_at == midnight + timedelta(seconds=2)


@pytest.mark.parametrize("trouble", [Trouble.UNAVAILABLE_BEFORE, Trouble.THROTTLED, Trouble.ERROR_BEFORE])
async def test_a_query_that_fails_is_not_an_empty_one(
    aliyun: AliyunStandin, make_aliyun: MakeAliyun, trouble: Trouble
) -> None:
    gateway = make_aliyun()
    await gateway.send(outgoing(), NOW)
    aliyun.list_troubles.append(trouble)
    with pytest.raises(FindError):
        await gateway.find(outgoing(), NOW)
    assert len(await gateway.find(outgoing(), NOW)) == 1


async def test_one_gateway_serves_several_event_loops(aliyun: AliyunStandin, make_aliyun: MakeAliyun) -> None:
    gateway, outcomes = make_aliyun(), []

    async def send_and_close() -> None:
        outcomes.append(await gateway.send(outgoing(), NOW))
        await gateway.close()

    outcomes.append(await gateway.send(outgoing(), NOW))
    thread = Thread(target=lambda: asyncio.run(send_and_close()))
    thread.start()
    await asyncio.to_thread(thread.join)
    outcomes.append(await gateway.send(outgoing(), NOW))
    assert [type(outcome) for outcome in outcomes] == [Accepted] * 3


async def test_logs_name_the_attempt_and_neither_phone_nor_values(
    aliyun: AliyunStandin, make_aliyun: MakeAliyun
) -> None:
    aliyun.troubles.append(Trouble.DROP_AFTER)
    with capture_logs() as logs:
        await make_aliyun().send(outgoing(), NOW)
    assert [line["event"] for line in logs] == ["attempt.not_accepted"]
    assert logs[0]["attempt"] == ATTEMPT
    assert NATIONAL not in str(logs)
    assert "T4829" not in json.dumps(logs, default=str)
