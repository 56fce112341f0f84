"""Hours, stars, reliability, certificates (§3, VOL-04 to VOL-11)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy import Policy
from domain.service import (
    Spell,
    StarLevel,
    content_of,
    counts_against,
    earned_stars,
    is_newcomer,
    may_issue,
    notice_ends,
    reliability_percent,
    shown_hours,
    star_reviewer,
    total_minutes,
)
from domain.visits import VisitKind

POLICY = Policy()
DAY = date(2026, 11, 23)


@pytest.mark.parametrize(("minutes", "hours"), [(0, 0), (29, 0), (30, 0.5), (89, 1), (90, 1.5), (6001, 100)])
def test_vol_07_hours_are_shown_to_the_half_hour_below(minutes: int, hours: float) -> None:
    assert shown_hours(minutes, POLICY) == hours


@given(st.integers(0, 200_000))
def test_vol_07_nobody_is_shown_more_than_was_served(minutes: int) -> None:
    hours = shown_hours(minutes, POLICY)
    assert 0 <= minutes - hours * 60 < 30


@pytest.mark.parametrize(
    ("hours", "stars"),
    [(0, 0), (99, 0), (100, 1), (299, 1), (300, 2), (600, 3), (999, 3), (1000, 4), (1500, 5), (9000, 5)],
)
def test_vol_08_stars(hours: int, stars: int) -> None:
    assert earned_stars(hours * 60, POLICY) == stars
    if hours:
        assert earned_stars(hours * 60 - 1, POLICY) <= stars


def test_vol_08_who_reviews_an_application() -> None:
    levels = [star_reviewer(n, POLICY) for n in range(1, 6)]
    assert levels == [StarLevel.DISTRICT] * 2 + [StarLevel.CITY] * 2 + [StarLevel.PROVINCE]


def test_vol_06_a_corrected_entry_counts_with_its_true_minutes() -> None:
    spells = [
        Spell(DAY, VisitKind.CARE, 60),
        Spell(DAY - timedelta(days=40), VisitKind.CARE, 45, corrected=30),
        Spell(DAY, VisitKind.CAMPAIGN, 50, corrected=0),
    ]
    assert total_minutes(spells) == 90
    assert total_minutes(spells, DAY, DAY) == 60
    assert total_minutes(spells, last=DAY - timedelta(days=1)) == 30


def test_vol_11_the_content_of_a_certificate() -> None:
    spells = [
        Spell(DAY, VisitKind.CAMPAIGN, 30),
        Spell(DAY, VisitKind.CARE, 60),
        Spell(DAY - timedelta(days=1), VisitKind.CARE, 40),
        Spell(DAY - timedelta(days=99), VisitKind.CARE, 40),
        Spell(DAY, VisitKind.EVENT, 30, corrected=0),
    ]
    content = content_of(spells, DAY - timedelta(days=30), DAY)
    assert content == {"care": {"visits": 2, "minutes": 100}, "campaign": {"visits": 1, "minutes": 30}}
    assert list(content) == ["care", "campaign"]


def test_vol_11_seven_days_of_public_notice() -> None:
    until = notice_ends(date(2026, 11, 1), POLICY)
    assert until == date(2026, 11, 7)
    assert not may_issue(until, date(2026, 11, 7))
    assert may_issue(until, date(2026, 11, 8))


def test_reliability_without_punishing_illness() -> None:
    assert reliability_percent(0, 0) == 100
    assert reliability_percent(9, 1) == 90
    assert counts_against(DAY, "", DAY, POLICY)
    assert not counts_against(DAY, "illness", DAY, POLICY)
    assert not counts_against(DAY - timedelta(days=365), "", DAY, POLICY)
    assert counts_against(DAY - timedelta(days=364), "", DAY, POLICY)


def test_newcomers() -> None:
    assert is_newcomer(0, POLICY)
    assert is_newcomer(3, POLICY)
    assert not is_newcomer(4, POLICY)
