"""Until when a yes counts, if the seat is still free."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.offers import OfferStatus, may_accept
from domain.policy import Policy

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "answered", "to_start", "counts"),
    [
        (OfferStatus.OFFERED, None, 24 * HOUR, True),
        (OfferStatus.EXPIRED, 9 * HOUR, 24 * HOUR, True),
        (OfferStatus.EXPIRED, 9 * HOUR, HOUR, True),
        (OfferStatus.EXPIRED, 9 * HOUR, HOUR - MINUTE, False),
        (OfferStatus.DECLINED, MINUTE, 24 * HOUR, True),
        (OfferStatus.DECLINED, 10 * MINUTE, 24 * HOUR, True),
        (OfferStatus.DECLINED, 11 * MINUTE, 24 * HOUR, False),
        (OfferStatus.WITHDRAWN, MINUTE, HOUR, True),
        (OfferStatus.WITHDRAWN, HOUR, 24 * HOUR, False),
        (OfferStatus.RELEASED, MINUTE, 24 * HOUR, False),
        (OfferStatus.FILLED, MINUTE, 24 * HOUR, True),
        (OfferStatus.FILLED, MINUTE, HOUR - MINUTE, False),
    ],
)
def test_a_yes_counts(
    status: OfferStatus, answered: timedelta | None, to_start: timedelta, counts: bool
) -> None:
    answered_at = NOW - answered if answered is not None else None
    assert may_accept(status, answered_at, NOW + to_start, NOW, Policy()) is counts


def test_the_moment_is_the_policy_s() -> None:
    policy = Policy.from_values({"second_thought_minutes": 30})
    assert may_accept(OfferStatus.DECLINED, NOW - 20 * MINUTE, NOW + 24 * HOUR, NOW, policy)
