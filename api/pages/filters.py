"""How times, names and numbers are written on pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from config.i18n import translate
from domain.masking import mask_address, mask_id, mask_name, mask_phone, mask_text
from notifications.phones import dialled


@dataclass(frozen=True)
class Times:
    """Instants and days in the local zone and the reader's language."""

    zone: ZoneInfo
    lang: str
    now: datetime

    @property
    def locale(self) -> str:
        return self.lang.replace("-", "_")

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def moment(self, at: datetime | None) -> str:
        """3月2日 周一 09:00."""
        if at is None:
            return "—"
        pattern = "M月d日 EEE HH:mm" if self.lang == "zh-CN" else "EEE d MMM, HH:mm"
        return format_datetime(at.astimezone(self.zone), pattern, locale=self.locale)

    def exact(self, at: datetime | None) -> str:
        """2026-03-02 09:00:05."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M:%S}" if at else "—"

    def clock(self, at: datetime | None) -> str:
        """09:00."""
        return f"{at.astimezone(self.zone):%H:%M}" if at else "—"

    def day(self, on: date | datetime | None) -> str:
        """3月2日 周一, with the year when it is another one."""
        if on is None:
            return "—"
        day = on.astimezone(self.zone).date() if isinstance(on, datetime) else on
        chinese = self.lang == "zh-CN"
        pattern = "M月d日 EEE" if chinese else "EEE d MMM"
        if day.year != self.today.year:
            pattern = "y年M月d日" if chinese else "d MMM y"
        return format_date(day, pattern, locale=self.locale)

    def weekday(self, on: date) -> str:
        return format_date(on, "EEE", locale=self.locale)

    def half_day(self, at: datetime) -> str:
        """3月2日 周一 上午: all that is told before somebody has accepted."""
        hour = at.astimezone(self.zone).hour
        part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
        return f"{self.day(at)} {translate(part, self.lang)}"

    def left(self, at: datetime) -> str:
        """2 h 10 min left, or overdue by 3 d."""
        gap = at - self.now
        text = "overdue by {time}" if gap < timedelta() else "{time} left"
        return translate(text, self.lang, time=self.length(abs(gap)))

    def length(self, gap: timedelta) -> str:
        minutes = int(gap.total_seconds() // 60)
        if minutes >= 2880:
            return translate("{days} d", self.lang, days=minutes // 1440)
        if minutes >= 60 and minutes % 60 == 0:
            return translate("{hours} h", self.lang, hours=minutes // 60)
        if minutes >= 60:
            return translate("{hours} h {minutes} min", self.lang, hours=minutes // 60, minutes=minutes % 60)
        return translate("{minutes} min", self.lang, minutes=minutes)

    def field_day(self, at: datetime | None) -> str:
        """For `<input type=date>`; tomorrow when there is no time yet."""
        return f"{at.astimezone(self.zone):%Y-%m-%d}" if at else f"{self.today + timedelta(days=1)}"

    def field_time(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.zone):%H:%M}" if at else "09:30"


FILTERS: dict[str, Callable[..., Any]] = {
    "mask_name": mask_name,
    "mask_phone": mask_phone,
    "mask_id": mask_id,
    "mask_address": mask_address,
    "mask_text": mask_text,
    "iso_day": date.fromisoformat,
    "dialled": dialled,
}
