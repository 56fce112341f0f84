"""Dates, hours and counts as a careful Chinese text says them; instants are aware, days local."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING, AFTERNOON, EVENING = "上午", "下午", "晚上"
NOBODY = "无"


def day(on: date) -> str:
    """11月26日."""
    return f"{on.month}月{on.day}日"


def long_day(on: date) -> str:
    """2027年11月30日: where another year may be meant."""
    return f"{on.year}年{day(on)}"


def near_day(on: date, today: date) -> str:
    """今日, 明日, 11月26日, or 2028年1月4日 when that is another year and far away."""
    ahead = (on - today).days
    if ahead in (0, 1):
        return ("今日", "明日")[ahead]
    return long_day(on) if on.year != today.year and abs(ahead) > 62 else day(on)


def clock(at: time) -> str:
    """18点, 9点半, 8点15分: the 24-hour clock of volunteers and staff."""
    return f"{at.hour}点{_minutes(at)}"


def spoken_clock(at: time) -> str:
    """上午9点, 下午2点半, 晚上7点: as one says it to an old person."""
    return f"{part_of_day(at)}{_twelve(at)}"


def part_of_day(at: time) -> str:
    """上午 before noon, 下午 until six, 晚上 after; noon itself is 中午."""
    if at.hour == 12:
        return "中午"
    return MORNING if at.hour < 12 else AFTERNOON if at.hour < 18 else EVENING


def hours(start: time, end: time) -> str:
    """上午9点至11点, 上午10点至12点, 上午11点至下午1点: a window of one day."""
    same = part_of_day(start) == part_of_day(end) or (start.hour < 12 and end == time(12))
    return f"{spoken_clock(start)}至{_twelve(end) if same else spoken_clock(end)}"


def window(start: datetime, end: datetime, zone: ZoneInfo = SHANGHAI) -> str:
    """11月26日上午9点至11点."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    return f"{day(first.date())}{hours(first.time(), last.time())}"


def near_window(start: datetime, end: datetime, now: datetime, zone: ZoneInfo = SHANGHAI) -> str:
    """明日上午9点至11点."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    return f"{near_day(first.date(), now.astimezone(zone).date())}{hours(first.time(), last.time())}"


def half_day(on: date, part: str) -> str:
    """11月26日上午; `part` is morning, afternoon or evening.

    Raises:
        KeyError: for another part.
    """
    return day(on) + {"morning": MORNING, "afternoon": AFTERNOON, "evening": EVENING}[part]


def moment(at: datetime, zone: ZoneInfo = SHANGHAI) -> str:
    """11月26日9点."""
    local = at.astimezone(zone)
    return f"{day(local.date())}{clock(local.time())}"


def near_moment(at: datetime, now: datetime, zone: ZoneInfo = SHANGHAI) -> str:
    """明日9点: true only on the day it is written, so the text must not be sent on a later one."""
    local = at.astimezone(zone)
    return f"{near_day(local.date(), now.astimezone(zone).date())}{clock(local.time())}"


def deadline(at: datetime, now: datetime, zone: ZoneInfo = SHANGHAI) -> str:
    """今日18点, 明日12点, 11月28日18点, to be followed by 前; midnight is 24点 of the day that ends."""
    local = at.astimezone(zone)
    if local.time() == time(0):
        ending = local.date() - timedelta(days=1)
        return f"{near_day(ending, now.astimezone(zone).date())}24点"
    return near_moment(at, now, zone)


def party(people: int) -> str:
    """2人同行, or 单人前往."""
    return "单人前往" if people == 1 else f"{people}人同行"


def companion(masked_name: str | None) -> str:
    """The other visitor's masked name, or 无."""
    return masked_name or NOBODY


def code_list(codes: list[str]) -> str:
    """At most three codes, as they are read out: T4829-1742、T5310-0077."""
    return "、".join(codes[:3])


def _minutes(at: time) -> str:
    return "" if at.minute == 0 else "半" if at.minute == 30 else f"{at.minute}分"


def _twelve(at: time) -> str:
    return f"{at.hour if at.hour <= 12 else at.hour - 12}点{_minutes(at)}"
