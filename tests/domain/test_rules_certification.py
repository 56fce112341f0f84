"""Certification: the vectors of §1.1 to §1.6, and that the order of entry changes nothing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.certification import (
    CertificationFact,
    Channel,
    Ground,
    Suspension,
    counts,
    current_reminder,
    due_after,
    home_visit_opens_on,
    is_face_closed,
    is_suspended,
    may_remind,
    missing_evidence,
    month_end,
    resumes_in,
)
from domain.policy import CycleMode, Policy, PolicyHistory
from tests.domain.clocks import clock_of, spans_of

POLICY = Policy()
STRICT = replace(POLICY, cycle_mode=CycleMode.ROLLING_STRICT)
CALENDAR = replace(POLICY, cycle_mode=CycleMode.CALENDAR_YEAR)


def face(on: date) -> CertificationFact:
    return CertificationFact(on, Channel.SELF_FACE)


@pytest.mark.parametrize(
    ("last_on", "policy", "due_on"),
    [
        (date(2024, 8, 3), POLICY, date(2025, 8, 31)),
        (date(2018, 7, 15), POLICY, date(2019, 7, 31)),
        (date(2024, 2, 29), POLICY, date(2025, 2, 28)),
        (date(2023, 2, 28), POLICY, date(2024, 2, 29)),
        (date(2025, 11, 23), POLICY, date(2026, 11, 30)),
        (date(2025, 12, 5), POLICY, date(2026, 12, 31)),
        (date(2025, 12, 5), STRICT, date(2026, 11, 30)),
        (date(2025, 12, 5), CALENDAR, date(2026, 12, 31)),
        (date(2025, 1, 1), CALENDAR, date(2026, 12, 31)),
        (date(2026, 3, 2), POLICY, date(2027, 3, 31)),
        (date(2012, 7, 10), STRICT, date(2013, 6, 30)),
        (date(2025, 8, 31), replace(POLICY, cycle_months=6), date(2026, 2, 28)),
    ],
)
def test_1_1_due_dates(last_on: date, policy: Policy, due_on: date) -> None:
    clock = clock_of([face(last_on)], None, policy, due_on)
    assert clock is not None
    assert clock.due_on == due_after(last_on, policy) == due_on
    assert clock.suspended_from == due_on + timedelta(days=1)
    assert clock.suspended_from.day == 1
    assert not is_suspended(clock, due_on)
    assert is_suspended(clock, due_on + timedelta(days=1))


def test_1_1_the_example_of_hunan() -> None:
    first, late = face(date(2024, 8, 3)), face(date(2025, 9, 20))
    clock = clock_of([first], None, POLICY, date(2025, 9, 1))
    assert clock is not None
    assert clock.suspended_from == date(2025, 9, 1)
    assert is_suspended(clock, date(2025, 9, 1))
    assert spans_of([first], None, POLICY, date(2025, 9, 1)) == [Suspension(date(2025, 9, 1), None, 0)]
    assert resumes_in(late.occurred_on) == date(2025, 10, 1)
    assert spans_of([first, late], None, POLICY, date(2025, 10, 1)) == [
        Suspension(date(2025, 9, 1), date(2025, 10, 1), 1)
    ]
    after = clock_of([first, late], None, POLICY, date(2025, 10, 1))
    assert after is not None
    assert after.due_on == date(2026, 9, 30)


def test_1_1_seven_days_left_today() -> None:
    clock = clock_of([face(date(2025, 11, 23))], None, POLICY, date(2026, 11, 23))
    assert clock is not None
    assert clock.days_left(date(2026, 11, 23)) == 7


def test_1_1_cert_04_every_suspended_month_is_paid_back() -> None:
    facts = [face(date(2018, 7, 15)), face(date(2020, 1, 3))]
    assert spans_of(facts, None, POLICY, date(2020, 2, 1)) == [
        Suspension(date(2019, 8, 1), date(2020, 2, 1), 6)
    ]


def test_1_1_cert_05_early_and_older_events() -> None:
    early = [face(date(2025, 8, 10)), face(date(2026, 3, 2))]
    clock = clock_of(early, None, POLICY, date(2026, 4, 1))
    assert clock is not None
    assert clock.due_on == date(2027, 3, 31)
    older = clock_of([*early, face(date(2024, 1, 5))], None, POLICY, date(2026, 4, 1))
    assert older == clock


def test_1_1_cert_06_new_retirees() -> None:
    clock = clock_of([], date(2026, 5, 14), POLICY, date(2026, 11, 23))
    assert clock is not None
    assert (clock.last_on, clock.due_on) == (None, date(2027, 5, 31))
    assert clock_of([], None, POLICY, date(2026, 11, 23)) is None
    # what lies before the records is not judged; a first benefit month within them is
    assert spans_of([face(date(2025, 5, 1))], date(2005, 1, 1), POLICY, date(2026, 1, 1)) == []
    assert spans_of(
        [face(date(2025, 5, 1))], date(2024, 1, 1), POLICY, date(2026, 1, 1), records_from=date(2023, 1, 1)
    ) == [Suspension(date(2025, 2, 1), date(2025, 6, 1), 4)]
    assert spans_of([], None, POLICY, date(2026, 1, 1)) == []
    assert spans_of([], date(2024, 1, 1), POLICY, date(2026, 1, 1)) == [Suspension(date(2025, 2, 1), None, 0)]


def test_1_1_cert_07_special_procedure_after_18_months() -> None:
    for today, special in ((date(2026, 2, 28), False), (date(2026, 3, 1), True)):
        clock = clock_of([face(date(2024, 8, 3))], None, POLICY, today)
        assert clock is not None
        assert clock.special_procedure is special


def test_an_event_of_tomorrow_does_not_count_yet() -> None:
    facts = [face(date(2025, 11, 23)), face(date(2026, 11, 24))]
    clock = clock_of(facts, None, POLICY, date(2026, 11, 23))
    assert clock is not None
    assert clock.last_on == date(2025, 11, 23)


def test_1_2_channels() -> None:
    assert {channel.value for channel in Channel} == {
        "self_face", "assisted_face", "silent", "social_service", "home_visit", "offline_face",
        "offline_nonface", "institution", "employer", "remote_agency", "overseas", "phone_video",
    }  # fmt: skip
    assert [c for c in Channel if not counts(c, POLICY)] == [Channel.PHONE_VIDEO]
    assert counts(Channel.PHONE_VIDEO, replace(POLICY, phone_video_certifies=True))
    assert len(Ground) == 5


HISTORIES = st.lists(
    st.builds(
        CertificationFact, st.dates(date(2019, 1, 1), date(2026, 11, 23)), st.sampled_from(list(Channel))
    ),
    max_size=12,
)
TODAY = date(2026, 11, 23)


@settings(max_examples=300, deadline=None)
@given(HISTORIES, st.randoms(use_true_random=False), st.sampled_from(list(CycleMode)))
def test_3_1_the_order_of_entry_changes_nothing(
    facts: list[CertificationFact], random: Any, mode: CycleMode
) -> None:
    policy = replace(POLICY, cycle_mode=mode)
    shuffled = list(facts)
    random.shuffle(shuffled)
    benefit = date(2018, 6, 1)
    clock = clock_of(facts, benefit, policy, TODAY)
    assert clock == clock_of(shuffled + shuffled[:3], benefit, policy, TODAY)
    assert spans_of(facts, benefit, policy, TODAY) == spans_of(shuffled, benefit, policy, TODAY)
    assert clock is not None
    now_unpaid = [s for s in spans_of(facts, benefit, policy, TODAY) if s.resumes_on is None]
    assert bool(now_unpaid) is is_suspended(clock, TODAY)


@settings(max_examples=200, deadline=None)
@given(HISTORIES, st.dates(date(2015, 1, 1), date(2026, 11, 23)))
def test_3_1_an_older_event_never_moves_the_due_date(facts: list[CertificationFact], on: date) -> None:
    before = clock_of(facts, None, POLICY, TODAY)
    after = clock_of([*facts, face(on)], None, POLICY, TODAY)
    assert after is not None
    if before is not None and before.last_on is not None and on <= before.last_on:
        assert after == before
    else:
        assert after.due_on == month_end(on, 12)


def test_1_1_cert_07_a_face_receipt_will_not_do_after_18_months() -> None:
    always, last = PolicyHistory.always(POLICY), [face(date(2024, 8, 3))]
    assert not is_face_closed(last, always, date(2026, 2, 28))
    assert is_face_closed(last, always, date(2026, 3, 1))
    assert not is_face_closed([*last, face(date(2025, 9, 1))], always, date(2026, 3, 1))
    assert not is_face_closed([], always, date(2026, 3, 1)), "of whom nothing is known nothing is closed"
    receipt = {**COMPLETE, "dated_photo": "", "receipt_number": "R-1"}
    assert missing_evidence(receipt, 2) == []
    assert missing_evidence(receipt, 2, face_closed=True) == ["dated_photo"]
    assert missing_evidence(COMPLETE, 2, face_closed=True) == []


def test_1_6_reminder_ladder() -> None:
    due_on = date(2026, 11, 30)
    steps = [n for n in range(120, -5, -1) if current_reminder(n, POLICY, catch_up_days=0) is not None]
    assert steps == [90, 60, 30, 15, 7, 3, 1]
    assert home_visit_opens_on(due_on, POLICY) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("days_left", "step"),
    [(91, None), (90, 90), (87, 90), (86, None), (60, 60), (31, None), (30, 30), (27, 30), (8, None), (7, 7),
     (5, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 1), (-1, None)],
)  # fmt: skip
def test_1_6_a_step_missed_in_a_standstill_is_caught_up(days_left: int, step: int | None) -> None:
    assert current_reminder(days_left, POLICY) == step


def test_1_6_one_certification_text_a_week_except_in_the_last() -> None:
    due_on = date(2026, 11, 30)
    assert may_remind(None, date(2026, 10, 1), due_on, POLICY)
    assert not may_remind(date(2026, 11, 10), date(2026, 11, 15), due_on, POLICY)
    assert may_remind(date(2026, 11, 8), date(2026, 11, 15), due_on, POLICY)
    assert may_remind(date(2026, 11, 23), date(2026, 11, 27), due_on, POLICY)


COMPLETE = {
    "dated_photo": "photo-1",
    "id_checked": True,
    "id_last_four": "002x",
    "visitors": 2,
    "signature": "photo-2",
}


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, []),
        ({"dated_photo": ""}, ["dated_photo_or_receipt"]),
        ({"dated_photo": "", "receipt_number": "HN-1"}, []),
        ({"id_checked": False}, ["id_check"]),
        ({"id_last_four": " "}, ["id_check"]),
        ({"id_last_four": "0011"}, ["id_mismatch"]),
        ({"visitors": 1}, ["visitor_confirmations"]),
        ({"visitors": None}, ["visitor_confirmations"]),
        ({"signature": ""}, ["signature_or_reason"]),
        ({"signature": "", "no_signature_reason": "  "}, ["signature_or_reason"]),
        ({"signature": "", "no_signature_reason": "双手不能动"}, []),
    ],
)
def test_1_4_evidence_minimum(change: dict[str, object], missing: list[str]) -> None:
    assert missing_evidence({**COMPLETE, **change}, 2, "002X") == missing


def test_1_4_nothing_at_all() -> None:
    assert len(missing_evidence({}, 2)) == 4
