"""Texts that a webhook missed are fetched, once, and from where the last good look ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from models.messages import Inbound
from notifications.gateways.protocol import FindError
from notifications.gateways.protocol import Inbound as Told
from services import inbound
from services.polling import EVERY, FIRST, OVERLAP, poll_inbound
from simulation.gateway import SimulatedGateway
from tests.services.play import Play
from tests.services.scenes import rows


class ListingGateway(SimulatedGateway):
    """Lists what it is told; remembers since when it was asked."""

    name = "twilio"
    capabilities = replace(SimulatedGateway.capabilities, polls_inbound=True)

    def __init__(self) -> None:
        super().__init__(Random(1))
        self.told: list[Told] = []
        self.asked: list[datetime] = []
        self.works = True

    async def poll_inbound(self, since: datetime) -> Sequence[Told]:
        self.asked.append(since)
        if not self.works:
            raise FindError("not now")
        return self.told


async def test_what_the_webhook_brought_and_the_poll_finds_is_one_text(play: Play) -> None:
    gateway, first, second = ListingGateway(), "SM" + "1" * 32, "SM" + "2" * 32
    phone = "+8613912345678"
    await play.steps.run(
        "system", lambda step: inbound.receive(step, "twilio", phone, "1", f"twilio/{first}")
    )
    gateway.told = [Told(phone, "+15005550006", "1", first), Told(phone, "+15005550006", "2", second)]
    assert await poll_inbound(play.steps, gateway) == 2
    stored = await rows(play, Inbound)
    assert sorted(row.text for row in stored) == ["1", "2"]
    assert all(row.wake_at is not None for row in stored)


async def test_each_look_begins_where_the_last_good_one_ended(play: Play) -> None:
    gateway, begun = ListingGateway(), play.clock.now()
    await poll_inbound(play.steps, gateway)
    await poll_inbound(play.steps, gateway)
    assert gateway.asked == [begun - FIRST - OVERLAP], "not more often than every few minutes"
    gateway.works = False
    play.clock.advance(EVERY)
    assert await poll_inbound(play.steps, gateway) == 0
    gateway.works = True
    play.clock.advance(timedelta(hours=3))
    await poll_inbound(play.steps, gateway)
    assert gateway.asked[1:] == [begun - OVERLAP] * 2, "hours of trouble are made up for"


async def test_a_gateway_that_cannot_be_asked_is_not(play: Play) -> None:
    gateway = ListingGateway()
    gateway.capabilities = SimulatedGateway.capabilities
    assert await poll_inbound(play.steps, gateway) == 0
    assert gateway.asked == []
