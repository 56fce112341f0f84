"""When pensions stop for other reasons than certification: deaths, missing persons, prison, suspicions."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from domain.ages import add_months
from domain.policy import Policy
from domain.workdays import Deadline, HolidayTable, add_working_days


class ProposalKind(StrEnum):
    """What the community proposes and the agency decides (Regulation art. 28, 32)."""

    DECEASED = "deceased"  # the pension stops
    MISSING = "missing"  # art. 32(2): suspended after six months
    IMPRISONED = "imprisoned"  # art. 32(3)
    DOUBLE_BENEFIT = "double_benefit"  # art. 32(4)
    OTHER_LAW = "other_law"  # art. 32(5)


class FraudStatus(StrEnum):
    """How far a suspicion has been followed (Regulation art. 31(1))."""

    SUSPECTED = "suspected"
    INVESTIGATING = "investigating"
    DEMANDED = "demanded"  # repayment, by a day
    REPAID = "repaid"
    TRANSFERRED = "transferred"  # handed over to the administration
    DISMISSED = "dismissed"  # there was nothing


_F = FraudStatus
FRAUD_MOVES: dict[FraudStatus, frozenset[FraudStatus]] = {
    _F.SUSPECTED: frozenset({_F.INVESTIGATING, _F.DISMISSED}),
    _F.INVESTIGATING: frozenset({_F.DEMANDED, _F.TRANSFERRED, _F.DISMISSED}),
    _F.DEMANDED: frozenset({_F.REPAID, _F.TRANSFERRED}),
    _F.REPAID: frozenset(),
    _F.TRANSFERRED: frozenset(),
    _F.DISMISSED: frozenset(),
}


CONDOLENCE_DAYS = 31  # whoever learns of a death later than this does not call on the family any more


def wants_condolence(died_on: date | None, learnt_on: date, source: str) -> bool:
    """Is a visit to the family called for (Regulation art. 25(2)): not after a register's old deaths."""
    if died_on is None:
        return source != "register"
    return (learnt_on - died_on).days <= CONDOLENCE_DAYS


def stops_from(kind: ProposalKind, since_on: date, policy: Policy) -> date:
    """First day without pension: the month after a death or an arrest, the day after six months missing."""
    if kind is ProposalKind.MISSING:
        return missing_suspension_from(since_on, policy)
    return add_months(since_on.replace(day=1), 1)


def death_report_due(died_on: date, policy: Policy, table: HolidayTable) -> Deadline:
    """Relatives report within 20 working days from the day of death (Regulation art. 16(4))."""
    return add_working_days(died_on, policy.death_report_working_days, table)


def is_report_late(died_on: date, learnt_on: date, policy: Policy, table: HolidayTable) -> bool:
    """The clock runs from the death, however late one learns of it."""
    return learnt_on > death_report_due(died_on, policy, table).on


def missing_suspension_from(missing_since: date, policy: Policy) -> date:
    """Missing for *more than* six months: from the day after they have passed (Regulation art. 32(2))."""
    return add_months(missing_since, policy.missing_months) + timedelta(days=1)
