"""What the sample's retirees are owed: levels, certifications, and due dates that the demo can meet."""

from __future__ import annotations

from collections import Counter
from datetime import date

from tests.sample.levels import level
from tests.sample.reading import TODAY, Row, Sample


def due_month(row: Row) -> int:
    """Months from today's to the one at whose end the certification is due (rule CERT-02)."""
    last: date = row["上次认证日期"].date()
    return (last.year + 1 - TODAY.year) * 12 + last.month - TODAY.month


def test_five_fifteen_twenty_percent_need_level_a_b_c(sample: Sample) -> None:
    assert Counter(map(level, sample.retirees)) == {"A": 100, "B": 300, "C": 400, "": 1200}
    assert sample.figures.levels == {"A": 100, "B": 300, "C": 400, "": 1200}


def test_two_to_four_percent_need_a_certification_at_home_with_a_ground(sample: Sample) -> None:
    at_home = [row for row in sample.retirees if row["是否需上门认证及原因"] != "否"]
    assert sample.figures.home_certifications == len(at_home)
    assert 0.02 < len(at_home) / 2000 < 0.04
    grounds = Counter(row["是否需上门认证及原因"] for row in at_home)
    assert set(grounds) == {
        "是：重病卧床",
        "是：行动不便",
        "是：入住养老服务机构",
        "是：入住精神康复医院",
        "是：其他身体原因不能自主完成",
    }
    assert all(row["认证方式"] == "上门认证" for row in at_home)


def test_due_dates_spread_over_the_next_twelve_months(sample: Sample) -> None:
    assert all(row["上次认证日期"].date() <= TODAY for row in sample.retirees)
    months = Counter(map(due_month, sample.retirees))
    overdue = sum(count for month, count in months.items() if month < 0)
    assert overdue == sample.figures.overdue <= 10
    assert {month for month in months if month >= 0} == set(range(1, 13))
    assert all(count > 110 for month, count in months.items() if month >= 0)


def test_nobody_who_needs_a_home_certification_is_due_at_once(sample: Sample) -> None:
    for row in sample.retirees:
        if row["是否需上门认证及原因"] != "否":
            assert 1 <= due_month(row) <= 12
            assert row["待遇领取状态"] == "正常"


def test_the_overdue_are_suspended(sample: Sample) -> None:
    for row in sample.retirees:
        assert (row["待遇领取状态"] == "暂停-未认证") == (due_month(row) < 0)


def test_pensions_began_before_the_last_certification(sample: Sample) -> None:
    for row in sample.retirees:
        year, month = map(int, row["退休时间"].split("-"))
        assert date(year, month, 1) < row["报到日期"].date() <= TODAY
        assert date(year, month, 1) <= row["上次认证日期"].date()
