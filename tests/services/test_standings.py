"""In time means: by the certification's own due date, however often a visit is planned anew."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from domain.certification import Channel
from domain.visits import VisitKind, VisitStatus, planning_deadline
from models.retirees import CertificationEvent, Retiree
from models.visits import Visit
from models.volunteers import Volunteer
from services import reviewing, visiting
from services.board import load_figures
from services.due.generate import generate_due
from services.due.standings import Standing, load_standings
from services.planning.planning import plan_visits
from services.retirees import record_certification
from services.steps import Step
from services.visit_page import load_visit_page
from services.visiting import ReportForm
from simulation.figures import collect
from simulation.gateway import Truth
from tests.factories import add_retiree, add_volunteer
from tests.services.play import Play
from tests.services.scenes import crew, rows, say_yes

DUE = date(2026, 5, 31)
LAST_CALL = datetime(2026, 5, 30, 0, 30, tzinfo=UTC)
FULL = {"dated_photo": "x", "id_checked": True, "id_last_four": "0029", "signature": "present"}


async def visit_on_the_last_day(play: Play) -> Visit:
    """Due on 31 May, found due only the day before, agreed for that very day."""

    async def fill(step: Step) -> None:
        person = await add_retiree(step, home_visit_ground="bedridden", id_number="430111196303150029")
        await record_certification(step, person, Channel.SELF_FACE, date(2025, 5, 10))
        for _ in range(8):
            await add_volunteer(step)

    await play.steps.run("system", fill)
    play.clock.set(LAST_CALL)
    await play.steps.run("system", generate_due)
    (visit,) = await rows(play, Visit)
    return await agree(play, visit)


async def agree(play: Play, visit: Visit) -> Visit:
    """Planned and offered anew, and the first asked for each seat says yes."""
    before = {o.id for o in await play.offers(visit.id)}
    await plan_visits(play.steps, "test")
    await play.tick()
    if not before:
        return await say_yes(play, visit.id)
    for seat in await play.seats(visit.id):
        fresh = [o for o in await play.offers(visit.id) if o.id not in before and o.position == seat.position]
        await play.say(await volunteer_phone(play, fresh[0].volunteer_id), f"{fresh[0].code} 1")
    return await play.visit(visit.id)


async def volunteer_phone(play: Play, volunteer_id: UUID) -> str:
    (volunteer,) = [v for v in await rows(play, Volunteer) if v.id == volunteer_id]
    return str(volunteer.phone)


async def tell(play: Play, visit: Visit, outcome: str) -> Visit:
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)
    people = await crew(play, visit.id)
    for volunteer in people:
        await play.steps.run("v", partial(visiting.check_in, visit_id=visit.id, volunteer_id=volunteer.id))
    form = ReportForm(outcome, outcome, evidence=FULL if outcome == "done_evidence" else {})
    await play.steps.run("v", lambda step: visiting.report(step, visit.id, people[0].id, form))
    return await play.visit(visit.id)


async def standings(play: Play) -> list[Standing]:
    async with play.steps.look() as step:
        return await load_standings(step)


async def figures(play: Play, start: datetime) -> dict[str, object]:
    async with play.steps.look() as step:
        found = await collect(step, Truth(), start=start, touches=0)
    shown: dict[str, object] = found["certifications"]
    return shown


async def test_a_visit_planned_anew_after_its_date_is_late_in_every_figure(play: Play) -> None:
    visit = await visit_on_the_last_day(play)
    assert (visit.due_on, visit.starts_at and visit.starts_at.date()) == (DUE, DUE)
    visit = await tell(play, visit, "nobody_home")
    assert visit.status is VisitStatus.DUE
    assert visit.due_on > DUE, "the plan needs days that lie ahead"
    assert await standings(play) == [Standing(VisitStatus.DUE, DUE, None)]
    play.clock.advance(timedelta(hours=20))
    assert (await figures(play, LAST_CALL))["lapsed_by_us"] == 1

    visit = await agree(play, visit)
    assert visit.status is VisitStatus.ACCEPTED
    visit = await tell(play, visit, "done_evidence")
    await play.steps.run("staff:r", lambda step: reviewing.review(step, visit.id, approve=True))
    (standing,) = await standings(play)
    assert standing.due_on == DUE
    assert standing.done_on is not None
    assert DUE < standing.done_on <= (await play.visit(visit.id)).due_on
    assert not standing.is_in_time
    shown = await figures(play, LAST_CALL)
    assert (shown["due"], shown["in_time"], shown["in_time_percent"]) == (1, 0, 0.0)
    assert shown["lapsed_by_us"] == 1


async def test_done_on_the_last_day_is_in_time(play: Play) -> None:
    visit = await tell(play, await visit_on_the_last_day(play), "done_evidence")
    play.clock.advance(timedelta(days=3))
    await play.steps.run("staff:r", lambda step: reviewing.review(step, visit.id, approve=True))
    assert await standings(play) == [Standing(VisitStatus.COMPLETED, DUE, DUE)]
    shown = await figures(play, LAST_CALL)
    assert (shown["due"], shown["in_time"], shown["lapsed_by_us"]) == (1, 1, 0)


async def test_an_older_certification_typed_in_later_changes_nothing(play: Play) -> None:
    await visit_on_the_last_day(play)

    async def type_in(step: Step) -> None:
        (person,) = await rows(play, Retiree)
        row = CertificationEvent(
            retiree_id=person.id,
            occurred_on=date(2024, 7, 1),
            channel=Channel.SILENT,
            recorded_at=step.now,
            recorded_by="import",
            division_code=person.division_code,
        )
        step.session.add(row)

    before = await standings(play)
    await play.steps.run("import", type_in)
    assert await standings(play) == before == [Standing(VisitStatus.ACCEPTED, DUE, None)]


async def test_somebody_overdue_when_the_run_began_is_counted_apart(play: Play) -> None:
    await visit_on_the_last_day(play)
    play.clock.advance(timedelta(days=9))
    shown = await figures(play, LAST_CALL + timedelta(days=5))
    assert (shown["due"], shown["lapsed_by_us"], shown["overdue_before"]) == (0, 0, 1)


async def test_the_board_counts_certifications_by_their_own_date(play: Play) -> None:
    await visit_on_the_last_day(play)

    async def plan_far_ahead(step: Step) -> None:
        visit = await step.session.get(Visit, (await rows(play, Visit))[0].id)
        assert visit is not None
        visit.due_on = DUE + timedelta(days=60)

    await play.steps.run("system", plan_far_ahead)
    async with play.steps.look() as step:
        assert (await load_figures(step))["certifications"] == 1
        shown = await load_visit_page(step, (await rows(play, Visit))[0])
        assert (shown.certify_by, shown.visit.due_on) == (DUE, DUE + timedelta(days=60))


@pytest.mark.parametrize(
    ("kind", "opens_on", "deadline"),
    [
        (VisitKind.CERTIFICATION, date(2026, 5, 31), DUE),
        (VisitKind.CERTIFICATION, date(2026, 6, 1), date(2026, 6, 3)),
        (VisitKind.CARE, date(2026, 5, 31), date(2026, 6, 3)),
    ],
)
def test_a_certification_keeps_its_date_while_a_day_is_left(
    kind: VisitKind, opens_on: date, deadline: date
) -> None:
    assert planning_deadline(kind, DUE, opens_on, date(2026, 6, 3)) == deadline
