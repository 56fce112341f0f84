"""Lists for the agency: who is suspended, who resumes with which months, deaths and missing persons."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from domain.departures import ProposalKind
from domain.visits import VisitKind, VisitStatus
from models.retirees import Retiree
from models.scope import Reader
from services.agency.forecast import forecast, list_persons
from services.agency.lists import AgencyList, Order, build_list, check_order
from services.errors import BadInput
from services.life.deaths import report_death
from services.life.proposals import propose
from services.retirees import record_certification
from services.steps import Step
from tests.factories import OTHER_DISTRICT, add_retiree, add_visit
from tests.services.play import Play

WANG = "430102194203150022"


async def fill(step: Step) -> None:
    """One unpaid since December, one to come in April, one seen in time, one elsewhere, one of long ago."""
    late = await add_retiree(step, name="样本迟", id_number=WANG)
    await record_certification(step, late, "self_face", date(2024, 11, 3))
    soon = await add_retiree(step, name="样本近", home_visit_ground="bedridden")
    await record_certification(step, soon, "self_face", date(2025, 3, 3))
    seen = await add_retiree(step, name="样本见", home_visit_ground="bedridden")
    await record_certification(step, seen, "self_face", date(2025, 3, 8))
    visit = await add_visit(step, VisitKind.CERTIFICATION, seen.id)
    visit.status, visit.starts_at = VisitStatus.REPORTED, datetime(2026, 3, 2, 1, tzinfo=UTC)
    other = await add_retiree(step, name="样本远", division_code=OTHER_DISTRICT, phone_kind="")
    await record_certification(step, other, "offline_face", date(2025, 4, 1))
    gone = await add_retiree(step, name="样本亡")
    await report_death(step, gone, date(2026, 2, 20), source="relative")
    missing = await add_retiree(step, name="样本失")
    await record_certification(step, missing, "self_face", date(2026, 1, 5))
    await propose(step, missing, ProposalKind.MISSING, date(2025, 8, 31), source="police")


def rows_of(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))


async def listed(play: Play, kind: AgencyList, month: date, area: str = "4301") -> list[tuple[Any, ...]]:
    order = Order(kind, month, area, "报送", "en")
    async with play.steps.look() as step:
        content, count = await build_list(step, order)
    rows = rows_of(content)
    assert len(rows) == count + 3, "two lines above, the headings, the persons"
    return rows[3:]


async def test_suspensions_hold_back_who_was_seen_in_time(play: Play) -> None:
    await play.steps.run("system", fill)
    found = await listed(play, AgencyList.SUSPENSIONS, date(2026, 4, 1))
    assert [(row[0], row[5], row[6], row[8]) for row in found] == [
        ("样本近", "2026-03-31", "2026-04-01", "Suspend"),
        ("样本见", "2026-03-31", "2026-04-01", "Hold back: seen in time"),
    ]
    assert found[0][7] == "Needs a home visit, none is open"
    assert [row[0] for row in await listed(play, AgencyList.SUSPENSIONS, date(2026, 5, 1))] == ["样本远"]
    assert await listed(play, AgencyList.SUSPENSIONS, date(2026, 5, 1), "430111") == []


async def test_resumptions_name_the_months_to_pay_back(play: Play) -> None:
    await play.steps.run("system", fill)

    async def certify(step: Step) -> None:
        person = await step.session.scalar(select(Retiree).where(col(Retiree.name) == "样本迟"))
        assert person is not None
        await record_certification(step, person, "offline_face", date(2026, 3, 2))

    assert await listed(play, AgencyList.RESUMPTIONS, date(2026, 3, 1)) == []
    await play.steps.run("staff:a", certify)
    (line,) = await listed(play, AgencyList.RESUMPTIONS, date(2026, 3, 1))
    assert line[:2] == ("样本迟", WANG)
    assert line[4:] == ("2026-03-02", "2025-12-01", "2026-04-01", 4, "2025-12、2026-01、2026-02、2026-03")


async def test_deaths_and_missing_persons_with_their_days(play: Play) -> None:
    await play.steps.run("staff:officer", fill)
    (death,) = await listed(play, AgencyList.DEATHS, date(2026, 3, 1))
    assert (death[0], death[4], death[5], death[6], death[7]) == (
        "样本亡", "2026-02-20", "2026-03-02", "Relatives", "2026-03-20",
    )  # fmt: skip
    assert death[-1] == "staff:officer"
    (missing,) = await listed(play, AgencyList.MISSING, date(2026, 3, 1))
    assert (missing[0], missing[4], missing[7]) == ("样本失", "2025-08-31", "2026-03-01")
    assert await listed(play, AgencyList.IMPRISONED, date(2026, 3, 1)) == []


async def test_the_forecast_by_month_and_area_and_why(play: Play) -> None:
    await play.steps.run("system", fill)
    async with play.steps.look() as step:
        city = await forecast(step, "4301")
        total, persons = await list_persons(step, "430111", date(2026, 4, 1))
        _, now = await list_persons(step, "4301", None)
    assert city.months[0] == date(2026, 4, 1)
    assert city.areas == ["430102", "430111"]
    assert (city.counts["430111"][date(2026, 4, 1)], city.counts["430102"][date(2026, 5, 1)]) == (2, 1)
    assert city.suspended == {"430111": 1}
    assert city.totals[:2] == [2, 1]
    assert total == 2
    assert {p.why.code for p in persons} == {"no_visit", "waits_for_review"}
    assert all("*" in p.name for p in persons), "masked"
    assert [(p.due_on, p.why.code) for p in now] == [(date(2025, 11, 30), "not_reminded_yet")]


async def test_a_reader_sees_the_own_area_only(play: Play) -> None:
    await play.steps.run("system", fill)
    async with play.steps.look(Reader("staff:furong", "430102")) as step:
        found = await forecast(step, "4301")
        content, count = await build_list(
            step, Order(AgencyList.SUSPENSIONS, date(2026, 5, 1), "4301", "报送", "en")
        )
    assert found.areas == ["430102"]
    assert count == 1
    assert rows_of(content)[3][0] == "样本远"


def test_a_list_needs_a_reason() -> None:
    with pytest.raises(BadInput):
        check_order(Order(AgencyList.DEATHS, date(2026, 3, 1), "", "  "))
