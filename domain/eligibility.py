"""Who may go: the hard filters, each with its reason (rules VOL-01 to VOL-14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.ages import completed_years
from domain.policy import Policy


class Reason(StrEnum):
    """Why a volunteer may not be asked."""

    NOT_ACTIVE = "not_active"
    OPTED_OUT = "opted_out"
    NO_PHONE = "no_phone"
    WRONG_POOL = "wrong_pool"
    LACKS_SKILL = "lacks_skill"
    TRAINING_EXPIRED = "training_expired"
    NO_INSURANCE = "no_insurance"
    NO_COMMITMENT = "no_commitment"
    UNDER_AGE = "under_age"
    HEALTH_DECLARATION_MISSING = "health_declaration_missing"
    WRONG_SEX = "wrong_sex"
    RECUSED = "recused"
    RELATIVE = "relative"
    OWN_VISIT = "own_visit"
    KNOWN_FACE_ONLY = "known_face_only"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"


@dataclass(frozen=True)
class Loan:
    """A district-pool volunteer lent to another district, both days included (rule VOL-01)."""

    district: str
    from_on: date
    to_on: date


@dataclass(frozen=True)
class VolunteerFacts:
    """What the filters know of a volunteer. `skills`: skill → last day it holds, None without end."""

    id: str
    born_on: date
    district: str  # first six digits of the division code
    is_active: bool = True
    is_city_pool: bool = False
    sex: int = 0  # GB/T 2261.1
    has_mobile: bool = True
    opted_out: bool = False
    skills: Mapping[str, date | None] = field(default_factory=dict)
    insured_from: date | None = None
    insured_to: date | None = None
    committed_on: date | None = None
    health_declared_on: date | None = None
    loans: tuple[Loan, ...] = ()
    recused_retirees: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()  # retirees who are family
    own_retiree_id: str = ""  # the volunteer's own entry among the retirees
    max_visits_day: int | None = None
    max_visits_week: int | None = None
    visits_that_day: int = 0
    visits_that_week: int = 0


@dataclass(frozen=True)
class SeatFacts:
    """What the filters know of one seat of a visit. The lead needs all skills and the wanted sex."""

    district: str
    retiree_id: str = ""
    is_lead: bool = True
    skills: tuple[str, ...] = ()
    sex: int = 0
    recused_volunteers: frozenset[str] = frozenset()
    known_faces: frozenset[str] | None = None  # only these, when the retiree refuses strangers


def why_not(volunteer: VolunteerFacts, seat: SeatFacts, day: date, policy: Policy) -> list[Reason]:
    """All reasons against asking a volunteer for a seat on a day; empty: may be asked."""
    return [
        *_person(volunteer, day, policy),
        *_seat(volunteer, seat, day),
        *_pair(volunteer, seat),
        *_limits(volunteer, policy),
    ]


def may_go(volunteer: VolunteerFacts, seat: SeatFacts, day: date, policy: Policy) -> bool:
    return not why_not(volunteer, seat, day, policy)


def is_insured(volunteer: VolunteerFacts, day: date) -> bool:
    """Insured on the day of the visit (rule VOL-05)."""
    return insured_between(volunteer.insured_from, volunteer.insured_to, day)


def insured_between(insured_from: date | None, insured_to: date | None, day: date) -> bool:
    """Does an insurance cover a day? One without a beginning does not, one without an end goes on."""
    if insured_from is None or insured_from > day:
        return False
    return insured_to is None or day <= insured_to


def serves_district(volunteer: VolunteerFacts, district: str, day: date) -> bool:
    """City pool everywhere, district pool at home or on loan (rule VOL-01)."""
    if volunteer.is_city_pool or volunteer.district == district:
        return True
    return any(loan.district == district and loan.from_on <= day <= loan.to_on for loan in volunteer.loans)


def _person(volunteer: VolunteerFacts, day: date, policy: Policy) -> list[Reason]:
    age = completed_years(volunteer.born_on, day)
    declared = volunteer.health_declared_on
    checks = (
        (not volunteer.is_active, Reason.NOT_ACTIVE),
        (volunteer.opted_out, Reason.OPTED_OUT),
        (not volunteer.has_mobile, Reason.NO_PHONE),
        (age < policy.volunteer_min_age, Reason.UNDER_AGE),
        (
            age >= policy.health_declaration_age and (declared is None or declared > day),
            Reason.HEALTH_DECLARATION_MISSING,
        ),
        (not is_insured(volunteer, day), Reason.NO_INSURANCE),
        (volunteer.committed_on is None or volunteer.committed_on > day, Reason.NO_COMMITMENT),
    )
    return [reason for failed, reason in checks if failed]


def _seat(volunteer: VolunteerFacts, seat: SeatFacts, day: date) -> list[Reason]:
    found = [] if serves_district(volunteer, seat.district, day) else [Reason.WRONG_POOL]
    if not seat.is_lead:
        return found
    if any(skill not in volunteer.skills for skill in seat.skills):
        found.append(Reason.LACKS_SKILL)
    ends = [volunteer.skills[skill] for skill in seat.skills if skill in volunteer.skills]
    if any(end is not None and end < day for end in ends):
        found.append(Reason.TRAINING_EXPIRED)
    if seat.sex and volunteer.sex != seat.sex:
        found.append(Reason.WRONG_SEX)
    return found


def _pair(volunteer: VolunteerFacts, seat: SeatFacts) -> list[Reason]:
    retiree = seat.retiree_id
    checks = (
        (
            retiree in volunteer.recused_retirees or volunteer.id in seat.recused_volunteers,
            Reason.RECUSED,
        ),
        (retiree in volunteer.relatives, Reason.RELATIVE),
        (retiree != "" and retiree == volunteer.own_retiree_id, Reason.OWN_VISIT),
        (seat.known_faces is not None and volunteer.id not in seat.known_faces, Reason.KNOWN_FACE_ONLY),
    )
    return [reason for failed, reason in checks if failed]


def _limits(volunteer: VolunteerFacts, policy: Policy) -> list[Reason]:
    """The policy's limits, or the volunteer's own where these are lower."""
    day = min(policy.max_visits_day, volunteer.max_visits_day or policy.max_visits_day)
    week = min(policy.max_visits_week, volunteer.max_visits_week or policy.max_visits_week)
    found = [Reason.DAY_FULL] if volunteer.visits_that_day >= day else []
    return found + ([Reason.WEEK_FULL] if volunteer.visits_that_week >= week else [])
