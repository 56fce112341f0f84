"""What visitors look at, what is passed on to others and by when, and the clock after a serious event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.policy import Policy
from domain.workdays import Deadline, HolidayTable, add_working_days


class Check(StrEnum):
    """The checklist of a care visit, each normal, abnormal or not seen."""

    HEALTH = "health"  # 健康
    MOOD = "mood"  # 精神
    SAFETY = "safety"  # 安全
    HYGIENE = "hygiene"  # 卫生
    HOME = "home"  # 居住环境
    BENEFITS = "benefits"  # 经济与政策待遇
    FAMILY = "family"  # 赡养人
    NEEDS = "needs"  # 服务需求


class ReferralKind(StrEnum):
    """To whom a need is passed on (Regulation art. 6(3), 6(5))."""

    RELIEF = "relief"  # 民政救助、低保
    MEDICAL = "medical"  # 医疗卫生
    ELDERLY_CARE = "elderly_care"  # 养老服务
    LEGAL = "legal"  # 法律
    REPAIR = "repair"  # 维修
    OTHER = "other"


# What an abnormal finding most often asks for: a proposal to whoever opens the referral.
PROPOSED: Mapping[Check, ReferralKind] = {
    Check.HEALTH: ReferralKind.MEDICAL,
    Check.MOOD: ReferralKind.ELDERLY_CARE,
    Check.SAFETY: ReferralKind.REPAIR,
    Check.HYGIENE: ReferralKind.ELDERLY_CARE,
    Check.HOME: ReferralKind.REPAIR,
    Check.BENEFITS: ReferralKind.RELIEF,
    Check.FAMILY: ReferralKind.LEGAL,
    Check.NEEDS: ReferralKind.ELDERLY_CARE,
}


def proposed_referrals(checklist: Mapping[str, str]) -> list[ReferralKind]:
    """Kinds of referral that a checklist speaks for, each once, in the order of the checklist."""
    kinds = [PROPOSED[check] for check in Check if checklist.get(check) == "abnormal"]
    return list(dict.fromkeys(kinds))


def referral_due(opened_on: date, policy: Policy, table: HolidayTable) -> Deadline:
    """The day by which a referral is taken up and closed (five working days unless decided otherwise)."""
    return add_working_days(opened_on, policy.referral_working_days, table)


def closed_in_time_percent(referrals: Iterable[tuple[date, date | None]], today: date) -> float | None:
    """Of (due, closed) pairs whose day has come or that are closed, the share in time; None of none."""
    settled = [(due, closed) for due, closed in referrals if closed is not None or due < today]
    kept = sum(closed is not None and closed <= due for due, closed in settled)
    return round(100 * kept / len(settled), 2) if settled else None


class SeriousKind(StrEnum):
    """What makes a contact urgent (rule CARE-03)."""

    HOSPITAL = "hospital"
    FALL = "fall"
    DEATH_IN_FAMILY = "death_in_family"
    FIRE_OR_FLOOD = "fire_or_flood"
    CRIME = "crime"
    OTHER = "other"


@dataclass(frozen=True)
class SeriousClock:
    """Seen or spoken with by `contact_by`; `is_strict`: level A, the 24 hours are a duty, not an aim."""

    contact_by: datetime
    is_strict: bool


def serious_clock(occurred_at: datetime, level: str | None, policy: Policy) -> SeriousClock:
    """Within 24 hours of a serious event."""
    return SeriousClock(occurred_at + timedelta(hours=policy.serious_event_hours), level == "A")
