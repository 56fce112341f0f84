"""The row report: in Chinese, masked, safe to open, and good to import again once corrected."""

from __future__ import annotations

import ast
import csv
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from config.i18n import translate
from services.registers import files, importing, report
from services.registers.files import csv_files, opening, workbooks
from services.registers.problems.base import PROBLEMS
from services.registers.rows import reading
from tests.registers.samples import ID_M, RETIREE, table

Run = Callable[..., Any]
Write = Callable[..., Path]
NUMBER = "公民身份号码"
GOOD = RETIREE | {"备注": "虚拟样本数据", "上次认证日期": "2026-03-05", "认证方式": "静默认证"}
BAD = GOOD | {"姓名": "李建国", NUMBER: ID_M[:-1] + "3", "性别": "男"}
MODULES = (csv_files, opening, workbooks, importing, reading)


def sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def sentences() -> list[str]:
    """Every text that people may read."""
    found = {text for problem in PROBLEMS.values() for text in (problem.text, problem.remedy) if text}
    for module in MODULES:
        found |= {v for k, v in vars(module).items() if k.isupper() and isinstance(v, str) and "{" in v}
    tree = ast.parse(Path(str(report.__file__)).read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    remarks = {
        ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)
    }
    literals = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)} - remarks
    found |= {text for text in literals if isinstance(text, str) and re.fullmatch("[A-Z][a-z].+", text)}
    return sorted(found)


@pytest.mark.parametrize("text", sentences())
def test_every_text_has_its_chinese(text: str) -> None:
    said = translate(text, "zh-CN")
    assert said != text
    assert re.search("[\u4e00-\u9fff]", said)
    assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", text))


def test_all_texts_were_looked_at() -> None:
    assert len(sentences()) > 100
    assert files.__doc__


async def test_the_report_has_figures_findings_and_the_rejected_rows(
    run: Run, write_xlsx: Write, tmp_path: Path
) -> None:
    result, findings = await run(write_xlsx(table(GOOD | {"性别": "男"}, BAD)))
    assert result.report == tmp_path / "report.xlsx"
    content = sheets(tmp_path / "report.xlsx")
    assert list(content) == ["汇总", "问题", "未导入的行"]
    figures = {row[0]: row[1] for row in content["汇总"]}
    assert (figures["人员行数"], figures["新增"], figures["未导入"]) == (2, 1, 1)
    assert (figures["文件"], figures["名册种类"], figures["导入时间"]) == (
        "register.xlsx",
        "退休人员花名册",
        "2026-11-24 10:00",
    )
    assert content["问题"][0] == ("工作表", "行号", "列", "列名", "单元格内容", "问题", "处理办法", "结果")
    sex, number = findings
    assert (sex.row, sex.column, sex.heading, sex.shown) == (2, "B", "性别", "男")
    assert (sex.problem, sex.result) == ("性别与身份证号码不一致，已按身份证号码导入。", "已导入但请核对")
    assert (number.row, number.column, number.heading) == (3, "C", NUMBER)
    assert (number.problem, number.remedy, number.result) == (
        "身份证号码校验位不符：有一位写错或两位颠倒。",
        "请与身份证逐位核对。",
        "未导入",
    )
    head, row = content["未导入的行"]
    assert head[:3] == ("原行号", "未导入原因", "姓名")
    assert row[0] == 3
    assert row[2] == "李建国"
    assert row[4] == BAD[NUMBER]


async def test_the_findings_show_nothing_whole(run: Run, write_xlsx: Write, tmp_path: Path) -> None:
    bad = BAD | {
        "本人手机": "1740000000",
        "联系人1姓名": "王秀芳",
        "联系人1电话": "174000000022",
        "常住地址": "广济桥社区3栋2单元501室",
        "优抚类别": "某种病",
    }
    _, _ = await run(write_xlsx(table(GOOD, bad)))
    shown = [str(cell) for row in sheets(tmp_path / "report.xlsx")["问题"][1:] for cell in row]
    for canary in (BAD[NUMBER], "1740000000", "174000000022", "王秀芳", "李建国", "501室", "某种病"):
        assert not any(str(canary) in cell for cell in shown), canary


async def test_corrected_rows_of_the_report_can_be_imported(
    run: Run, write_xlsx: Write, tmp_path: Path
) -> None:
    typed = BAD | {"退休时间": 1998.03, "自管小组": "一组"}
    await run(write_xlsx(table(GOOD, typed)))
    book = load_workbook(tmp_path / "report.xlsx")
    sheet = book["未导入的行"]
    column = [cell.value for cell in sheet[1]].index(NUMBER) + 1
    assert sheet.cell(2, [cell.value for cell in sheet[1]].index("退休时间") + 1).value == 1998.03
    sheet.cell(2, column).value = ID_M
    book.save(tmp_path / "corrected.xlsx")
    result, _ = await run(tmp_path / "corrected.xlsx")
    assert (result.rows, result.accepted, result.rejected) == (1, 1, 0)


@pytest.mark.parametrize("text", ["=1+1", "+49 170", "-", "@SUM(A1)", '=HYPERLINK("x")'])
async def test_what_looks_like_a_formula_stays_text(
    run: Run, write_xlsx: Write, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(table(GOOD, BAD | {"备注": text}))
    await run(path)
    book = load_workbook(tmp_path / "report.xlsx")
    cells = [cell for row in book["未导入的行"].iter_rows() for cell in row if cell.value == text]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] == [("s", True)]


async def test_only_the_owner_may_read_the_report(run: Run, write_xlsx: Write, tmp_path: Path) -> None:
    await run(write_xlsx(table(GOOD)))
    assert stat.S_IMODE((tmp_path / "report.xlsx").stat().st_mode) == 0o600


async def test_unknown_columns_and_other_sheets_are_named(
    run: Run, write_xlsx: Write, tmp_path: Path
) -> None:
    await run(write_xlsx({"花名册": table(GOOD | {"没听说过": "x"}), "填表说明": [["请如实填写"]]}))
    lines = sheets(tmp_path / "report.xlsx")["汇总"]
    assert ("未识别的列（内容照原样保留）", "没听说过") in lines
    assert ("未读取的工作表（不是花名册）", "填表说明") in lines


async def test_the_report_in_english(run: Run, write_xlsx: Write, tmp_path: Path) -> None:
    await run(write_xlsx(table(GOOD, BAD)), language="en")
    content = sheets(tmp_path / "report.xlsx")
    assert list(content) == ["Import summary", "Import findings", "Rows not imported"]
    assert content["Rows not imported"][1][1] == PROBLEMS["id_check_digit"].text
