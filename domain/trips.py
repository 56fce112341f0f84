"""Duties behind one door that fall close together become one trip with a result for each (fact 3, §2.2).

A household's trip is led by the duty that is due first; the others are its parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from domain.policy import Policy
from domain.visits import VisitKind

K = TypeVar("K", bound=Hashable)
DAYS_LEFT = timedelta(days=2)  # between the later opening and the first due date
# Of two duties due on one day the one earlier in this list leads: it asks more of the crew.
RANK = (VisitKind.EVENT, VisitKind.CERTIFICATION, VisitKind.CAMPAIGN, VisitKind.CARE, VisitKind.TASK)


@dataclass(frozen=True)
class Duty(Generic[K]):
    """One thing to be done for one person. `door`: '' for somebody whose household is not known."""

    key: K
    person: Hashable
    door: str
    kind: VisitKind
    opens_on: date
    due_on: date


@dataclass(frozen=True)
class Trip(Generic[K]):
    """`lead` is the visit that is planned, on or before `due_on`; `parts` get results of their own."""

    lead: Duty[K]
    parts: tuple[Duty[K], ...]


def may_join(lead: Duty[K], other: Duty[K], policy: Policy) -> bool:
    """One person or one door, and both due within the policy's days of each other; tasks go alone.

    A campaign's visit may carry others and is itself carried by none: its gift, its window and its progress
    are its own.

    What opens later than the lead must leave some days for the trip. Certifications are the exception: an
    early one is always good (rule CERT-05).
    """
    if VisitKind.TASK in (lead.kind, other.kind) or other.kind is VisitKind.CAMPAIGN:
        return False
    same_person = lead.person == other.person
    if not same_person and (not lead.door or lead.door != other.door):
        return False
    most = policy.combine_days if same_person else policy.household_join_days
    if abs((other.due_on - lead.due_on).days) > most:
        return False
    if other.kind is VisitKind.CERTIFICATION or other.opens_on <= lead.opens_on:
        return True
    return other.opens_on <= lead.due_on - DAYS_LEFT


def join_duties(duties: Iterable[Duty[K]], policy: Policy) -> list[Trip[K]]:
    """Trips in order of their leads; every duty is in exactly one, and no kind twice for a person in one."""
    by_door: dict[Hashable, list[Duty[K]]] = defaultdict(list)
    for duty in duties:
        by_door[duty.door or ("person", duty.person)].append(duty)
    trips = []
    for behind in by_door.values():
        waiting = sorted(behind, key=lambda d: (d.due_on, RANK.index(d.kind), str(d.key)))
        while waiting:
            lead, *others = waiting
            parts: list[Duty[K]] = []
            for other in others:
                taken = {(d.person, d.kind) for d in (lead, *parts)}
                if (other.person, other.kind) not in taken and may_join(lead, other, policy):
                    parts.append(other)
            trips.append(Trip(lead, tuple(parts)))
            waiting = [duty for duty in others if duty not in parts]
    return sorted(trips, key=lambda trip: (trip.lead.due_on, str(trip.lead.key)))
