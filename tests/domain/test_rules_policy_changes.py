"""A decision in the middle of a period: each month is judged by the policy of its first day (§7.1)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.certification import (
    CertificationFact,
    Channel,
    Suspension,
    certification_clock,
    due_before,
    month_end,
    suspensions,
    unpaid_from,
)
from domain.policy import CycleMode, Policy, PolicyHistory

POLICY = Policy()
STRICT = replace(POLICY, cycle_mode=CycleMode.ROLLING_STRICT)
CALENDAR = replace(POLICY, cycle_mode=CycleMode.CALENDAR_YEAR)
TODAY = date(2026, 11, 23)
HISTORIES = st.lists(
    st.builds(
        CertificationFact, st.dates(date(2019, 1, 1), date(2026, 11, 23)), st.sampled_from(list(Channel))
    ),
    max_size=12,
)


def face(on: date) -> CertificationFact:
    return CertificationFact(on, Channel.SELF_FACE)


def changed(on: date, before: Policy, after: Policy) -> PolicyHistory:
    return PolicyHistory(((date.min, before), (on, after)))


@pytest.mark.parametrize(
    ("last_on", "on", "before", "after", "from_on"),
    [
        # stricter from June: who was in time in May by May's rule is not unpaid for May
        (date(2025, 5, 9), date(2026, 6, 1), POLICY, STRICT, date(2026, 6, 1)),
        (date(2025, 6, 9), date(2026, 6, 1), POLICY, STRICT, date(2026, 6, 1)),
        (date(2025, 7, 9), date(2026, 6, 1), POLICY, STRICT, date(2026, 7, 1)),
        # in the middle of a month: pay-runs are by months, so from the next one
        (date(2025, 6, 9), date(2026, 6, 15), POLICY, STRICT, date(2026, 7, 1)),
        (date(2025, 6, 9), date(2026, 7, 2), POLICY, STRICT, date(2026, 7, 1)),
        # milder from June: who had become unpaid in June by May's rule gets the rest of the year
        (date(2025, 5, 9), date(2026, 6, 1), POLICY, CALENDAR, date(2027, 1, 1)),
        (date(2025, 4, 9), date(2026, 6, 1), POLICY, CALENDAR, date(2026, 5, 1)),
        (date(2025, 11, 9), date(2026, 6, 1), CALENDAR, POLICY, date(2026, 12, 1)),
        (date(2025, 2, 9), date(2026, 6, 1), CALENDAR, POLICY, date(2026, 6, 1)),
    ],
)
def test_7_1_a_cycle_changed_in_the_middle_of_a_period_judges_no_month_that_has_begun(
    last_on: date, on: date, before: Policy, after: Policy, from_on: date
) -> None:
    policies = changed(on, before, after)
    assert unpaid_from(last_on, policies) == from_on
    for today in (date(2026, 1, 1), date(2026, 6, 20), date(2027, 3, 1)):
        clock = certification_clock([face(last_on)], None, policies, today)
        assert clock is not None
        assert (clock.due_on, clock.suspended_from) == (from_on - timedelta(days=1), from_on)
    spans = suspensions([face(last_on), face(from_on)], None, policies, date(2027, 5, 1))
    assert spans == [Suspension(from_on, month_end(from_on) + timedelta(days=1), 1)]
    assert due_before([face(last_on)], None, policies, date.max) == from_on - timedelta(days=1)


@settings(max_examples=200, deadline=None)
@given(HISTORIES, st.dates(date(2017, 1, 1), TODAY), st.sampled_from((STRICT, CALENDAR)))
def test_7_1_a_change_of_the_cycle_leaves_the_months_before_it_as_they_were(
    facts: list[CertificationFact], on: date, after: Policy
) -> None:
    """Of the months before the change, the same ones are unpaid as without it."""
    before = suspensions(facts, None, PolicyHistory.always(POLICY), on - timedelta(days=1))
    policies = changed(on, POLICY, after)
    assert suspensions(facts, None, policies, on - timedelta(days=1)) == before
    unpaid = {m for span in before for m in span.months if m < on.replace(day=1)}
    later = {m for span in suspensions(facts, None, policies, TODAY) for m in span.months}
    assert unpaid <= later


def test_1_2_a_call_counts_by_the_policy_of_its_day() -> None:
    call = CertificationFact(date(2026, 3, 4), Channel.PHONE_VIDEO)
    policies = changed(date(2026, 6, 1), POLICY, replace(POLICY, phone_video_certifies=True))
    facts = [face(date(2025, 8, 1)), call]
    clock = certification_clock(facts, None, policies, date(2026, 7, 1))
    assert clock is not None
    assert clock.last_on == date(2025, 8, 1), "allowed since June, not in March"
    later = certification_clock([*facts, replace(call, occurred_on=date(2026, 6, 1))], None, policies, TODAY)
    assert later is not None
    assert later.last_on == date(2026, 6, 1)
