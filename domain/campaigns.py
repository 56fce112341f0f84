"""Holiday campaigns: windows around a festival, whom they are for."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from domain.flags import Flag
from domain.policy import Festival, Policy


@dataclass(frozen=True)
class CampaignWindow:
    """First and last day for visits, both included."""

    opens_on: date
    ends_on: date


def campaign_window(festival: Festival, festival_on: date, policy: Policy) -> CampaignWindow:
    """The window of a festival's campaign (§2.4, decisions); 重阳 has the whole month of the elderly."""
    if festival is Festival.DOUBLE_NINTH:
        month = policy.elderly_month
        return CampaignWindow(
            date(festival_on.year, month, 1),
            date(festival_on.year, month, monthrange(festival_on.year, month)[1]),
        )
    before = policy.campaign_days_before[festival]
    end = policy.campaign_end_days_before[festival]
    return CampaignWindow(festival_on - timedelta(days=before), festival_on - timedelta(days=end))


def fixed_festival(festival: Festival, year: int) -> date | None:
    """The date of a festival of the solar calendar; None for the lunar ones."""
    days = {
        Festival.NEW_YEAR: (1, 1),
        Festival.PARTY_DAY: (7, 1),
        Festival.ARMY_DAY: (8, 1),
        Festival.NATIONAL_DAY: (10, 1),
    }
    return date(year, *days[festival]) if festival in days else None


def is_target(flags: Collection[Flag], target_flags: Collection[str]) -> bool:
    """Anybody with one of the campaign's flags, once (Regulation art. 25(2))."""
    return any(flag in target_flags for flag in flags)
