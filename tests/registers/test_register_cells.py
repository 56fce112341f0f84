"""Words, flags, times and measures of registers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.certification import Channel, Ground
from domain.flags import Flag
from services.registers.cells import codes, words
from services.registers.cells.contacts import ContactCell, read_contact
from services.registers.cells.facts import read_facts, read_handicap, read_level
from services.registers.cells.measures import read_count, read_km, read_place
from services.registers.cells.shifts import read_shifts
from services.registers.files.raw import Cell, column_letter

M, A, E = "morning", "afternoon", "evening"
WORKDAYS = range(5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("周一上午、周三下午", {(0, M), (2, A)}),
        ("周二全天", {(1, M), (1, A)}),
        ("工作日上午", {(d, M) for d in WORKDAYS}),
        ("周一至周五上午", {(d, M) for d in WORKDAYS}),
        ("周一到五晚上", {(d, E) for d in WORKDAYS}),
        ("周一、三、五下午", {(0, A), (2, A), (4, A)}),
        ("周135上午", {(0, M), (2, M), (4, M)}),
        ("周一三五上午", {(0, M), (2, M), (4, M)}),
        ("周末", {(5, M), (5, A), (6, M), (6, A)}),
        ("周一上午下午，周四", {(0, M), (0, A), (3, M), (3, A)}),
        ("星期天晚上；礼拜六上午", {(6, E), (5, M)}),
        ("周六 9:00-11:30", {(5, M)}),
        ("周六9点至17点", {(5, M), (5, A)}),
        ("每天下午", {(d, A) for d in range(7)}),
        ("上午", {(d, M) for d in range(7)}),
        ("不限", {(d, p) for d in range(7) for p in (M, A)}),
    ],
)
def test_shifts(text: str, expected: set[tuple[int, str]]) -> None:
    shifts = read_shifts(text)
    assert (shifts.known, shifts.is_partial) == (expected, False)


def test_shifts_that_say_more_are_marked_and_exceptions_are_not_guessed() -> None:
    assert read_shifts("周一上午，看情况").is_partial
    assert read_shifts("周一上午，看情况").known == {(0, M)}
    assert read_shifts("除周三外均可").known == frozenset()
    assert read_shifts("除周三外均可").is_partial


@given(st.sets(st.tuples(st.integers(0, 6), st.sampled_from([M, A, E])), min_size=1))
def test_every_set_of_half_days_is_read_back(shifts: set[tuple[int, str]]) -> None:
    names = {M: "上午", A: "下午", E: "晚上"}
    text = "、".join(f"周{'一二三四五六日'[day]}{names[part]}" for day, part in sorted(shifts))
    assert read_shifts(text).known == shifts


@given(st.text(max_size=30))
def test_no_text_brings_the_readers_down(text: str) -> None:
    read_shifts(text)
    read_facts(text)
    read_contact(text)
    words.read_ground(text)
    words.read_relation(text)
    read_km(text)
    read_place(text, text)
    read_level(text)


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("独居", {Flag.LIVING_ALONE}),
        ("空巢", {Flag.EMPTY_NEST}),
        ("与子女", set()),
        ("非独居", set()),
        ("特困", {Flag.HARDSHIP}),
        ("特困人员", {Flag.HARDSHIP}),
        ("法定特困人员", {Flag.HARDSHIP_LEGAL}),
        ("重病、低保", {Flag.SERIOUSLY_ILL, Flag.LOW_INCOME}),
        ("无", set()),
        ("孤寡/高龄", {Flag.CHILDLESS, Flag.ADVANCED_AGE}),
        ("失独", {Flag.SPECIAL_FAMILY}),
        ("劳模，退役军人", {Flag.MODEL_WORKER, Flag.VETERAN}),
        ("工伤", {Flag.INJURED}),
        ("重度残疾", {Flag.SEVERELY_HANDICAPPED}),
        ("精神残疾", {Flag.REHABILITATION}),
        ("精神状态良好", set()),
        ("长年有病", set()),
        ("中共党员", {Flag.PARTY_MEMBER}),
    ],
)
def test_flags(text: str, flags: set[Flag]) -> None:
    facts = read_facts(text)
    assert (facts.flags, facts.unknown) == (flags, ())


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("失能2级", 2),
        ("失能四级、卧床", 4),
        ("生活不能自理", 2),
        ("半失能", 2),
        ("失能0级", 0),
        ("重度失能", 3),
        ("独居", None),
    ],
)
def test_disability_levels_in_words(text: str, level: int | None) -> None:
    facts = read_facts(text)
    assert facts.level == level
    assert (Flag.DISABLED in facts.flags) == (level is not None and level >= 2)


def test_unknown_words_are_named() -> None:
    assert read_facts("独居，爱下棋").unknown == ("爱下棋",)


@pytest.mark.parametrize(
    ("cell", "level"), [("3", 3), (3.0, 3), ("Ⅱ级", 2), ("完全丧失", 4), ("完好", 0), ("?", None)]
)
def test_levels(cell: Cell, level: int | None) -> None:
    assert read_level(cell) == level


def test_handicap_grades_one_and_two_are_severe() -> None:
    assert read_handicap("一级") == read_handicap("2") == {Flag.SEVERELY_HANDICAPPED}
    assert read_handicap("三级") == read_handicap(4.0) == {Flag.INJURED}
    assert read_handicap("无") == frozenset()


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("是：重病卧床", Ground.BEDRIDDEN),
        ("行动不便", Ground.IMMOBILE),
        ("需要，入住养老服务机构", Ground.CARE_INSTITUTION),
        ("是（入住精神康复医院）", Ground.PSYCHIATRIC_HOSPITAL),
        ("是：其他身体原因不能自主完成", Ground.OTHER_PHYSICAL),
        ("是，眼睛看不见", Ground.OTHER_PHYSICAL),
        ("否", ""),
        ("不需要", ""),
        ("无", ""),
        ("是", "yes"),
        ("待定", None),
    ],
)
def test_grounds_of_home_visits(text: str, ground: str | None) -> None:
    assert words.read_ground(text) == ground


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("自助刷脸", Channel.SELF_FACE),
        ("亲友协助刷脸", Channel.ASSISTED_FACE),
        ("静默认证", Channel.SILENT),
        ("社会化服务", Channel.SOCIAL_SERVICE),
        ("上门认证", Channel.HOME_VISIT),
        ("窗口认证", Channel.OFFLINE_FACE),
        ("非人脸", Channel.OFFLINE_NONFACE),
        ("养老机构协助", Channel.INSTITUTION),
        ("原单位退休办", Channel.EMPLOYER),
        ("异地协助", Channel.REMOTE_AGENCY),
        ("领事认证", Channel.OVERSEAS),
        ("视频", Channel.PHONE_VIDEO),
    ],
)
def test_channels(text: str, channel: Channel) -> None:
    assert words.read_word(text, codes.CHANNEL) == channel


def test_yes_no_sex_pool_relation() -> None:
    assert [words.read_yes(c) for c in ("是", "√", 1.0, "否", "无", "×", "也许")] == [
        *[True] * 3,
        *[False] * 3,
        None,
    ]
    assert [words.read_sex(c) for c in ("男", "女性", 1.0, "2", "M", "?")] == [1, 2, 1, 2, 1, None]
    assert [words.read_pool(c) for c in ("市", "市级", "区", "浏阳市", "长沙县", "省")] == [
        "city",
        "city",
        *["district"] * 3,
        None,
    ]
    assert [words.read_relation(c) for c in ("女儿", "儿媳", "老伴", "外孙女", "邻居", "社工", "")] == [
        "女",
        "子",
        "配偶",
        "孙辈",
        "邻居",
        "其他",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "name", "relation", "phone"),
    [
        ("李明 女儿 17400000009", "李明", "女儿", "17400000009"),
        ("李明/女/17400000009", "李明", "女", "17400000009"),
        ("女儿李明（174 0000 0009）", "李明", "女儿", "174 0000 0009"),
        ("17400000009", "", "", "17400000009"),
        ("姓名：李明 关系：子 电话：0731-84512345", "李明", "子", "0731-84512345"),
    ],
)
def test_a_contact_in_one_cell(text: str, name: str, relation: str, phone: str) -> None:
    assert read_contact(text) == ContactCell(name, relation, phone)


def test_distances_and_counts() -> None:
    assert [read_km(c) for c in ("5公里", "5", 5.0, "3000米", "10km", "不限", "很远", "0")] == [
        5,
        5,
        5,
        3,
        10,
        60,
        None,
        None,
    ]
    assert [read_count(c) for c in ("3", 3.0, "每周3次", "无", "999")] == [3, 3, 3, None, None]


def test_places() -> None:
    assert read_place("28.19", "112.98") == "28.190000,112.980000"
    assert read_place(112.98, 28.19) == "28.190000,112.980000"  # exchanged
    assert read_place("0", "0") is None
    assert read_place("北纬", "东经") is None


@given(st.integers(0, 16_383))
def test_column_letters(index: int) -> None:
    value = 0
    for letter in column_letter(index):
        value = value * 26 + ord(letter) - 64
    assert value - 1 == index
