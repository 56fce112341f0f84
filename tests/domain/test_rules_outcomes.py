"""Outcomes and what follows (§1.5), the no-answer protocol and the welfare clock (§2.5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.flags import Flag
from domain.no_answer import day_part, is_exhausted, needs_welfare_check, parts_to_try, welfare_clock
from domain.outcomes import CONSEQUENCES, Credit, Credited, Follow, Outcome, certifies, credited_minutes
from domain.policy import Policy

POLICY = Policy()
ZONE = ZoneInfo("Asia/Shanghai")
O = Outcome  # noqa: E741  # one letter keeps the tables readable


def test_1_5_every_outcome_has_its_consequence() -> None:
    assert set(CONSEQUENCES) == set(Outcome)
    assert [o.value for o in Outcome] == [
        "done_evidence", "nobody_home", "refused", "hospitalised", "moved", "deceased", "missing",
        "imprisoned", "wrong_person", "cannot_verify", "aborted_safety",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "then", "matter"),
    [
        (O.DONE_EVIDENCE, Follow.REVIEW, ""),
        (O.NOBODY_HOME, Follow.RETRY, ""),
        (O.REFUSED, Follow.CLOSE, "call_by_staff"),
        (O.HOSPITALISED, Follow.CLOSE, "hospital"),
        (O.MOVED, Follow.CLOSE, "transfer"),
        (O.DECEASED, Follow.CLOSE, "death"),
        (O.MISSING, Follow.CLOSE, "status_proposal"),
        (O.IMPRISONED, Follow.CLOSE, "status_proposal"),
        (O.WRONG_PERSON, Follow.CLOSE, "fraud_case"),
        (O.CANNOT_VERIFY, Follow.CLOSE, "staff_visit"),
        (O.ABORTED_SAFETY, Follow.CLOSE, "safety_incident"),
    ],
)
def test_1_5_what_follows(outcome: Outcome, then: Follow, matter: str) -> None:
    assert (CONSEQUENCES[outcome].then, CONSEQUENCES[outcome].matter) == (then, matter)


def test_1_5_the_grave_ones() -> None:
    assert [o for o in Outcome if CONSEQUENCES[o].stop_messages] == [O.DECEASED]
    assert [o for o in Outcome if CONSEQUENCES[o].hold_evidence] == [O.WRONG_PERSON]
    assert [o for o in Outcome if CONSEQUENCES[o].at_once] == [
        O.DECEASED, O.MISSING, O.WRONG_PERSON, O.ABORTED_SAFETY,
    ]  # fmt: skip
    assert all(c.penalty_free for c in CONSEQUENCES.values())
    assert [o for o in Outcome if certifies(o)] == [O.DONE_EVIDENCE]
    assert {o: CONSEQUENCES[o].life_status for o in Outcome if CONSEQUENCES[o].life_status} == {
        O.HOSPITALISED: "hospitalised",
        O.MOVED: "away",
        O.DECEASED: "deceased",
        O.MISSING: "missing",
        O.IMPRISONED: "imprisoned",
    }


@pytest.mark.parametrize(
    ("outcome", "spent", "has_reported", "counts", "waits"),
    [
        (O.DONE_EVIDENCE, 55, True, 55, 0),
        (O.DONE_EVIDENCE, 12, True, 12, 0),  # actual time: no least for a visit that took place
        (O.DONE_EVIDENCE, 300, True, 80, 0),
        (O.DONE_EVIDENCE, None, True, 0, 40),  # nobody noted the arrival: planned, to be confirmed
        (O.DONE_EVIDENCE, None, False, 0, 40),
        (O.NOBODY_HOME, 8, True, 30, 0),
        (O.NOBODY_HOME, 41, True, 41, 0),
        (O.NOBODY_HOME, None, True, 30, 0),  # whoever reports a shut door stood at it
        (O.NOBODY_HOME, None, False, 0, 30),
        (O.ABORTED_SAFETY, None, True, 30, 0),
    ],
)
def test_vol_07_only_minutes_that_are_borne_out_count(
    outcome: Outcome, spent: int | None, has_reported: bool, counts: int, waits: int
) -> None:
    least = POLICY.minimum_minutes_on_site
    found = credited_minutes(outcome, 40, spent, least, has_reported=has_reported)
    assert found == Credited(counts, waits)
    assert CONSEQUENCES[O.NOBODY_HOME].credit is Credit.ON_SITE


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("attempts", "exhausted", "next_parts"),
    [
        ([], False, ["morning", "afternoon", "evening"]),
        ([at(2, 9)], False, ["afternoon", "evening"]),
        ([at(2, 9), at(2, 15)], False, ["evening"]),
        ([at(2, 9), at(2, 15), at(2, 19)], False, ["morning", "afternoon", "evening"]),
        ([at(2, 9), at(3, 9), at(4, 10)], False, ["afternoon", "evening"]),
        ([at(2, 9), at(3, 15)], False, ["evening"]),
        ([at(2, 9), at(2, 9, 30), at(3, 15)], True, ["evening"]),
        ([at(2, 9), at(3, 15), at(4, 9)], True, ["evening"]),
    ],
)
def test_1_5_nobody_home_three_times(
    attempts: list[datetime], exhausted: bool, next_parts: list[str]
) -> None:
    assert is_exhausted(attempts, POLICY, ZONE) is exhausted
    assert parts_to_try(attempts, POLICY, ZONE) == next_parts


def test_parts_of_the_day() -> None:
    times = [(7, 0), (11, 59), (13, 0), (13, 30), (17, 45), (18, 0)]
    assert [day_part(at(2, hour, minute), POLICY) for hour, minute in times] == [
        "morning", "morning", "morning", "afternoon", "afternoon", "evening",
    ]  # fmt: skip


def test_2_5_people_at_high_risk_are_looked_for_the_same_day() -> None:
    assert needs_welfare_check("A", [])
    assert needs_welfare_check("C", [Flag.LIVING_ALONE])
    assert not needs_welfare_check("B", [Flag.SERIOUSLY_ILL])
    clock = welfare_clock(at(2, 10), POLICY)
    assert [t - at(2, 10) for t in (clock.officer_at, clock.street_at, clock.seen_by)] == [
        timedelta(hours=2), timedelta(hours=4), timedelta(hours=24),
    ]  # fmt: skip
