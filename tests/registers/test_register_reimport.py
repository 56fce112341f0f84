"""Importing again: nothing new, something new, and what a register may not overwrite."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from domain.visits import VisitKind, VisitStatus
from models.audit import AuditEntry, broken_links
from models.retirees import CertificationEvent, Contact, LifeStatus, Retiree, RetireeFlag
from models.visits import Visit
from models.volunteers import Volunteer, VolunteerShift, VolunteerSkill, VolunteerStatus
from services.registers import ImportResult
from services.registers.store.extras import read_extra
from services.steps import Steps
from tests.registers.samples import RETIREE, VOLUNTEER, table

Run = Callable[..., Any]
Write = Callable[..., Path]
FULL = RETIREE | {
    "常住地址": "广济桥社区3栋2单元501室",
    "居住方式": "独居",
    "优抚类别": "低保",
    "联系人1姓名": "王芳",
    "联系人1关系": "女儿",
    "联系人1电话": "17400000002",
    "上次认证日期": "2026-03-05",
    "认证方式": "静默认证",
    "待遇领取状态": "正常",
    "备注": "虚拟样本数据",
    "社保卡号": "Y00000001",
}
HELPER = VOLUNTEER | {"技能": "上门认证", "培训有效期": "2027-12-31", "状态": "在册"}
OF_RETIREES = (Retiree, RetireeFlag, Contact, CertificationEvent)
ALL = (*OF_RETIREES, Volunteer, VolunteerSkill, VolunteerShift, AuditEntry)


def figures(result: ImportResult) -> tuple[int, int, int, int]:
    return result.accepted, result.updated, result.unchanged, result.rejected


async def snapshot(rows_of: Run) -> list[list[dict[str, Any]]]:
    return [[row.model_dump() for row in await rows_of(model)] for model in ALL]


async def test_the_second_time_nothing_is_written(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    retirees = write_xlsx(table(FULL), name="r.xlsx")
    volunteers = write_xlsx(table(HELPER), name="v.xlsx")
    assert figures((await run(retirees))[0]) == (1, 0, 0, 0)
    assert figures((await run(volunteers))[0]) == (1, 0, 0, 0)
    before = await snapshot(rows_of)
    assert figures((await run(retirees))[0]) == (0, 0, 1, 0)
    assert figures((await run(volunteers))[0]) == (0, 0, 1, 0)
    assert await snapshot(rows_of) == before


async def test_a_new_person_has_everything(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    await run(write_xlsx(table(FULL)), actor="staff:officer")
    [retiree] = await rows_of(Retiree)
    assert (retiree.phone, retiree.address, retiree.notes) == (
        "+8617400000001",
        "广济桥社区3栋2单元501室",
        "虚拟样本数据",
    )
    assert read_extra(retiree)["社保卡号"] == "Y00000001"
    assert b"Y00000001" not in (retiree.extra_sealed or b"")
    flags = await rows_of(RetireeFlag)
    assert {(f.flag, f.set_on, f.set_by) for f in flags} == {
        ("living_alone", date(2026, 11, 24), "import"),
        ("low_income", date(2026, 11, 24), "import"),
    }
    [contact] = await rows_of(Contact)
    assert (contact.name, contact.relation, contact.phone, contact.rank) == (
        "王芳",
        "女",
        "+8617400000002",
        1,
    )
    [event] = await rows_of(CertificationEvent)
    assert (event.occurred_on, event.channel, event.recorded_by) == (date(2026, 3, 5), "silent", "import")
    areas = {row.division_code for row in (retiree, contact, event, *flags)}
    assert areas == {retiree.division_code}


async def test_changes_are_found_field_by_field_and_audited_by_name_only(
    run: Run, write_xlsx: Write, rows_of: Run
) -> None:
    await run(write_xlsx(table(FULL)), actor="staff:officer")
    changed = FULL | {"本人手机": "17400000007", "备注": "搬家", "社保卡号": "Y2", "特殊类别": "失独"}
    result, _ = await run(write_xlsx(table(changed)), actor="staff:officer")
    assert figures(result) == (0, 1, 0, 0)
    created, updated = await rows_of(AuditEntry)
    assert broken_links([created, updated]) == []
    assert (created.action, updated.action, updated.who) == (
        "import.create",
        "import.update",
        "staff:officer",
    )
    assert updated.fields == ["extra", "flags", "notes", "phone"]
    assert (updated.table_name, updated.why) == ("retirees", "register row 2")
    [retiree] = await rows_of(Retiree)
    assert (retiree.phone, retiree.version, read_extra(retiree)["社保卡号"]) == ("+8617400000007", 2, "Y2")
    assert "17400000007" not in str(updated.model_dump())


async def test_an_empty_cell_or_a_missing_column_clears_nothing(
    run: Run, write_xlsx: Write, rows_of: Run
) -> None:
    await run(write_xlsx(table(FULL)))
    emptied = {
        key: None if key in ("常住地址", "备注", "居住方式", "本人手机") else FULL[key] for key in FULL
    }
    assert figures((await run(write_xlsx(table(emptied))))[0]) == (0, 0, 1, 0)
    assert figures((await run(write_xlsx(table(RETIREE))))[0]) == (0, 0, 1, 0)
    assert (await rows_of(Retiree))[0].address == FULL["常住地址"]


async def test_a_flag_ends_when_its_column_says_otherwise_but_not_one_that_staff_set(
    run: Run, steps: Steps, write_xlsx: Write, rows_of: Run
) -> None:
    await run(write_xlsx(table(FULL)))
    async with steps.open() as step:
        [by_staff] = [f for f in await step.session.scalars(select(RetireeFlag)) if f.flag == "low_income"]
        by_staff.set_by = "staff:officer"
    result, _ = await run(write_xlsx(table(FULL | {"居住方式": "与子女", "优抚类别": "无"})))
    assert figures(result) == (0, 1, 0, 0)
    ended = {flag.flag: flag.ended_on for flag in await rows_of(RetireeFlag)}
    assert ended == {"living_alone": date(2026, 11, 24), "low_income": None}
    await run(write_xlsx(table(FULL)))
    alone = [f for f in await rows_of(RetireeFlag) if f.flag == "living_alone"]
    assert [f.ended_on for f in alone] == [date(2026, 11, 24), None]


async def test_contacts_are_matched_by_number_then_by_name_and_never_deleted(
    run: Run, write_xlsx: Write, rows_of: Run
) -> None:
    await run(write_xlsx(table(FULL)))
    await run(write_xlsx(table(FULL | {"联系人1电话": "17400000003"})))
    await run(
        write_xlsx(table(FULL | {"联系人1姓名": "王伟", "联系人1关系": "儿子", "联系人1电话": "17400000004"}))
    )
    contacts = await rows_of(Contact)
    assert [(c.name, c.phone, c.rank) for c in contacts] == [
        ("王芳", "+8617400000003", 1),
        ("王伟", "+8617400000004", 2),
    ]
    await run(write_xlsx(table(FULL | {"联系人1姓名": "王小芳", "联系人1电话": "17400000003"})))
    assert [c.name for c in await rows_of(Contact)] == ["王小芳", "王伟"]


def _visit(retiree: Retiree, status: VisitStatus = VisitStatus.DUE) -> Visit:
    return Visit(
        number="2611-90001",
        natural_key=f"certification/{retiree.id}",
        kind=VisitKind.CERTIFICATION,
        status=status,
        retiree_id=retiree.id,
        opens_on=date(2026, 11, 1),
        due_on=date(2027, 3, 31),
        wake_at=datetime(2026, 11, 25, tzinfo=UTC),
        responsible="rule:city_desk",
        division_code=retiree.division_code,
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


@pytest.fixture
async def visited(run: Run, steps: Steps, write_xlsx: Write) -> None:
    """The person of FULL, registered, with an open certification visit."""
    await run(write_xlsx(table(FULL)))
    async with steps.open() as step:
        retiree = (await step.session.scalars(select(Retiree))).one()
        step.session.add(_visit(retiree))


@pytest.mark.usefixtures("visited")
async def test_a_newer_certification_ends_the_open_visit(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    await run(write_xlsx(table(FULL | {"上次认证日期": "2026-11-20"})))
    events = await rows_of(CertificationEvent)
    assert [(e.occurred_on, e.recorded_by) for e in events] == [
        (date(2026, 3, 5), "import"),
        (date(2026, 11, 20), "import"),
    ]
    assert [v.status for v in await rows_of(Visit)] == [VisitStatus.SUPERSEDED]


@pytest.mark.usefixtures("visited")
async def test_an_older_certification_is_recorded_and_changes_nothing_else(
    run: Run, write_xlsx: Write, rows_of: Run
) -> None:
    await run(write_xlsx(table(FULL | {"上次认证日期": "2025-02-01"})))
    assert len(await rows_of(CertificationEvent)) == 2
    assert [v.status for v in await rows_of(Visit)] == [VisitStatus.DUE]


@pytest.mark.usefixtures("visited")
async def test_a_month_that_is_known_by_its_day_is_no_news(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    result, _ = await run(write_xlsx(table(FULL | {"上次认证日期": "2026.03"})))
    assert figures(result) == (0, 0, 1, 0)
    assert len(await rows_of(CertificationEvent)) == 1


@pytest.mark.usefixtures("visited")
async def test_a_death_stops_everything_and_a_register_never_takes_it_back(
    run: Run, write_xlsx: Write, rows_of: Run
) -> None:
    dead = FULL | {"待遇领取状态": "停止-死亡", "死亡日期": "2026-11-01"}
    result, findings = await run(write_xlsx(table(dead)))
    assert figures(result) == (0, 1, 0, 0)
    assert any("死亡" in problem for problem in findings.of(2))
    [retiree] = await rows_of(Retiree)
    assert (retiree.life_status, retiree.died_on, retiree.learnt_on) == (
        LifeStatus.DECEASED,
        date(2026, 11, 1),
        date(2026, 11, 24),
    )
    # The open visit is off; the visit of condolence is the one thing left to do (Regulation art. 25(2)).
    assert sorted((v.kind, v.status) for v in await rows_of(Visit)) == [
        (VisitKind.CERTIFICATION, VisitStatus.CANCELLED),
        (VisitKind.EVENT, VisitStatus.DUE),
    ]
    result, findings = await run(write_xlsx(table(dead)))
    assert (figures(result), findings.of(2)) == ((0, 0, 1, 0), [])
    result, findings = await run(write_xlsx(table(FULL)))
    assert figures(result) == (0, 0, 1, 0)
    assert "库中此人已登记为死亡，未采用名册中的状态。" in findings.of(2)
    assert (await rows_of(Retiree))[0].life_status is LifeStatus.DECEASED


async def test_a_dead_person_may_be_new(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    await run(write_xlsx(table(FULL | {"待遇领取状态": "停止-死亡"})))
    [retiree] = await rows_of(Retiree)
    assert (retiree.life_status, retiree.learnt_on) == (LifeStatus.DECEASED, date(2026, 11, 24))


@pytest.mark.usefixtures("visited")
async def test_who_moves_takes_everything_along(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    moved = FULL | {"区县": "开福区", "街道": "东风路街道", "社区": "砚瓦池社区", "管理机构": "某机构"}
    result, findings = await run(write_xlsx(table(moved)))
    assert figures(result) == (0, 1, 0, 0)
    assert any("转来" in problem for problem in findings.of(2))
    places = {
        (row.division_code, row.managing_agency)
        for model in (*OF_RETIREES, Visit)
        for row in await rows_of(model)
    }
    [(code, agency)] = places
    assert (code[:6], agency) == ("430105", "某机构")


async def test_residence_outside_makes_somebody_away_and_back(
    run: Run, write_xlsx: Write, rows_of: Run
) -> None:
    await run(write_xlsx(table(FULL | {"居住地类别": "省外"})))
    assert (await rows_of(Retiree))[0].life_status is LifeStatus.AWAY
    await run(write_xlsx(table(FULL | {"居住地类别": "本市"})))
    assert (await rows_of(Retiree))[0].life_status is LifeStatus.LIVING


async def test_another_name_for_a_number_is_a_warning(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    await run(write_xlsx(table(FULL)))
    result, findings = await run(write_xlsx(table(FULL | {"姓名": "王晓英"})))
    assert figures(result) == (0, 1, 0, 0)
    assert "此身份证号码原来登记的是另一个姓名。" in findings.of(2)
    assert (await rows_of(Retiree))[0].name == "王晓英"


async def test_volunteers_are_updated_and_never_taken_back_by_a_register(
    run: Run, steps: Steps, write_xlsx: Write, rows_of: Run
) -> None:
    await run(write_xlsx(table(HELPER)))
    changed = HELPER | {"可服务时段": "周五下午", "培训有效期": "2028-12-31", "技能": "上门认证、急救"}
    assert figures((await run(write_xlsx(table(changed))))[0]) == (0, 1, 0, 0)
    assert [(s.weekday, s.part) for s in await rows_of(VolunteerShift)] == [(4, "afternoon")]
    assert {(s.skill, s.valid_until) for s in await rows_of(VolunteerSkill)} == {
        ("certifier", date(2028, 12, 31)),
        ("first_aid", date(2028, 12, 31)),
    }
    async with steps.open() as step:
        (await step.session.scalars(select(Volunteer))).one().status = VolunteerStatus.PAUSED
    result, findings = await run(write_xlsx(table(changed)))
    assert figures(result) == (0, 0, 1, 0)
    assert "库中此志愿者已暂停或退出，未采用名册中的状态。" in findings.of(2)
    assert (await rows_of(Volunteer))[0].status is VolunteerStatus.PAUSED


async def test_whom_not_to_visit_becomes_a_block(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    await run(write_xlsx(table(FULL)))
    helper = HELPER | {"不宜服务对象": "王小英、查无此人"}
    _, findings = await run(write_xlsx(table(helper)))
    [retiree], [volunteer] = await rows_of(Retiree), await rows_of(Volunteer)
    assert volunteer.recused_retirees == [str(retiree.id)]
    assert any("查**人" in problem for problem in findings.of(2))
    assert figures((await run(write_xlsx(table(helper))))[0]) == (0, 0, 1, 0)
