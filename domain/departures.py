"""When pensions stop for other reasons than certification: death reports and missing persons."""

from __future__ import annotations

from datetime import date, timedelta

from domain.ages import add_months
from domain.policy import Policy
from domain.workdays import Deadline, HolidayTable, add_working_days


def death_report_due(died_on: date, policy: Policy, table: HolidayTable) -> Deadline:
    """Relatives report within 20 working days from the day of death (Regulation art. 16(4))."""
    return add_working_days(died_on, policy.death_report_working_days, table)


def is_report_late(died_on: date, learnt_on: date, policy: Policy, table: HolidayTable) -> bool:
    """The clock runs from the death, however late one learns of it."""
    return learnt_on > death_report_due(died_on, policy, table).on


def missing_suspension_from(missing_since: date, policy: Policy) -> date:
    """Missing for *more than* six months: from the day after they have passed (Regulation art. 32(2))."""
    return add_months(missing_since, policy.missing_months) + timedelta(days=1)
