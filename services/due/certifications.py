"""Certifications that fall due: every retiree's clock, and home visits for those who cannot go out."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.care import Level, care_level
from domain.certification import (
    CertificationClock,
    CertificationFact,
    certification_clock,
    home_visit_opens_on,
)
from domain.escalation import planner_weight
from domain.outcomes import STAFF_LEAD
from domain.visits import VisitKind
from models.retirees import CertificationEvent
from services.due.again import due_again
from services.due.doubts import doubted_since_certified
from services.due.new_visits import kind_values
from services.due.persons import Person
from services.steps import Step

VETERAN_CADRE = "veteran_cadre"  # 离休: keep their own management (Regulation art. 35)


async def load_certifications(step: Step, persons: list[Person]) -> list[tuple[Person, CertificationClock]]:
    """The persons with their certification clocks, in order of due date."""
    facts: dict[UUID, list[CertificationFact]] = defaultdict(list)
    for retiree_id, occurred_on, channel in await step.session.execute(
        select(
            col(CertificationEvent.retiree_id),
            col(CertificationEvent.occurred_on),
            col(CertificationEvent.channel),
        ).where(col(CertificationEvent.voided_at).is_(None))
    ):
        facts[retiree_id].append(CertificationFact(occurred_on, channel))
    found = []
    for person in persons:
        if person.insured_type == VETERAN_CADRE:
            continue
        clock = certification_clock(facts[person.id], person.first_benefit_on, step.policies, step.today)
        if clock is not None:
            found.append((person, clock))
    return sorted(found, key=lambda pair: (pair[1].due_on, pair[0].id))


async def draft_with_ahead(
    step: Step, persons: list[Person]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is to be opened now, and what could go along when somebody comes to that door anyway."""
    values = kind_values(step.policy, VisitKind.CERTIFICATION)
    further = timedelta(days=max(step.policy.household_join_days, step.policy.combine_days))
    now: list[dict[str, Any]] = []
    ahead: list[dict[str, Any]] = []
    for retiree, clock in await load_certifications(step, [p for p in persons if p.home_visit_ground]):
        if step.today < home_visit_opens_on(clock.due_on, step.policy) - further:
            continue
        draft = {
            **values,
            "natural_key": f"certification/{retiree.id}/{clock.due_on}",
            "kind": VisitKind.CERTIFICATION,
            "retiree_id": retiree.id,
            "ground": retiree.home_visit_ground,
            "skills": ["certifier"],
            "weight": planner_weight(VisitKind.CERTIFICATION, clock.days_left(step.today), ""),
            "opens_on": step.today + timedelta(days=1),
            "due_on": _reachable_due(clock.due_on, step.today),
            "division_code": retiree.division_code,
            "managing_agency": retiree.managing_agency,
        }
        (now if step.today >= _opens_by_itself(step, retiree, clock.due_on) else ahead).append(draft)
    doubted = await doubted_since_certified(step, [d["retiree_id"] for d in (*now, *ahead)])
    for draft in (*now, *ahead):
        if draft["retiree_id"] in doubted:
            draft["skills"] = sorted({*draft["skills"], STAFF_LEAD})
    return await due_again(step, now), ahead


def _opens_by_itself(step: Step, retiree: Person, due_on: date) -> date:
    """Somebody seen every month anyway is certified on such a visit; the last days open one of its own.

    One trip for several duties: the certification goes along from the opening on (`trips`), and an early one
    is always good (rule CERT-05).
    """
    opens_on = home_visit_opens_on(due_on, step.policy)
    if care_level(retiree.flags, step.policy) in (Level.A, Level.B):
        return max(opens_on, due_on - timedelta(days=step.policy.certification_own_visit_days))
    return opens_on


def _reachable_due(due_on: date, today: date) -> date:
    """Somebody already overdue is visited as soon as can be."""
    return due_on if due_on > today else today + timedelta(days=7)
