"""Festival days agree between two lunar calendars, and with what was published (§2.4)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lunardate import LunarDate

from domain.campaigns import campaign_window, fixed_festival
from domain.policy import Festival, Policy
from services.campaigns import festival_on

LUNAR = {
    Festival.SPRING_FESTIVAL: (1, 1),
    Festival.DRAGON_BOAT: (5, 5),
    Festival.MID_AUTUMN: (8, 15),
    Festival.DOUBLE_NINTH: (9, 9),
}


@pytest.mark.parametrize(
    ("year", "spring", "dragon", "moon", "ninth"),
    [
        (2026, date(2026, 2, 17), date(2026, 6, 19), date(2026, 9, 25), date(2026, 10, 18)),
        (2027, date(2027, 2, 6), date(2027, 6, 9), date(2027, 9, 15), date(2027, 10, 8)),
        (2028, date(2028, 1, 26), date(2028, 5, 28), date(2028, 10, 3), date(2028, 10, 26)),
    ],
)
def test_2_4_lunar_festivals_of_three_years(
    year: int, spring: date, dragon: date, moon: date, ninth: date
) -> None:
    assert [festival_on(f, year) for f in LUNAR] == [spring, dragon, moon, ninth]


@pytest.mark.parametrize("year", range(2020, 2041))
@pytest.mark.parametrize("festival", list(LUNAR))
def test_2_4_two_libraries_agree_from_2020_to_2040(festival: Festival, year: int) -> None:
    month, day = LUNAR[festival]
    assert festival_on(festival, year) == LunarDate(year, month, day).to_solar_date()


@settings(max_examples=300)
@given(st.sampled_from(list(Festival)), st.integers(2020, 2040))
def test_2_4_every_window_lies_around_its_festival(festival: Festival, year: int) -> None:
    on = festival_on(festival, year)
    window = campaign_window(festival, on, Policy())
    assert window.opens_on < window.ends_on
    assert on.year == year
    if festival is Festival.SPRING_FESTIVAL:
        assert (on - window.ends_on).days == 1  # the eve is the last day
    else:
        assert window.opens_on <= on <= window.ends_on
    assert (fixed_festival(festival, year) is None) == (festival in LUNAR)
