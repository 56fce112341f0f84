"""Identity not certain (§1.5, `cannot_verify`): staff with the right to certify lead the next crew."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from sqlmodel import col

from domain.outcomes import Outcome
from domain.visits import FINAL, SeatStatus, VisitStatus
from models.desk import DeskItem
from models.retirees import Retiree
from models.visits import Seat, Visit
from models.volunteers import Volunteer
from services import changing, desk, visiting
from services.due.doubts import ask_for_staff
from services.due.generate import generate_due
from services.errors import NotAllowed
from services.planning.planning import plan_visits
from services.retirees import record_certification
from services.steps import Step
from services.visiting import ReportForm
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import crew, row, rows, say_yes


async def doubted(play: Play) -> Visit:
    """A certification whose visitors were not sure whom they saw; the matter is closed, it is due again."""

    async def fill(step: Step) -> None:
        person = await add_retiree(step, home_visit_ground="bedridden")
        await record_certification(step, person, "self_face", date(2025, 4, 10))
        for _ in range(3):
            await add_volunteer(step)

    await play.steps.run("system", fill)
    await play.steps.run("system", generate_due)
    (visit,) = await rows(play, Visit)
    assert visit.skills == ["certifier"]
    await plan_visits(play.steps, "test")
    await play.tick()
    visit = await say_yes(play, visit.id)
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)
    for volunteer in await crew(play, visit.id):
        await play.steps.run("v", partial(visiting.check_in, visit_id=visit.id, volunteer_id=volunteer.id))
    lead = (await crew(play, visit.id))[0]
    form = ReportForm("form", Outcome.CANNOT_VERIFY)
    await play.steps.run("v", lambda step: visiting.report(step, visit.id, lead.id, form))
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "outcome")
    assert item.detail["matter"] == "staff_visit"
    await play.steps.run("staff:officer", lambda step: desk.close_item(step, item.id, "安排工作人员上门"))
    await play.steps.run("system", generate_due)
    (again,) = await rows(play, Visit, col(Visit.status).not_in(FINAL))
    found: Visit = again
    return found


async def test_1_5_after_a_doubt_only_staff_may_lead(play: Play) -> None:
    again = await doubted(play)
    assert again.skills == ["certifier", "staff"]
    await plan_visits(play.steps, "test")
    waiting = await play.visit(again.id)
    assert waiting.status in (VisitStatus.DUE, VisitStatus.UNFILLED)
    assert waiting.reason["code"] == "no_one_with_skill", "volunteers alone are not enough"
    volunteer = (await rows(play, Volunteer))[0]

    at = play.clock.now() + timedelta(days=2)

    async def by_hand(step: Step) -> object:
        return await changing.assign(step, again.id, 0, volunteer.id, "由志愿者带队", starts_at=at)

    with pytest.raises(NotAllowed, match="staff"):
        await play.steps.run("staff:officer", by_hand)

    officer = await play.steps.run("system", lambda step: add_volunteer(step, is_staff=True, name="样本员"))
    await plan_visits(play.steps, "test")
    seats = await rows(play, Seat, col(Seat.visit_id) == again.id)
    lead, companion = sorted(seats, key=lambda seat: seat.position)
    assert lead.proposed_id == officer.id
    assert companion.proposed_id not in (None, officer.id), "a volunteer may go along"
    assert lead.status is SeatStatus.OPEN


async def test_1_5_a_certification_ends_the_doubt(play: Play) -> None:
    again = await doubted(play)

    async def silent(step: Step) -> None:
        person = await step.session.get(Retiree, again.retiree_id)
        assert person is not None
        await record_certification(step, person, "silent", step.today)

    await play.steps.run("staff:yuhua", silent)
    play.clock.set(play.clock.now().replace(year=play.clock.now().year + 1))
    await play.steps.run("system", generate_due)
    (next_year,) = await rows(play, Visit, col(Visit.status).not_in(FINAL))
    assert next_year.skills == ["certifier"]


async def test_1_5_what_waits_to_certify_the_person_is_led_by_staff_too(play: Play) -> None:
    async def run(step: Step) -> tuple[Visit, Visit]:
        person = await add_retiree(step)
        carried = await add_visit(step, retiree_id=person.id, skills=["certifier"], with_certification=True)
        plain = await add_visit(step, retiree_id=person.id)
        await ask_for_staff(step, person.id)
        return carried, plain

    carried, plain = await play.steps.run("system", run)
    assert (await row(play, Visit, carried.id)).skills == ["certifier", "staff"]
    assert (await row(play, Visit, plain.id)).skills == []
