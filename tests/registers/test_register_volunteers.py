"""What a row says of a volunteer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from services.registers import Kind
from services.registers.cells.periods import Training
from services.registers.rows.drafts import Draft
from tests.registers.samples import VOLUNTEER


@pytest.fixture
def read_one(read: Callable[..., Draft]) -> Callable[..., Draft]:
    return partial(read, VOLUNTEER, Kind.VOLUNTEERS)


def codes(draft: Draft) -> list[str]:
    return [finding.problem.code for finding in draft.findings]


def test_a_volunteer_in_order_needs_no_words(read_one: Callable[..., Draft]) -> None:
    draft = read_one()
    assert codes(draft) == []
    assert draft.values["pool"] == "district"
    assert draft.values["insured_from"] == date(2026, 1, 1)
    assert draft.values["insured_to"] == date(2026, 12, 31)
    assert draft.values["committed_on"] == date(2025, 5, 1)
    assert draft.shifts == {(0, "morning"), (2, "afternoon")}


def test_skills_languages_and_trainings(read_one: Callable[..., Draft]) -> None:
    draft = read_one(
        技能="上门认证、急救、书法",
        语言="普通话、长沙话",
        培训记录="上门认证培训 2026-03-01（有效期至2029-03-01）",
        培训有效期="2027-12",
    )
    assert draft.trainings == {
        "certifier": Training("certifier", date(2026, 3, 1), date(2029, 3, 1)),
        "first_aid": Training("first_aid", None, date(2027, 12, 31)),
        "dialect": Training("dialect"),
    }
    assert draft.values["languages"] == ["mandarin", "changsha"]
    assert codes(draft) == ["skill_unknown"]
    assert draft.extra["技能"] == "上门认证、急救、书法"


def test_an_intention_is_no_skill(read_one: Callable[..., Draft]) -> None:
    draft = read_one(服务意向="上门认证、日常探访")
    assert (draft.trainings, draft.extra["服务意向"]) == ({}, "上门认证、日常探访")


def test_a_table_of_half_days(read_one: Callable[..., Draft]) -> None:
    draft = read_one(可服务时段=None, 周一上午="√", 周一下午="否", 周三="下午", 周六="是", 周日晚="√")
    assert draft.shifts == {
        (0, "morning"),
        (2, "afternoon"),
        (5, "morning"),
        (5, "afternoon"),
        (6, "evening"),
    }


def test_times_that_are_missing_or_partly_read(read_one: Callable[..., Draft]) -> None:
    assert codes(read_one(可服务时段=None)) == ["shifts_missing"]
    assert read_one(可服务时段=None).shifts is None
    assert codes(read_one(可服务时段="周一上午，看情况")) == ["shifts_partial"]
    assert codes(read_one(可服务时段="看情况")) == ["shifts_partial", "shifts_missing"]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"保险起止": None}, ["insurance_missing"]),
        ({"保险起止": "2025-01-01至2025-12-31"}, ["insurance_over"]),
        ({"保险起止": "2026-12-31至2026-01-01"}, ["period_reversed"]),
        ({"保险起止": "2026-02-30至2026-12-31"}, ["date_impossible", "insurance_missing"]),
        ({"保险起止": None, "保险起": "2026.1.1", "保险止": "2027-06"}, []),
        ({"承诺书日期": None}, ["commitment_missing"]),
        ({"所属库": "省"}, ["pool_missing"]),
        ({"最大距离": "很远"}, ["distance_bad"]),
        ({"每日上限": "无数"}, ["count_bad"]),
        ({"状态": "不清不楚"}, ["word_unknown"]),
    ],
)
def test_what_keeps_a_volunteer_from_being_asked_is_said(
    read_one: Callable[..., Draft], cells: dict[str, object], found: list[str]
) -> None:
    assert codes(read_one(**cells)) == found


def test_limits_and_transport(read_one: Callable[..., Draft]) -> None:
    values = read_one(最大距离="8公里", 每日上限=3, 每周上限="5次", 交通方式="步行", 工作人员="是").values
    assert (values["max_km_day"], values["max_visits_day"], values["max_visits_week"]) == (8, 3, 5)
    assert (values["walks"], values["is_staff"]) == (True, True)
    assert read_one(最大距离="8公里", 每日最大里程="30").values["max_km_day"] == 30
    assert read_one(交通方式="电动车").values["walks"] is False


def test_an_unknown_pool_is_not_written(read_one: Callable[..., Draft]) -> None:
    assert "pool" not in read_one(所属库=None).values
    assert read_one(所属库="市").values["pool"] == "city"


@pytest.mark.parametrize(
    ("text", "declared"), [("良好，可参加上门服务", date(2025, 5, 1)), ("腿脚不便", None), (None, None)]
)
def test_a_good_report_of_health_is_a_declaration_from_seventy_on(
    read_one: Callable[..., Draft], text: str | None, declared: date | None
) -> None:
    draft = read_one(证件号码=None, 出生日期="1950-05-05", 健康自述=text)
    assert draft.values.get("health_declared_on") == declared
    assert ("health_missing" in codes(draft)) is (declared is None)


def test_whom_not_to_visit(read_one: Callable[..., Draft]) -> None:
    assert read_one(不宜服务对象="王小英、430102194203150022").recused == ["王小英", "430102194203150022"]
    assert read_one(不宜服务对象="无").recused == []


@pytest.mark.parametrize(
    ("text", "status"), [("在册", "active"), ("待审", "pending"), ("暂停", "paused"), ("退出", "left")]
)
def test_statuses(read_one: Callable[..., Draft], text: str, status: str) -> None:
    assert read_one(状态=text).values["status"] == status
