"""What happens while the gateway has not approved a text."""

from __future__ import annotations

from sqlmodel import select

from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.messages import Message
from models.visits import Offer, Visit
from models.volunteers import Volunteer
from notifications.contract import Approval, ApprovalState, Contract
from services.messages import queue_message
from services.people import volunteer_recipient
from services.planning.planning import plan_visits
from services.steps import Step
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import open_matters, rows


async def test_nobody_is_planned_while_the_offer_is_not_approved(play: Play) -> None:
    async def work(step: Step) -> Visit:
        person = await add_retiree(step)
        for _ in range(4):
            await add_volunteer(step)
        return await add_visit(step, VisitKind.CARE, person.id)

    visit = await play.steps.run("system", work)
    play.steps.contract = Contract(approvals={"V2": Approval("SMS_2", ApprovalState.APPROVED)})
    await plan_visits(play.steps, "test")
    after = await play.visit(visit.id)
    assert (after.status, after.reason) == (
        VisitStatus.DUE, {"code": "template_missing", "template": "V1"}
    )  # fmt: skip
    (matter,) = await rows(play, DeskItem)
    assert (matter.kind, matter.detail["template"]) == ("template", "V1")
    assert await rows(play, Offer) == []
    play.steps.contract = Contract(is_assumed=True)
    await plan_visits(play.steps, "test")
    await play.tick()
    assert (await play.visit(visit.id)).status is VisitStatus.OFFERED, "nothing was burnt"


async def test_a_text_that_is_not_approved_is_not_written_and_can_be_intended_later(play: Play) -> None:
    submitted = Approval("SMS_9", ApprovalState.SUBMITTED)
    play.steps.contract = Contract(approvals={"V11": submitted})

    async def work(step: Step) -> Message | None:
        volunteer = await step.session.scalar(select(Volunteer)) or await add_volunteer(step)
        return await queue_message(step, "V11", volunteer_recipient(volunteer), "x", {}, moment=step.now)

    assert await play.steps.run("system", work) is None
    assert await rows(play, Message) == []
    assert await open_matters(play) == ["template"]
    play.steps.contract = Contract(is_assumed=True)
    assert await play.steps.run("system", work) is not None
