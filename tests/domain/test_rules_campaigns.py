"""Campaigns: windows, targets, one visit a person (§2.4)."""

from datetime import date

import pytest

from domain.campaigns import (
    CampaignWindow,
    campaign_key,
    campaign_window,
    default_target_flags,
    fixed_festival,
    is_target,
    join_windows,
    results_due,
)
from domain.flags import Flag
from domain.policy import Festival, Policy
from domain.workdays import Deadline, HolidayTable

POLICY = Policy()


@pytest.mark.parametrize(
    ("festival", "on", "opens_on", "ends_on"),
    [
        (Festival.NEW_YEAR, date(2027, 1, 1), date(2026, 12, 18), date(2027, 1, 1)),
        (Festival.SPRING_FESTIVAL, date(2027, 2, 6), date(2027, 1, 7), date(2027, 2, 5)),
        (Festival.SPRING_FESTIVAL, date(2026, 2, 17), date(2026, 1, 18), date(2026, 2, 16)),
        (Festival.DRAGON_BOAT, date(2027, 6, 9), date(2027, 6, 2), date(2027, 6, 9)),
        (Festival.PARTY_DAY, date(2027, 7, 1), date(2027, 6, 17), date(2027, 7, 1)),
        (Festival.ARMY_DAY, date(2027, 8, 1), date(2027, 7, 18), date(2027, 8, 1)),
        (Festival.MID_AUTUMN, date(2026, 9, 25), date(2026, 9, 11), date(2026, 9, 25)),
        (Festival.NATIONAL_DAY, date(2026, 10, 1), date(2026, 9, 17), date(2026, 10, 1)),
        (Festival.DOUBLE_NINTH, date(2026, 10, 18), date(2026, 10, 1), date(2026, 10, 31)),
        (Festival.DOUBLE_NINTH, date(2027, 10, 8), date(2027, 10, 1), date(2027, 10, 31)),
    ],
)
def test_2_4_windows(festival: Festival, on: date, opens_on: date, ends_on: date) -> None:
    assert campaign_window(festival, on, POLICY) == CampaignWindow(opens_on, ends_on)


def test_2_4_solar_festivals() -> None:
    assert fixed_festival(Festival.ARMY_DAY, 2027) == date(2027, 8, 1)
    assert fixed_festival(Festival.MID_AUTUMN, 2027) is None


def test_2_4_targets() -> None:
    six = default_target_flags(Festival.SPRING_FESTIVAL, POLICY)
    assert set(six) == set(POLICY.priority_flags)
    assert is_target({Flag.ADVANCED_AGE, Flag.LIVING_ALONE}, six)
    assert not is_target({Flag.VETERAN, Flag.PARTY_MEMBER}, six)
    assert default_target_flags(Festival.PARTY_DAY, POLICY) == (Flag.PARTY_MEMBER,)
    assert default_target_flags(Festival.ARMY_DAY, POLICY) == (Flag.VETERAN,)


def test_2_4_one_visit_per_person_and_campaign() -> None:
    assert campaign_key("c1", "p1") == campaign_key("c1", "p1")
    assert len({campaign_key(c, p) for c in ("c1", "c2") for p in ("p1", "p2")}) == 4


def test_2_4_results_are_in_three_working_days_later(holidays: HolidayTable) -> None:
    window = campaign_window(Festival.MID_AUTUMN, date(2026, 9, 25), POLICY)
    assert results_due(window, POLICY, holidays) == Deadline(date(2026, 9, 30), False)
    spring = campaign_window(Festival.SPRING_FESTIVAL, date(2027, 2, 6), POLICY)
    assert results_due(spring, POLICY, holidays) == Deadline(date(2027, 2, 11), True)


def test_2_4_mid_autumn_and_national_day_may_be_joined() -> None:
    moon = campaign_window(Festival.MID_AUTUMN, date(2025, 10, 6), POLICY)
    nation = campaign_window(Festival.NATIONAL_DAY, date(2025, 10, 1), POLICY)
    assert join_windows(moon, nation) == CampaignWindow(date(2025, 9, 17), date(2025, 10, 6))
    spring = campaign_window(Festival.SPRING_FESTIVAL, date(2025, 1, 29), POLICY)
    assert join_windows(spring, nation) is None
