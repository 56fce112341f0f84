"""A visit in hospital is planned there, never at home; while nobody knows where, a person finds out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col

from domain.visits import VisitStatus
from models.desk import DeskItem
from models.retirees import Retiree
from models.visits import Seat, Visit
from models.volunteers import Volunteer
from services.errors import BadInput
from services.life.hospital import Admission, admit
from services.planning.places import city_map
from services.planning.planning import plan_visits
from services.planning.problems import build_problem
from services.planning.roster import load_roster
from services.steps import Step
from services.suggesting import suggest
from tests.factories import OTHER_DISTRICT, add_retiree, add_volunteer
from tests.services.play import Play
from tests.services.scenes import open_matters, row, rows

FURONG = "430102000000"


async def in_hospital(play: Play, known: Admission) -> Visit:
    """Somebody of 雨花 with a home on the map; volunteers at home and in 芙蓉."""

    async def fill(step: Step) -> None:
        person = await add_retiree(step, place="28.10,113.10")
        for code in (person.division_code, OTHER_DISTRICT):
            for _ in range(2):
                await add_volunteer(step, division_code=code)
        await admit(step, person, known)

    await play.steps.run("staff:officer", fill)
    (visit,) = await rows(play, Visit)
    found: Visit = visit
    return found


async def tell_where(play: Play, visit: Visit, known: Admission) -> None:
    async def work(step: Step) -> None:
        person = await step.session.get(Retiree, visit.retiree_id)
        assert person is not None
        await admit(step, person, known)

    await play.steps.run("staff:officer", work)


async def test_2_5_without_a_place_nobody_is_sent_home_and_a_person_asks(play: Play) -> None:
    visit = await in_hospital(play, Admission("样本医院"))
    assert await open_matters(play) == ["hospital"], "named, but nobody has said where it is"
    await plan_visits(play.steps, "test")
    after = await play.visit(visit.id)
    assert after.starts_at is None
    assert [s.proposed_id for s in await play.seats(visit.id)] == [None, None]
    assert after.reason == {"code": "place_unknown"}
    assert after.wake_at is not None
    assert after.wake_at > play.clock.now()
    play.clock.advance(timedelta(days=1))
    await plan_visits(play.steps, "test")
    after = await play.visit(visit.id)
    assert after.status is VisitStatus.UNFILLED, "three working days are few"
    assert await open_matters(play) == ["hospital", "unfilled"]
    found = await play.steps.run("staff:officer", lambda step: suggest(step, visit.id, 0))
    assert found, "a coordinator may give it by hand"


async def test_2_5_known_where_it_is_planned_there(play: Play) -> None:
    visit = await in_hospital(play, Admission())
    await plan_visits(play.steps, "test")
    assert (await play.visit(visit.id)).status is not VisitStatus.PLANNED
    await tell_where(play, visit, Admission("样本医院", division_code=FURONG))
    assert "hospital" not in await open_matters(play)
    await play.tick()
    await plan_visits(play.steps, "test")
    after = await play.visit(visit.id)
    assert after.status in (VisitStatus.PLANNED, VisitStatus.OFFERED)
    people = {s.proposed_id or s.volunteer_id for s in await rows(play, Seat, col(Seat.visit_id) == visit.id)}
    offered = {o.volunteer_id for o in await play.offers(visit.id)}
    for volunteer_id in (people | offered) - {None}:
        volunteer = await row(play, Volunteer, volunteer_id)
        assert volunteer.division_code == OTHER_DISTRICT, "the pool of the hospital's district (VOL-01)"
    async with play.steps.look() as step:
        built = await build_problem(step, [after], await load_roster(step), step.today, 7, [])
        city = await city_map(step)
    assert (built.problem.vx[0], built.problem.vy[0]) == city.find("", FURONG)
    assert built.problem.vdist[0] == 430102


async def test_2_5_an_area_that_does_not_exist_is_refused(play: Play) -> None:
    with pytest.raises(BadInput, match="25"):
        await in_hospital(play, Admission("样本医院", division_code="430199000000"))
    assert await rows(play, DeskItem) == []


async def test_2_5_another_hospital_lets_the_crew_go_and_asks_people_there(play: Play) -> None:
    visit = await in_hospital(play, Admission("样本医院", division_code="430111000000"))
    await plan_visits(play.steps, "test")
    await play.drain()
    asked = [await row(play, Volunteer, o.volunteer_id) for o in await play.offers(visit.id)]
    assert asked
    for person in asked:
        await play.say(person.phone, "1")
    assert (await play.visit(visit.id)).status is VisitStatus.ACCEPTED
    await tell_where(play, visit, Admission("另一样本医院", division_code=FURONG))
    after = await play.visit(visit.id)
    assert (after.status, after.starts_at, after.place_division) == (VisitStatus.DUE, None, FURONG)
    await play.drain()
    told = {m.person_id for m in await play.texts("V5")}
    assert told == {person.id for person in asked}
    await plan_visits(play.steps, "test")
    seats = await rows(play, Seat, col(Seat.visit_id) == visit.id)
    people = [await row(play, Volunteer, s.proposed_id) for s in seats if s.proposed_id]
    assert people
    assert {person.division_code for person in people} == {OTHER_DISTRICT}
