"""Holiday campaigns: windows around a festival, whom they are for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from domain.ages import month_end
from domain.flags import Flag
from domain.policy import Festival, Policy
from domain.workdays import Deadline, HolidayTable, add_working_days


@dataclass(frozen=True)
class CampaignWindow:
    """First and last day for visits, both included."""

    opens_on: date
    ends_on: date


def campaign_window(festival: Festival, festival_on: date, policy: Policy) -> CampaignWindow:
    """The window of a festival's campaign (decision); 重阳 has the whole month of the elderly."""
    if festival is Festival.DOUBLE_NINTH:
        first = date(festival_on.year, policy.elderly_month, 1)
        return CampaignWindow(first, month_end(first))
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


def default_target_flags(festival: Festival, policy: Policy) -> tuple[Flag, ...]:
    """七一 is for party members, 八一 for veterans, the others for the six groups."""
    if festival is Festival.PARTY_DAY:
        return (Flag.PARTY_MEMBER,)
    if festival is Festival.ARMY_DAY:
        return (Flag.VETERAN,)
    return policy.priority_flags


def is_target(flags: Collection[Flag], target_flags: Collection[str]) -> bool:
    """Anybody with one of the campaign's flags, once (Regulation art. 25(2))."""
    return any(flag in target_flags for flag in flags)


def results_due(window: CampaignWindow, policy: Policy, table: HolidayTable) -> Deadline:
    """Results are in some working days after the window."""
    return add_working_days(window.ends_on, policy.campaign_result_working_days, table)


def join_windows(one: CampaignWindow, other: CampaignWindow) -> CampaignWindow | None:
    """One round for two festivals whose windows overlap (中秋 and 国庆); None when they do not."""
    if max(one.opens_on, other.opens_on) > min(one.ends_on, other.ends_on):
        return None
    return CampaignWindow(min(one.opens_on, other.opens_on), max(one.ends_on, other.ends_on))


def campaign_key(campaign_id: object, person_id: object) -> str:
    """One visit per person and campaign, however many of its groups the person is in."""
    return f"campaign/{campaign_id}/{person_id}"
