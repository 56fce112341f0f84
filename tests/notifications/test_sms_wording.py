"""Dates and hours as a text says them."""

from datetime import UTC, date, datetime, time

import pytest

from notifications import wording


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=wording.SHANGHAI)


@pytest.mark.parametrize(
    ("value", "spoken", "clock"),
    [
        (time(8, 30), "上午8点半", "8点半"),
        (time(9), "上午9点", "9点"),
        (time(12), "中午12点", "12点"),
        (time(13, 30), "下午1点半", "13点半"),
        (time(17, 15), "下午5点15分", "17点15分"),
        (time(19), "晚上7点", "19点"),
        (time(18, 5), "晚上6点5分", "18点5分"),
    ],
)
def test_hours_spoken_and_written(value: time, spoken: str, clock: str) -> None:
    assert wording.spoken_clock(value) == spoken
    assert wording.clock(value) == clock


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (time(9), time(11), "上午9点至11点"),
        (time(10), time(12), "上午10点至12点"),
        (time(11), time(13), "上午11点至下午1点"),
        (time(14), time(16, 30), "下午2点至4点半"),
        (time(17), time(19), "下午5点至晚上7点"),
        (time(12), time(13), "中午12点至下午1点"),
    ],
)
def test_windows(start: time, end: time, text: str) -> None:
    assert wording.hours(start, end) == text


def test_instants_are_said_in_local_time() -> None:
    utc = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)  # half past midnight of the 26th in Changsha
    assert wording.moment(utc) == "11月26日0点半"
    assert wording.window(at(26, 9).astimezone(UTC), at(26, 11).astimezone(UTC)) == "11月26日上午9点至11点"
    assert wording.near_window(at(26, 9), at(26, 11), at(25, 10)) == "明日上午9点至11点"


@pytest.mark.parametrize(
    ("deadline", "now", "text"),
    [
        (at(26, 18), at(26, 10), "今日18点"),
        (at(27, 12), at(26, 23, 59), "明日12点"),
        (at(27, 12), at(27, 0), "今日12点"),
        (at(28, 18), at(26, 10), "11月28日18点"),
        (at(27, 0), at(26, 10), "今日24点"),
        (at(28, 0), at(26, 10), "明日24点"),
        (at(1, 9, month=1, year=2027), at(31, 10, month=12), "明日9点"),
    ],
)
def test_deadlines(deadline: datetime, now: datetime, text: str) -> None:
    assert wording.deadline(deadline, now) == text


def test_days() -> None:
    assert wording.day(date(2026, 11, 3)) == "11月3日"
    assert wording.long_day(date(2027, 11, 30)) == "2027年11月30日"
    assert wording.near_day(date(2027, 1, 4), date(2026, 12, 20)) == "1月4日"
    assert wording.near_day(date(2027, 11, 30), date(2026, 11, 26)) == "2027年11月30日"
    assert wording.near_day(date(2026, 11, 25), date(2026, 11, 26)) == "11月25日"
    assert wording.half_day(date(2026, 11, 26), "morning") == "11月26日上午"
    assert wording.half_day(date(2026, 11, 26), "evening") == "11月26日晚上"
    with pytest.raises(KeyError):
        wording.half_day(date(2026, 11, 26), "night")


def test_people_and_codes() -> None:
    assert (wording.party(1), wording.party(2)) == ("单人前往", "2人同行")
    assert (wording.companion("李*"), wording.companion(None)) == ("李*", "无")
    codes = ["T4829-1742", "T5310-0077", "T6204-5518", "T7000-0000"]
    assert wording.code_list(codes) == "T4829-1742、T5310-0077、T6204-5518"
