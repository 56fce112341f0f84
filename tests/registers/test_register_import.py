"""The whole way of a file: kinds, encodings, trial runs, batches, what is refused, what never leaks."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import select

from models.audit import AuditEntry, broken_links
from models.divisions import Division
from models.migrate import migrate_async
from models.retirees import Contact, Retiree, RetireeFlag
from models.volunteers import Volunteer
from services.divisions import load_divisions
from services.registers import Kind, RegisterError, import_file, importing
from services.registers.decisions.planning import Action, ImportPlan, plan_import
from services.registers.decisions.seen import Seen
from services.registers.rows.drafts import Context, Draft
from services.registers.store.applying import apply_import
from services.registers.store.existing import Known
from services.steps import Step, Steps
from tests.registers.conftest import make_steps
from tests.registers.samples import COMMUNITY, DISTRICT, ID_F, RETIREE, STREET, VOLUNTEER, table

Run = Callable[..., Any]
Write = Callable[..., Path]
SAMPLE = pytest.importorskip("simulation.sample", reason="the sample generator is not there yet")
EIGHT = [f"赵{sign}" for sign in "一二三四五六七八"]
PERSONS = [
    RETIREE | {"姓名": name, "公民身份号码": None, "出生年月": f"1942-03-1{n}", "本人手机": f"1740000010{n}"}
    for n, name in enumerate(EIGHT)
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_both_encodings_of_csv(run: Run, rows_of: Run, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "register.csv"
    with path.open("w", encoding=encoding, newline="") as target:
        csv.writer(target).writerows(table(RETIREE | {"姓名": "张龘"}))
    result, _ = await run(path)
    assert (result.kind, result.accepted) == (Kind.RETIREES, 1)
    assert (await rows_of(Retiree))[0].name == "张龘"


async def test_the_kind_may_be_stated_or_found_out(run: Run, write_xlsx: Write) -> None:
    path = write_xlsx(table(VOLUNTEER))
    assert (await run(path, dry_run=True))[0].kind is Kind.VOLUNTEERS
    assert (await run(path, dry_run=True, kind="volunteers"))[0].kind is Kind.VOLUNTEERS
    with pytest.raises(RegisterError, match="retirees or volunteers"):
        await run(path, kind="people")


async def test_a_trial_run_reports_the_same_and_writes_nothing(
    run: Run, write_xlsx: Write, rows_of: Run
) -> None:
    path = write_xlsx(table(RETIREE, RETIREE, RETIREE | {"社区": "不存在的社区"}))
    trial, trial_findings = await run(path, dry_run=True)
    for model in (Retiree, Contact, RetireeFlag, AuditEntry):
        assert await rows_of(model) == []
    result, findings = await run(path)
    assert trial == result
    assert trial_findings == findings
    assert (result.rows, result.accepted, result.rejected) == (3, 1, 2)


async def test_figures_for_other_programs(run: Run, write_xlsx: Write, tmp_path: Path) -> None:
    result, _ = await run(write_xlsx(table(RETIREE)))
    assert result.as_json() == {
        "rows": 1,
        "accepted": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "report": str(tmp_path / "report.xlsx"),
    }


async def test_batches_see_what_earlier_ones_took(
    run: Run, write_xlsx: Write, rows_of: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 3)
    said: list[tuple[int, int]] = []
    path = write_xlsx(table(*PERSONS, PERSONS[0], PERSONS[7]))
    result, findings = await run(path, progress=lambda done, rows: said.append((done, rows)))
    assert (result.accepted, result.rejected) == (8, 2)
    assert [f.row for f in findings if "同一人" in f.problem] == [10, 11]
    assert said == [(3, 10), (6, 10), (9, 10), (10, 10)]
    assert broken_links(await rows_of(AuditEntry)) == []
    assert len(await rows_of(AuditEntry)) == 8


async def test_a_batch_that_somebody_else_overtook_is_decided_again(
    run: Run, write_xlsx: Write, rows_of: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    async def overtaken(step: Step, plan: ImportPlan) -> None:
        await apply_import(step, plan)
        calls.append(len(plan.decisions))
        if len(calls) == 1:
            raise StaleDataError

    monkeypatch.setattr(importing, "apply_import", overtaken)
    result, findings = await run(write_xlsx(table(RETIREE, RETIREE)))
    assert calls == [2, 2]
    assert (result.accepted, result.rejected) == (1, 1)
    assert len([f for f in findings if "同一人" in f.problem]) == 1
    assert len(await rows_of(Retiree)) == len(await rows_of(AuditEntry)) == 1


async def test_each_sheet_of_the_same_kind_is_read(run: Run, write_xlsx: Write) -> None:
    book = {
        "一社区": table(*PERSONS[:2]),
        "二社区": table(PERSONS[1], PERSONS[2]),
        "志愿者": table(VOLUNTEER),
    }
    result, findings = await run(write_xlsx(book))
    assert (result.kind, result.rows, result.accepted, result.rejected) == (Kind.RETIREES, 4, 3, 1)
    [double] = [f for f in findings if "同一人" in f.problem]
    assert (double.sheet, double.row) == ("二社区", 2)
    assert "一社区!3" in double.problem


async def test_groups_of_columns_on_two_lines(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    upper = ["姓名", "公民身份号码", "区县", "街道", "社区", "联系人1", None, None]
    lower = [None, None, None, None, None, "姓名", "关系", "电话"]
    row = ["王小英", ID_F, DISTRICT, STREET, COMMUNITY, "王芳", "女儿", "17400000002"]
    merged = ["A1:H1", *(f"{c}2:{c}3" for c in "ABCDE"), "F2:H2"]
    await run(write_xlsx([["花名册"], upper, lower, row], merged=merged))
    [contact] = await rows_of(Contact)
    assert (contact.name, contact.relation, contact.phone) == ("王芳", "女", "+8617400000002")


async def test_sums_and_remarks_below_the_table_are_nobody(run: Run, write_xlsx: Write) -> None:
    rows = table({"序号": 1} | RETIREE)
    rows += [["合计", "1人"], [None, "制表人：某某"], [2], []]
    result, findings = await run(write_xlsx(rows))
    assert result.rows == 1
    assert {finding.row for finding in findings} == {2}


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([["没有", "表头"]], importing.NO_REGISTER),
        (table(RETIREE)[:1], importing.NO_ROWS),
        (table(RETIREE | {"社区": "不存在的社区"}), importing.NO_USABLE_ROW),
    ],
)
async def test_a_register_without_use_is_refused_and_nothing_is_written(
    steps: Steps, write_xlsx: Write, rows_of: Run, rows: list[list[object]], text: str
) -> None:
    with pytest.raises(RegisterError) as refusal:
        await import_file(steps, write_xlsx(rows))
    assert refusal.value.text == text
    assert "register.xlsx" in refusal.value.in_language("zh-CN")
    assert await rows_of(Retiree) == []
    assert await rows_of(AuditEntry) == []


async def test_a_file_that_is_too_long_at_its_end_is_not_imported_by_half(
    steps: Steps, write_xlsx: Write, rows_of: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH_ROWS", 2)
    monkeypatch.setattr("services.registers.files.limits.MAX_ROWS", 6)
    with pytest.raises(RegisterError, match="more than 6 rows"):
        await import_file(steps, write_xlsx(table(*PERSONS)))
    assert await rows_of(Retiree) == []


async def test_a_report_that_cannot_be_written_is_found_out_first(
    steps: Steps, write_xlsx: Write, rows_of: Run, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(RegisterError, match=r"report\.xlsx"):
        await import_file(steps, write_xlsx(table(RETIREE)), report_path=blocked / "report.xlsx")
    assert await rows_of(Retiree) == []


async def test_a_database_without_divisions_is_told(steps: Steps, write_xlsx: Write) -> None:
    async with steps.open() as step:
        await step.session.execute(delete(Division))
    with pytest.raises(RegisterError, match="no divisions"):
        await import_file(steps, write_xlsx(table(RETIREE)))


def database_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("tanfang.sqlite*"))


async def test_personal_data_is_in_no_log_and_no_plain_column(
    run: Run, write_xlsx: Write, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    canaries = {
        "本人手机": "17405554321",
        "常住地址": "广济桥社区金丝雀栋二单元七零一室",
        "备注": "金丝雀备注",
        "健康状况": "金丝雀病",
        "银行卡": "金丝雀卡6222",
        "联系人1姓名": "王芳",
        "联系人1电话": "17405554322",
    }
    bad = RETIREE | canaries | {"公民身份号码": ID_F[:-1] + "4"}
    with structlog.testing.capture_logs() as logs:
        await run(write_xlsx(table(RETIREE | canaries, bad)))
    said = str(logs) + "".join(capfd.readouterr())
    stored = database_bytes(tmp_path)
    for canary in ("17405554321", "金丝雀", "17405554322", ID_F):
        assert canary not in said
        assert canary.encode() not in stored


async def test_the_sample_city_is_imported_without_a_rejected_row(run: Run, tmp_path: Path) -> None:
    SAMPLE.write_sample(tmp_path, 120, 40, 3, date(2026, 11, 24))
    retirees, findings = await run(tmp_path / "retirees.xlsx")
    assert (retirees.rows, retirees.accepted, retirees.rejected) == (120, 120, 0)
    assert {f.problem[:10] for f in findings} <= {"本人和联系人都没有手"}
    volunteers, findings = await run(tmp_path / "volunteers.xlsx")
    assert (volunteers.rows, volunteers.accepted, findings) == (40, 40, [])
    again, _ = await run(tmp_path / "retirees.xlsx")
    assert again.unchanged == 120


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> str:
    try:
        return str(request.getfixturevalue("fresh_postgres_url"))
    except pytest.FixtureLookupError:
        pytest.skip("no fixture starts a PostgreSQL server here")


@pytest.mark.postgres
async def test_the_same_on_postgresql(postgres_url: str, write_xlsx: Write) -> None:
    await migrate_async(postgres_url)
    steps = make_steps(postgres_url)
    async with steps.open() as step:
        await load_divisions(step)
    path = write_xlsx(table(*PERSONS, RETIREE | {"居住方式": "独居", "联系人1": "王芳 女儿 17400000002"}))
    first = await import_file(steps, path)
    second = await import_file(steps, path)
    async with steps.open() as step:
        entries = list(await step.session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))
    await steps.db.close()
    assert (first.accepted, second.unchanged) == (9, 9)
    assert broken_links(entries) == []
    assert len(entries) == 9


async def test_volunteers_on_one_number_are_a_warning(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    other = VOLUNTEER | {"姓名": "李四", "证件号码": None, "出生日期": "1970-01-01"}
    _, findings = await run(write_xlsx(table(VOLUNTEER, other)))
    assert [f.row for f in findings if "同一号码" in f.problem] == [2, 3]
    assert len(await rows_of(Volunteer)) == 2


_CELL = st.none() | st.text(max_size=12) | st.floats() | st.dates() | st.sampled_from(list(RETIREE.values()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys((*RETIREE, "出生年月", "居住方式"), _CELL)), max_size=6))
def test_every_row_has_exactly_one_fate(
    read: Callable[..., Draft], context: Context, persons: list[dict[str, object]]
) -> None:
    drafts = [read(person) for person in persons]
    plan = plan_import(drafts, Known(), Seen(), context)
    assert [decision.draft for decision in plan.decisions] == drafts
    for decision in plan.decisions:
        assert decision.action in (Action.ACCEPTED, Action.REJECTED)
        assert decision.action is Action.ACCEPTED or decision.findings
    accepted = [d.draft for d in plan.decisions if d.action is Action.ACCEPTED]
    numbers = [draft.id_number for draft in accepted if draft.id_number]
    assert len(numbers) == len(set(numbers))
