"""Flags that contradict each other, the checklist and what follows, serious events (§2.1 to §2.3)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.flags import Contradiction, Flag, contradictions
from domain.needs import (
    Check,
    ReferralKind,
    closed_in_time_percent,
    proposed_referrals,
    referral_due,
    serious_clock,
)
from domain.policy import Policy
from domain.workdays import Deadline, HolidayTable

POLICY = Policy()
F = Flag


def found(flags: set[Flag], *, age: int = 85, level: int = 0, housemates: int = 0) -> list[Contradiction]:
    return contradictions(
        flags,
        age=age,
        advanced_age=POLICY.advanced_age,
        disability_level=level,
        disabled_from_level=POLICY.disabled_from_level,
        housemates=housemates,
    )


@pytest.mark.parametrize(
    ("flags", "facts", "what"),
    [
        ({F.CHILDLESS, F.EMPTY_NEST}, {}, [Contradiction.CHILDLESS_AND_EMPTY_NEST]),
        ({F.CHILDLESS, F.LEFT_BEHIND}, {}, [Contradiction.CHILDLESS_AND_LEFT_BEHIND]),
        ({F.ADVANCED_AGE}, {"age": 79}, [Contradiction.TOO_YOUNG_FOR_ADVANCED_AGE]),
        ({F.ADVANCED_AGE}, {"age": 80}, []),
        ({F.DISABLED}, {"level": 1}, [Contradiction.DISABLED_BELOW_LEVEL]),
        ({F.DISABLED}, {"level": 2}, []),
        ({F.DISABLED}, {"level": 0}, []),
        ({F.LIVING_ALONE}, {"housemates": 1}, [Contradiction.ALONE_IN_A_SHARED_HOME]),
        ({F.LIVING_ALONE, F.EMPTY_NEST, F.HARDSHIP, F.HARDSHIP_LEGAL, F.SPECIAL_FAMILY}, {}, []),
        (set(), {"age": 60, "level": 4, "housemates": 3}, []),
    ],
)
def test_2_1_what_cannot_hold_together(
    flags: set[Flag], facts: dict[str, int], what: list[Contradiction]
) -> None:
    assert found(flags, **facts) == what


def test_2_3_an_abnormal_finding_proposes_who_could_help() -> None:
    assert proposed_referrals({"health": "abnormal", "safety": "normal", "needs": "unseen"}) == [
        ReferralKind.MEDICAL
    ]
    everything = dict.fromkeys(Check, "abnormal")
    assert set(proposed_referrals(everything)) == set(ReferralKind) - {ReferralKind.OTHER}
    assert proposed_referrals({}) == []


def test_2_3_a_referral_has_five_working_days(holidays: HolidayTable) -> None:
    assert referral_due(date(2026, 11, 23), POLICY, holidays) == Deadline(date(2026, 11, 30), False)
    # over the national days: 1 to 7 October are off, Saturday the 10th is worked
    assert referral_due(date(2026, 9, 29), POLICY, holidays) == Deadline(date(2026, 10, 12), False)
    assert referral_due(date(2026, 12, 28), POLICY, holidays).provisional


def test_2_3_closed_in_time() -> None:
    due = date(2026, 11, 30)
    today = date(2026, 12, 10)
    cases = [(due, due), (due, due + timedelta(days=1)), (due, None), (today, None)]
    assert closed_in_time_percent(cases, today) == 33.33
    assert closed_in_time_percent([], today) is None


def test_2_2_level_a_is_seen_within_24_hours_of_a_serious_event() -> None:
    at = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    clock = serious_clock(at, "A", POLICY)
    assert (clock.contact_by, clock.is_strict) == (at + timedelta(hours=24), True)
    assert not serious_clock(at, "B", POLICY).is_strict
