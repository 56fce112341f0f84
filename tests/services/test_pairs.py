"""Pairs at the door: nobody goes in alone, absences are marked, a silent crew is looked for (§8 10)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import col

from domain.visits import SeatStatus, VisitStatus
from models.desk import DeskItem
from models.service_records import Absence
from models.visits import Visit
from models.volunteers import MinutesEntry, Volunteer
from services.errors import NotAllowed
from services.people import load_seats
from services.steps import Step
from services.visiting import ReportForm, check_in, report
from tests.nasty.scenes import texts_to
from tests.services.plans import decide
from tests.services.play import Play
from tests.services.scenes import agreed, crew, open_matters, row, rows


async def arrive(play: Play, visit_id: object, volunteer: Volunteer) -> None:
    await play.steps.run("v", partial(check_in, visit_id=visit_id, volunteer_id=volunteer.id))


async def one_arrived(play: Play) -> tuple[Visit, Volunteer, Volunteer]:
    """(visit, who has said by text that they are there, who has not), at the visit's start."""
    visit = await agreed(play)
    assert visit.starts_at is not None
    there, other = await crew(play, visit.id)
    play.clock.set(visit.starts_at)
    assert await play.say(there.phone, "3") == "arrived"
    return visit, there, other


async def test_8_10_the_one_present_does_not_go_in_alone(play: Play) -> None:
    visit = await agreed(play)
    assert visit.starts_at is not None
    there, absent = await crew(play, visit.id)
    play.clock.set(visit.starts_at)
    await arrive(play, visit.id, there)
    await play.wait(timedelta(minutes=16))
    assert "no_show" in await open_matters(play)
    done = ReportForm("a", "done_evidence")
    with pytest.raises(NotAllowed, match="VOL-13"):
        await play.steps.run("v", partial(report, visit_id=visit.id, volunteer_id=there.id, form=done))
    await arrive(play, visit.id, absent)
    await play.steps.run("v", partial(report, visit_id=visit.id, volunteer_id=there.id, form=done))
    assert (await play.visit(visit.id)).status is VisitStatus.COMPLETED
    assert await rows(play, Absence) == []


async def test_8_10_after_thirty_minutes_the_absent_one_is_marked_and_the_present_one_credited(
    play: Play,
) -> None:
    visit = await agreed(play)
    assert visit.starts_at is not None
    there, absent = await crew(play, visit.id)
    play.clock.set(visit.starts_at)
    await arrive(play, visit.id, there)
    await play.wait(timedelta(minutes=60))
    (mark,) = await rows(play, Absence)
    assert (mark.volunteer_id, mark.starts_at, mark.excuse) == (absent.id, visit.starts_at, "")
    assert (await row(play, Volunteer, absent.id)).no_shows == 1
    entries = await rows(play, MinutesEntry)
    assert [(e.volunteer_id, e.minutes >= 30) for e in entries] == [(there.id, True)]


async def test_a_pair_that_gives_no_sign_after_the_visit_is_looked_for(play: Play) -> None:
    visit = await agreed(play)
    assert visit.starts_at is not None
    for volunteer in await crew(play, visit.id):
        play.clock.set(visit.starts_at)
        await arrive(play, visit.id, volunteer)
    await play.wait(timedelta(minutes=visit.minutes + 100))
    assert "no_checkout" not in await open_matters(play)
    await play.wait(timedelta(minutes=35))
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "no_checkout")
    assert item.due_at <= play.clock.now() + timedelta(minutes=30)
    lead, _ = await crew(play, visit.id)
    form = ReportForm("late", "done_evidence")
    await play.steps.run("v", partial(report, visit_id=visit.id, volunteer_id=lead.id, form=form))
    assert "no_checkout" not in await open_matters(play)


async def test_8_10_a_pair_of_the_evening_is_looked_for_too(play: Play) -> None:
    """The day's last hour for results comes before the alarm: that is not lost, nor is it early."""
    await decide(play.steps, checkout_alarm_minutes=400)
    visit = await agreed(play, windows=[["15:00", "16:00"]])
    assert visit.starts_at is not None
    for volunteer in await crew(play, visit.id):
        play.clock.set(visit.starts_at)
        await arrive(play, visit.id, volunteer)
    await play.wait(timedelta(minutes=visit.minutes + 390))
    assert "no_checkout" not in await open_matters(play)
    assert (await play.visit(visit.id)).status is VisitStatus.CHECKED_IN
    await play.wait(timedelta(minutes=20))
    assert sorted(await open_matters(play)) == ["missed", "no_checkout"]
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "no_checkout")
    assert item.due_at <= play.clock.now() + timedelta(minutes=30)


async def test_8_10_the_absent_one_is_asked_and_what_the_other_reported_counts_then(play: Play) -> None:
    visit, there, forgot = await one_arrived(play)
    await play.wait(timedelta(minutes=16))
    assert len(await texts_to(play, forgot.phone, "V21")) == 1
    assert await play.say(there.phone, "4") == "refused:two_persons"
    assert len(await texts_to(play, there.phone, "V22")) == 1
    assert await open_matters(play) == ["no_show"]
    assert await play.say(forgot.phone, "3") == "arrived"
    await play.drain()
    after = await play.visit(visit.id)
    assert (after.status, after.outcome) == (VisitStatus.COMPLETED, "done_evidence")
    assert await open_matters(play) == []
    assert await rows(play, Absence) == []


async def test_8_10_a_companion_who_reports_was_there(play: Play) -> None:
    visit, _there, forgot = await one_arrived(play)
    await play.wait(timedelta(minutes=20))
    assert await play.say(forgot.phone, "4") == "reported:done_evidence"
    assert (await play.visit(visit.id)).status is VisitStatus.COMPLETED


async def test_8_10_who_cannot_come_after_all_says_so_at_the_door(play: Play) -> None:
    visit, there, absent = await one_arrived(play)
    await play.wait(timedelta(minutes=5))
    assert await play.say(absent.phone, "2 摔了一跤") == "withdrawn"
    assert await open_matters(play) == ["no_show"]
    assert len(await texts_to(play, absent.phone, "V13")) == 1
    assert await texts_to(play, absent.phone, "V21") == [], "it is known why"
    form = ReportForm("alone", "done_evidence")
    with pytest.raises(NotAllowed, match="VOL-13"):
        await play.steps.run("v", partial(report, visit_id=visit.id, volunteer_id=there.id, form=form))
    await play.wait(timedelta(minutes=41))
    assert (await play.visit(visit.id)).starts_at is None


async def test_8_10_a_report_of_a_time_that_was_broken_off_is_not_one_of_the_next(play: Play) -> None:
    visit, there, other = await one_arrived(play)
    await play.wait(timedelta(minutes=20))
    assert await play.say(there.phone, "4") == "refused:two_persons"
    await play.wait(timedelta(minutes=40))
    assert (await play.visit(visit.id)).starts_at is None

    async def again(step: Step) -> None:
        held = await step.session.get(Visit, visit.id)
        assert held is not None
        held.starts_at, held.status = step.now + timedelta(days=2), VisitStatus.ACCEPTED
        for seat in await load_seats(step, held):
            seat.status = SeatStatus.ACCEPTED
            seat.volunteer_id = [there.id, other.id][seat.position]
            seat.code = f"T9999-000{seat.position}"

    await play.steps.run("system", again)
    play.clock.advance(timedelta(days=2))
    await arrive(play, visit.id, there)
    await play.wait(timedelta(minutes=16))
    await arrive(play, visit.id, other)
    await play.drain()
    assert (await play.visit(visit.id)).status is VisitStatus.CHECKED_IN
