"""The policy table: complete, typed, in range, free of contradictions."""

import json
from datetime import date, time

import pytest

from domain.policy import (
    POLICY_ITEMS,
    CycleMode,
    Festival,
    Policy,
    PolicyValueError,
    TimeSpan,
    from_json_value,
    to_json_value,
    values_in_force,
)
from domain.policy_values import PerFestival, PerKind, PerLevel, PerPart
from domain.visits import VisitKind


def test_defaults_hold_and_survive_json() -> None:
    values = json.loads(json.dumps(Policy().to_values()))
    assert Policy.from_values(values) == Policy() == Policy.from_values({})
    assert hash(Policy()) == hash(Policy.from_values(values))


@pytest.mark.parametrize("key", sorted(POLICY_ITEMS))
def test_every_value_has_its_line(key: str) -> None:
    item = POLICY_ITEMS[key]
    assert item.key == key
    assert item.mark in ("S", "dec", "rec")
    assert item.source
    assert item.description
    assert from_json_value(item, to_json_value(item.default)) == item.default
    default = item.default
    if isinstance(default, int) and not isinstance(default, bool):
        assert item.minimum is not None
        assert item.maximum is not None
        assert item.minimum <= default <= item.maximum
        for wrong in (item.minimum - 1, item.maximum + 1):
            with pytest.raises(PolicyValueError) as caught:
                Policy.from_values({key: wrong})
            assert (caught.value.key, caught.value.value) == (key, wrong)
        assert item.unit or key in (
            "offer_factor",
            "offer_factor_ample",
            "attempt_bands",
            "disabled_from_level",
        )


def test_7_1_every_number_of_the_regulation_is_a_policy_value() -> None:
    policy = Policy()
    assert policy.fund_yuan_per_head == 100
    assert policy.fund_city_share_percent == 50
    assert policy.death_report_working_days == 20
    assert policy.cycle_months == 12
    assert policy.missing_months == 6
    assert (policy.regulation_valid_from, policy.regulation_valid_years) == (date(2020, 5, 1), 5)
    assert policy.self_management_target_percent == 100
    assert len(policy.priority_flags) == 6
    counted = {
        "pool_levels": 2, "home_visit_grounds": 5, "suspension_cases": 5, "intake_routes": 3,
        "spending_kinds": 9, "exchange_parties": 8, "community_duties": 10,
    }  # fmt: skip
    assert {key: len(getattr(policy, key)) for key in counted} == counted
    assert all(POLICY_ITEMS[key].source.startswith("Regulation art.") for key in counted)


def test_values_are_looked_up_by_kind_and_level() -> None:
    policy = Policy()
    assert [policy.crew_size[kind] for kind in VisitKind] == [2, 2, 2, 2, 1]
    assert policy.crew_size.as_dict() == {
        "certification": 2, "care": 2, "campaign": 2, "event": 2, "task": 1,
    }  # fmt: skip
    assert [policy.care_interval_days[level] for level in "ABC"] == [7, 30, 91]
    assert policy.campaign_days_before[Festival.SPRING_FESTIVAL] == 30
    assert policy.shift_parts["evening"] == TimeSpan(time(18), time(20))
    with pytest.raises(KeyError):
        policy.crew_size["as_dict"]


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("cycle_mode", "CALENDAR_YEAR", CycleMode.CALENDAR_YEAR),
        ("reminder_days", [30, 7, 1], (30, 7, 1)),
        ("report_deadline", "18:30", time(18, 30)),
        ("retiree_hours", ["09:00-11:30"], (TimeSpan(time(9), time(11, 30)),)),
        ("regulation_valid_from", "2025-05-01", date(2025, 5, 1)),
        ("phone_video_certifies", True, True),
        ("campaigns", ["new_year"], (Festival.NEW_YEAR,)),
        ("care_interval_days", {"A": 7, "B": 28, "C": 60}, PerLevel(7, 28, 60)),
        ("crew_size", PerKind(1, 1, 1, 1, 1), PerKind(1, 1, 1, 1, 1)),
        ("max_visits_day", 3, 3),
    ],
)
def test_values_read_from_json(key: str, raw: object, value: object) -> None:
    policy = Policy.from_values({key: raw})
    assert getattr(policy, key) == value
    assert Policy.from_values(policy.to_values()) == policy


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("no_such_value", 1),
        ("cycle_months", "12"),
        ("cycle_months", 12.0),
        ("cycle_months", True),
        ("cycle_months", None),
        ("cycle_mode", "YEARLY"),
        ("cycle_mode", 3),
        ("phone_video_certifies", 1),
        ("reminder_days", 30),
        ("reminder_days", []),
        ("reminder_days", [7, 30]),
        ("reminder_days", [30, 30]),
        ("reminder_days", [30, 0]),
        ("star_hours", [300, 100]),
        ("report_deadline", "8pm"),
        ("report_deadline", "20:00:30"),
        ("report_deadline", "20:00+08:00"),
        ("report_deadline", time(20, 0, 30)),
        ("retiree_hours", ["12:00-08:30"]),
        ("retiree_hours", ["08:30"]),
        ("retiree_hours", ["14:00-20:00", "08:30-12:00"]),
        ("retiree_hours", ["08:30-14:00", "12:00-20:00"]),
        ("regulation_valid_from", "1 May 2020"),
        ("campaigns", ["carnival"]),
        ("campaigns", ["new_year", "new_year"]),
        ("crew_size", {"care": 2}),
        ("crew_size", {"certification": 2, "care": 2, "campaign": 2, "event": 2, "task": 3}),
        ("crew_size", 2),
        ("care_open_days", {"A": 7, "B": 10, "C": 21}),
        ("priority_flags", ["tall"]),
        ("city_escalation_days", 16),
        ("offer_hours_short", 25),
        ("volunteer_min_age", 17.5),
        ("minor_min_age", 19),
        ("max_visits_day", 11),
    ],
)
def test_a_bad_value_is_refused_with_its_key(key: str, raw: object) -> None:
    with pytest.raises(PolicyValueError) as caught:
        Policy.from_values({key: raw})
    assert caught.value.key == key
    assert caught.value.why
    assert key in str(caught.value)


def test_contradictions_between_values_are_refused() -> None:
    assert Policy.from_values({"offer_hours": 30, "offer_hours_short": 24}).offer_hours_short == 24
    with pytest.raises(PolicyValueError):
        Policy.from_values({"district_escalation_days": 31})
    assert Policy.from_values({"district_escalation_days": 31, "street_escalation_days": 40})


def test_the_row_in_force_on_a_day() -> None:
    rows = [
        ("cycle_months", date(2026, 1, 1), 12),
        ("max_visits_day", date(2026, 6, 1), 5),
        ("cycle_months", date(2027, 1, 1), 6),
        ("cycle_months", date(2026, 1, 1), 11),  # entered later for the same day: a correction
        ("max_visits_day", date(2026, 5, 1), 3),  # entered later, holds earlier
    ]
    assert values_in_force(rows, date(2025, 12, 31)) == {}
    assert values_in_force(rows, date(2026, 5, 31)) == {"cycle_months": 11, "max_visits_day": 3}
    assert values_in_force(rows, date(2026, 12, 31)) == {"cycle_months": 11, "max_visits_day": 5}
    assert values_in_force(rows, date(2027, 1, 1)) == {"cycle_months": 6, "max_visits_day": 5}


def test_choices_and_spans() -> None:
    assert POLICY_ITEMS["cycle_mode"].choices == ("ROLLING_MONTH_END", "CALENDAR_YEAR", "ROLLING_STRICT")
    assert len(POLICY_ITEMS["campaigns"].choices) == len(Festival)
    assert POLICY_ITEMS["cycle_months"].choices == ()
    span = TimeSpan.parse(" 08:30 - 12:00 ")
    assert str(span) == "08:30-12:00"
    assert time(8, 30) in span
    assert time(12) not in span
    assert set(PerFestival(1, 2, 3, 4, 5, 6, 7).as_dict().values()) == {1, 2, 3, 4, 5, 6, 7}
    assert set(PerPart(span, span, span).as_dict()) == {"morning", "afternoon", "evening"}
