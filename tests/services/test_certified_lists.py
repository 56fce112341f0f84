"""Lists of silent matches and face certifications: good rows are taken over, bad ones are named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import col, select

from domain.visits import VisitKind, VisitStatus
from models.audit import AuditEntry
from models.life import FraudCase
from models.retirees import CertificationEvent
from models.visits import Visit
from services.certified_lists import ListKind, import_list
from services.life.deaths import report_death
from services.registers.errors import RegisterError
from services.retirees import record_certification
from services.steps import Step
from tests.factories import add_retiree, add_visit
from tests.services.play import Play
from tests.services.scenes import rows

WANG, LI, DEAD, STRANGER = (
    "430102194203150022",
    "430111194006300032",
    "430104193811011024",
    "430121192802290019",
)
HEADINGS = ["序号", "姓名", "身份证号码", "比对时间", "比对结果"]


def write(path: Path, *lines: list[Any], headings: list[str] | None = None) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2026年3月静默比对结果"])
    sheet.append(headings or HEADINGS)
    for line in lines:
        sheet.append(line)
    sheet.append(["合计", len(lines)])
    book.save(path)
    return path


async def people(play: Play) -> None:
    async def fill(step: Step) -> None:
        wang = await add_retiree(
            step, name="样本王", id_number=WANG, born_on=date(1942, 3, 15), personal_number="P1"
        )
        await record_certification(step, wang, "self_face", date(2025, 3, 2))
        await add_visit(step, VisitKind.CERTIFICATION, wang.id)
        li = await add_retiree(step, name="样本李", id_number=LI, born_on=date(1940, 6, 30))
        await record_certification(step, li, "self_face", date(2025, 6, 2))
        dead = await add_retiree(step, name="样本故", id_number=DEAD, born_on=date(1938, 11, 1))
        await report_death(step, dead, date(2026, 2, 20), source="relative")

    await play.steps.run("system", fill)


def report_of(path: Path) -> dict[int, tuple[str, str]]:
    sheet = load_workbook(path).worksheets[1]
    return {row[1]: (row[4], row[5]) for row in sheet.iter_rows(min_row=2, values_only=True)}  # type: ignore[misc]  # cells


async def test_good_rows_are_taken_and_bad_ones_named(play: Play, tmp_path: Path) -> None:
    await people(play)
    path = write(
        tmp_path / "list.xlsx",
        [1, "样本王", WANG, "2026-03-01 08:15:00", "成功"],
        [2, "样本李", LI, "20260228", "通过"],
        [3, "样本王", WANG, "2026-03-01", "成功"],
        [4, "样本客", STRANGER, "2026-03-01", "成功"],
        [5, "样本李", LI, "2026-04-01", "成功"],
        [6, "样本李", "430111194006300031", "2026-03-01", "成功"],
        [7, "样本张", WANG, "2026-02-01", "成功"],
        [8, "样本李", LI, "三月", "成功"],
        [9, "样本李", LI, None, "成功"],
        [10, "样本李", LI, "2026-02-27", "比对失败"],
        [11, "样本故", DEAD, "2026-03-01", "成功"],
        [12, "样本李", None, "2026-03-01", "成功"],
        [13, "样本李", LI, "1930-01-01", "成功"],
    )
    report = tmp_path / "report.xlsx"
    result = await import_list(
        play.steps, path, ListKind.SILENT_MATCH, report_path=report, language="en", actor="staff:city"
    )
    assert (result.rows, result.accepted, result.unchanged, result.rejected) == (13, 2, 0, 11)
    assert result.superseded == 1
    why = report_of(report)
    starts = {
        5: "Row 3 says the same",
        6: "Rule CERT-01",
        7: "Rule CERT-05: the certification lies in the future",
        8: "The ID number is not one",
        9: "The name is another one",
        10: "Rule CERT-05: the day of the certification cannot be read",
        11: "Rule CERT-05: the day of the certification is missing",
        12: "Rule CERT-05: the list itself",
        13: "Regulation art. 31",
        14: "Neither an ID number",
        15: "Rule CERT-05: the day lies before",
    }
    assert {row: why[row][0].startswith(text) for row, text in starts.items()} == dict.fromkeys(starts, True)
    assert all(remedy for _, remedy in why.values())
    assert len(load_workbook(report).worksheets) == 3, "the rejected rows to correct are there too"
    events = await rows(play, CertificationEvent, col(CertificationEvent.source) == "list")
    assert sorted((e.occurred_on, e.channel, e.recorded_by) for e in events) == [
        (date(2026, 2, 28), "silent", "staff:city"),
        (date(2026, 3, 1), "silent", "staff:city"),
    ]
    (visit,) = await rows(play, Visit, col(Visit.kind) == VisitKind.CERTIFICATION)
    assert visit.status is VisitStatus.SUPERSEDED
    assert [c.kind for c in await rows(play, FraudCase)] == ["certified_after_death"]
    async with play.steps.look() as step:
        query = select(AuditEntry).where(col(AuditEntry.action) == "certification.list")
        assert len((await step.session.scalars(query)).all()) == 2


async def test_trying_writes_nothing_and_twice_is_once(play: Play, tmp_path: Path) -> None:
    await people(play)
    path = write(tmp_path / "list.xlsx", [1, "样本李", LI, "2026-03-01", ""])
    tried = await import_list(play.steps, path, ListKind.FACE_LIST, dry_run=True)
    assert (tried.accepted, tried.superseded) == (1, 0)
    assert await rows(play, CertificationEvent, col(CertificationEvent.source) == "list") == []
    first = await import_list(play.steps, path, ListKind.FACE_LIST)
    again = await import_list(play.steps, path, ListKind.FACE_LIST)
    assert (first.accepted, again.accepted, again.unchanged) == (1, 0, 1)
    (event,) = await rows(play, CertificationEvent, col(CertificationEvent.source) == "list")
    assert event.channel == "self_face"


async def test_a_row_names_its_channel_and_the_personal_number(play: Play, tmp_path: Path) -> None:
    await people(play)
    path = write(
        tmp_path / "faces.xlsx",
        ["P1", date(2026, 3, 1), "亲友协助刷脸"],
        headings=["个人编号", "认证日期", "认证方式"],
    )
    result = await import_list(play.steps, path, ListKind.FACE_LIST)
    assert (result.accepted, result.superseded) == (1, 1)
    (event,) = await rows(play, CertificationEvent, col(CertificationEvent.source) == "list")
    assert event.channel == "assisted_face"


async def test_an_older_day_changes_nothing_else(play: Play, tmp_path: Path) -> None:
    await people(play)
    path = write(tmp_path / "old.xlsx", [1, "样本王", WANG, "2024-12-01", "成功"])
    result = await import_list(play.steps, path, ListKind.SILENT_MATCH)
    assert (result.accepted, result.superseded) == (1, 0)
    (visit,) = await rows(play, Visit, col(Visit.kind) == VisitKind.CERTIFICATION)
    assert visit.status is VisitStatus.DUE


async def test_a_file_that_is_no_list(play: Play, tmp_path: Path) -> None:
    path = write(tmp_path / "other.xlsx", ["a", "b"], headings=["姓名", "手机"])
    with pytest.raises(RegisterError, match="no heading row"):
        await import_list(play.steps, path, ListKind.SILENT_MATCH)
