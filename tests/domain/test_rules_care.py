"""Care: levels, windows, contacts and the monthly rate (§2.1, §2.2)."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.care import (
    ContactForm,
    Level,
    Target,
    Window,
    care_level,
    care_window,
    derived_flags,
    explain_level,
    is_effective,
    is_priority,
    monthly_rate,
    rate_percent,
    seen_at_home,
)
from domain.flags import Flag
from domain.policy import Policy

POLICY = Policy()
TODAY = date(2026, 11, 23)
F = Flag


@pytest.mark.parametrize(
    ("flags", "level"),
    [
        ({F.ADVANCED_AGE, F.LIVING_ALONE}, Level.A),
        ({F.ADVANCED_AGE, F.EMPTY_NEST}, Level.A),
        ({F.ADVANCED_AGE, F.LEFT_BEHIND, F.DISABLED}, Level.A),
        ({F.DEMENTIA}, Level.A),
        ({F.ADVANCED_AGE}, Level.B),
        ({F.DISABLED, F.LIVING_ALONE}, Level.B),
        ({F.HARDSHIP_LEGAL}, Level.B),
        ({F.SPECIAL_FAMILY}, Level.B),
        ({F.SERIOUSLY_ILL}, Level.B),
        ({F.CHILDLESS}, Level.B),
        ({F.BEDRIDDEN}, Level.B),
        ({F.LIVING_ALONE}, Level.C),
        ({F.EMPTY_NEST}, Level.C),
        ({F.INJURED}, Level.C),
        ({F.HARDSHIP}, Level.C),
        ({F.SEVERELY_HANDICAPPED}, Level.C),
        ({F.LOW_INCOME}, Level.C),
        ({F.REHABILITATION}, Level.C),
        ({F.VETERAN, F.PARTY_MEMBER, F.MODEL_WORKER}, None),
        (set(), None),
    ],
)
def test_2_2_levels(flags: set[Flag], level: Level | None) -> None:
    assert care_level(flags, POLICY) is level


def test_2_2_a_level_says_why() -> None:
    assert explain_level({F.ADVANCED_AGE, F.LIVING_ALONE, F.INJURED}, POLICY) == (
        Level.A,
        (F.ADVANCED_AGE, F.LIVING_ALONE),
    )
    assert explain_level({F.SERIOUSLY_ILL, F.INJURED}, POLICY) == (Level.B, (F.SERIOUSLY_ILL,))
    assert explain_level({F.VETERAN}, POLICY) == (None, ())


def test_2_1_flags_follow_from_age_and_disability() -> None:
    born_on = date(1946, 11, 23)
    assert derived_flags(["injured"], born_on, 0, TODAY, POLICY) == {F.INJURED, F.ADVANCED_AGE}
    assert derived_flags([], born_on, 0, TODAY - timedelta(days=1), POLICY) == set()
    assert derived_flags([], born_on, 0, TODAY, replace(POLICY, advanced_age=90)) == set()
    assert derived_flags([], date(1960, 1, 1), 2, TODAY, POLICY) == {F.DISABLED}
    assert derived_flags([], date(1960, 1, 1), 1, TODAY, POLICY) == set()
    with pytest.raises(ValueError, match="tall"):
        derived_flags(["tall"], born_on, 0, TODAY, POLICY)


def test_25_six_groups_come_first() -> None:
    assert [f for f in Flag if is_priority({f}, POLICY)] == [
        F.ADVANCED_AGE, F.CHILDLESS, F.LIVING_ALONE, F.INJURED, F.SERIOUSLY_ILL, F.HARDSHIP,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("level", "last_on", "opens_on", "due_on"),
    [
        (Level.A, date(2026, 11, 20), date(2026, 11, 24), date(2026, 11, 27)),
        (Level.B, date(2026, 11, 20), date(2026, 12, 10), date(2026, 12, 20)),
        (Level.B, date(2026, 1, 31), date(2026, 2, 18), date(2026, 2, 28)),
        (Level.B, date(2026, 1, 1), date(2026, 1, 21), date(2026, 1, 31)),
        (Level.C, date(2026, 11, 20), date(2027, 1, 29), date(2027, 2, 19)),
    ],
)
def test_2_2_next_window(level: Level, last_on: date, opens_on: date, due_on: date) -> None:
    assert care_window(last_on, level, POLICY) == Window(opens_on, due_on)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.lists(st.integers(0, 10), min_size=14, max_size=14))
def test_2_2_a_monthly_visit_kept_leaves_no_month_out(first: date, early: list[int]) -> None:
    days = [first]
    for days_early in early:
        days.append(care_window(days[-1], Level.B, POLICY).due_on - timedelta(days=days_early))
    seen = {(day.year, day.month) for day in days}
    month = date(first.year, first.month, 1)
    while month <= days[-1]:
        assert (month.year, month.month) in seen
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


@pytest.mark.parametrize(
    ("form", "with_person", "effective"),
    [
        (ContactForm.HOME_VISIT, True, True),
        (ContactForm.PHONE, True, True),
        (ContactForm.VIDEO, True, True),
        (ContactForm.PHONE, False, False),
        (ContactForm.REMOTE_MONITORING, True, False),
        (ContactForm.HEARSAY, False, False),
        (ContactForm.HEARSAY, True, False),
    ],
)
def test_2_2_effective_contact(form: ContactForm, with_person: bool, effective: bool) -> None:
    assert is_effective(form, with_person) is effective


def test_2_2_calls_alone_do_not_put_off_the_home_visit_of_the_quarter() -> None:
    window = Window(date(2026, 11, 24), date(2026, 11, 27))
    assert seen_at_home(window, date(2026, 9, 1), Level.A, POLICY) == window
    drawn = seen_at_home(window, date(2026, 8, 20), Level.A, POLICY)
    assert drawn == Window(date(2026, 11, 16), date(2026, 11, 19))
    assert seen_at_home(window, date(2025, 1, 1), Level.C, POLICY) == window


FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def target(since: date, until: date | None = None, *contacts: date) -> Target:
    return Target(since, until, contacts)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (target(date(2026, 1, 1), None, date(2026, 11, 30)), (1, 1)),
        (target(date(2026, 1, 1), None, date(2026, 10, 31), date(2026, 12, 1)), (0, 1)),
        (target(date(2026, 11, 23)), (0, 1)),
        (target(date(2026, 11, 24)), (0, 0)),
        (target(date(2026, 11, 24), None, date(2026, 11, 25)), (1, 1)),
        (target(date(2026, 12, 1), None, date(2026, 11, 25)), (0, 0)),
        (target(date(2026, 1, 1), date(2026, 10, 31)), (0, 0)),
        (target(date(2026, 1, 1), date(2026, 11, 15)), (0, 0)),
        (target(date(2026, 1, 1), date(2026, 11, 15), date(2026, 11, 3)), (1, 1)),
        (target(date(2026, 1, 1), date(2026, 12, 5)), (0, 1)),
    ],
)
def test_2_2_monthly_rate_person_by_person(person: Target, expected: tuple[int, int]) -> None:
    assert monthly_rate([person], FIRST, LAST, POLICY) == expected


def test_2_2_rate_in_percent() -> None:
    assert rate_percent(2, 3) == 66.67
    assert rate_percent(0, 0) == 100.0


DAYS = st.dates(date(2026, 9, 1), date(2027, 1, 31))
PEOPLE = st.lists(
    st.builds(Target, DAYS, st.none() | DAYS, st.lists(DAYS, max_size=3).map(tuple)), max_size=20
)


@settings(max_examples=200, deadline=None)
@given(PEOPLE, st.integers(9, 12))
def test_2_2_monthly_rate_equals_counting_day_by_day(people: list[Target], month: int) -> None:
    days = [date(2026, month, day) for day in range(1, monthrange(2026, month)[1] + 1)]
    contacted = counted = 0
    for person in people:
        on_list = [
            day for day in days if person.since <= day and (person.until is None or day <= person.until)
        ]
        overlaps = person.since <= days[-1] and (person.until is None or person.until >= days[0])
        assert bool(on_list) <= overlaps
        seen = any(day in person.contacts for day in days)
        is_late = person.since in days[-7:]
        has_left = person.until is not None and person.until <= days[-1]
        if overlaps and (seen or not (is_late or has_left)):
            counted += 1
            contacted += seen
    assert monthly_rate(people, days[0], days[-1], POLICY) == (contacted, counted)
