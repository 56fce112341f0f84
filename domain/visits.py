"""A visit's way: its statuses, who moves it on, and which moves are allowed.

`docs/lifecycle.md` draws this table; a test keeps the two in step.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class VisitKind(StrEnum):
    """Why somebody goes to a retiree's door."""

    CERTIFICATION = "certification"  # 上门认证
    CARE = "care"  # 日常探访
    CAMPAIGN = "campaign"  # 节日慰问
    EVENT = "event"  # hospital, bereavement
    TASK = "task"  # 志愿服务, opened by a coordinator


class VisitStatus(StrEnum):
    """One status at a time; the comment says who moves the visit on."""

    DUE = "due"  # rules found it; the planner moves it on
    PLANNED = "planned"  # day, time and people proposed; the visit step sends the offers
    OFFERED = "offered"  # people were asked; answers, expiry and waves move it on
    UNFILLED = "unfilled"  # nobody left to ask; a coordinator, or the next plan
    ACCEPTED = "accepted"  # the whole crew said yes; check-in, or somebody's "cannot come"
    CHECKED_IN = "checked_in"  # somebody is at the door; the report
    MISSED = "missed"  # nobody came, or nobody told; a late report, a coordinator, or back to due
    REPORTED = "reported"  # result is in, evidence waits for the reviewer
    RETURNED = "returned"  # the reviewer wants more; the visitors or a coordinator
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"  # certified another way before anybody went


class SeatStatus(StrEnum):
    """One place in a visit's crew."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CHECKED_IN = "checked_in"
    DONE = "done"
    NO_SHOW = "no_show"


FINAL = frozenset({VisitStatus.COMPLETED, VisitStatus.CANCELLED, VisitStatus.SUPERSEDED})
OPEN = frozenset(set(VisitStatus) - FINAL)
# A crew has promised to come, or is there.
STAFFED = frozenset({VisitStatus.ACCEPTED, VisitStatus.CHECKED_IN})
# The planner may choose day, time and people anew.
PLANNABLE = frozenset({VisitStatus.DUE, VisitStatus.UNFILLED})

_V = VisitStatus
MOVES: dict[VisitStatus, frozenset[VisitStatus]] = {
    _V.DUE: frozenset({_V.PLANNED, _V.UNFILLED, _V.CANCELLED, _V.SUPERSEDED}),
    _V.PLANNED: frozenset({_V.OFFERED, _V.DUE, _V.ACCEPTED, _V.UNFILLED, _V.CANCELLED, _V.SUPERSEDED}),
    _V.OFFERED: frozenset({_V.ACCEPTED, _V.UNFILLED, _V.DUE, _V.CANCELLED, _V.SUPERSEDED}),
    _V.UNFILLED: frozenset({_V.PLANNED, _V.OFFERED, _V.ACCEPTED, _V.DUE, _V.CANCELLED, _V.SUPERSEDED}),
    _V.ACCEPTED: frozenset(
        {_V.CHECKED_IN, _V.REPORTED, _V.OFFERED, _V.MISSED, _V.DUE, _V.CANCELLED, _V.SUPERSEDED}
    ),
    _V.CHECKED_IN: frozenset({_V.REPORTED, _V.DUE, _V.MISSED, _V.CANCELLED, _V.SUPERSEDED}),
    _V.MISSED: frozenset({_V.REPORTED, _V.DUE, _V.CANCELLED, _V.SUPERSEDED}),
    _V.REPORTED: frozenset({_V.COMPLETED, _V.RETURNED, _V.DUE, _V.CANCELLED}),
    _V.RETURNED: frozenset({_V.REPORTED, _V.DUE, _V.CANCELLED, _V.SUPERSEDED}),
    _V.COMPLETED: frozenset(),
    _V.CANCELLED: frozenset(),
    _V.SUPERSEDED: frozenset(),
}


class MoveRefused(Exception):  # noqa: N818  # errors say what is wrong
    """A visit may not go from its status to the wanted one."""

    def __init__(self, current: VisitStatus, wanted: VisitStatus) -> None:
        super().__init__(f"a visit cannot go from {current} to {wanted}")
        self.current, self.wanted = current, wanted


def check_move(current: VisitStatus, wanted: VisitStatus) -> None:
    """Raise `MoveRefused` unless the table allows the move."""
    if wanted not in MOVES[current]:
        raise MoveRefused(current, wanted)


def planning_deadline(kind: VisitKind, due_on: date, opens_on: date, until: date) -> date:
    """The last day for planning a visit anew that opens on `opens_on`; others get time `until` a later day.

    A certification keeps its date while a day of it is left: whoever is late is unpaid (rule CERT-03).
    """
    if kind is VisitKind.CERTIFICATION and opens_on <= due_on:
        return due_on
    return max(due_on, until)


def overlaps(start: float, minutes: int, other_start: float, other_minutes: int, buffer_minutes: int) -> bool:
    """Do two visits of one person collide, with travel time between them (rule of 30 minutes, §3)?

    Starts in seconds on any common scale.
    """
    return (
        start < other_start + (other_minutes + buffer_minutes) * 60
        and other_start < start + (minutes + buffer_minutes) * 60
    )
