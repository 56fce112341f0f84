"""The agency's paper: lists that come in, lists that go out, matters that were looked into."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from models.retirees import Retiree
from services.agency.lists import AgencyList, Order, build_list
from services.certified_lists.importing import import_list
from services.certified_lists.reading import ListKind
from services.certified_lists.results import ListResult
from services.life.deaths import report_death
from services.steps import Step
from tests.scenarios.stage import Stage


async def agency_list(stage: Stage, kind: AgencyList, month: date, area: str = "430111") -> list[list[str]]:
    """The Excel list of a month as the agency opens it: the rows below the headings."""
    order = Order(kind=kind, month=month, area=area, reason="每月送经办机构", language="en")
    async with stage.steps.look() as step:
        content, count = await build_list(step, order)
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    return rows[len(rows) - count :] if count else []


async def suspended_from(stage: Stage, month: date) -> list[list[str]]:
    """Who is unpaid from a month on."""
    return await agency_list(stage, AgencyList.SUSPENSIONS, month)


async def take_list(stage: Stage, tmp_path: Path, rows: Sequence[tuple[str, str]]) -> ListResult:
    """A list of silent matches arrives: identity number, day."""
    file = tmp_path / "silent.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("公民身份号码", "比对日期"), *rows])
    result = await import_list(stage.steps, file, ListKind.SILENT_MATCH, actor="staff:yuhua")
    await stage.drain()
    return result


async def tell_death(stage: Stage, person: Retiree, died_on: date | None, source: str = "community") -> None:
    """The community's officer enters a death."""

    async def work(step: Step) -> None:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        await report_death(step, row, died_on, source=source)

    await stage.run(work, "staff:officer")
