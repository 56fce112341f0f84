"""Both gateways to simulated phones are one in everything but how they deliver."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from notifications.gateways.simulator import PhonesOnly, SimulatorGateway
from notifications.gateways.webhooks import MalformedWebhook, WebhookRequest
from simulation.gateway import SimulatedGateway

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SHARED = ("verify", "parse_receipts", "parse_inbound", "poll_inbound", "close")


@pytest.mark.parametrize("kind", [SimulatorGateway, SimulatedGateway])
def test_what_is_said_of_the_phones_is_said_once(kind: type[PhonesOnly]) -> None:
    for name in SHARED:
        assert getattr(kind, name) is getattr(PhonesOnly, name)
    assert (kind.name, kind.capabilities, kind.contract) == (
        PhonesOnly.name,
        PhonesOnly.capabilities,
        PhonesOnly.contract,
    )


async def test_nobody_calls_for_simulated_phones() -> None:
    gateway = SimulatedGateway(Random(1))
    call = WebhookRequest("POST", "/webhooks/simulator/status", {}, b"MessageSid=1")
    assert gateway.verify(call) is False
    assert await gateway.poll_inbound(NOW) == []
    for parse in (gateway.parse_receipts, gateway.parse_inbound):
        with pytest.raises(MalformedWebhook):
            parse(call)
