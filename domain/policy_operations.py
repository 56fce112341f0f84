"""Policy values about how a visit is carried out: volunteers, offers, hours, messages, check-in, records."""

# ruff: noqa: RUF009  # item() is dataclasses.field() with the columns of the policy table

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from domain.flags import Flag
from domain.policy_values import PerKind, PerPart, TimeSpan
from domain.policy_visits import item

_DEC = "decision"


def _span(start: int, end: int) -> TimeSpan:
    return TimeSpan(time(start // 100, start % 100), time(end // 100, end % 100))


@dataclass(frozen=True)
class OperationsPolicy:
    """Who may go, how they are asked, when they are texted, what is expected of them."""

    # Volunteers
    volunteer_min_age: int = item(18, "years", "rule VOL-10", "dec", 14, 30, "age for home visits")
    minor_min_age: int = item(14, "years", "rule VOL-10", "dec", 6, 18, "third person with a guardian")
    health_declaration_age: int = item(70, "years", "rule VOL-10", "dec", 50, 100, "declaration needed from")
    experienced_days: int = item(
        365, "days", "rule VOL-13", "dec", 0, 3650, "one of a pair has served so long"
    )
    max_visits_day: int = item(4, "visits", _DEC, "dec", 1, 20, "per volunteer and day")
    max_visits_week: int = item(10, "visits", _DEC, "dec", 1, 60, "per volunteer and week")
    travel_buffer_minutes: int = item(30, "minutes", _DEC, "dec", 0, 180, "between two visits of a volunteer")
    fair_load_days: int = item(30, "days", _DEC, "dec", 1, 366, "load is compared over")
    hours_per_year: int = item(
        20, "hours", "rule VOL-09", "S", 0, 2000, "expected of a volunteer, no penalty"
    )
    star_hours: tuple[int, ...] = item(
        (100, 300, 600, 1000, 1500), "hours", "rule VOL-08", "S", 1, 100_000, "one star to five"
    )
    star_county_max: int = item(2, "stars", "rule VOL-08", "S", 1, 5, "granted by districts up to")
    star_city_max: int = item(4, "stars", "rule VOL-08", "S", 1, 5, "granted by the city up to")
    woman_flags: tuple[Flag, ...] = item(
        (Flag.BEDRIDDEN, Flag.LIVING_ALONE), "", "rule VOL-13", "dec", None, None, "a woman visits women"
    )
    training_needed: PerKind = item(
        PerKind(certification=0, care=0, campaign=0, event=0, task=0),
        "",
        "rule VOL-04",
        "dec",
        0,
        1,
        "1: nobody goes without a training for it; a lead who certifies needs one in any case",
    )
    no_holds_days: int = item(7, "days", _DEC, "dec", 1, 90, "a no to a visit: then they may be asked again")
    ask_gap_days: int = item(2, "days", _DEC, "dec", 0, 30, "asked so lately: others are asked first")
    newcomer_visits: int = item(3, "visits", _DEC, "dec", 0, 50, "up to here somebody is a newcomer")
    reliability_days: int = item(365, "days", _DEC, "dec", 30, 3650, "absences count for so long")
    hours_step_minutes: int = item(30, "minutes", "rule VOL-07", "dec", 1, 60, "hours are shown in steps of")
    certificate_notice_days: int = item(
        7, "days", "rule VOL-11", "S", 7, 60, "public notice before a certificate of service"
    )

    # Offers
    offer_factor: int = item(2, "", _DEC, "dec", 1, 5, "the first wave asks so many per seat")
    offer_factor_ample: int = item(
        1, "", _DEC, "dec", 1, 5, "so many per seat while there is ample time: fewer say yes in vain"
    )
    offer_ample_hours: int = item(
        24, "hours", _DEC, "dec", 1, 336, "ample time: the start is further away than"
    )
    wave_hours: int = item(4, "hours", _DEC, "dec", 1, 72, "until the next wave")
    offer_hours: int = item(24, "hours", _DEC, "dec", 1, 168, "an offer stands")
    offer_hours_short: int = item(2, "hours", _DEC, "dec", 1, 24, "an offer stands when the visit is near")
    offer_short_before_hours: int = item(48, "hours", _DEC, "dec", 1, 168, "near means within")
    unclear_wait_minutes: int = item(
        120, "minutes", _DEC, "dec", 0, 1440, "who is asked back what was meant has so long to answer clearly"
    )
    second_thought_minutes: int = item(
        10, "minutes", _DEC, "dec", 1, 240, "after a no, in which a yes still counts while the seat is free"
    )
    city_pool_days: int = item(7, "days", _DEC, "dec", 0, 60, "days left from which the city pool is asked")
    city_pool_hours: int = item(48, "hours", _DEC, "dec", 0, 336, "hours to the slot, likewise")
    plan_horizon_days: int = item(7, "days", _DEC, "dec", 1, 60, "planned ahead")
    plan_at: time = item(time(5, 30), "", _DEC, "dec", None, None, "the day's plan is made")
    plan_notice_hours: int = item(
        18, "hours", _DEC, "dec", 0, 168, "between a plan and the first shift it may fill"
    )
    unfilled_desk_days: int = item(
        3, "days", _DEC, "dec", 0, 60, "days left from which a visit nobody takes goes to a person"
    )
    unfilled_rest_days: int = item(
        7, "days", _DEC, "dec", 0, 60, "until a person who saw to a visit nobody takes is told again"
    )
    visit_windows: tuple[TimeSpan, ...] = item(
        (_span(900, 1130), _span(1430, 1700)), "", _DEC, "dec", None, None, "a visit may begin between"
    )
    shift_parts: PerPart = item(
        PerPart(morning=_span(830, 1200), afternoon=_span(1330, 1730), evening=_span(1800, 2000)),
        "",
        _DEC,
        "dec",
        None,
        None,
        "the parts of a day in which volunteers serve",
    )

    # Hours for texts, and how many
    retiree_hours: tuple[TimeSpan, ...] = item(
        (_span(830, 1200), _span(1400, 2000)), "", _DEC, "dec", None, None, "texts to retirees and contacts"
    )
    volunteer_hours: tuple[TimeSpan, ...] = item(
        (_span(800, 2100),), "", _DEC, "dec", None, None, "texts to volunteers"
    )
    staff_hours: tuple[TimeSpan, ...] = item(
        (_span(800, 2100),), "", _DEC, "dec", None, None, "texts to staff"
    )
    promotional_hours: tuple[TimeSpan, ...] = item(
        (_span(800, 2100),), "", "provider rules", "S", None, None, "greetings and other promotional texts"
    )
    retiree_messages_per_day: int = item(2, "texts", _DEC, "dec", 1, 20, "to one retiree")
    volunteer_messages_per_day: int = item(6, "texts", _DEC, "dec", 1, 50, "to one volunteer")
    hard_failures_void: int = item(2, "failures", _DEC, "dec", 1, 10, "then the number is void")
    receipt_hours: int = item(72, "hours", _DEC, "dec", 1, 168, "then the fate of a text is unknown")
    day_before_reminder: time = item(time(10, 0), "", _DEC, "dec", None, None, "reminder the day before")
    same_day_reminder_hours: int = item(2, "hours", _DEC, "dec", 1, 12, "reminder before the visit")

    # On the day
    no_show_minutes: int = item(15, "minutes", _DEC, "dec", 0, 120, "not checked in: no-show")
    replacement_minutes: int = item(30, "minutes", _DEC, "dec", 5, 240, "to replace somebody or reschedule")
    report_deadline: time = item(time(20, 0), "", _DEC, "dec", None, None, "results are in by")
    report_reminder_minutes: int = item(
        60, "minutes", _DEC, "dec", 5, 720, "after the end: ask for the report"
    )
    checkout_alarm_minutes: int = item(
        120, "minutes", _DEC, "dec", 15, 720, "after the end with no word from a pair: alarm"
    )
    minimum_minutes_on_site: int = item(30, "minutes", "rule VOL-07", "dec", 0, 120, "credited at the least")
    attempts_before_escalation: int = item(3, "attempts", _DEC, "dec", 1, 10, "nobody home: then an officer")
    attempt_days: int = item(2, "days", _DEC, "dec", 1, 10, "attempts on so many days at least")
    attempt_bands: int = item(2, "", _DEC, "dec", 1, 3, "attempts in so many parts of the day at least")
    no_contact_officer_hours: int = item(2, "hours", _DEC, "dec", 0, 24, "level A unseen: community officer")
    no_contact_street_hours: int = item(4, "hours", _DEC, "dec", 0, 24, "level A unseen: street duty")
    coordinator_answer_hours: int = item(4, "hours", _DEC, "dec", 1, 72, "then the deputy is asked")
    deputy_answer_hours: int = item(8, "hours", _DEC, "dec", 1, 72, "then the city desk is asked")

    # Privacy and records
    address_hours_before: int = item(
        24, "hours", _DEC, "dec", 0, 168, "a volunteer sees the address so early"
    )
    address_hours_after: int = item(24, "hours", _DEC, "dec", 0, 168, "a volunteer sees the address so long")
    evidence_months: int = item(24, "months", _DEC, "dec", 1, 120, "photos kept after the next certification")
    message_body_days: int = item(180, "days", _DEC, "dec", 1, 3650, "bodies of texts kept")
    audit_years: int = item(3, "years", "PIPL art. 56", "rec", 1, 30, "audit kept at least")
