"""Offers: how many people are asked at the same time, and for how long (decisions to §3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.offers import expires_at, may_ask_city_pool, next_wave_at, wanted_offers
from domain.policy import Policy

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("seats", "wave", "ahead", "asked"),
    [
        (1, 1, 24 * HOUR, 2),
        (2, 1, 3 * HOUR, 4),
        (1, 2, 10 * HOUR, 4),
        (1, 1, 25 * HOUR, 1),
        (2, 1, 72 * HOUR, 2),
        (2, 3, 72 * HOUR, 6),
    ],
)
def test_3_twice_the_need_is_asked_near_the_start_and_one_after_the_other_before(
    seats: int, wave: int, ahead: timedelta, asked: int
) -> None:
    assert wanted_offers(seats, wave, ahead, Policy()) == asked


def test_3_a_city_that_wants_twice_the_need_always_says_so_in_its_policy() -> None:
    policy = Policy.from_values({"offer_factor_ample": 2})
    assert wanted_offers(1, 1, 200 * HOUR, policy) == 2


def test_3_an_offer_stands_a_day_two_hours_when_the_visit_is_near_and_never_past_its_start() -> None:
    policy = Policy()
    assert expires_at(NOW, NOW + 72 * HOUR, policy) == NOW + 24 * HOUR
    assert expires_at(NOW, NOW + 48 * HOUR, policy) == NOW + 2 * HOUR
    assert expires_at(NOW, NOW + HOUR, policy) == NOW + HOUR / 2
    assert next_wave_at(NOW, NOW + 24 * HOUR, policy) == NOW + 4 * HOUR
    assert next_wave_at(NOW, NOW + 2 * HOUR, policy) == NOW + 2 * HOUR


def test_3_the_city_pool_helps_when_the_district_is_exhausted_or_time_is_short() -> None:
    policy, far = Policy(), NOW + 96 * HOUR
    assert not may_ask_city_pool(NOW, far, 8, False, policy)
    assert may_ask_city_pool(NOW, far, 8, True, policy)
    assert may_ask_city_pool(NOW, far, 7, False, policy)
    assert may_ask_city_pool(NOW, NOW + 48 * HOUR, 8, False, policy)
