"""Deaths, missing persons, prison, suspicions (§6, §7: art. 16(4), 25(2), 31, 32), events of §2.2."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.certification import last_chance_on
from domain.departures import (
    FRAUD_MOVES,
    FraudStatus,
    ProposalKind,
    death_report_due,
    is_report_late,
    missing_suspension_from,
    stops_from,
    wants_condolence,
)
from domain.events import Event, event_window
from domain.policy import Policy
from domain.workdays import HolidayTable

POLICY = Policy()


@pytest.mark.parametrize(
    ("since", "from_on"),
    [
        (date(2025, 8, 31), date(2026, 3, 1)),
        (date(2026, 1, 15), date(2026, 7, 16)),
        (date(2025, 8, 28), date(2026, 3, 1)),
    ],
)
def test_6_missing_for_more_than_six_months(since: date, from_on: date) -> None:
    assert missing_suspension_from(since, POLICY) == from_on
    assert stops_from(ProposalKind.MISSING, since, POLICY) == from_on


def test_7_art_32_the_month_after_death_and_arrest() -> None:
    for kind in (ProposalKind.DECEASED, ProposalKind.IMPRISONED):
        assert stops_from(kind, date(2026, 1, 31), POLICY) == date(2026, 2, 1)
        assert stops_from(kind, date(2026, 12, 1), POLICY) == date(2027, 1, 1)


def test_7_art_16_the_clock_runs_from_the_death_however_late_it_is_learnt(holidays: HolidayTable) -> None:
    died_on = date(2026, 1, 30)
    assert death_report_due(died_on, POLICY, holidays).on == date(2026, 3, 5)
    assert not is_report_late(died_on, date(2026, 3, 5), POLICY, holidays)
    assert is_report_late(died_on, date(2026, 3, 6), POLICY, holidays)


@pytest.mark.parametrize(
    ("died_on", "source", "wanted"),
    [
        (None, "visit", True),
        (None, "register", False),
        (date(2026, 3, 1), "relative", True),
        (date(2026, 2, 28), "register", True),
        (date(2026, 1, 1), "relative", False),
    ],
)
def test_7_art_25_condolence(died_on: date | None, source: str, wanted: bool) -> None:
    assert wants_condolence(died_on, date(2026, 3, 10), source) is wanted


@pytest.mark.parametrize(
    ("event", "learnt", "due"),
    [
        (Event.HOSPITAL, date(2026, 9, 23), date(2026, 9, 29)),  # over mid-autumn
        (Event.HOSPITAL, date(2026, 11, 24), date(2026, 11, 27)),
        (Event.BEREAVEMENT, date(2026, 11, 24), date(2026, 11, 26)),
        (Event.DISCHARGE, date(2026, 11, 24), date(2026, 12, 1)),
        (Event.NEW_RETIREE, date(2026, 11, 24), date(2026, 12, 1)),
    ],
)
def test_2_2_visits_that_events_call_for(
    event: Event, learnt: date, due: date, holidays: HolidayTable
) -> None:
    assert event_window(event, learnt, POLICY, holidays).due_on == due


def test_1_6_the_last_working_day_before_the_pay_run_is_fixed(holidays: HolidayTable) -> None:
    assert last_chance_on(date(2026, 3, 31), POLICY, holidays).on == date(2026, 4, 9)
    # 1 to 7 October are off, 10 October is a working Saturday
    early = replace(POLICY, pay_run_cutoff_day=8)
    assert last_chance_on(date(2026, 9, 30), early, holidays).on == date(2026, 9, 30)
    assert last_chance_on(date(2026, 12, 31), POLICY, holidays).provisional


def test_7_art_31_a_suspicion_ends_in_one_of_three_ways() -> None:
    ends = {status for status, after in FRAUD_MOVES.items() if not after}
    assert ends == {FraudStatus.REPAID, FraudStatus.TRANSFERRED, FraudStatus.DISMISSED}
    assert set(FRAUD_MOVES) == set(FraudStatus)
    assert FraudStatus.REPAID not in FRAUD_MOVES[FraudStatus.SUSPECTED]
    assert POLICY.fraud_repayment_days == timedelta(days=30).days
