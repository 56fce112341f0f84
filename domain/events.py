"""Visits that something calls for: hospital, bereavement, discharge, a serious event, a new retiree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.policy import Policy
from domain.workdays import HolidayTable, add_working_days


class Event(StrEnum):
    """What happened."""

    HOSPITAL = "hospital"  # admitted, seriously ill
    BEREAVEMENT = "bereavement"
    DISCHARGE = "discharge"
    SERIOUS = "serious"  # a fall, a fire, a disaster: a call counts too
    NEW_RETIREE = "new_retiree"


@dataclass(frozen=True)
class EventWindow:
    """First and last day for the visit; `provisional` while the holiday table is."""

    opens_on: date
    due_on: date
    provisional: bool = False


def event_window(event: Event, learnt_on: date, policy: Policy, table: HolidayTable) -> EventWindow:
    """By when somebody has to be there, counted from the day one learnt of it (Regulation art. 25(2))."""
    if event in (Event.HOSPITAL, Event.NEW_RETIREE):
        count = (
            policy.hospital_visit_working_days if event is Event.HOSPITAL else policy.new_retiree_working_days
        )
        deadline = add_working_days(learnt_on, count, table)
        return EventWindow(learnt_on, deadline.on, deadline.provisional)
    days = {
        Event.BEREAVEMENT: policy.condolence_days,
        Event.DISCHARGE: policy.discharge_visit_days,
        Event.SERIOUS: -(-policy.serious_event_hours // 24),
    }[event]
    return EventWindow(learnt_on, learnt_on + timedelta(days=days))
