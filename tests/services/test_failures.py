"""A text that does not arrive: a second try, the next contact, the next volunteer, or a call."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from config.clock import ManualClock
from domain.flags import Flag
from domain.messages import MessageStatus
from domain.offers import OfferStatus
from domain.visits import VisitKind
from models.consents import Consent
from models.desk import DeskItem
from models.messages import Message, PhoneState
from models.retirees import Contact, Retiree
from models.visits import Visit
from models.volunteers import Volunteer
from notifications.gateways.outcomes import Fault, Outcome
from notifications.gateways.protocol import Accepted, Rejected, Scope
from services import receipts
from services.ladder import retiree_side
from services.messages import queue_message
from services.people import volunteer_recipient
from services.phone_states import allow_again
from services.planning.planning import plan_visits
from services.steps import Step, Steps
from tests.factories import add_contact, add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import Line, ScriptedGateway, agreed, open_matters, row, rows, scripted

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DEAD = Rejected("30005", Scope.NUMBER, Fault.BAD_NUMBER)
LANDLINE = Rejected("21614", Scope.NUMBER, Fault.NOT_MOBILE)
ABSENT = Rejected("30003", Scope.MESSAGE, Fault.ABSENT)


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
def play(steps: Steps, clock: ManualClock, gateway: ScriptedGateway) -> Play:
    return scripted(steps, clock, gateway)


def answer(gateway: ScriptedGateway, *outcomes: Outcome) -> None:
    gateway.script.extend(Line(outcome) for outcome in outcomes)


async def reminder(play: Play, *, hours: float = 72, key: str = "test") -> Message:
    """R1 to somebody with a mobile number, a wife and a neighbour; not yet sent."""

    async def work(step: Step) -> Message:
        person = await step.session.scalar(select(Retiree))
        if person is None:
            person = await add_retiree(step)
            await add_contact(step, person, relation="邻居", rank=1)
            await add_contact(step, person, relation="老伴", rank=2)
        to = await retiree_side(step, person)
        moment = step.now + timedelta(hours=hours)
        message = await queue_message(step, "R1", to, key, {"due": "3月31日"}, moment=moment)
        assert message is not None
        return message

    return await play.steps.run("system", work)


async def chain(play: Play) -> list[tuple[str, str, MessageStatus]]:
    found = await rows(play, Message, col(Message.template).in_(("R1", "R1b")))
    return [(m.template, m.audience, m.status) for m in found]


async def test_the_wife_is_texted_before_the_neighbour_and_then_somebody_rings(
    play: Play, gateway: ScriptedGateway
) -> None:
    answer(gateway, DEAD, DEAD, DEAD)
    await reminder(play)
    await play.drain()
    failed = MessageStatus.FAILED
    assert await chain(play) == [
        ("R1", "retiree", failed),
        ("R1b", "contact", failed),
        ("R1b", "contact", failed),
    ]
    contacts = {c.phone_index: c.relation for c in await rows(play, Contact)}
    sent = await rows(play, Message, col(Message.audience) == "contact")
    assert [contacts[m.phone_index] for m in sent] == ["老伴", "邻居"]
    (call,) = await rows(play, DeskItem, col(DeskItem.kind) == "call")
    assert [t["audience"] for t in call.detail["tried"]] == ["retiree", "contact", "contact"]
    assert all("30005" in t["why"] for t in call.detail["tried"])


async def test_a_relative_s_text_has_the_relative_s_words(play: Play, gateway: ScriptedGateway) -> None:
    answer(gateway, DEAD)
    await reminder(play)
    await play.drain()
    (told,) = await rows(play, Message, col(Message.template) == "R1b")
    assert told.status is MessageStatus.DELIVERED
    assert "您的家人样*甲" in told.text


async def test_two_hard_failures_void_the_number_and_the_next_text_goes_elsewhere(
    play: Play, gateway: ScriptedGateway
) -> None:
    for key in ("first", "second"):
        answer(gateway, DEAD)
        await reminder(play, key=key)
        await play.drain()
        play.clock.advance(timedelta(days=1))
    (person,) = await rows(play, Retiree)
    assert person.phone_kind == "void"
    assert await open_matters(play) == ["verify_phone"]
    third = await reminder(play, key="third")
    assert third.audience == "contact"


async def test_a_text_that_arrives_clears_the_count(play: Play, gateway: ScriptedGateway) -> None:
    answer(gateway, DEAD)
    await reminder(play, key="first")
    await play.drain()
    play.clock.advance(timedelta(days=1))
    await reminder(play, key="second")
    await play.drain()
    play.clock.advance(timedelta(days=1))
    answer(gateway, DEAD)
    await reminder(play, key="third")
    await play.drain()
    (person,) = await rows(play, Retiree)
    assert person.phone_kind == "mobile", "one, none, one: never two in a row"


async def test_a_number_that_cannot_take_texts_is_void_at_once(play: Play, gateway: ScriptedGateway) -> None:
    answer(gateway, LANDLINE)
    await reminder(play)
    await play.drain()
    (person,) = await rows(play, Retiree)
    assert person.phone_kind == "void"
    async with play.steps.open() as step:
        assert person.phone_index is not None
        await allow_again(step, person.phone_index)
    (person,) = await rows(play, Retiree)
    assert person.phone_kind == "mobile", "verified by a person"


async def test_two_failures_told_by_receipts_void_a_number_too(play: Play, gateway: ScriptedGateway) -> None:
    for key in ("a", "b"):
        answer(gateway, Accepted(f"ref-{key}"))
        message = await reminder(play, key=key)
        await play.drain()
        sent: Message = await row(play, Message, message.id)
        await play.steps.run(
            "system",
            lambda step, m=sent: receipts.record(  # type: ignore[misc]  # bound in the loop
                step, "simulator", m.gateway_ref, m.attempt_id, "undelivered", "30005", "bad_number"
            ),
        )
        await play.drain()
        play.clock.advance(timedelta(days=1))
    (state,) = [s for s in await rows(play, PhoneState) if s.void_at]
    assert state.hard_failures == 2


async def test_a_phone_switched_off_is_tried_once_more_after_half_an_hour(
    play: Play, gateway: ScriptedGateway
) -> None:
    answer(gateway, ABSENT)
    await reminder(play)
    await play.drain()
    before = await rows(play, Message)
    assert [m.status for m in before] == [MessageStatus.FAILED, MessageStatus.QUEUED]
    assert before[1].send_at == play.clock.now() + 30 * MINUTE
    assert before[1].phone_index == before[0].phone_index
    answer(gateway, ABSENT)
    play.clock.advance(30 * MINUTE)
    await play.tick()
    assert [a for _, a, _ in await chain(play)] == ["retiree", "retiree", "contact"]


async def test_no_second_try_that_would_come_too_late(play: Play, gateway: ScriptedGateway) -> None:
    answer(gateway, ABSENT)
    await reminder(play, hours=0.4)
    await play.drain()
    assert [a for _, a, _ in await chain(play)] == ["retiree", "contact"]


async def test_an_offer_to_a_dead_number_goes_to_the_next_volunteer_at_once(
    play: Play, gateway: ScriptedGateway
) -> None:
    async def work(step: Step) -> Visit:
        person = await add_retiree(step)
        for _ in range(6):
            await add_volunteer(step)
        return await add_visit(step, VisitKind.CARE, person.id, crew_size=1)

    visit = await play.steps.run("system", work)
    await plan_visits(play.steps, "test")
    answer(gateway, DEAD)
    await play.tick()
    offers = await play.offers(visit.id)
    (lost,) = [o for o in offers if o.status is OfferStatus.RELEASED]
    asked = [o for o in offers if o.status is OfferStatus.OFFERED]
    assert lost.channel == "not_told"
    assert len(asked) == 2, "as many as were wanted"
    assert lost.volunteer_id not in {o.volunteer_id for o in asked}
    assert await open_matters(play) == ["verify_phone"]


async def test_who_opts_out_at_the_carrier_gets_nothing_more_and_the_offer_moves_on(
    play: Play, gateway: ScriptedGateway
) -> None:
    async def work(step: Step) -> tuple[Message, Message]:
        to = volunteer_recipient(await add_volunteer(step))
        first = await queue_message(step, "V11", to, "1", {}, moment=step.now + HOUR)
        second = await queue_message(
            step, "V13", to, "2", {"code": "T4829-1742"}, moment=step.now + HOUR, send_at=step.now + MINUTE
        )
        assert first is not None
        assert second is not None
        return first, second

    first, second = await play.steps.run("system", work)
    answer(gateway, Rejected("21610", Scope.NUMBER, Fault.OPTED_OUT))
    await play.drain()
    later: Message = await row(play, Message, second.id)
    assert (later.status, later.failure) == (MessageStatus.SUPPRESSED, "opted_out")
    volunteer: Volunteer = await row(play, Volunteer, first.person_id)
    assert volunteer.opted_out_at == play.clock.now()


async def test_an_opt_out_at_the_carrier_ends_greetings_too(play: Play, gateway: ScriptedGateway) -> None:
    answer(gateway, Rejected("21610", Scope.NUMBER, Fault.OPTED_OUT))

    async def work(step: Step) -> None:
        person = await add_retiree(step, flags=(Flag.WANTS_GREETINGS,))
        to = await retiree_side(step, person)
        await queue_message(step, "R1", to, "test", {"due": "3月31日"}, moment=step.now + HOUR)

    await play.steps.run("system", work)
    await play.drain()
    (person,) = await rows(play, Retiree)
    (proof,) = await rows(play, Consent)
    assert (person.opted_out_at, proof.withdrawn_at) == (play.clock.now(), play.clock.now())


async def test_filtered_words_alert_once_and_are_not_sent_to_others(
    play: Play, gateway: ScriptedGateway
) -> None:
    answer(gateway, Rejected("30007", Scope.MESSAGE, Fault.CONTENT))
    await reminder(play)
    await play.drain()
    assert [a for _, a, _ in await chain(play)] == ["retiree"]
    assert await open_matters(play) == ["call", "template"]


async def test_a_volunteer_with_a_promised_visit_is_rung(play: Play, gateway: ScriptedGateway) -> None:
    visit = await agreed(play)
    await play.tick()
    answer(gateway, LANDLINE)
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at - timedelta(days=1))
    await play.wait(4 * HOUR)
    about = [
        (i.kind, i.detail.get("about")) for i in await rows(play, DeskItem, col(DeskItem.closed_at).is_(None))
    ]
    assert ("call", "V3") in about
    assert ("verify_phone", None) in about
