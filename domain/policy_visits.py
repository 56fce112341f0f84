"""Policy values about what is due: certification, care, campaigns, events, the regulation's own numbers."""

# ruff: noqa: RUF009  # item() is dataclasses.field() with the columns of the policy table

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from domain.flags import Flag
from domain.policy_values import PerFestival, PerKind, PerLevel

T = TypeVar("T")


def item(
    default: T, unit: str, source: str, mark: str, low: int | None, high: int | None, description: str
) -> T:
    """A dataclass field that carries its line of the policy table."""
    about = {
        "unit": unit,
        "source": source,
        "mark": mark,
        "minimum": low,
        "maximum": high,
        "description": description,
    }
    return field(default=default, metadata=about)


class CycleMode(StrEnum):
    """How the due date follows from the last certification (rule CERT-02)."""

    ROLLING_MONTH_END = "ROLLING_MONTH_END"
    CALENDAR_YEAR = "CALENDAR_YEAR"
    ROLLING_STRICT = "ROLLING_STRICT"


class Festival(StrEnum):
    """Festivals that may carry a campaign of visits."""

    NEW_YEAR = "new_year"  # 元旦
    SPRING_FESTIVAL = "spring_festival"  # 春节
    DRAGON_BOAT = "dragon_boat"  # 端午
    PARTY_DAY = "party_day"  # 七一
    ARMY_DAY = "army_day"  # 八一
    MID_AUTUMN = "mid_autumn"  # 中秋
    NATIONAL_DAY = "national_day"  # 国庆
    DOUBLE_NINTH = "double_ninth"  # 重阳, with the whole 敬老月


_F = Flag
_DEC = "decision"


@dataclass(frozen=True)
class VisitsPolicy:
    """Due dates, intervals, windows, crews."""

    # Certification
    cycle_mode: CycleMode = item(
        CycleMode.ROLLING_MONTH_END, "", "rule CERT-02", "S", None, None, "how the due date is counted"
    )
    cycle_months: int = item(12, "months", "Regulation art. 16(2)", "S", 1, 36, "one certification per year")
    special_procedure_months: int = item(
        18, "months", "rule CERT-07", "S", 12, 60, "then face ways are closed"
    )
    reminder_days: tuple[int, ...] = item(
        (90, 60, 30, 15, 7, 3, 1), "days", _DEC, "dec", 1, 365, "reminder ladder before the due date"
    )
    reminder_list_days: int = item(90, "days", _DEC, "dec", 1, 365, "from here up a step is a list, no SMS")
    reminder_gap_days: int = item(7, "days", _DEC, "dec", 0, 60, "between two certification SMS to a person")
    reminder_gap_free_days: int = item(7, "days", _DEC, "dec", 0, 60, "last days in which the gap is waived")
    pay_run_cutoff_day: int = item(
        10, "day", _DEC, "dec", 2, 28, "of the month after the due date: the pay-run is fixed"
    )
    home_visit_open_days: int = item(60, "days", _DEC, "dec", 1, 365, "a home certification opens so early")
    certification_own_visit_days: int = item(
        30, "days", _DEC, "dec", 1, 365, "levels A and B: a care visit carries the certification until then"
    )
    street_escalation_days: int = item(30, "days", _DEC, "dec", 1, 365, "unassigned: the street sees it")
    district_escalation_days: int = item(15, "days", _DEC, "dec", 1, 365, "unassigned: the district sees it")
    city_escalation_days: int = item(7, "days", _DEC, "dec", 0, 365, "unassigned: the city desk sees it")
    review_working_days: int = item(3, "working days", _DEC, "S", 1, 30, "time to review evidence")
    phone_video_certifies: bool = item(False, "", _DEC, "dec", None, None, "a phone or video call certifies")

    # Deaths, absences and other numbers of the regulation
    death_report_working_days: int = item(
        20, "working days", "Regulation art. 16(4)", "S", 1, 90, "relatives report a death"
    )
    missing_months: int = item(6, "months", "Regulation art. 32(2)", "S", 1, 60, "missing longer: suspension")
    regulation_valid_from: date = item(
        date(2020, 5, 1), "", "Regulation art. 36", "S", None, None, "in force from this day"
    )
    regulation_valid_years: int = item(
        5, "years", "Regulation art. 36", "S", 1, 50, "validity; nothing stops"
    )
    fund_yuan_per_head: int = item(100, "yuan/year", "Regulation art. 10", "S", 0, 100_000, "special fund")
    fund_city_share_percent: int = item(50, "%", "Regulation art. 10", "S", 0, 100, "borne by the city")
    self_management_target_percent: int = item(
        100, "%", "Regulation art. 7(3)4", "S", 0, 100, "retirees in a self-managed group"
    )
    fraud_repayment_days: int = item(30, "days", "Regulation art. 31(1)", "dec", 1, 365, "time to repay")
    complaint_working_days: int = item(15, "working days", _DEC, "dec", 1, 90, "a complaint is answered")
    referral_working_days: int = item(5, "working days", _DEC, "dec", 1, 90, "a referral is taken up")

    # Care
    advanced_age: int = item(80, "years", "Regulation art. 25(1)", "dec", 60, 110, "advanced age begins at")
    priority_flags: tuple[Flag, ...] = item(
        (_F.CHILDLESS, _F.SERIOUSLY_ILL, _F.ADVANCED_AGE, _F.HARDSHIP, _F.LIVING_ALONE, _F.INJURED),
        "",
        "Regulation art. 25(1)",
        "S",
        None,
        None,
        "the six groups served first",
    )
    priority_group_weight: int = item(
        1, "points", "Regulation art. 25(1)", "rec", 0, 5, "added to a visit's weight: the six groups"
    )
    level_a_aged_flags: tuple[Flag, ...] = item(
        (_F.LIVING_ALONE, _F.EMPTY_NEST, _F.LEFT_BEHIND), "", _DEC, "S", None, None, "level A at advanced age"
    )
    level_a_flags: tuple[Flag, ...] = item((_F.DEMENTIA,), "", _DEC, "S", None, None, "level A at any age")
    level_b_flags: tuple[Flag, ...] = item(
        (
            _F.DISABLED,
            _F.BEDRIDDEN,
            _F.HARDSHIP_LEGAL,
            _F.SPECIAL_FAMILY,
            _F.SERIOUSLY_ILL,
            _F.CHILDLESS,
            _F.ADVANCED_AGE,
        ),
        "",
        _DEC,
        "S",
        None,
        None,
        "level B",
    )
    level_c_flags: tuple[Flag, ...] = item(
        (
            _F.LIVING_ALONE,
            _F.EMPTY_NEST,
            _F.LEFT_BEHIND,
            _F.SEVERELY_HANDICAPPED,
            _F.INJURED,
            _F.HARDSHIP,
            _F.LOW_INCOME,
            _F.REHABILITATION,
        ),
        "",
        _DEC,
        "S",
        None,
        None,
        "level C",
    )
    disabled_from_level: int = item(2, "", "GB/T 42195-2022", "rec", 1, 4, "disabled from this level on")
    care_interval_days: PerLevel = item(
        PerLevel(A=7, B=30, C=91), "days", _DEC, "S", 1, 366, "weekly, monthly, quarterly contact"
    )
    care_open_days: PerLevel = item(
        PerLevel(A=3, B=10, C=21), "days", _DEC, "dec", 0, 366, "a care visit may take place so early"
    )
    level_d_from_age: int = item(
        0, "years", _DEC, "S", 0, 120, "level D: everybody from this age on; 0: nobody"
    )
    level_d_days: int = item(365, "days", _DEC, "S", 1, 366, "level D: yearly contact")
    level_d_advanced_days: int = item(182, "days", _DEC, "S", 1, 366, "level D at advanced age: half-yearly")
    level_d_open_days: int = item(30, "days", _DEC, "dec", 0, 180, "level D: a visit may take place so early")
    home_visit_interval_days: int = item(91, "days", _DEC, "dec", 7, 366, "home visit to levels A and B")
    new_retiree_visit: bool = item(False, "", _DEC, "dec", None, None, "a new retiree gets a first visit")
    new_retiree_working_days: int = item(5, "working days", _DEC, "S", 1, 60, "first visit to a new retiree")
    serious_event_hours: int = item(24, "hours", _DEC, "S", 1, 168, "contact after a serious event")
    hospital_visit_working_days: int = item(
        3, "working days", "Regulation art. 25(2)", "dec", 1, 30, "visit after admission to hospital"
    )
    condolence_days: int = item(2, "days", "Regulation art. 25(2)", "dec", 1, 30, "condolence visit")
    discharge_visit_days: int = item(7, "days", _DEC, "S", 1, 60, "visit or call after discharge")
    hospital_recheck_days: int = item(14, "days", _DEC, "dec", 1, 90, "ask again about somebody in hospital")
    combine_days: int = item(
        60, "days", _DEC, "dec", 0, 90, "due so soon: a care or campaign visit carries the certification too"
    )
    household_join_days: int = item(
        62, "days", _DEC, "dec", 0, 120, "duties behind one door so close together make one trip"
    )
    weather_call_hours: int = item(24, "hours", _DEC, "dec", 1, 72, "extreme weather: level A is rung within")
    rate_entry_days: int = item(7, "days", _DEC, "dec", 0, 31, "entered so late: not in the monthly rate")

    # Campaigns
    campaigns: tuple[Festival, ...] = item(
        (
            Festival.SPRING_FESTIVAL,
            Festival.DRAGON_BOAT,
            Festival.MID_AUTUMN,
            Festival.NATIONAL_DAY,
            Festival.DOUBLE_NINTH,
        ),
        "",
        "Regulation art. 25(2)",
        "dec",
        None,
        None,
        "festivals with visits",
    )
    campaign_days_before: PerFestival = item(
        PerFestival(14, 30, 7, 14, 14, 14, 14), "days", _DEC, "dec", 0, 90, "window opens before the festival"
    )
    campaign_end_days_before: PerFestival = item(
        PerFestival(0, 1, 0, 0, 0, 0, 0), "days", _DEC, "dec", 0, 30, "window ends before the festival"
    )
    elderly_month: int = item(
        10, "month", _DEC, "S", 1, 12, "month of the elderly: the whole month, with the double ninth"
    )
    campaign_result_working_days: int = item(
        3, "working days", _DEC, "dec", 0, 30, "results are in after the window"
    )
    campaign_unvisited_days: int = item(
        3, "days", _DEC, "dec", 0, 30, "before a campaign's last day the unvisited lie on the district's desk"
    )

    # Crews and length
    crew_size: PerKind = item(
        PerKind(certification=2, care=2, campaign=2, event=2, task=1),
        "persons",
        "rule VOL-13",
        "dec",
        1,
        2,
        "visitors needed",
    )
    visit_minutes: PerKind = item(
        PerKind(certification=40, care=30, campaign=30, event=40, task=60),
        "minutes",
        _DEC,
        "dec",
        5,
        480,
        "time on site",
    )
