"""Enough volunteers, near enough, with papers that hold for a year."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date, timedelta

from tests.sample.levels import level
from tests.sample.reading import TODAY, Sample

VISITS_A_WEEK = {"A": 1, "B": 7 / 30, "C": 1 / 13, "": 0}
VISITS_A_SHIFT = 2  # half a day: two visits of 30 to 40 minutes with the ways
MOST_A_WEEK = 10


def test_pools_skills_and_states(sample: Sample) -> None:
    pools = Counter(row["所属库"] for row in sample.volunteers)
    assert set(pools) == {"市", "区"}
    assert pools["市"] == sample.figures.city_pool
    assert 0.12 <= pools["市"] / 300 <= 0.18
    certifiers = sum("上门认证" in row["技能"] for row in sample.volunteers)
    assert certifiers / 300 >= 0.4
    for skill in ("护理", "急救", "心理", "手机操作"):
        assert sum(skill in row["技能"] for row in sample.volunteers) > 40
    assert sum(row["状态"] == "在册" for row in sample.volunteers) > 280


def test_papers_hold_for_more_than_a_year(sample: Sample) -> None:
    for row in sample.volunteers:
        start, end = map(date.fromisoformat, row["保险起止"].split("至"))
        assert start <= TODAY
        assert end > TODAY + timedelta(days=400)
        until = [date.fromisoformat(found) for found in re.findall(r"有效期至([\d-]+)", row["培训记录"])]
        assert min(until) > TODAY + timedelta(days=400)
        assert row["承诺书日期"].date() <= TODAY
        if "上门认证" in row["技能"]:
            assert "上门认证培训" in row["培训记录"]


def test_shifts_distances_and_ways(sample: Sample) -> None:
    for row in sample.volunteers:
        shifts = row["可服务时段"].split("、")
        assert len(shifts) == len(set(shifts)) >= 4
        assert all(re.fullmatch("周[一二三四五六日](上午|下午|晚上)", shift) for shift in shifts)
        kilometres = int(row["最大距离"].removesuffix("公里"))
        assert kilometres < 10 if row["交通方式"] == "步行" else kilometres >= 20


def test_every_street_with_retirees_has_several_volunteers_and_certifiers(sample: Sample) -> None:
    helpers, certifiers, women = Counter[str](), Counter[str](), Counter[str]()
    for row in sample.volunteers:
        if row["状态"] == "在册":
            helpers[row["街道"]] += 1
            certifiers[row["街道"]] += "上门认证" in row["技能"]
            women[row["街道"]] += row["性别"] == "女"
    for street in {row["街道"] for row in sample.retirees}:
        assert helpers[street] >= 4
        assert certifiers[street] >= 2
        assert women[street] >= 2


def test_capacity_is_comfortable_in_every_district(sample: Sample) -> None:
    """Two persons for each care visit and home certification, a fifth of the shifts at most.

    Seed 1, seats a week needed and offered: 芙蓉 30/198, 天心 29/252, 岳麓 65/418, 宁乡 68/342 (all with -s).
    """
    needed: dict[str, float] = defaultdict(float)
    offered: dict[str, int] = defaultdict(int)
    for row in sample.retirees:
        home = row["是否需上门认证及原因"] != "否"
        needed[row["区县"]] += 2 * (VISITS_A_WEEK[level(row)] + home / 52)
    for row in sample.volunteers:
        if row["状态"] == "在册":
            offered[row["区县"]] += min(MOST_A_WEEK, VISITS_A_SHIFT * len(row["可服务时段"].split("、")))
    lines = [f"{name} {needed[name]:6.1f} of {offered[name]:4}" for name in sorted(offered)]
    print("\nseats a week\n" + "\n".join(lines))  # noqa: T201  # the table is what a reader of -s wants
    assert len(needed) == len(offered) == 9
    for district, seats in needed.items():
        assert seats < offered[district] / 4, district


def test_a_holiday_campaign_for_all_groups_fits_beside_it(sample: Sample) -> None:
    """Everybody of levels A to C once within 30 days on top of the regular visits, of half the seats."""
    groups = sum(level(row) != "" for row in sample.retirees)
    campaign = 2 * groups / (30 / 7)
    regular = sum(2 * VISITS_A_WEEK[level(row)] for row in sample.retirees)
    seats = sum(
        min(MOST_A_WEEK, 2 * len(row["可服务时段"].split("、")))
        for row in sample.volunteers
        if row["状态"] == "在册"
    )
    assert regular + campaign < seats / 2
