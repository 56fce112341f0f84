"""The rules about certifications under one policy that always holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from domain.certification import (
    CertificationClock,
    CertificationFact,
    Suspension,
    certification_clock,
    suspensions,
)
from domain.policy import Policy, PolicyHistory


def clock_of(
    facts: Iterable[CertificationFact], first_benefit_on: date | None, policy: Policy, today: date
) -> CertificationClock | None:
    return certification_clock(facts, first_benefit_on, PolicyHistory.always(policy), today)


def spans_of(
    facts: Iterable[CertificationFact],
    first_benefit_on: date | None,
    policy: Policy,
    today: date,
    **more: Any,
) -> list[Suspension]:
    return suspensions(facts, first_benefit_on, PolicyHistory.always(policy), today, **more)
