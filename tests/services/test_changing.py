"""What a coordinator may decide about a visit, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col

from domain.offers import OfferStatus
from domain.visits import SeatStatus, VisitKind, VisitStatus
from models.audit import AuditEntry
from models.visits import Visit
from models.volunteers import Volunteer, VolunteerSkill, VolunteerStatus
from services import changing
from services.answers import Answer
from services.doctor import examine
from services.errors import BadInput, NotAllowed, NotFound, WrongMoment
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import agreed, crew, offered, open_matters, rows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def assign(play: Play, visit_id: UUID, position: int, volunteer_id: UUID, **values: Any) -> Answer:
    answer = await play.steps.run(
        "staff:a",
        lambda step: changing.assign(step, visit_id, position, volunteer_id, "电话约定", **values),
    )
    await play.drain()
    return answer


async def due_visit(play: Play, *, skills: tuple[str, ...] = (), **values: Any) -> Visit:
    async def fill(step: Any) -> Visit:
        person = await add_retiree(step)
        return await add_visit(step, VisitKind.CARE, person.id, skills=list(skills), **values)

    return await play.steps.run("system", fill)


async def volunteer(play: Play, **values: Any) -> Volunteer:
    return await play.steps.run("system", lambda step: add_volunteer(step, **values))


async def test_two_people_who_agreed_by_telephone_make_a_crew(play: Play) -> None:
    visit = await due_visit(play)
    lead, companion = await volunteer(play), await volunteer(play)
    at = play.clock.now() + DAY
    assert await assign(play, visit.id, 0, lead.id, starts_at=at) is Answer.WAITING
    assert (await play.visit(visit.id)).status is VisitStatus.OFFERED
    assert await assign(play, visit.id, 1, companion.id) is Answer.ACCEPTED
    after = await play.visit(visit.id)
    assert (after.status, after.starts_at) == (VisitStatus.ACCEPTED, at)
    assert [o.channel for o in await play.offers(visit.id)] == ["staff", "staff"]
    assert await assign(play, visit.id, 1, companion.id) is Answer.ALREADY_YOURS
    audit = await rows_of_audit(play)
    assert audit == [("visit.assign", "电话约定")] * 2


async def rows_of_audit(play: Play) -> list[tuple[str, str]]:
    from sqlmodel import select

    async with play.steps.look() as step:
        found = await step.session.scalars(select(AuditEntry).order_by(col(AuditEntry.seq)))
        return [(entry.action, entry.why) for entry in found]


async def test_somebody_else_takes_a_seat_and_the_first_is_told(play: Play) -> None:
    visit = await agreed(play)
    lead, companion = await crew(play, visit.id)
    other = await volunteer(play)
    assert await assign(play, visit.id, 1, other.id) is Answer.ACCEPTED
    assert [v.id for v in await crew(play, visit.id)] == [lead.id, other.id]
    assert [m.person_id for m in await play.texts("V5")] == [companion.id]
    statuses = {o.volunteer_id: o.status for o in await play.offers(visit.id)}
    assert statuses[companion.id] is OfferStatus.RELEASED
    async with play.steps.look() as step:
        assert (await examine(step)).problems == []


async def test_assignments_against_the_rules_are_refused(play: Play) -> None:
    visit = await due_visit(play, skills=("certifier",))
    at = play.clock.now() + DAY
    plain = await volunteer(play, skills=())
    paused = await volunteer(play, status=VolunteerStatus.PAUSED)
    good = await volunteer(play)
    with pytest.raises(BadInput) as refusal:
        await assign(play, visit.id, 0, good.id)
    assert refusal.value.field == "starts_at"
    with pytest.raises(BadInput):
        await assign(play, visit.id, 0, good.id, starts_at=play.clock.now())
    with pytest.raises(NotAllowed, match="certifier"):
        await assign(play, visit.id, 0, plain.id, starts_at=at)
    with pytest.raises(NotAllowed, match="active"):
        await assign(play, visit.id, 1, paused.id, starts_at=at)
    with pytest.raises(NotFound):
        await assign(play, visit.id, 0, UUID(int=1), starts_at=at)
    with pytest.raises(BadInput) as refusal:
        await assign(play, visit.id, 2, good.id, starts_at=at)
    assert refusal.value.field == "position"
    assert (await play.visit(visit.id)).status is VisitStatus.DUE, "nothing half done"
    await assign(play, visit.id, 0, good.id, starts_at=at)
    with pytest.raises(NotAllowed, match="other seat"):
        await assign(play, visit.id, 1, good.id)
    with pytest.raises(NotAllowed, match="reschedule"):
        await assign(play, visit.id, 1, plain.id, starts_at=at + HOUR)


async def test_a_skill_that_has_run_out_is_no_skill(play: Play) -> None:
    visit = await due_visit(play, skills=("certifier",))
    lead = await volunteer(play)

    async def run_out(step: Any) -> None:
        for skill in await rows(play, VolunteerSkill):
            found = await step.session.get(VolunteerSkill, skill.id)
            found.valid_until = step.today

    await play.steps.run("system", run_out)
    with pytest.raises(NotAllowed, match="certifier"):
        await assign(play, visit.id, 0, lead.id, starts_at=play.clock.now() + DAY)


async def test_nobody_is_in_two_places_at_once(play: Play) -> None:
    first, second = await due_visit(play, crew_size=1), await due_visit(play, crew_size=1)
    one = await volunteer(play)
    at = play.clock.now() + DAY
    await assign(play, first.id, 0, one.id, starts_at=at)
    for too_near in (at, at + timedelta(minutes=59), at - timedelta(minutes=59)):
        with pytest.raises(NotAllowed, match="another visit"):
            await assign(play, second.id, 0, one.id, starts_at=too_near)
    assert await assign(play, second.id, 0, one.id, starts_at=at + HOUR) is Answer.ACCEPTED
    with pytest.raises(NotAllowed, match="another visit"):
        await play.steps.run("staff:a", lambda step: changing.reschedule(step, second.id, at, "改"))


async def test_a_visit_is_cancelled_once_and_with_a_reason(play: Play) -> None:
    visit = await agreed(play)
    with pytest.raises(BadInput) as refusal:
        await play.steps.run("staff:a", lambda step: changing.cancel(step, visit.id, "  "))
    assert refusal.value.field == "reason"
    await play.steps.run("staff:a", lambda step: changing.cancel(step, visit.id, "搬家"))
    after = await play.visit(visit.id)
    assert (after.status, after.wake_at) == (VisitStatus.CANCELLED, None)
    assert after.reason["text"] == "搬家"
    assert await open_matters(play) == []
    for change in (
        lambda step: changing.cancel(step, visit.id, "再"),
        lambda step: changing.reoffer(step, visit.id, "再"),
        lambda step: changing.reschedule(step, visit.id, step.now + DAY, "再"),
    ):
        with pytest.raises(WrongMoment):
            await play.steps.run("staff:a", change)


async def test_a_crew_is_told_of_the_new_time_and_keeps_its_seats(play: Play) -> None:
    visit = await agreed(play)
    before = [v.id for v in await crew(play, visit.id)]
    assert visit.starts_at is not None
    new = visit.starts_at + DAY
    await play.steps.run("staff:a", lambda step: changing.reschedule(step, visit.id, new, "下雨"))
    await play.tick()
    after = await play.visit(visit.id)
    assert (after.status, after.starts_at) == (VisitStatus.ACCEPTED, new)
    assert [v.id for v in await crew(play, visit.id)] == before
    assert len([m for m in await play.texts("V2") if m.starts_at == new]) == 2
    assert len(await play.texts("R3")) == 1
    with pytest.raises(BadInput):
        await play.steps.run("staff:a", lambda step: changing.reschedule(step, visit.id, step.now, "过去"))


async def test_asking_again_begins_with_others(play: Play) -> None:
    visit = await offered(play, volunteers=12)
    first = {o.volunteer_id for o in await play.offers(visit.id)}
    await play.steps.run("staff:a", lambda step: changing.reoffer(step, visit.id, "换人"))
    await play.tick()
    offers = await play.offers(visit.id)
    open_now = [o for o in offers if o.status is OfferStatus.OFFERED]
    assert open_now
    assert {o.status for o in offers if o.volunteer_id in first and o not in open_now} == {
        OfferStatus.RELEASED
    }
    assert [s.status for s in await play.seats(visit.id)] == [SeatStatus.OPEN] * 2


async def test_what_does_not_exist_is_not_found(play: Play) -> None:
    with pytest.raises(NotFound):
        await play.steps.run("staff:a", lambda step: changing.cancel(step, UUID(int=1), "x"))


async def test_vol_13_a_crew_put_together_by_hand_has_experience_and_a_woman_where_one_is_wanted(
    play: Play,
) -> None:
    at, lately = play.clock.now() + DAY, play.clock.now().date() - 30 * DAY
    new = [await volunteer(play, registered_on=lately) for _ in range(2)]
    staff = await volunteer(play, registered_on=lately, is_staff=True)
    visit = await due_visit(play)
    await assign(play, visit.id, 0, new[0].id, starts_at=at)
    with pytest.raises(NotAllowed, match=r"VOL-13.*experience"):
        await assign(play, visit.id, 1, new[1].id)
    assert await assign(play, visit.id, 1, staff.id) is Answer.ACCEPTED

    men = [await volunteer(play, sex=1) for _ in range(2)]
    for_a_woman = await due_visit(play, lead_sex=2)
    await assign(play, for_a_woman.id, 0, men[0].id, starts_at=at)
    with pytest.raises(NotAllowed, match=r"VOL-13.*woman"):
        await assign(play, for_a_woman.id, 1, men[1].id)
    woman = await volunteer(play)
    assert await assign(play, for_a_woman.id, 1, woman.id) is Answer.ACCEPTED
