"""How urgent a visit is, what it weighs for the planner, and who is asked when nobody acts (decisions)."""

from __future__ import annotations

from enum import StrEnum

from domain.policy import Policy
from domain.visits import VisitKind

# Priority (0 most urgent) → weight of a visit in the plan.
WEIGHTS = {0: 10, 1: 10, 2: 10, 3: 10, 4: 5, 5: 5, 6: 2, 7: 2, 8: 1}


def visit_priority(kind: VisitKind, days_left: int, level: str, *, emergency: bool = False) -> int:
    """emergency 0 · hospital, death 1 · certification due in 7 days 2 · level A overdue 3 · certification in
    15 days 4 · campaign's last 3 days 5 · certification in 30 days 6 · level B 7 · others 8.

    A weekly visit not yet overdue ranks with 4: there are only days in which to place it.
    """
    if emergency:
        return 0
    if kind is VisitKind.EVENT:
        return 1
    if kind is VisitKind.CERTIFICATION:
        return 2 if days_left <= 7 else 4 if days_left <= 15 else 6 if days_left <= 30 else 8
    if kind is VisitKind.CAMPAIGN:
        return 5 if days_left <= 3 else 8
    if kind is VisitKind.CARE and level == "A":
        return 3 if days_left <= 0 else 4
    if kind is VisitKind.CARE and level == "B":
        return 7
    return 8


def planner_weight(kind: VisitKind, days_left: int, level: str) -> int:
    """1, 2, 5 or 10."""
    return WEIGHTS[visit_priority(kind, days_left, level)]


class Rung(StrEnum):
    """Who sees a certification that nobody has taken (decision to the reminder ladder)."""

    COMMUNITY = "community"
    STREET = "street"
    DISTRICT = "district"
    CITY = "city"


def certification_rung(days_left: int, policy: Policy) -> Rung:
    """The street from 30 days before the due date, the district from 15, the city from 7."""
    if days_left <= policy.city_escalation_days:
        return Rung.CITY
    if days_left <= policy.district_escalation_days:
        return Rung.DISTRICT
    return Rung.STREET if days_left <= policy.street_escalation_days else Rung.COMMUNITY
