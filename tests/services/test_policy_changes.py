"""A policy value changed in the middle of a period: open visits, the agency's lists, figures (§7.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

from openpyxl import load_workbook

from domain.certification import Channel
from domain.visits import VisitStatus
from models.retirees import CertificationEvent, Retiree
from models.visits import TimelineEntry, Visit
from services.agency.forecast import chosen_stands
from services.agency.lists import AgencyList, Order, build_list
from services.due.generate import generate_due
from services.due.standings import load_standings
from services.policies import decide
from services.retirees import record_certification
from services.steps import Step
from tests.factories import COMMUNITY
from tests.scenarios.people import add_certified
from tests.services.play import Play
from tests.services.scenes import row, rows

JUNE = date(2026, 6, 1)


def at(play: Play, month: int, day: int) -> None:
    play.clock.set(datetime(2026, month, day, 1, tzinfo=UTC))


async def stricter_from_june(play: Play) -> None:
    await play.steps.run(
        "staff:city", lambda step: decide(step, "cycle_mode", "ROLLING_STRICT", JUNE, "按望城办法")
    )


async def test_7_1_the_visit_that_is_open_stands_for_the_earlier_date(play: Play) -> None:
    """Not a second visit to the same person; the first one is needed a month sooner."""
    person = await play.steps.run("system", lambda step: add_certified(step, date(2025, 6, 10)))
    at(play, 5, 4)
    assert (await play.steps.run("system", generate_due))["certification"] == 1
    (visit,) = await rows(play, Visit)
    assert visit.due_on == date(2026, 6, 30)
    await stricter_from_june(play)
    for day in (5, 6):
        at(play, 5, day)
        assert (await play.steps.run("system", generate_due))["certification"] == 0
    visit = await row(play, Visit, visit.id)
    assert (visit.status, visit.due_on) == (VisitStatus.DUE, date(2026, 5, 31)), "known a month ahead"
    events = [entry.event for entry in await rows(play, TimelineEntry)]
    assert events == ["visit.due", "visit.due_earlier"]
    assert (await row(play, Retiree, person.id)).home_visit_ground


async def test_7_1_nobody_falls_between_the_lists_of_two_rules(play: Play) -> None:
    """In time by the rule of May, unpaid by the rule of June: on June's list, and paid back for June only."""
    person = await play.steps.run("system", lambda step: add_certified(step, date(2025, 5, 10)))
    at(play, 5, 20)
    await stricter_from_june(play)

    async def unpaid_from(month: date) -> int:
        async with play.steps.look() as step:
            return len(await chosen_stands(step, "4301", month))

    assert [await unpaid_from(m) for m in (date(2026, 5, 1), JUNE, date(2026, 7, 1))] == [0, 1, 0]
    at(play, 6, 3)
    assert [await unpaid_from(m) for m in (date(2026, 5, 1), JUNE, date(2026, 7, 1))] == [0, 1, 0]

    async def certify(step: Step) -> None:
        found = await step.session.get(Retiree, person.id)
        assert found is not None
        await record_certification(step, found, Channel.SELF_FACE, step.today)

    await play.steps.run("staff:officer", certify)
    async with play.steps.look() as step:
        order = Order(AgencyList.RESUMPTIONS, JUNE, "4301", "六月补发", "en")
        content, count = await build_list(step, order)
    assert count == 1
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    cells = [cell for line in sheet.iter_rows(values_only=True) for cell in line]
    assert "2026-06" in cells, "one month is paid back"


async def test_7_1_what_was_in_time_stays_in_time(play: Play) -> None:
    """A stricter rule of June does not make a certification of May late."""
    await play.steps.run("system", lambda step: add_certified(step, date(2025, 5, 10)))
    at(play, 5, 4)
    await play.steps.run("system", generate_due)
    (visit,) = await rows(play, Visit)

    async def done(step: Step) -> None:
        step.session.add(
            CertificationEvent(
                retiree_id=visit.retiree_id,
                visit_id=visit.id,
                occurred_on=date(2026, 5, 28),
                channel=Channel.HOME_VISIT,
                source="visit",
                recorded_at=step.now,
                recorded_by="staff:reviewer",
                division_code=COMMUNITY,
            )
        )

    await play.steps.run("system", done)
    await stricter_from_june(play)
    at(play, 6, 10)
    async with play.steps.look() as step:
        (standing,) = await load_standings(step)
    assert (standing.due_on, standing.is_in_time) == (date(2026, 5, 31), True)
