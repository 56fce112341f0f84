"""The stand-ins fail by a seed, and both gateways settle what fails: nothing lost, nothing twice."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import web

from notifications.gateways.aliyun import AliyunGateway
from notifications.gateways.protocol import (
    Accepted,
    FindError,
    Gateway,
    InDoubt,
    NotProcessed,
    Outgoing,
    Receipt,
)
from notifications.gateways.webhooks import WebhookRequest
from tests.notifications.aliyun_samples import SECRET, MakeAliyun
from tests.notifications.samples import NOW, MakeGateway, outgoing
from tests.standins.aliyun import AliyunStandin
from tests.standins.faults import BAD_DAY, FaultPlan, Trouble
from tests.standins.twilio import TwilioStandin

TEXTS = 70


def test_the_same_seed_fails_the_same_way() -> None:
    first, second, other = (FaultPlan(seed, reorder_reports=0.5) for seed in (7, 7, 8))
    drawn = [[plan.draw() for _ in range(500)] for plan in (first, second, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    counted = Counter(drawn[0])
    assert all(counted[trouble] > 0 for trouble in BAD_DAY)
    assert first.drawn == 500 - counted[Trouble.NONE]


def text(number: int) -> Outgoing:
    code = f"T4829-{number:04d}"
    return outgoing(
        id=UUID(int=number + 1),
        attempt_id=UUID(int=number + 1000),
        params={"code": code},
        code=code,
        text=f"【长沙退管】任务{code}已有人接单，无需前往，感谢您的支持。",
    )


async def settle(gateway: Gateway, one: Outgoing, now: datetime) -> None:
    """What the sending service does, without its waiting: send, and in doubt ask; never blindly again."""
    for attempt in range(30):
        tried = replace(one, attempt_id=new_attempt(one, attempt))
        outcome = await gateway.send(tried, now)
        if isinstance(outcome, Accepted):
            return
        assert isinstance(outcome, InDoubt | NotProcessed), outcome
        if isinstance(outcome, InDoubt) and await is_there(gateway, tried, now):
            return
    raise AssertionError("never taken")


def new_attempt(one: Outgoing, attempt: int) -> UUID:
    return UUID(int=one.attempt_id.int * 100 + attempt)


async def is_there(gateway: Gateway, tried: Outgoing, now: datetime) -> bool:
    for _ in range(30):
        try:
            return bool(await gateway.find(tried, now))
        except FindError:
            continue
    raise AssertionError("never told")


async def test_a_bad_day_at_twilio(twilio: TwilioStandin, make_gateway: MakeGateway) -> None:
    twilio.faults = FaultPlan(seed=3, listing_fails=0.2)
    gateway = make_gateway(limit_seconds=0.2)
    for number in range(TEXTS):
        await settle(gateway, text(number), NOW)
    assert Counter(m.body for m in twilio.messages) == Counter(text(n).text for n in range(TEXTS))
    assert twilio.faults.drawn > 5


async def test_a_bad_day_at_aliyun(aliyun: AliyunStandin, make_aliyun: MakeAliyun) -> None:
    aliyun.faults = FaultPlan(seed=5, listing_fails=0.2)
    gateway = make_aliyun(limit_seconds=0.2)
    for number in range(TEXTS):
        await settle(gateway, text(number), NOW)
    assert Counter(kept.params["code"] for kept in aliyun.kept) == Counter(text(n).code for n in range(TEXTS))
    assert aliyun.faults.drawn > 5


@pytest.fixture
async def reports() -> AsyncIterator[tuple[str, list[Receipt], list[Gateway]]]:
    """Our side: address, receipts as they come, and the gateway to believe."""
    received: list[Receipt] = []
    gateways: list[Gateway] = []

    async def take(request: web.Request) -> web.Response:
        got = WebhookRequest(request.method, request.raw_path, request.headers, await request.read())
        if not gateways[0].verify(got):
            return web.Response(status=403)
        receipts, reply = gateways[0].parse_receipts(got)
        received.extend(receipts)
        return web.Response(status=reply.status, text=reply.body or None, content_type=reply.content_type)

    app = web.Application()
    app.router.add_post("/webhooks/{tail:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", received, gateways
    await runner.cleanup()


async def test_twilio_reports_by_itself_twice_and_in_any_order(
    twilio: TwilioStandin, make_gateway: MakeGateway, reports: tuple[str, list[Receipt], list[Gateway]]
) -> None:
    address, received, gateways = reports
    twilio.faults = FaultPlan(seed=2, shares={}, duplicate_report=0.5, reorder_reports=0.5)
    twilio.reports_by_itself = True
    gateways.append(make_gateway(public_base_url=address))
    for number in range(10):
        await gateways[0].send(text(number), NOW)
    await twilio.reported()
    assert {receipt.attempt_id for receipt in received} == {text(n).attempt_id for n in range(10)}
    pairs = Counter((receipt.attempt_id, receipt.status) for receipt in received)
    assert len(pairs) == 20
    assert max(pairs.values()) == 2
    orders = [[r.status for r in received if r.attempt_id == text(n).attempt_id] for n in range(10)]
    assert len({tuple(order) for order in orders}) > 2


async def test_aliyun_reports_by_itself(
    aliyun: AliyunStandin, make_aliyun: MakeAliyun, reports: tuple[str, list[Receipt], list[Gateway]]
) -> None:
    address, received, gateways = reports
    aliyun.push_to = f"{address}/webhooks/aliyun/{SECRET}/receipts"
    gateway: AliyunGateway = make_aliyun()
    gateways.append(gateway)
    outcome = await gateway.send(text(1), NOW)
    await aliyun.reported()
    assert isinstance(outcome, Accepted)
    assert [(receipt.ref, receipt.attempt_id) for receipt in received] == [(outcome.ref, text(1).attempt_id)]


@pytest.mark.parametrize("name", ["twilio", "aliyun"])
def test_a_stand_in_runs_as_a_process_and_tells_its_truth(name: str) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "tests.standins.serve", name, "--bad-day", "--seed", "9"]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            with urllib.request.urlopen(told["base"] + "/_truth", timeout=10) as answer:
                truth = json.load(answer)
        finally:
            process.terminate()
    assert told["gateway"] == name
    assert truth == {"total": 0, "attempts": {}, "twice": 0, "faults": 0, "violations": 0}
