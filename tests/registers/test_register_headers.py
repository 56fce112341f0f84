"""Headers: under titles, on two lines, in many wordings."""

from __future__ import annotations

import pytest

from services.registers import Kind, RegisterError
from services.registers.columns import RETIREE_COLUMNS, VOLUNTEER_COLUMNS
from services.registers.files.raw import RawRow, RawSheet
from services.registers.headers import Header, find_header, find_key, plain_heading
from services.registers.rows.drafts import columns_by_key
from services.registers.rows.reading import is_nobody, recognise

TITLE = ("长沙市退休人员花名册",)
PLAIN = ("序号", "姓名", "公民身份号码", "社区", "上次认证日期")


def header_of(*rows: tuple[str | None, ...], kind: Kind | None = None) -> Header | None:
    return find_header([RawRow(number, row) for number, row in enumerate(rows, start=1)], kind)


def test_titles_above_the_header_are_passed_over() -> None:
    header = header_of(TITLE, ("填报单位：雨花区",), PLAIN, ("1", "王小英"))
    assert header is not None
    assert (header.kind, header.first_row) == (Kind.RETIREES, 4)
    assert [column.key for column in header.columns] == [
        "ignore",
        "name",
        "id_number",
        "community",
        "certified_on",
    ]
    assert [column.letter for column in header.columns] == ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize("group", [("联系人1", None, None), ("联系人1", "联系人1", "联系人1")])
def test_a_group_over_three_columns(group: tuple[str | None, ...]) -> None:
    header = header_of(TITLE, (*PLAIN, *group), (None,) * 5 + ("姓名", "关系", "电话"), ("1", "王小英"))
    assert header is not None
    assert header.first_row == 4
    assert {"contact1_name", "contact1_relation", "contact1_phone", "name"} <= header.keys()
    assert header.columns[5].heading == "联系人1姓名"


def test_cells_merged_over_both_lines_and_groups_of_known_columns() -> None:
    upper = ("姓名", "姓名", "基本信息", None, "常住地址", None)[1:]
    lower = ("姓名", "性别", "公民身份号码", "社区", "小区楼栋")
    header = header_of(upper, lower)
    assert header is not None
    assert header.keys() == {"name", "sex", "id_number", "community", "address_part"}


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("*本人手机\n（必填）", "phone"),
        ("常住地址（街道/社区/小区/栋/单元/室）", "address"),
        ("个人编号/社保编号", "personal_number"),
        ("身 份 证 号", "id_number"),
        ("ＡＡＣ００２", "id_number"),
        ("aac003", "name"),
        ("AAC004", "sex"),
        ("AAC006", "born_on"),
        ("AAC008", "benefit_state"),
        ("AAC058", "id_type"),
        ("AAC044", "id_number"),
        ("AAB004", "employer"),
        ("AAE140", "insured_type"),
        ("AAB301", "division_code"),
        ("AAE004", "contact1_name"),
        ("联系人2电话", "contact2_phone"),
        ("第二联系人", ""),
        ("联系人一姓名", "contact1_name"),
        ("联系人", "contact1_whole"),
        ("紧急联系人电话", "contact9_phone"),
        ("是否独居", "flag_living_alone"),
        ("高龄", "flag_advanced_age"),
        ("没听说过", ""),
    ],
)
def test_headings_of_retirees(heading: str, key: str) -> None:
    assert find_key(heading, Kind.RETIREES) == key


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("证件类型/号码", "id_number"),
        ("所属库(市/区)", "pool"),
        ("可服务时段（周几×上午/下午/晚）", "shifts"),
        ("保险单号/起止", "insured_period"),
        ("周三上午", "shift_2_morning"),
        ("星期日", "shift_6_"),
        ("紧急联系人", "keep_emergency"),
    ],
)
def test_headings_of_volunteers(heading: str, key: str) -> None:
    assert find_key(heading, Kind.VOLUNTEERS) == key


@pytest.mark.parametrize("kind", list(Kind))
def test_no_heading_means_two_things(kind: Kind) -> None:
    table = RETIREE_COLUMNS if kind is Kind.RETIREES else VOLUNTEER_COLUMNS
    headings = [word for words in table.values() for word in words.split()]
    assert len(headings) == len(set(headings))
    assert all(plain_heading(heading) == heading for heading in headings)


def test_the_kind_is_told_from_the_headings() -> None:
    retirees = header_of(PLAIN)
    volunteers = header_of(("姓名", "证件号码", "手机", "社区", "可服务时段", "所属库"))
    assert retirees is not None
    assert volunteers is not None
    assert (retirees.kind, volunteers.kind) == (Kind.RETIREES, Kind.VOLUNTEERS)
    forced = header_of(PLAIN, kind=Kind.VOLUNTEERS)
    assert forced is not None
    assert forced.kind is Kind.VOLUNTEERS


def test_a_number_of_the_person_when_no_contact_is_named() -> None:
    header = header_of(("AAC003", "AAC002", "AAE005", "社区"))
    assert header is not None
    assert {"phone"} <= header.keys()
    with_contact = header_of(("AAC003", "AAC002", "AAE004", "AAE005", "社区"))
    assert with_contact is not None
    assert {"contact1_name", "contact1_phone"} <= with_contact.keys()


def test_missing_columns_are_named() -> None:
    rows = iter([RawRow(1, ("姓名", "性别", "出生年月", "上次认证日期"))])
    with pytest.raises(RegisterError) as refusal:
        recognise(RawSheet("表一", 1, rows), None, "register.xlsx")
    said = refusal.value.in_language("zh-CN")
    assert said == "register.xlsx (表一) 缺少列：公民身份号码、社区/常住地址。请补上该列，或更正列名。"


def test_a_sheet_without_header_is_no_register() -> None:
    assert recognise(RawSheet("说明", 1, iter([RawRow(1, ("填表说明",))])), None, "x") is None


@pytest.mark.parametrize(
    ("row", "nobody"),
    [
        ((), True),
        (("7", None, None), True),
        (("合计", "52人", None), True),
        ((None, "制表人：某某", None), True),
        (PLAIN, True),
        (("1", "王小英", "430102194203150022"), False),
        ((None, None, None, "待核实"), False),
    ],
)
def test_rows_that_are_nobody(row: tuple[str | None, ...], nobody: bool) -> None:
    header = header_of(PLAIN)
    assert header is not None
    assert is_nobody(RawRow(9, row), columns_by_key(header)) is nobody
