"""Urgency, ladders, deadlines of events (§1.6, §2.2, §3.1, §6)."""

from datetime import date

import pytest

from domain.departures import death_report_due, is_report_late, missing_suspension_from
from domain.escalation import (
    Rung,
    certification_rung,
    planner_weight,
    visit_priority,
)
from domain.events import Event, EventWindow, event_window
from domain.policy import Policy
from domain.visits import VisitKind as K
from domain.workdays import Deadline, HolidayTable

POLICY = Policy()


@pytest.mark.parametrize(
    ("kind", "days_left", "level", "priority", "weight"),
    [
        (K.EVENT, 2, "", 1, 10),
        (K.CERTIFICATION, 7, "", 2, 10),
        (K.CERTIFICATION, -3, "", 2, 10),
        (K.CARE, 0, "A", 3, 10),
        (K.CARE, -1, "A", 3, 10),
        (K.CARE, 2, "A", 4, 5),
        (K.CERTIFICATION, 8, "", 4, 5),
        (K.CERTIFICATION, 15, "", 4, 5),
        (K.CAMPAIGN, 3, "", 5, 5),
        (K.CERTIFICATION, 16, "", 6, 2),
        (K.CERTIFICATION, 30, "", 6, 2),
        (K.CARE, 0, "B", 7, 2),
        (K.CERTIFICATION, 31, "", 8, 1),
        (K.CAMPAIGN, 4, "", 8, 1),
        (K.CARE, 0, "C", 8, 1),
        (K.TASK, 0, "", 8, 1),
    ],
)
def test_3_1_priority_and_weight(kind: K, days_left: int, level: str, priority: int, weight: int) -> None:
    assert visit_priority(kind, days_left, level) == priority
    assert planner_weight(kind, days_left, level) == weight


def test_3_1_an_emergency_comes_first() -> None:
    assert visit_priority(K.TASK, 30, "", emergency=True) == 0


@pytest.mark.parametrize(
    ("days_left", "rung"),
    [(60, Rung.COMMUNITY), (31, Rung.COMMUNITY), (30, Rung.STREET), (16, Rung.STREET), (15, Rung.DISTRICT),
     (8, Rung.DISTRICT), (7, Rung.CITY), (0, Rung.CITY), (-5, Rung.CITY)],
)  # fmt: skip
def test_1_6_unassigned_certifications_climb(days_left: int, rung: Rung) -> None:
    assert certification_rung(days_left, POLICY) is rung


@pytest.mark.parametrize(
    ("event", "learnt_on", "due_on"),
    [
        (Event.HOSPITAL, date(2026, 11, 23), date(2026, 11, 26)),
        (Event.HOSPITAL, date(2026, 9, 30), date(2026, 10, 10)),
        (Event.NEW_RETIREE, date(2026, 11, 23), date(2026, 11, 30)),
        (Event.BEREAVEMENT, date(2026, 11, 23), date(2026, 11, 25)),
        (Event.DISCHARGE, date(2026, 11, 23), date(2026, 11, 30)),
        (Event.SERIOUS, date(2026, 11, 23), date(2026, 11, 24)),
    ],
)
def test_2_2_events(event: Event, learnt_on: date, due_on: date, holidays: HolidayTable) -> None:
    assert event_window(event, learnt_on, POLICY, holidays) == EventWindow(learnt_on, due_on)


def test_2_2_an_event_at_the_turn_of_the_year_is_provisional(holidays: HolidayTable) -> None:
    assert event_window(Event.HOSPITAL, date(2026, 12, 30), POLICY, holidays).provisional


def test_16_4_the_death_report_runs_from_the_death(holidays: HolidayTable) -> None:
    died_on = date(2026, 9, 4)
    assert death_report_due(died_on, POLICY, holidays) == Deadline(date(2026, 10, 9), False)
    assert not is_report_late(died_on, date(2026, 10, 9), POLICY, holidays)
    assert is_report_late(died_on, date(2026, 10, 10), POLICY, holidays)


def test_8_5_a_death_learnt_three_months_later_is_late(holidays: HolidayTable) -> None:
    assert is_report_late(date(2026, 8, 23), date(2026, 11, 23), POLICY, holidays)


@pytest.mark.parametrize(
    ("since", "suspended_from"),
    [(date(2025, 8, 31), date(2026, 3, 1)), (date(2026, 5, 23), date(2026, 11, 24))],
)
def test_6_missing_for_more_than_six_months(since: date, suspended_from: date) -> None:
    assert missing_suspension_from(since, POLICY) == suspended_from
