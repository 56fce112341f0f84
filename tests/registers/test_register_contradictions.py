"""Facts that contradict each other keep their row out, with the rule's name and the way out (CARE-01)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.retirees import Retiree, RetireeFlag
from services.registers.problems.persons import FLAGS
from services.retiree_flags import change_flags
from services.steps import Step, Steps
from tests.registers.samples import ID_M, MOBILE_2, RETIREE, table

Run = Callable[..., Any]
Write = Callable[..., Path]
Cells = dict[str, object]
ONE: Cells = {**RETIREE}
GOOD: Cells = ONE | {"姓名": "李大明", "性别": "男", "公民身份号码": ID_M, "本人手机": MOBILE_2}
YOUNG = {"公民身份号码": None, "出生年月": "1960-03-01"}


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"居住方式": "空巢", "特殊类别": "孤寡"}, "孤寡与空巢"),
        ({"居住方式": "留守", "特殊类别": "孤寡"}, "孤寡与留守"),
        ({**YOUNG, "特殊类别": "高龄"}, "年满 80 周岁"),
        ({"健康状况": "生活不能自理", "失能等级": "1级"}, ""),
    ],
)
async def test_care_01_a_contradiction_keeps_its_row_out_and_others_stay(
    run: Run, rows_of: Run, write_xlsx: Write, cells: dict[str, Any], says: str
) -> None:
    good = GOOD | {name: GOOD.get(name) for name in cells}
    result, findings = await run(write_xlsx(table(good, ONE | cells)))
    if not says:
        # A level of its own outweighs a word: nothing contradicts then.
        assert (result.accepted, result.rejected) == (2, 0)
        return
    assert (result.accepted, result.rejected) == (1, 1)
    assert [row.name for row in await rows_of(Retiree)] == ["李大明"]
    (said,) = [text for text in findings.of(3) if "CARE-01" in text]
    assert said.startswith("规则 CARE-01")
    assert says in said
    assert all(f.remedy for f in findings if "CARE-01" in f.problem), "the way out"


async def test_care_01_what_staff_has_entered_counts(
    run: Run, rows_of: Run, write_xlsx: Write, steps: Steps
) -> None:
    await run(write_xlsx(table(ONE)))

    async def childless(step: Step) -> None:
        person = await step.session.scalar(select(Retiree))
        assert person is not None
        await change_flags(step, person, add=["childless"])

    await steps.run("staff:officer", childless)
    result, findings = await run(write_xlsx(table(GOOD | {"居住方式": None}, ONE | {"居住方式": "空巢"})))
    assert (result.accepted, result.rejected) == (1, 1)
    assert "孤寡与空巢" in findings.of(3)[0]
    assert {flag.flag for flag in await rows_of(RetireeFlag)} == {"childless"}


@pytest.mark.parametrize("at_once", [True, False])
async def test_care_01_nobody_lives_alone_behind_a_shared_door(
    run: Run, rows_of: Run, write_xlsx: Write, at_once: bool
) -> None:
    door: Cells = {"常住地址": "长沙市雨花区侯家塘街道广济桥社区1栋2单元301", "居住方式": None}
    couple = (GOOD | door, ONE | door | {"居住方式": "独居"})
    if at_once:
        result, findings = await run(write_xlsx(table(*couple)))
    else:
        await run(write_xlsx(table(couple[0])))
        result, findings = await run(write_xlsx(table(couple[0] | {"备注": "x"}, couple[1] | {"备注": None})))
    assert result.rejected == 1
    assert "同一住址" in findings.of(3)[0]
    assert len(await rows_of(Retiree)) == 1


async def test_a_register_of_one_who_lives_alone_is_no_contradiction_when_sent_again(
    run: Run, write_xlsx: Write
) -> None:
    alone = ONE | {"常住地址": "长沙市雨花区侯家塘街道广济桥社区1栋2单元301", "居住方式": "独居"}
    assert (await run(write_xlsx(table(alone))))[0].accepted == 1
    assert (await run(write_xlsx(table(alone))))[0].unchanged == 1


def test_every_contradiction_has_its_refusal() -> None:
    assert {problem.severity for problem in FLAGS.values()} == {"error"}
    assert all("CARE-01" in problem.text and problem.remedy for problem in FLAGS.values())
