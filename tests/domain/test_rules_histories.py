"""Property of §3.1 over a hundred thousand histories: the order of entry changes nothing, nor do old events.

The expected day is counted in another way: on month numbers, event by event as they are typed in.
"""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest

from domain.certification import CertificationFact, Channel, is_suspended
from domain.policy import CycleMode, Policy
from tests.domain.clocks import clock_of, spans_of

HISTORIES = 34_000  # in each of three cycle modes
TODAY = date(2026, 11, 24)
FIRST = date(2021, 1, 1).toordinal()
SPAN = TODAY.toordinal() - FIRST + 40  # some lie in the future: they do not count yet
CHANNELS = [str(channel) for channel in Channel]


def end_of_month(number: int) -> date:
    """Last day of a month counted from year 0."""
    year, month = divmod(number + 1, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def due_by_hand(days: list[date], mode: CycleMode) -> date:
    """Walks through the events as they were typed in."""
    latest = days[0]
    for day in days[1:]:
        latest = day if day > latest else latest
    if mode is CycleMode.CALENDAR_YEAR:
        return date(latest.year + 1, 12, 31)
    months = 11 if mode is CycleMode.ROLLING_STRICT else 12
    return end_of_month(latest.year * 12 + latest.month - 1 + months)


@pytest.mark.parametrize("mode", list(CycleMode))
def test_3_1_due_date_and_suspension_do_not_depend_on_the_order_of_entry(mode: CycleMode) -> None:
    policy = replace(Policy(), cycle_mode=mode)
    random = Random(f"histories {mode}")
    unpaid = 0
    for _ in range(HISTORIES):
        facts = [
            CertificationFact(date.fromordinal(FIRST + random.randrange(SPAN)), random.choice(CHANNELS))
            for _ in range(random.randint(1, 7))
        ]
        clock = clock_of(facts, None, policy, TODAY)
        counted = [f.occurred_on for f in facts if f.occurred_on <= TODAY and f.channel != "phone_video"]
        if not counted:
            assert clock is None
            continue
        assert clock is not None
        assert clock.due_on == due_by_hand(counted, mode)
        shuffled = random.sample(facts, len(facts))
        assert clock_of(shuffled, None, policy, TODAY) == clock
        # back-dated: something older than the latest is typed in late
        older = CertificationFact(max(counted) - timedelta(days=random.randint(0, 900)), "offline_face")
        assert clock_of([*shuffled, older], None, policy, TODAY) == clock
        # suspended exactly when the due date has passed without a later event
        assert is_suspended(clock, TODAY) is (clock.due_on < TODAY)
        unpaid += clock.due_on < TODAY
    assert unpaid > HISTORIES / 50, "the histories reach what they are about"


def test_3_1_back_pay_does_not_depend_on_the_order_of_entry() -> None:
    """Every unpaid month is paid back once, never one that was paid."""
    policy, random = Policy(), Random("back pay")
    for _ in range(10_000):
        days = sorted(
            date.fromordinal(FIRST + random.randrange(SPAN - 40)) for _ in range(random.randint(1, 6))
        )
        facts = [CertificationFact(day, "self_face") for day in days]
        spans = spans_of(random.sample(facts, len(facts)), None, policy, TODAY)
        assert spans == spans_of(facts, None, policy, TODAY)
        unpaid = set()
        for earlier, later in pairwise(days):
            month = earlier.year * 12 + earlier.month - 1 + 13
            while month <= later.year * 12 + later.month - 1:
                unpaid.add(date(month // 12, month % 12 + 1, 1))
                month += 1
        assert {month for span in spans for month in span.months} == unpaid
