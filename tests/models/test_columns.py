"""Column types and ids that mean the same everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from domain.visits import VisitStatus
from models.columns import ClockTime, EnumText, UtcDateTime
from models.ids import new_id, random_digits, seed_ids, unseed_ids
from models.seal import KeyRing, SealError

DIALECTS: list[Any] = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call]  # untyped there
NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
def test_an_instant_survives_in_any_zone(dialect: Any) -> None:
    kind = UtcDateTime()
    stored = kind.process_bind_param(NOON, dialect)
    assert kind.process_result_value(stored, dialect) == NOON
    back = kind.process_result_value(stored, dialect)
    assert back is not None
    assert back.tzinfo is UTC
    assert kind.process_bind_param(None, dialect) is None
    with pytest.raises(ValueError, match="time zone"):
        kind.process_bind_param(NOON.replace(tzinfo=None), dialect)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
def test_a_status_that_does_not_exist_is_refused(dialect: Any) -> None:
    kind = EnumText(VisitStatus)
    assert kind.process_bind_param("due", dialect) == "due"
    assert kind.process_result_value("due", dialect) is VisitStatus.DUE
    with pytest.raises(ValueError, match="nearly_done"):
        kind.process_bind_param("nearly_done", dialect)
    with pytest.raises(ValueError, match="nearly_done"):
        kind.process_result_value("nearly_done", dialect)


def test_hours_are_kept_to_the_minute() -> None:
    kind = ClockTime()
    assert kind.process_bind_param(time(5, 30), DIALECTS[0]) == "05:30"
    assert kind.process_result_value("05:30", DIALECTS[0]) == time(5, 30)


def test_later_ids_sort_later_and_are_version_seven() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {i.version for i in ids} == {7}


def test_seeded_ids_repeat_and_unseeded_do_not() -> None:
    def some() -> tuple[object, str]:
        seed_ids(3, lambda: 1_000)
        return new_id(), random_digits(8)

    try:
        assert some() == some()
    finally:
        unseed_ids()
    assert len({random_digits(16) for _ in range(20)}) == 20


@pytest.mark.parametrize("keys", [(), (b"too short",), (b"k" * 32, b"short")])
def test_a_short_key_is_no_key(keys: tuple[bytes, ...]) -> None:
    with pytest.raises(SealError, match="32 bytes"):
        KeyRing(*keys)


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x02" + b"x" * 40])
def test_bytes_that_were_never_sealed_do_not_open(damage: bytes) -> None:
    with pytest.raises(SealError):
        KeyRing(b"k" * 32).open(damage, "t|1|c")
