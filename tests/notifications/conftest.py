"""The local Twilio and the local Aliyun, and the gateways that talk to them with the real SDKs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from notifications.gateways.aliyun import AliyunGateway
from notifications.gateways.twilio import TwilioGateway
from tests.notifications.aliyun_samples import MakeAliyun
from tests.notifications.aliyun_samples import make_gateway as make_aliyun_gateway
from tests.notifications.samples import NOW, PUBLIC, SENDER, MakeGateway
from tests.standins.aliyun import AliyunStandin
from tests.standins.twilio import TwilioStandin
from tests.standins.twilio_contract import Contract, load_contract


@pytest.fixture(scope="session")
def contract() -> Contract | None:
    return load_contract()


@pytest.fixture
async def twilio(contract: Contract | None) -> AsyncIterator[TwilioStandin]:
    """Ends with a check that all requests and answers kept to Twilio's document."""
    async with TwilioStandin(contract=contract, now=lambda: NOW) as standin:
        yield standin
    assert standin.violations == []


@pytest.fixture
async def make_gateway(twilio: TwilioStandin) -> AsyncIterator[MakeGateway]:
    made: list[TwilioGateway] = []

    def make(sender: str = SENDER, **changes: Any) -> TwilioGateway:
        values: dict[str, Any] = {"auth_token": twilio.auth_token, "public_base_url": PUBLIC}
        values |= {"api_base": twilio.base, "limit_seconds": 5.0, **changes}
        made.append(TwilioGateway(twilio.account_sid, sender=sender, **values))
        return made[-1]

    yield make
    for gateway in made:
        await gateway.close()


@pytest.fixture
async def aliyun() -> AsyncIterator[AliyunStandin]:
    async with AliyunStandin(now=lambda: NOW) as standin:
        yield standin


@pytest.fixture
async def make_aliyun(aliyun: AliyunStandin) -> AsyncIterator[MakeAliyun]:
    made: list[AliyunGateway] = []

    def make(endpoint: str = "", **changes: Any) -> AliyunGateway:
        made.append(make_aliyun_gateway(endpoint or aliyun.base, **changes))
        return made[-1]

    yield make
    for gateway in made:
        await gateway.close()
