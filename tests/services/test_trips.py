"""One trip, several results: couples, certifications carried along, what is released (§8 13 and 29)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.retirees import CertificationEvent, Retiree
from models.staff import Role
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services import retirees
from services.contacts import ContactEntry, record_contact
from services.due.generate import generate_due
from services.due.standings import load_standings
from services.errors import BadInput, NotAllowed, WrongMoment
from services.parts import report_part, review_part
from services.planning.planning import plan_visits
from services.reviewing import review
from services.steps import Step
from services.visiting import ReportForm, check_in, report
from tests.factories import add_retiree, add_staff, add_visit, add_volunteer
from tests.services.plans import decide
from tests.services.play import Play
from tests.services.scenes import crew, row, rows, say_yes

EVIDENCE = {"dated_photo": "x", "id_checked": "yes", "id_last_four": "", "signature": "yes"}
DONE = "done_evidence"


async def person(step: Step, certified_on: date | None, number: str = "", **values: Any) -> Retiree:
    found = await add_retiree(step, **{"household": "door", "home_visit_ground": "bedridden", **values})
    if number:
        found.id_number = number
        await step.session.flush()
    if certified_on:
        await retirees.record_certification(step, found, "self_face", certified_on)
    return found


async def couple(step: Step) -> tuple[UUID, UUID]:
    """His is due on 30 April, hers on 31 May; today is 2 March."""
    his = await person(step, date(2025, 4, 10), "430111194006300032", sex=1)
    hers = await person(step, date(2025, 5, 10), "430102194203150022", sex=2)
    for _ in range(4):
        await add_volunteer(step)
    await add_staff(step, "reviewer", Role.REVIEWER, "4301")
    return his.id, hers.id


async def generate(play: Play) -> dict[str, int]:
    return await play.steps.run("system", generate_due)


async def at_the_door(play: Play) -> Visit:
    (visit,) = await rows(play, Visit)
    await plan_visits(play.steps, "test")
    await play.tick()
    visit = await say_yes(play, visit.id)
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)
    for volunteer in await crew(play, visit.id):
        await play.steps.run("volunteer", partial(check_in, visit_id=visit.id, volunteer_id=volunteer.id))
    return await play.visit(visit.id)


async def test_8_29_a_couple_is_one_trip_with_two_results_led_by_the_earlier(play: Play) -> None:
    his, hers = await play.steps.run("system", couple)
    play.clock.set(datetime(2026, 3, 5, 1, tzinfo=UTC))
    assert (await generate(play))["certification"] == 1
    assert await generate(play) == {"certification": 0, "campaign": 0, "care": 0}
    (visit,) = await rows(play, Visit)
    (part,) = await rows(play, VisitPart)
    assert (visit.retiree_id, visit.due_on) == (his, date(2026, 4, 30))
    assert (part.retiree_id, part.due_on, part.kind) == (hers, date(2026, 5, 31), VisitKind.CERTIFICATION)
    assert (visit.minutes, visit.lead_sex, visit.skills) == (80, 0, ["certifier"])

    visit = await at_the_door(play)
    lead, _ = await crew(play, visit.id)
    form = ReportForm("a", DONE, evidence={**EVIDENCE, "id_last_four": "0032"})
    await play.steps.run("v", partial(report, visit_id=visit.id, volunteer_id=lead.id, form=form))
    second = ReportForm("b", DONE, evidence={**EVIDENCE, "id_last_four": "0022"})
    for _ in range(2):
        await play.steps.run("v", partial(report_part, part_id=part.id, volunteer_id=lead.id, form=second))
    await play.steps.run("staff:reviewer", partial(review, visit_id=visit.id, approve=True))
    await play.steps.run("staff:reviewer", partial(review_part, part_id=part.id, approve=True))
    assert visit.starts_at is not None
    day = visit.starts_at.date()
    events = await rows(play, CertificationEvent, col(CertificationEvent.channel) == "home_visit")
    assert {(e.retiree_id, e.occurred_on) for e in events} == {(his, day), (hers, day)}
    assert (await row(play, VisitPart, part.id)).status is PartStatus.DONE
    assert (await play.visit(visit.id)).status is VisitStatus.COMPLETED
    play.clock.advance(timedelta(days=30))
    assert (await generate(play))["certification"] == 0, "neither is due again before next year"


async def test_8_29_nobody_home_for_one_is_no_result_for_the_other(play: Play) -> None:
    _, hers = await play.steps.run("system", couple)
    play.clock.set(datetime(2026, 3, 5, 1, tzinfo=UTC))
    await generate(play)
    visit = await at_the_door(play)
    lead, _ = await crew(play, visit.id)
    (part,) = await rows(play, VisitPart)
    away = ReportForm("b", "nobody_home")
    await play.steps.run("v", partial(report_part, part_id=part.id, volunteer_id=lead.id, form=away))
    assert (await row(play, VisitPart, part.id)).status is PartStatus.RELEASED
    play.clock.set(datetime(2026, 4, 2, 1, tzinfo=UTC))
    assert (await generate(play))["certification"] == 1
    own = await rows(play, Visit, col(Visit.retiree_id) == hers)
    assert [v.due_on for v in own] == [date(2026, 5, 31)]


async def test_a_part_without_a_result_becomes_a_duty_of_its_own(play: Play) -> None:
    _, hers = await play.steps.run("system", couple)
    play.clock.set(datetime(2026, 3, 5, 1, tzinfo=UTC))
    await generate(play)
    visit = await at_the_door(play)
    lead, _ = await crew(play, visit.id)
    form = ReportForm("a", DONE, evidence={**EVIDENCE, "id_last_four": "0032"})
    await play.steps.run("v", partial(report, visit_id=visit.id, volunteer_id=lead.id, form=form))
    play.clock.set(datetime(2026, 4, 2, 1, tzinfo=UTC))
    assert (await generate(play))["certification"] == 1
    (part,) = await rows(play, VisitPart)
    assert part.status is PartStatus.RELEASED
    late = ReportForm("late", DONE)
    with pytest.raises(WrongMoment):
        await play.steps.run("v", partial(report_part, part_id=part.id, volunteer_id=lead.id, form=late))
    assert [v.status for v in await rows(play, Visit, col(Visit.retiree_id) == hers)] == [VisitStatus.DUE]


async def test_a_parts_report_is_refused_before_the_visit_and_to_strangers(play: Play) -> None:
    await play.steps.run("system", couple)
    play.clock.set(datetime(2026, 3, 5, 1, tzinfo=UTC))
    await generate(play)
    (visit,) = await rows(play, Visit)
    (part,) = await rows(play, VisitPart)
    await plan_visits(play.steps, "test")
    await play.tick()
    await say_yes(play, visit.id)
    lead, _ = await crew(play, visit.id)
    form = ReportForm("b", DONE)
    with pytest.raises(WrongMoment):
        await play.steps.run("v", partial(report_part, part_id=part.id, volunteer_id=lead.id, form=form))
    stranger = await play.steps.run("system", add_volunteer)
    with pytest.raises(NotAllowed):
        await play.steps.run("v", partial(report_part, part_id=part.id, volunteer_id=stranger.id, form=form))
    bad = ReportForm("c", "fine")
    with pytest.raises(BadInput):
        await play.steps.run("v", partial(report_part, part_id=part.id, volunteer_id=lead.id, form=bad))


async def test_fact_3_somebody_visited_every_month_is_certified_on_such_a_visit(play: Play) -> None:
    async def fill(step: Step) -> UUID:
        return (await person(step, date(2025, 5, 10), flags=("bedridden",), household="")).id

    retiree_id = await play.steps.run("system", fill)
    play.clock.set(datetime(2026, 4, 10, 1, tzinfo=UTC))  # 51 days before the due date
    assert await generate(play) == {"certification": 0, "campaign": 0, "care": 1}
    (visit,) = await rows(play, Visit)
    (part,) = await rows(play, VisitPart)
    assert (visit.kind, part.kind, part.retiree_id) == (VisitKind.CARE, VisitKind.CERTIFICATION, retiree_id)
    assert (visit.with_certification, visit.skills, visit.minutes) == (True, ["certifier"], 40)
    assert visit.ground == part.ground != "", "what counts as evidence depends on the ground"
    (standing,) = await play.steps.run("system", load_standings)
    assert (standing.due_on, standing.done_on) == (date(2026, 5, 31), None)


async def test_fact_3_in_the_last_month_the_certification_has_a_visit_of_its_own(play: Play) -> None:
    async def fill(step: Step) -> None:
        found = await person(step, date(2025, 5, 10), flags=("bedridden",), household="")
        await add_visit(step, VisitKind.CARE, found.id)

    await play.steps.run("system", fill)
    (care,) = await rows(play, Visit)
    play.clock.set(datetime(2026, 4, 30, 1, tzinfo=UTC))
    await generate(play)
    assert [p.visit_id for p in await rows(play, VisitPart)] in ([care.id], [])
    play.clock.set(datetime(2026, 5, 2, 1, tzinfo=UTC))
    await generate(play)
    kinds = {v.kind for v in await rows(play, Visit)} | {p.kind for p in await rows(play, VisitPart)}
    assert VisitKind.CERTIFICATION in kinds


@pytest.mark.parametrize(("own_visit_days", "opened"), [(30, 0), (60, 1)])
async def test_fact_3_the_days_of_a_visit_of_its_own_are_a_policy_value(
    play: Play, own_visit_days: int, opened: int
) -> None:
    play.clock.set(datetime(2026, 4, 10, 1, tzinfo=UTC))  # 51 days before the due date
    await decide(play.steps, certification_own_visit_days=own_visit_days)

    async def fill(step: Step) -> None:
        found = await person(step, date(2025, 5, 10), flags=("bedridden",), household="")
        await record_contact(step, found, ContactEntry("phone", True, step.now))  # no care visit is due

    await play.steps.run("staff:officer", fill)
    assert await generate(play) == {"certification": opened, "campaign": 0, "care": 0}


async def test_8_13_a_silent_match_leaves_the_care_visit_without_its_certification(play: Play) -> None:
    async def fill(step: Step) -> UUID:
        known = step.now - timedelta(days=60)  # so that a care visit is due, wherever the spread by id begins
        found = await person(step, date(2025, 4, 10), flags=("bedridden",), household="", created_at=known)
        return found.id

    retiree_id = await play.steps.run("system", fill)
    play.clock.set(datetime(2026, 3, 20, 1, tzinfo=UTC))
    await generate(play)
    (visit,) = await rows(play, Visit)
    assert (visit.kind, visit.with_certification) == (VisitKind.CARE, True)

    async def match(step: Step) -> None:
        found = await step.session.get(Retiree, retiree_id)
        assert found is not None
        await retirees.record_certification(step, found, "silent", step.today)

    await play.steps.run("system", match)
    visit = await play.visit(visit.id)
    assert (visit.status, visit.with_certification) == (VisitStatus.DUE, False)
    (part,) = await rows(play, VisitPart)
    assert (part.status, part.outcome) == (PartStatus.DONE, "superseded")
