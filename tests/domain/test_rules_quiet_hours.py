"""When a text may leave (§5.3)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policy import Policy, TimeSpan
from domain.quiet_hours import allowed_spans, next_allowed

POLICY = Policy()
ZONE = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("role", "kind", "now", "expected"),
    [
        ("retiree", "notice", at(25, 8, 29), at(25, 8, 30)),
        ("retiree", "notice", at(25, 8, 30), at(25, 8, 30)),
        ("retiree", "notice", at(25, 11, 59), at(25, 11, 59)),
        ("retiree", "notice", at(25, 12, 0), at(25, 14, 0)),
        ("retiree", "notice", at(25, 13, 59), at(25, 14, 0)),
        ("retiree", "notice", at(25, 19, 59), at(25, 19, 59)),
        ("retiree", "notice", at(25, 20, 0), at(26, 8, 30)),
        ("contact", "notice", at(30, 23, 0), datetime(2026, 12, 1, 8, 30, tzinfo=ZONE)),
        ("volunteer", "notice", at(25, 7, 59), at(25, 8, 0)),
        ("volunteer", "notice", at(25, 12, 30), at(25, 12, 30)),
        ("volunteer", "notice", at(25, 21, 30), at(26, 8, 0)),
        ("staff", "notice", at(25, 3, 0), at(25, 8, 0)),
        ("stranger", "notice", at(25, 22, 0), at(26, 8, 0)),
        ("retiree", "promotion", at(25, 20, 30), at(26, 8, 30)),
        ("volunteer", "promotion", at(25, 21, 0), at(26, 8, 0)),
    ],
)
def test_5_3_hours(role: str, kind: str, now: datetime, expected: datetime) -> None:
    result = next_allowed(now, role, kind, POLICY, ZONE)
    assert result == expected
    assert result.tzinfo is UTC or result.utcoffset() == timedelta(0)


def test_5_3_emergencies_never_wait() -> None:
    assert next_allowed(at(25, 3), "staff", "notice", POLICY, ZONE, emergency=True) == at(25, 3)


def test_5_3_a_promotion_keeps_both_rules() -> None:
    late = replace(POLICY, promotional_hours=(TimeSpan(time(10), time(13)), TimeSpan(time(19), time(21))))
    assert [str(span) for span in allowed_spans("retiree", "promotion", late)] == [
        "10:00-12:00",
        "19:00-20:00",
    ]
    never = replace(POLICY, promotional_hours=(TimeSpan(time(12), time(14)),))
    with pytest.raises(ValueError, match="no hours"):
        next_allowed(at(25, 9), "retiree", "promotion", never, ZONE)


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(KeyError):
        next_allowed(at(25, 9), "nobody", "notice", POLICY, ZONE)


@given(
    st.integers(0, 365 * 86_400).map(lambda seconds: at(1, 0) + timedelta(seconds=seconds)),
    st.sampled_from(["retiree", "contact", "volunteer", "staff"]),
    st.sampled_from(["notice", "promotion"]),
)
def test_5_3_the_result_is_allowed_and_nothing_earlier_is(now: datetime, role: str, kind: str) -> None:
    result = next_allowed(now, role, kind, POLICY, ZONE)
    spans = allowed_spans(role, kind, POLICY)
    assert result >= now
    assert any(result.astimezone(ZONE).time() in span for span in spans)
    if result > now:
        before = result - timedelta(seconds=1)
        assert not any(before.astimezone(ZONE).time() in span for span in spans)
        assert not any(now.astimezone(ZONE).time() in span for span in spans)
    assert next_allowed(result, role, kind, POLICY, ZONE) == result
