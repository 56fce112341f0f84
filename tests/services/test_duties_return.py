"""Duties that ended in vain return; reminders stop in time; the community hears of overdue people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col

from domain.messages import MessageStatus
from domain.visits import FINAL, VisitKind, VisitStatus
from models.desk import DeskItem
from models.messages import Message
from models.retirees import CertificationEvent, Retiree, RetireeFlag
from models.visits import Visit
from services import desk
from services.due.generate import generate_due
from services.due.reminders import remind_certifications
from services.errors import WrongMoment
from services.retirees import record_certification, void_certification
from services.steps import Step
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import rows


async def with_person(
    play: Play, work: Callable[[Step, Retiree], Awaitable[Any]], who: str = "staff:officer", **values: Any
) -> Any:
    """Run `work` in a step of its own about a new person (or the one of `person_id`)."""
    person_id = values.pop("person_id", None)

    async def run(step: Step) -> Any:
        person = (
            await step.session.get(Retiree, person_id) if person_id else await add_retiree(step, **values)
        )
        assert person is not None
        return await work(step, person)

    return await play.steps.run(who, run)


async def bedridden(play: Play) -> Visit:
    """A certification falls due."""

    async def fill(step: Step) -> None:
        person = await add_retiree(step, home_visit_ground="bedridden")
        await record_certification(step, person, "self_face", date(2025, 4, 10))
        await add_volunteer(step)

    await play.steps.run("system", fill)
    await play.steps.run("system", generate_due)
    (visit,) = await rows(play, Visit)
    found: Visit = visit
    return found


async def test_what_ended_in_vain_falls_due_again_once_the_matter_is_closed(play: Play) -> None:
    visit = await bedridden(play)

    async def refused(step: Step) -> None:
        found = await step.session.get(Visit, visit.id)
        assert found is not None
        found.status, found.reason, found.closed_at = VisitStatus.CANCELLED, {"code": "refused"}, step.now
        found.wake_at = None
        await desk.open_visit_item(step, found, "outcome", outcome="refused", matter="call_by_staff")

    await play.steps.run("system", refused)
    assert (await play.steps.run("system", generate_due))["certification"] == 0, "a person talks first"
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "outcome")
    await play.steps.run("staff:officer", lambda s: desk.close_item(s, item.id, "同意熟人上门"))
    assert (await play.steps.run("system", generate_due))["certification"] == 1
    assert (await play.steps.run("system", generate_due))["certification"] == 0
    (again,) = await rows(play, Visit, col(Visit.status).not_in(FINAL))
    assert (again.due_on, again.natural_key) == (visit.due_on, f"{visit.natural_key}/2")


async def test_a_care_visit_that_saw_nobody_for_sure_is_repeated_soon(play: Play) -> None:
    """Unlike a visit that was refused: a month later is soon enough there."""

    async def fill(step: Step) -> None:
        for code in ("cannot_verify", "refused"):
            # Known for longer than an interval: wherever the spread by id puts the first day, it is due.
            person = await add_retiree(step, created_at=step.now - timedelta(days=60))
            step.session.add(
                RetireeFlag(
                    retiree_id=person.id,
                    flag="bedridden",
                    set_on=step.today,
                    set_by="test",
                    division_code=person.division_code,
                )
            )
            visit = await add_visit(
                step,
                VisitKind.CARE,
                person.id,
                opens_on=step.today,
                due_on=step.today,
            )
            visit.status, visit.natural_key = VisitStatus.CANCELLED, f"care/{person.id}/{step.today}"
            visit.reason, visit.closed_at, visit.wake_at = {"code": code}, step.now, None
            if code == "cannot_verify":
                await desk.open_visit_item(step, visit, "outcome", outcome=code, matter="staff_visit")

    await play.steps.run("system", fill)
    play.clock.advance(timedelta(days=1))
    assert (await play.steps.run("system", generate_due))["care"] == 0, "a person deals with the doubt"
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "outcome")
    await play.steps.run("staff:officer", lambda s: desk.close_item(s, item.id, "社区已核实"))
    assert (await play.steps.run("system", generate_due))["care"] == 1, "the one, not both"
    (doubted,) = [v for v in await rows(play, Visit) if (v.reason or {}).get("code") == "cannot_verify"]
    (again,) = await rows(play, Visit, col(Visit.status).not_in(FINAL))
    assert again.retiree_id == doubted.retiree_id


async def test_what_staff_has_called_off_stays_off(play: Play) -> None:
    visit = await bedridden(play)

    async def off(step: Step) -> None:
        found = await step.session.get(Visit, visit.id)
        assert found is not None
        found.status, found.wake_at = VisitStatus.CANCELLED, None
        found.reason = {"code": "cancelled_by_staff", "text": "走窗口"}

    await play.steps.run("system", off)
    assert (await play.steps.run("system", generate_due))["certification"] == 0


async def test_a_void_certification_lets_the_duty_return(play: Play) -> None:
    visit = await bedridden(play)
    event = await with_person(
        play, lambda s, r: record_certification(s, r, "silent", s.today), person_id=visit.retiree_id
    )
    assert (await play.visit(visit.id)).status is VisitStatus.SUPERSEDED
    await play.steps.run("staff:yuhua", lambda s: void_certification(s, event.id, "同名错配"))
    assert (await play.steps.run("system", generate_due))["certification"] == 1
    with pytest.raises(WrongMoment, match="CERT-05"):
        await play.steps.run("staff:yuhua", lambda s: void_certification(s, event.id, "同名错配"))
    assert len(await rows(play, CertificationEvent)) == 2, "nothing is deleted"


async def test_reminders_stop_with_the_certification_and_keep_a_week_between(play: Play) -> None:
    person = await with_person(play, lambda s, r: _certified(s, r, date(2025, 3, 10)))
    play.clock.set(datetime(2026, 3, 15, 23, 0, tzinfo=UTC))  # early: the text waits for its hours
    assert await play.steps.run("system", remind_certifications) == 1
    (text,) = await rows(play, Message, col(Message.template) == "R1")
    assert text.status is MessageStatus.QUEUED
    await with_person(play, lambda s, r: record_certification(s, r, "self_face", s.today), person_id=person)
    (text,) = await rows(play, Message, col(Message.template) == "R1")
    assert (text.status, text.failure) == (MessageStatus.CANCELLED, "certified")


async def _certified(step: Step, person: Retiree, on: date) -> Any:
    await record_certification(step, person, "self_face", on)
    return person.id


async def test_the_community_hears_of_overdue_people_twice_and_once_each(play: Play) -> None:
    await with_person(play, lambda s, r: _certified(s, r, date(2025, 3, 10)))
    seen: list[tuple[date, str, int]] = []
    for day in range(1, 15):
        play.clock.set(datetime(2026, 4, day, 1, tzinfo=UTC))
        await play.steps.run("system", remind_certifications)
        for item in await rows(play, DeskItem, col(DeskItem.closed_at).is_(None)):
            if item.kind in ("overdue", "last_chance"):
                seen.append((play.clock.now().date(), item.kind, item.detail["count"]))
                work = partial(desk.close_item, item_id=item.id, resolution="已联系")
                await play.steps.run("staff:officer", work)
    assert seen == [(date(2026, 4, 1), "overdue", 1), (date(2026, 4, 9), "last_chance", 1)]
