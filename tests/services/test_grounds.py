"""Somebody asks to be certified at home, and can go out again (Regulation art. 7(3)3, §1.3)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

import pytest
from sqlmodel import col, select

from domain.certification import Channel, Ground
from domain.visits import VisitKind, VisitStatus
from models.audit import AuditEntry
from models.retirees import LifeStatus, Retiree
from models.visits import Visit
from services.due.generate import generate_due
from services.errors import BadInput, WrongMoment
from services.grounds import set_ground
from services.retirees import record_certification
from services.steps import Step
from tests.factories import add_retiree, add_visit
from tests.services.play import Play
from tests.services.scenes import rows


async def change(play: Play, person: Retiree, ground: str) -> None:
    async def work(step: Step) -> None:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        await set_ground(step, row, ground)

    await play.steps.run("staff:officer", work)


async def due_in_april(step: Step) -> Retiree:
    person = await add_retiree(step, home_visit_ground="")
    await record_certification(step, person, Channel.SELF_FACE, date(2025, 4, 10))
    return person


async def test_1_3_asked_for_by_telephone_it_is_opened_the_next_morning_with_its_ground(play: Play) -> None:
    person = await play.steps.run("system", due_in_april)
    assert (await play.steps.run("system", generate_due))["certification"] == 0
    await change(play, person, Ground.IMMOBILE)
    play.clock.set(datetime(2026, 3, 3, 1, tzinfo=UTC))
    assert (await play.steps.run("system", generate_due))["certification"] == 1
    (visit,) = await rows(play, Visit)
    assert (visit.ground, visit.due_on) == ("immobile", date(2026, 4, 30))
    await change(play, person, Ground.BEDRIDDEN)
    (visit,) = await rows(play, Visit)
    assert (visit.ground, visit.status) == ("bedridden", VisitStatus.DUE)
    async with play.steps.look() as step:
        query = select(AuditEntry).where(col(AuditEntry.action) == "retiree.ground")
        asked = list(await step.session.scalars(query.order_by(col(AuditEntry.seq))))
    assert [(e.who, e.why) for e in asked] == [("staff:officer", "immobile"), ("staff:officer", "bedridden")]


async def test_1_3_who_can_go_out_again_is_not_visited_and_may_ask_once_more(play: Play) -> None:
    person = await play.steps.run("system", due_in_april)
    await change(play, person, Ground.IMMOBILE)
    await play.steps.run("system", generate_due)
    await change(play, person, "")
    (visit,) = await rows(play, Visit)
    assert (visit.status, visit.reason) == (VisitStatus.CANCELLED, {"code": "ground_ended"})
    assert (await play.steps.run("system", generate_due))["certification"] == 0
    await change(play, person, Ground.IMMOBILE)
    assert (await play.steps.run("system", generate_due))["certification"] == 1


async def test_1_3_a_visit_that_is_agreed_stays(play: Play) -> None:
    person = await play.steps.run("system", due_in_april)
    await change(play, person, Ground.IMMOBILE)

    async def agreed(step: Step) -> None:
        visit = await add_visit(step, VisitKind.CERTIFICATION, person.id)
        visit.status, visit.starts_at = VisitStatus.ACCEPTED, step.now

    await play.steps.run("system", agreed)
    await change(play, person, "")
    (visit,) = await rows(play, Visit)
    assert visit.status is VisitStatus.ACCEPTED, "somebody has promised to come: a person decides"


async def test_1_3_there_are_five_grounds_and_the_dead_need_none(play: Play) -> None:
    person = await play.steps.run("system", due_in_april)
    with pytest.raises(BadInput, match="7"):
        await change(play, person, "lazy")
    dead = await play.steps.run("system", partial(add_retiree, life_status=LifeStatus.DECEASED))
    with pytest.raises(WrongMoment):
        await change(play, dead, Ground.IMMOBILE)
