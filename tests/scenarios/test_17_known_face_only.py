"""Scenario 17: a retiree who fears fraud lets no strangers in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from domain.visits import FINAL, VisitKind, VisitStatus
from models.pools import TieKind
from models.retirees import CertificationEvent, Retiree
from models.visits import Visit
from models.volunteers import Volunteer
from services.steps import Step
from services.volunteers.ties import set_known_face_only, set_tie
from tests.factories import next_phone
from tests.scenarios.people import add_certified, add_crew
from tests.scenarios.stage import EVIDENCE, Stage

PHONE = next_phone()
CERTIFICATIONS = col(Visit.kind) == VisitKind.CERTIFICATION


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 5, 0, 0, tzinfo=UTC)


async def announced(stage: Stage) -> tuple[Visit, Retiree, Volunteer]:
    """Two strangers are agreed; a community worker whom she knows could go too."""

    async def fill(step: Step) -> Retiree:
        person = await add_certified(step, date(2025, 3, 18), phone=PHONE)
        await add_crew(step, 4)
        return person

    person: Retiree = await stage.run(fill, "system")
    await stage.at(0, 9, 5)
    visit = await stage.the_visit(person.id, CERTIFICATIONS)
    visit = await stage.agree(visit.id)

    async def known(step: Step) -> None:
        await add_crew(step, 1, is_staff=True, name="样本社工")

    await stage.run(known, "system")
    (worker,) = await stage.volunteers(is_staff=True)
    return visit, person, worker


async def only_known_faces(stage: Stage, person: Retiree, *known: Volunteer) -> None:
    async def work(step: Step) -> None:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        await set_known_face_only(step, row, True)
        for volunteer in known:
            await set_tie(step, row, volunteer.id, TieKind.KNOWN_FACE, "社区熟人")

    await stage.run(work, "staff:officer")


async def test_the_code_can_be_checked_and_another_date_with_somebody_known(stage: Stage) -> None:
    visit, person, worker = await announced(stage)
    # She rings the community: the code that the text named is on the officer's page of the visit.
    assert visit.visit_code in (await stage.phone(PHONE))[-1]
    shown = await (await (await stage.staff("officer")).get(f"/visits/{visit.id}")).text()
    assert visit.visit_code in shown

    crew = await stage.crew(visit.id)
    await only_known_faces(stage, person, worker, crew[1])
    await stage.say(PHONE, "2 换个时间")
    after = await stage.visit(visit.id)
    assert after.status is VisitStatus.DUE, "nobody may be ordered to a fixed time"
    for volunteer in crew:
        assert "已取消" in (await stage.phone(volunteer.phone))[-1]
    await stage.plan()
    after = await stage.answer(visit.id)
    assert after.status is VisitStatus.ACCEPTED
    assert {v.id for v in await stage.crew(visit.id)} == {worker.id, crew[1].id}
    assert visit.starts_at is not None
    assert after.starts_at is not None
    assert after.starts_at > visit.starts_at
    await stage.arrive(visit.id)
    await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    assert len(await stage.rows(CertificationEvent)) == 2
    await stage.sound()


async def test_refused_at_the_door_is_no_pressure(stage: Stage) -> None:
    """Edge: refusing never certifies and never repeats by itself; staff ring, then known faces only."""
    visit, person, _worker = await announced(stage)
    await stage.arrive(visit.id)
    after = await stage.report(visit.id, "refused")
    assert after.status is VisitStatus.CANCELLED
    (item,) = await stage.matters("outcome")
    assert (item.detail["matter"], item.responsible) == ("call_by_staff", "staff:officer")
    texts = len(await stage.phone(PHONE))
    await stage.at(2, 12)
    assert len(await stage.rows(CertificationEvent)) == 1
    assert len(await stage.phone(PHONE)) == texts, "no texts to press"
    assert await stage.visits_of(person.id, CERTIFICATIONS, col(Visit.status).not_in(FINAL)) == []
    assert (await stage.retiree(person.id)).life_status == "living"


async def test_strangers_are_never_asked_for_known_faces(stage: Stage) -> None:
    visit, person, worker = await announced(stage)
    await only_known_faces(stage, person, worker)
    await stage.on_visit("officer", visit.id, "reoffer", reason="只见熟人")
    await stage.look()
    asked = {o.volunteer_id for o in await stage.offers(visit.id) if o.status == "offered"}
    assert asked <= {worker.id}
