"""Ties, known faces, suspensions, moves (§3 VOL-13, §8 scenarios 17, 19, 24, 30)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from domain.offers import OfferStatus
from domain.visits import VisitKind
from models.retirees import Retiree
from models.visits import Offer
from models.volunteers import Volunteer, VolunteerStatus
from services.errors import BadInput, WrongMoment
from services.steps import Step
from services.suggesting import suggest
from services.volunteers.standing import carry_out_transfers, change_status, transfer
from services.volunteers.ties import end_tie, set_known_face_only, set_tie
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import agreed, crew, retiree_of, row, rows


def at_noon(step: Step, days: int) -> datetime:
    return step.now + timedelta(days=days, hours=2)


async def could_go(step: Step, visit_id: UUID, days: int) -> set[UUID]:
    found = await suggest(step, visit_id, 0, starts_at=at_noon(step, days))
    return {s.volunteer_id for s in found}


async def test_vol_13_ties_keep_people_apart_both_ways(play: Play) -> None:
    async def run(step: Step) -> None:
        person = await add_retiree(step)
        a, b, c, d = [await add_volunteer(step) for _ in range(4)]
        visit = await add_visit(step, VisitKind.CARE, person.id)
        tie = await set_tie(step, person, a.id, "recused_by_retiree", "请换人")
        await set_tie(step, person, b.id, "recused_by_volunteer")
        await set_tie(step, person, c.id, "relative")
        assert await could_go(step, visit.id, 1) == {d.id}
        await end_tie(step, tie.id)
        assert await could_go(step, visit.id, 1) == {a.id, d.id}
        with pytest.raises(BadInput, match="VOL-13"):
            await set_tie(step, person, b.id, "known_face")
        with pytest.raises(BadInput):
            await set_tie(step, person, b.id, "friend")

    await play.steps.run("staff:a", run)


async def test_8_17_known_faces_only(play: Play) -> None:
    """Somebody who fears strangers is visited by whom they know: named in a tie, or here before."""
    visit = await agreed(play)
    before = await crew(play, visit.id)

    async def run(step: Step) -> None:
        person = await step.session.get(Retiree, visit.retiree_id)
        assert person is not None
        named = await add_volunteer(step)
        other = await add_visit(step, VisitKind.CARE, person.id)
        assert len(await could_go(step, other.id, 3)) > 2
        await set_known_face_only(step, person, True)
        assert await could_go(step, other.id, 3) == set()
        await set_tie(step, person, named.id, "known_face")
        assert await could_go(step, other.id, 3) == {named.id}
        for seat in await play.seats(visit.id):
            stored = await step.session.get(type(seat), seat.id)
            assert stored is not None
            stored.status = "done"  # type: ignore[assignment]  # as after the visit
        await step.session.flush()
        assert await could_go(step, other.id, 3) == {named.id, *(v.id for v in before)}

    await play.steps.run("staff:a", run)


async def test_8_19_a_silver_volunteer_never_goes_to_their_own_visit(play: Play) -> None:
    async def run(step: Step) -> None:
        number = "430102194203150022"
        person = await add_retiree(step, born_on=date(1954, 3, 1))
        person.id_number = number
        same = await add_volunteer(step, born_on=date(1954, 3, 1), health_declared_on=date(2026, 1, 1))
        same.id_number = number
        undeclared = await add_volunteer(step, born_on=date(1954, 3, 1))
        uninsured = await add_volunteer(step, insured_to=date(2026, 3, 2))
        other = await add_volunteer(step)
        await step.session.flush()
        own = await add_visit(step, VisitKind.CARE, person.id)
        foreign = await add_visit(step, VisitKind.CARE, (await add_retiree(step)).id)
        assert await could_go(step, own.id, 1) == {other.id}
        assert await could_go(step, foreign.id, 1) == {other.id, same.id}
        assert undeclared.id != uninsured.id

    await play.steps.run("staff:a", run)


async def test_a_recusal_takes_back_the_promised_seat_only(play: Play) -> None:
    visit = await agreed(play)
    lead, companion = await crew(play, visit.id)
    person = await retiree_of(play, visit)

    async def run(step: Step) -> None:
        row_ = await step.session.get(Retiree, person.id)
        assert row_ is not None
        await set_tie(step, row_, lead.id, "recused_by_retiree", "请换人")

    await play.steps.run("staff:a", run)
    await play.drain()
    seats = await play.seats(visit.id)
    assert seats[1].volunteer_id == companion.id
    assert seats[0].volunteer_id is None
    assert all(
        o.volunteer_id != lead.id for o in await play.offers(visit.id) if o.status is OfferStatus.OFFERED
    )


async def test_8_24_a_suspended_volunteer_gives_everything_back_at_once(play: Play) -> None:
    visit = await agreed(play)
    lead, companion = await crew(play, visit.id)

    async def suspend(step: Step) -> None:
        volunteer = await step.session.get(Volunteer, lead.id)
        assert volunteer is not None
        await change_status(step, volunteer, "paused", "推销保健品，被投诉")

    await play.steps.run("staff:a", suspend)
    await play.drain()
    seats = await play.seats(visit.id)
    assert [s.volunteer_id for s in seats] == [None, companion.id]
    assert (await row(play, Volunteer, lead.id)).status is VolunteerStatus.PAUSED
    asked = await rows(play, Offer, col(Offer.visit_id) == visit.id, col(Offer.status) == OfferStatus.OFFERED)
    assert asked
    assert all(o.volunteer_id != lead.id for o in asked)


async def test_8_30_a_volunteer_moves_with_a_date(play: Play) -> None:
    async def move(step: Step) -> UUID:
        volunteer = await add_volunteer(step)
        day = step.today + timedelta(days=3)
        await transfer(step, volunteer, OTHER_DISTRICT, "district", day, "搬到文艺路")
        assert volunteer.division_code == COMMUNITY
        with pytest.raises(WrongMoment, match="waiting"):
            await transfer(step, volunteer, OTHER_DISTRICT, "city", day, "再改一次")
        with pytest.raises(BadInput, match="VOL-01"):
            await transfer(
                step, volunteer, OTHER_DISTRICT, "district", step.today - timedelta(days=1), "补录"
            )
        return volunteer.id

    volunteer_id = await play.steps.run("staff:a", move)
    play.clock.advance(timedelta(days=2))
    assert await play.steps.run("system", carry_out_transfers) == 0
    play.clock.advance(timedelta(days=1))
    assert await play.steps.run("system", carry_out_transfers) == 1
    assert (await row(play, Volunteer, volunteer_id)).division_code == OTHER_DISTRICT
    assert await play.steps.run("system", carry_out_transfers) == 0
