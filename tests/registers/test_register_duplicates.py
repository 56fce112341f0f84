"""One person twice: in the file, against the database, by ID number and by name, birth date, community."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.retirees import Retiree
from services.registers import ImportResult, RegisterError
from tests.registers.samples import ID_F, ID_M, RETIREE, table

Run = Callable[..., Any]
Write = Callable[..., Path]
NUMBER = "公民身份号码"
TWIN = "430102194203150049"  # same birth date, another number
BORN = {"出生年月": "1942-03-15"}


def figures(result: ImportResult) -> tuple[int, int, int, int]:
    return result.accepted, result.updated, result.unchanged, result.rejected


async def test_the_same_id_number_twice_in_a_file_is_one_person(run: Run, write_xlsx: Write) -> None:
    legacy = RETIREE | {NUMBER: ID_F[:6] + ID_F[8:17]}
    result, findings = await run(write_xlsx(table(RETIREE, legacy)))
    assert figures(result) == (1, 0, 0, 1)
    assert "与第 2 行是同一人，已采用那一行。" in findings.of(3)


async def test_a_rejected_row_does_not_stand_in_the_way_of_a_good_one(run: Run, write_xlsx: Write) -> None:
    result, _ = await run(write_xlsx(table(RETIREE | {"社区": "不存在的社区"}, RETIREE)))
    assert figures(result) == (1, 0, 0, 1)


async def test_name_birth_date_and_community_without_a_number_is_the_same_person(
    run: Run, write_xlsx: Write, rows_of: Run
) -> None:
    without = RETIREE | {NUMBER: None} | BORN
    result, _ = await run(write_xlsx(table(RETIREE | BORN, without)))
    assert figures(result) == (1, 0, 0, 1)
    result, _ = await run(write_xlsx(table(without)))
    assert figures(result) == (0, 0, 1, 0)
    assert len(await rows_of(Retiree)) == 1


async def test_the_number_is_filled_in_when_it_comes_later(run: Run, write_xlsx: Write, rows_of: Run) -> None:
    await run(write_xlsx(table(RETIREE | {NUMBER: None} | BORN)))
    result, _ = await run(write_xlsx(table(RETIREE)))
    assert figures(result) == (0, 1, 0, 0)
    [retiree] = await rows_of(Retiree)
    assert retiree.id_number == ID_F


async def test_two_numbers_for_one_name_are_two_persons_and_a_warning(
    run: Run, write_xlsx: Write, rows_of: Run
) -> None:
    result, findings = await run(write_xlsx(table(RETIREE, RETIREE | {NUMBER: TWIN})))
    assert figures(result) == (2, 0, 0, 0)
    assert "与第 2 行姓名、出生日期、社区相同，但身份证号码不同。" in findings.of(3)
    third = "430102194203150065"
    result, findings = await run(write_xlsx(table(RETIREE | {NUMBER: third})))
    assert figures(result) == (1, 0, 0, 0)
    assert "与库中一人姓名、出生日期、社区相同，但身份证号码不同。" in findings.of(2)
    with pytest.raises(RegisterError, match="库中有几个人姓名、出生日期、社区都相同"):
        await run(write_xlsx(table(RETIREE | {NUMBER: None} | BORN)))
    assert len(await rows_of(Retiree)) == 3


async def test_one_registered_person_is_not_changed_by_two_rows(run: Run, write_xlsx: Write) -> None:
    await run(write_xlsx(table(RETIREE)))
    renamed = RETIREE | {"姓名": "王晓英"} | BORN
    result, findings = await run(write_xlsx(table(renamed, RETIREE | {NUMBER: None} | BORN)))
    assert figures(result) == (0, 1, 0, 1)
    assert any("同一人" in problem for problem in findings.of(3))


async def test_one_number_on_more_than_three_persons_is_a_warning(run: Run, write_xlsx: Write) -> None:
    persons = [
        RETIREE | {"姓名": f"王{sign}", NUMBER: None, "出生年月": f"1942-03-0{day}"}
        for day, sign in enumerate("一二三四", start=1)
    ]
    result, findings = await run(write_xlsx(table(*persons[:3])))
    assert not [f for f in findings if "同一号码" in f.problem]
    result, findings = await run(write_xlsx(table(*persons)))
    shared = [f for f in findings if "同一号码" in f.problem]
    assert figures(result) == (1, 0, 3, 0)
    assert [f.row for f in shared] == [2, 3, 4, 5]
    assert {(f.heading, f.shown, f.result) for f in shared} == {("本人手机", "174****0001", "已导入但请核对")}
    assert shared[0].problem == "同一号码登记在 4 个人名下（第 2、3、4、5 行）。"
    # the fourth alone, in a file of its own: the others stand in the database
    _, findings = await run(write_xlsx(table(persons[3])))
    assert [f.row for f in findings if "同一号码" in f.problem] == [2]


async def test_a_number_already_taken_by_another_import_makes_an_update(
    run: Run, write_xlsx: Write, rows_of: Run
) -> None:
    other = RETIREE | {NUMBER: ID_M, "姓名": "李建国", "性别": "男"}
    await run(write_xlsx(table(RETIREE)))
    result, _ = await run(write_xlsx(table(other, RETIREE | {"本人手机": "17400000009"})))
    assert figures(result) == (1, 1, 0, 0)
    assert len(await rows_of(Retiree)) == 2
