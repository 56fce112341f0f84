"""When a certification falls due, what counts as one, and what evidence a home visit needs.

Pure functions of the recorded events and the policy: the order in which events were typed in changes
nothing (rules CERT-01 to CERT-08, Regulation art. 16(2), 27).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from domain import ages
from domain.policy import CycleMode, Policy, PolicyHistory
from domain.policy_regulation import Ground as Ground  # its home for readers of this module
from domain.workdays import Deadline, HolidayTable, preceding_working_day


class Channel(StrEnum):
    """Ways to certify (Regulation art. 27)."""

    SELF_FACE = "self_face"
    ASSISTED_FACE = "assisted_face"
    SILENT = "silent"
    SOCIAL_SERVICE = "social_service"
    HOME_VISIT = "home_visit"
    OFFLINE_FACE = "offline_face"
    OFFLINE_NONFACE = "offline_nonface"
    INSTITUTION = "institution"
    EMPLOYER = "employer"
    REMOTE_AGENCY = "remote_agency"
    OVERSEAS = "overseas"
    PHONE_VIDEO = "phone_video"


@dataclass(frozen=True, order=True)
class CertificationFact:
    """One recorded certification."""

    occurred_on: date
    channel: str


@dataclass(frozen=True)
class CertificationClock:
    """Where a person stands: last certification, due date, first day of suspension if nothing comes."""

    last_on: date | None
    due_on: date
    suspended_from: date
    special_procedure: bool

    def days_left(self, today: date) -> int:
        return (self.due_on - today).days


def month_end(day: date, months: int = 0) -> date:
    """Last day of the month so many months after a day's month."""
    return ages.month_end(ages.add_months(ages.month_start(day), months))


def counts(channel: str, policy: Policy) -> bool:
    """Does a certification by this channel count? Telephone and video only where the policy says so."""
    return channel != Channel.PHONE_VIDEO or policy.phone_video_certifies


def last_certified_on(facts: Iterable[CertificationFact], policies: PolicyHistory) -> date | None:
    """The latest event date, whenever it was typed in (rule CERT-05)."""
    counted = (f.occurred_on for f in facts if counts(f.channel, policies.on(f.occurred_on)))
    return max(counted, default=None)


def due_after(last_on: date, policy: Policy) -> date:
    """The next due date after a certification, by the cycle mode in force (rule CERT-02)."""
    if policy.cycle_mode is CycleMode.CALENDAR_YEAR:
        return date(last_on.year + 1, 12, 31)
    months = policy.cycle_months - (policy.cycle_mode is CycleMode.ROLLING_STRICT)
    return month_end(last_on, months)


def certification_clock(
    facts: Iterable[CertificationFact], first_benefit_on: date | None, policies: PolicyHistory, today: date
) -> CertificationClock | None:
    """None for somebody with neither a certification nor a first benefit month: nothing can be said.

    A new retiree's first benefit month counts as the first certification (rule CERT-06). Events after
    `today` do not count yet.
    """
    last_on = last_certified_on((f for f in facts if f.occurred_on <= today), policies)
    basis = last_on or first_benefit_on
    if basis is None:
        return None
    from_on = unpaid_from(basis, policies)
    limit = month_end(basis, policies.on(today).special_procedure_months)
    return CertificationClock(last_on, from_on - timedelta(days=1), from_on, today > limit)


# By the person's own face, at home or with somebody's help.
OWN_FACE = frozenset({Channel.SELF_FACE, Channel.ASSISTED_FACE})


def is_face_closed(facts: Iterable[CertificationFact], policies: PolicyHistory, on: date) -> bool:
    """Is a day further from the last certification than face ways are open (rule CERT-07)?

    Of somebody whose last certification nobody knows, nothing can be said: not closed.
    """
    last_on = last_certified_on((f for f in facts if f.occurred_on < on), policies)
    return last_on is not None and on > month_end(last_on, policies.on(on).special_procedure_months)


def due_before(
    facts: Iterable[CertificationFact], first_benefit_on: date | None, policies: PolicyHistory, day: date
) -> date | None:
    """The due date against which a certification of `day` counts: from what happened before that day.

    None where nothing can be said, as with the clock.
    """
    earlier = (f for f in facts if f.occurred_on < day)
    basis = last_certified_on(earlier, policies) or first_benefit_on
    return unpaid_from(basis, policies) - timedelta(days=1) if basis else None


def is_suspended(clock: CertificationClock, today: date) -> bool:
    """Unpaid from the first of the month after the due date (rule CERT-03)."""
    return today >= clock.suspended_from


def resumes_in(certified_on: date) -> date:
    """First day of the month of the pay-run that resumes, with all back pay (rule CERT-04)."""
    return month_end(certified_on) + timedelta(days=1)


@dataclass(frozen=True)
class Suspension:
    """An unpaid span: first months of the span and of the pay-run that resumes; None while it lasts."""

    from_on: date
    resumes_on: date | None
    back_pay_months: int  # months paid back then, 0 while it lasts

    @property
    def months(self) -> list[date]:
        """First days of the months that are paid back, none while it lasts."""
        return [ages.add_months(self.from_on, n) for n in range(self.back_pay_months)]


def last_chance_on(due_on: date, policy: Policy, table: HolidayTable) -> Deadline:
    """The last working day before the pay-run of the month after the due date is fixed."""
    cutoff = ages.add_months(ages.month_start(due_on), 1).replace(day=policy.pay_run_cutoff_day)
    return preceding_working_day(cutoff - timedelta(days=1), table)


def unpaid_from(last_on: date, policies: PolicyHistory) -> date:
    """The first month without pension if nothing comes (rule CERT-03).

    Each month is judged by the policy in force on its first day: whoever was in time by the rule of a month
    is not unpaid for it by a later decision, and one already made for later counts from its day.
    """
    ends = [begins for begins, _ in policies.cycles[1:]] + [date.max]
    for (begins, policy), end in zip(policies.cycles, ends, strict=True):
        first = begins if begins.day == 1 else month_end(begins) + timedelta(days=1)
        from_on = max(due_after(last_on, policy) + timedelta(days=1), first)
        if from_on < end:
            return from_on
    raise AssertionError("unreachable")  # pragma: no cover  # the last cycle has no end


def suspensions(
    facts: Iterable[CertificationFact],
    first_benefit_on: date | None,
    policies: PolicyHistory,
    today: date,
    records_from: date | None = None,
) -> list[Suspension]:
    """Every suspension that the recorded events mean, oldest first (rules CERT-03, CERT-04).

    `records_from`: since when events are recorded completely. What lies before the first known event is
    not judged, unless the first benefit month itself lies in that time.
    """
    certified = {f.occurred_on for f in facts if counts(f.channel, policies.on(f.occurred_on))}
    days = sorted(day for day in certified if day <= today)
    is_known = records_from is not None and first_benefit_on is not None and first_benefit_on >= records_from
    basis = days[0] if days and not is_known else first_benefit_on
    found: list[Suspension] = []
    for day in [*days, None]:
        if basis is None:
            break
        from_on = unpaid_from(basis, policies)
        if day is None and today >= from_on:
            found.append(Suspension(from_on, None, 0))
        elif day is not None and day >= from_on:
            found.append(Suspension(from_on, resumes_in(day), ages.months_between(from_on, day) + 1))
        # a back-dated event from before the first benefit changes nothing
        basis = max(basis, day) if day is not None else basis
    return found


def current_reminder(days_left: int, policy: Policy, catch_up_days: int = 3) -> int | None:
    """The ladder's step that holds today or was passed some days ago: after a standstill it is not lost.

    Whoever sends must key the text by this step, so that it goes out once.
    """
    step = min((step for step in policy.reminder_days if step >= days_left), default=None)
    if step is None or days_left < 0 or step - days_left > catch_up_days:
        return None
    return step


def may_remind(last_text_on: date | None, today: date, due_on: date, policy: Policy) -> bool:
    """At most one certification text in a week, except in the last week (decision to the ladder)."""
    if last_text_on is None or (due_on - today).days <= policy.reminder_gap_free_days:
        return True
    return (today - last_text_on).days >= policy.reminder_gap_days


def home_visit_opens_on(due_on: date, policy: Policy) -> date:
    """From this day a home certification may be planned."""
    return due_on - timedelta(days=policy.home_visit_open_days)


# Where photos may be forbidden, the institution's stamped form stands for one.
INSTITUTIONS = frozenset({Ground.CARE_INSTITUTION, Ground.PSYCHIATRIC_HOSPITAL})


def missing_evidence(
    evidence: Mapping[str, Any],
    crew_size: int,
    id_last_four: str = "",
    ground: str = "",
    *,
    face_closed: bool = False,
) -> list[str]:
    """What a home certification still lacks: dated photo or receipt, ID check, visitors, signature.

    In an institution its stamped form will do in place of the photo; whoever signs in the person's place
    is named by relation. `id_last_four`: the register's own last four, when they are to be compared;
    `face_closed`: the receipt of a face check will not do (rule CERT-07).
    """
    missing = []
    said = str(evidence.get("id_last_four") or "").strip()
    visitors = evidence.get("visitors")
    stamped = ground in INSTITUTIONS and str(evidence.get("institution_form") or "").strip()
    receipt = evidence.get("receipt_number") and not face_closed
    if not (evidence.get("dated_photo") or receipt or stamped):
        missing.append("dated_photo" if face_closed else "dated_photo_or_receipt")
    if not (evidence.get("id_checked") and said):
        missing.append("id_check")
    elif id_last_four and said.upper() != id_last_four.upper():
        missing.append("id_mismatch")
    if (visitors if isinstance(visitors, int) else 0) < crew_size:
        missing.append("visitor_confirmations")
    if not (evidence.get("signature") or str(evidence.get("no_signature_reason") or "").strip()):
        missing.append("signature_or_reason")
    return missing
