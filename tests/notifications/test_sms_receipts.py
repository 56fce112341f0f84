"""Receipts: never backwards, repeats change nothing, order does not matter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import MessageStatus as S
from notifications.receipts import REPORTED, merge

reports = st.tuples(st.sampled_from(sorted(REPORTED)), st.sampled_from(["", "30003", "30008"]))


def run(start: S, receipts: list[tuple[S, str]]) -> tuple[S, str]:
    status, code = start, ""
    for reported, reported_code in receipts:
        after = merge(status, code, reported, reported_code)
        status, code = after.status, after.code
    return status, code


@pytest.mark.parametrize(
    ("before", "reported", "after"),
    [
        (S.SENDING, S.ACCEPTED, S.ACCEPTED),
        (S.UNKNOWN, S.SENT, S.SENT),  # a receipt proves that the gateway had the text
        (S.ACCEPTED, S.DELIVERED, S.DELIVERED),
        (S.DELIVERED, S.SENT, S.DELIVERED),
        (S.DELIVERED, S.FAILED, S.DELIVERED),
        (S.DELIVERED, S.UNDELIVERED, S.DELIVERED),
        (S.FAILED, S.DELIVERED, S.DELIVERED),
        (S.UNDELIVERED, S.DELIVERED, S.DELIVERED),
        (S.UNDELIVERED, S.FAILED, S.UNDELIVERED),
        (S.FAILED, S.ACCEPTED, S.FAILED),
        (S.SENT, S.ACCEPTED, S.SENT),
        (S.QUEUED, S.DELIVERED, S.QUEUED),
        (S.CANCELLED, S.DELIVERED, S.CANCELLED),
        (S.EXPIRED, S.DELIVERED, S.EXPIRED),
        (S.SUPPRESSED, S.DELIVERED, S.SUPPRESSED),
    ],
)
def test_each_move(before: S, reported: S, after: S) -> None:
    merged = merge(before, "", reported)
    assert merged.status is after
    assert merged.is_changed == (before is not after)


def test_the_error_of_one_segment_is_kept_when_the_text_arrived_after_all() -> None:
    assert run(S.ACCEPTED, [(S.UNDELIVERED, "30003"), (S.DELIVERED, "")]) == (S.DELIVERED, "30003")


@pytest.mark.parametrize("nonsense", [S.QUEUED, S.SENDING, S.UNKNOWN, S.CANCELLED])
def test_a_gateway_cannot_report_our_own_statuses(nonsense: S) -> None:
    with pytest.raises(ValueError, match="cannot report"):
        merge(S.SENT, "", nonsense)


@given(st.lists(reports, max_size=8), reports)
def test_a_repeated_receipt_changes_nothing(before: list[tuple[S, str]], receipt: tuple[S, str]) -> None:
    status, code = run(S.SENDING, [*before, receipt])
    assert not merge(status, code, *receipt).is_changed


@given(st.lists(reports, min_size=1, max_size=6).flatmap(lambda r: st.tuples(st.just(r), st.permutations(r))))
def test_delivered_wins_in_any_order(pair: tuple[list[tuple[S, str]], list[tuple[S, str]]]) -> None:
    first, second = run(S.SENDING, pair[0])[0], run(S.SENDING, pair[1])[0]
    final = {S.DELIVERED, S.FAILED, S.UNDELIVERED}
    assert (first is S.DELIVERED) == (second is S.DELIVERED) == any(r is S.DELIVERED for r, _ in pair[0])
    assert (first in final) == (second in final)
    assert first in final or first is second
