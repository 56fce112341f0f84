"""Scenario 22: the same thing twice, late, out of order, and a worker that dies between two writes."""

from __future__ import annotations

from random import Random

import pytest
from sqlmodel import col

from domain.messages import MessageStatus
from domain.visits import VisitKind, VisitStatus
from models.messages import Attempt, Message, Receipt
from models.visits import Visit, VisitReport
from models.volunteers import MinutesEntry
from notifications.gateways.protocol import Accepted, Outcome, Outgoing
from services import receipts
from services.sending import claim
from services.steps import Step
from simulation.gateway import SimulatedCrash, SimulatedGateway
from tests.factories import add_retiree, add_visit
from tests.scenarios.people import add_crew
from tests.scenarios.phone_page import open_page
from tests.scenarios.stage import Stage


async def care(stage: Stage) -> Visit:
    async def fill(step: Step) -> Visit:
        person = await add_retiree(step)
        await add_crew(step, 2)
        return await add_visit(step, VisitKind.CARE, person.id)

    visit: Visit = await stage.run(fill, "system")
    return visit


async def test_a_form_that_the_phone_sends_twice_is_one_result(stage: Stage) -> None:
    visit = await stage.agree((await care(stage)).id)
    lead, _companion = await stage.arrive(visit.id)
    page = await open_page(stage, visit, lead)
    await page.say_who()
    key = await page.form_key("done_evidence")
    await stage.wait_minutes(45)  # no signal; the phone keeps the form and sends it twice, hours later
    for _ in range(2):
        await page.report("done_evidence", key=key, check_health="normal")
        await stage.wait_hours(3)
    assert (await stage.visit(visit.id)).status is VisitStatus.COMPLETED
    assert len(await stage.rows(VisitReport)) == 1
    assert sorted(m.minutes for m in await stage.rows(MinutesEntry)) == [45, 45]
    assert (await stage.events(visit.id)).count("visit.reported") == 1
    await stage.sound()


class SlowGateway(SimulatedGateway):
    """Takes every text and tells nothing of its delivery."""

    async def send(self, outgoing: Outgoing, now: object) -> Outcome:
        self.truth.by_message[str(outgoing.id)] += 1
        return Accepted(f"ref-{outgoing.id}", MessageStatus.ACCEPTED)


@pytest.mark.parametrize(
    "order", [("sent", "delivered", "delivered"), ("delivered", "sent"), ("delivered", "delivered", "sent")]
)
async def test_reports_twice_and_out_of_order_never_go_back(stage: Stage, order: tuple[str, ...]) -> None:
    stage.use(SlowGateway(Random(1)))
    await care(stage)
    await stage.plan()
    (message, *_) = await stage.rows(Message, col(Message.template) == "V1")
    assert message.status is MessageStatus.ACCEPTED
    seen: list[MessageStatus] = [message.status]
    for status in order:

        async def report(step: Step, status: str = status) -> None:
            await receipts.record(step, "simulator", message.gateway_ref, None, status)

        await stage.run(report, "system")
        seen.append((await stage.row(Message, message.id)).status)
    assert seen[-1] is MessageStatus.DELIVERED
    ranks = [MessageStatus.ACCEPTED, MessageStatus.SENT, MessageStatus.DELIVERED]
    assert [ranks.index(s) for s in seen] == sorted(ranks.index(s) for s in seen), "monotone"
    assert len(await stage.rows(Receipt)) == len(set(order))


class CrashingGateway(SimulatedGateway):
    """The process dies once, before or after the text was taken."""

    def __init__(self, *, taken: bool) -> None:
        super().__init__(Random(1))
        self.taken, self.crashes = taken, 1

    async def send(self, outgoing: Outgoing, now: object) -> Outcome:
        if not self.crashes:
            return await super().send(outgoing, now)  # type: ignore[arg-type]  # an instant
        self.crashes -= 1
        if self.taken:
            await super()._take(outgoing, now)  # type: ignore[arg-type]  # an instant
        raise SimulatedCrash("the process died here")


@pytest.mark.parametrize("taken", [True, False])
async def test_a_worker_that_dies_sends_once_in_effect(stage: Stage, taken: bool) -> None:
    gateway = CrashingGateway(taken=taken)
    stage.use(gateway)
    visit = await care(stage)
    with pytest.raises(SimulatedCrash):
        await stage.plan()
    stage.queue.clear()  # what it had in hand is lost with it
    (doubtful,) = await stage.rows(Attempt, col(Attempt.outcome) == "")
    assert (await stage.row(Message, doubtful.message_id)).status is MessageStatus.SENDING
    await stage.wait_minutes(20)
    asked = await stage.offers(visit.id)
    texts = await stage.rows(Message, col(Message.template) == "V1")
    assert {m.status for m in texts} == {MessageStatus.DELIVERED}
    assert len(texts) == len(asked)
    assert set(gateway.truth.by_message.values()) == {1}, "each once"
    assert {str(m.id) for m in texts} <= set(gateway.truth.by_message)
    # What is in flight is not taken up by a second worker.
    taken_again = await stage.run(lambda step: claim(step, gateway, doubtful.message_id), "system")
    assert taken_again is None
