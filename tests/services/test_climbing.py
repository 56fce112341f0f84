"""A home certification with nobody to go climbs: street, district, then everybody each day (§1.6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlmodel import col

from domain.visits import VisitKind
from models.messages import Message
from models.staff import Role
from models.visits import TimelineEntry, Visit
from services.due.climbing import warn_of_waiting
from services.due.generate import generate_due
from services.due.reminders import remind_certifications
from services.steps import Step
from tests.factories import add_staff, add_visit
from tests.scenarios.people import add_certified
from tests.services.play import Play
from tests.services.scenes import rows


async def test_1_6_what_nobody_takes_is_seen_by_street_district_and_city_in_their_turn(play: Play) -> None:
    """Each rung once, by the policy's days; a visit opened on the day itself is no news yet."""
    rungs = {
        "officer": (Role.COMMUNITY_OFFICER, "430111001001"),
        "street": (Role.STREET_COORDINATOR, "430111001"),
        "yuhua": (Role.DISTRICT_AGENCY, "430111"),
    }
    names = {
        (await play.steps.run("system", lambda step, n=n, a=a: add_staff(step, n, *a))).id: n
        for n, a in rungs.items()
    }
    await play.steps.run("system", lambda step: add_certified(step, date(2025, 4, 10)))

    async def told() -> list[tuple[str, str]]:
        texts = await rows(play, Message, col(Message.template) == "C1")
        return [(names[t.person_id], t.text.split("认证")[1].split("内")[0]) for t in texts]

    for day in range(27):  # to 28 March; due on 30 April
        play.clock.set(datetime(2026, 3, 2, 1, tzinfo=UTC) + timedelta(days=day))
        await play.steps.run("system", generate_due)
        await play.steps.run("system", remind_certifications)
    assert await told() == []
    seen = {}
    for day in range(27, 60):
        play.clock.set(datetime(2026, 3, 2, 1, tzinfo=UTC) + timedelta(days=day))
        await play.steps.run("system", remind_certifications)
        seen[play.clock.now().date()] = len(await told())
    assert (await told())[:2] == [("street", "30日"), ("yuhua", "15日")]
    assert (seen[date(2026, 3, 30)], seen[date(2026, 3, 31)], seen[date(2026, 4, 14)]) == (0, 1, 1)
    assert (seen[date(2026, 4, 15)], seen[date(2026, 4, 22)], seen[date(2026, 4, 23)]) == (2, 2, 5)
    (visit,) = await rows(play, Visit)
    climbed = await rows(play, TimelineEntry, col(TimelineEntry.event) == "visit.climbed")
    assert [(e.visit_id, e.why["rung"]) for e in climbed] == [(visit.id, "street"), (visit.id, "district")]


async def test_6_what_reaches_a_desk_on_days_off_is_told_on_the_working_day_before(play: Play) -> None:
    """Thirty days before 4 May is a Saturday within the Qingming days: Friday 3 April is the last to tell."""
    street = await play.steps.run(
        "system", lambda step: add_staff(step, "street", Role.STREET_COORDINATOR, "430111001")
    )

    async def fill(step: Step) -> None:
        person = await add_certified(step, date(2025, 5, 10))
        visit = await add_visit(step, VisitKind.CERTIFICATION, person.id, due_on=date(2026, 5, 4))
        visit.created_at = step.now - timedelta(days=5)

    play.clock.set(datetime(2026, 4, 1, 1, tzinfo=UTC))
    await play.steps.run("system", fill)
    told = {}
    for day in range(1, 8):
        play.clock.set(datetime(2026, 4, day, 1, tzinfo=UTC))
        await play.steps.run("system", warn_of_waiting)
        told[day] = len(await rows(play, Message, col(Message.template) == "C1"))
    assert told == {1: 0, 2: 0, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1}
    (text,) = await rows(play, Message, col(Message.template) == "C1")
    assert text.person_id == street.id
