"""All volunteers as arrays, kept per process and read again when one of them changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import func
from sqlmodel import col, select

from domain.eligibility import Reason, SeatFacts, VolunteerFacts, why_not
from domain.masking import mask_name
from domain.outcomes import STAFF_LEAD
from domain.policy import Policy
from models.pools import VolunteerLoan
from models.service_records import VolunteerTraining
from models.visits import Visit
from models.volunteers import Pool, Volunteer, VolunteerShift, VolunteerSkill, VolunteerStatus
from services.people import MOBILE
from services.planning.places import CityMap, city_map
from services.steps import Step

Ints = npt.NDArray[np.int64]
SKILLS = ("certifier", "nurse", "dialect", "first_aid", "counselling", "phone_help")
PARTS = ("morning", "afternoon", "evening")
SIGNATURE = select(func.count(), func.max(col(Volunteer.updated_at)))
FAR_FUTURE = date(9999, 12, 31).toordinal()
EXPERIENCED = 1 << len(SKILLS)  # one more bit for the planner: has served long enough to lead a pair
STAFF = 2 << len(SKILLS)  # and one for staff, whom a doubtful identity asks for


def skill_bits(skills: list[str]) -> int:
    return sum(1 << SKILLS.index(skill) for skill in set(skills) if skill in SKILLS)


def lead_bits(visit: Visit) -> int:
    """What the lead must bring: the visit's skills, for a pair some experience (VOL-13), or to be staff."""
    more = (EXPERIENCED if visit.crew_size > 1 else 0) | (STAFF if STAFF_LEAD in visit.skills else 0)
    return skill_bits(visit.skills) | more


@dataclass(frozen=True)
class LoanSpan:
    """A volunteer (row of the roster) serves another district, ordinals of the days both included."""

    row: int
    district: int
    first: int
    last: int


@dataclass(frozen=True)
class Roster:
    """Row k of each array is volunteer `ids[k]`."""

    signature: tuple[object, ...]
    ids: list[UUID]
    names: list[str]  # masked
    row_of: dict[UUID, int]
    x: Ints
    y: Ints
    district: Ints  # first six digits of the division code
    pool: Ints
    sex: Ints
    max_day: Ints
    max_week: Ints
    max_metres: Ints
    pace: Ints
    weekday_shift: Ints  # (m, 7, 2) seconds, -1 none
    insured: Ints  # (m, 2) ordinals of the first and last insured day
    skills: dict[str, Ints]  # last day (ordinal) on which the skill holds, 0 = never
    id_index: list[bytes | None]
    recused: list[list[str]]
    experienced_from: Ints  # ordinal of the day on which somebody may lead a pair
    staff: Ints  # 1 for staff
    loans: list[LoanSpan]
    trainings: dict[str, Ints]  # last day (ordinal) on which a training holds, 0 = never
    communities: list[str]  # division codes
    absences: Ints  # promised visits they did not come to

    def skills_on(self, day: date) -> Ints:
        bits = np.zeros(len(self.ids), np.int64)
        for position, skill in enumerate(SKILLS):
            bits |= np.where(self.skills[skill] >= day.toordinal(), 1 << position, 0)
        bits |= np.where(self.staff == 1, STAFF, 0)
        return bits | np.where(self.experienced_from <= day.toordinal(), EXPERIENCED, 0)

    def on(self, first: date) -> Roster:
        """As it is on a day: whoever is lent then serves the borrowing district only (rule VOL-01)."""
        lent = self._lent(first)
        if not lent:
            return self
        district, pool = self.district.copy(), self.pool.copy()
        for row, borrower in lent.items():
            district[row], pool[row] = borrower, 0
        return replace(self, district=district, pool=pool)

    def _lent(self, day: date) -> dict[int, int]:
        on = day.toordinal()
        return {loan.row: loan.district for loan in self.loans if loan.first <= on <= loan.last}

    def shifts(self, first: date, days: int) -> Ints:
        """(m, days, 2): the week's pattern on dates, empty on uninsured days (rule VOL-05).

        Also empty on days on which somebody serves another district than on the first.
        """
        at_first = self._lent(first)
        out = np.full((len(self.ids), days, 2), -1, np.int64)
        for offset in range(days):
            day = first + timedelta(days=offset)
            insured = (self.insured[:, 0] <= day.toordinal()) & (day.toordinal() <= self.insured[:, 1])
            out[:, offset] = np.where(insured[:, None], self.weekday_shift[:, day.weekday()], -1)
            lent = self._lent(day)
            for row in {loan.row for loan in self.loans}:
                if lent.get(row) != at_first.get(row):
                    out[row, offset] = -1
        return out


async def load_roster(step: Step) -> Roster:
    """The volunteers who may be asked: active, adult, committed, with a mobile (rules VOL-02 to VOL-12)."""
    signature = (
        *(await step.session.execute(SIGNATURE)).one(),
        step.today,
    )
    found = step.cache.get("roster")
    if isinstance(found, Roster) and found.signature == signature:
        return found
    volunteers = [
        v
        for v in await step.session.scalars(
            select(Volunteer)
            .where(
                col(Volunteer.status) == VolunteerStatus.ACTIVE,
                col(Volunteer.opted_out_at).is_(None),
                col(Volunteer.phone_kind) == MOBILE,
            )
            .order_by(col(Volunteer.id))
        )
        if may_be_asked(v, step.today, step.policy)
    ]
    roster = _build(
        signature,
        volunteers,
        list(await step.session.scalars(select(VolunteerSkill))),
        list(await step.session.scalars(select(VolunteerShift))),
        list(await step.session.scalars(select(VolunteerLoan).where(col(VolunteerLoan.to_on) >= step.today))),
        list(await step.session.scalars(select(VolunteerTraining))),
        await city_map(step),
        step.policy,
    )
    step.cache["roster"] = roster
    return roster


def may_be_asked(volunteer: Volunteer, today: date, policy: Policy) -> bool:
    """The personal filters of `domain.eligibility`; the others depend on visit and day."""
    facts = VolunteerFacts(
        id=str(volunteer.id),
        born_on=volunteer.born_on,
        district=volunteer.division_code[:6],
        is_active=volunteer.status is VolunteerStatus.ACTIVE,
        has_mobile=volunteer.phone_kind == MOBILE,
        opted_out=volunteer.opted_out_at is not None,
        committed_on=volunteer.committed_on,
        health_declared_on=volunteer.health_declared_on,
    )
    seat = SeatFacts(district=facts.district, is_lead=False)
    return not {*why_not(facts, seat, today, policy)} - {Reason.NO_INSURANCE}


def _build(
    signature: tuple[object, ...],
    volunteers: list[Volunteer],
    skills: list[VolunteerSkill],
    shifts: list[VolunteerShift],
    loans: list[VolunteerLoan],
    trainings: list[VolunteerTraining],
    city: CityMap,
    policy: Policy,
) -> Roster:
    row_of = {v.id: row for row, v in enumerate(volunteers)}
    places = [city.find(v.place, v.division_code) for v in volunteers]
    held = {skill: np.zeros(len(volunteers), np.int64) for skill in SKILLS}
    for s in skills:
        if s.volunteer_id in row_of and s.skill in held:
            held[s.skill][row_of[s.volunteer_id]] = s.valid_until.toordinal() if s.valid_until else FAR_FUTURE
    parts: dict[tuple[int, int], set[str]] = defaultdict(set)
    for shift in shifts:
        if shift.volunteer_id in row_of:
            parts[row_of[shift.volunteer_id], shift.weekday].add(shift.part)
    weekday_shift = np.full((len(volunteers), 7, 2), -1, np.int64)
    for (row, weekday), names in parts.items():
        weekday_shift[row, weekday] = _span(names, policy)
    return Roster(
        signature=signature,
        ids=[v.id for v in volunteers],
        names=[mask_name(v.name) for v in volunteers],
        row_of=row_of,
        x=_ints(p[0] for p in places),
        y=_ints(p[1] for p in places),
        district=_ints(int(v.division_code[:6]) for v in volunteers),
        pool=_ints(v.pool is Pool.CITY for v in volunteers),
        sex=_ints(v.sex if v.sex in (1, 2) else 0 for v in volunteers),
        max_day=_ints(min(v.max_visits_day or 99, policy.max_visits_day) for v in volunteers),
        max_week=_ints(min(v.max_visits_week or 99, policy.max_visits_week) for v in volunteers),
        max_metres=_ints(max(1, v.max_km_day) * 1000 for v in volunteers),
        pace=_ints(v.walks for v in volunteers),
        weekday_shift=weekday_shift,
        insured=np.array(
            [
                (
                    v.insured_from.toordinal() if v.insured_from else FAR_FUTURE,
                    v.insured_to.toordinal() if v.insured_to else FAR_FUTURE,
                )
                for v in volunteers
            ],
            np.int64,
        ).reshape(len(volunteers), 2),
        skills=held,
        id_index=[v.id_number_index for v in volunteers],
        recused=[v.recused_retirees for v in volunteers],
        experienced_from=_ints(_experienced_from(v, policy) for v in volunteers),
        staff=_ints(v.is_staff for v in volunteers),
        loans=[
            LoanSpan(
                row_of[loan.volunteer_id],
                int(loan.division_code[:6]),
                loan.from_on.toordinal(),
                loan.to_on.toordinal(),
            )
            for loan in loans
            if loan.volunteer_id in row_of
        ],
        trainings=_held_trainings(trainings, row_of),
        communities=[v.division_code for v in volunteers],
        absences=_ints(v.no_shows for v in volunteers),
    )


def _experienced_from(volunteer: Volunteer, policy: Policy) -> int:
    if volunteer.is_staff:
        return 0
    since = volunteer.registered_on
    return since.toordinal() + policy.experienced_days if since else FAR_FUTURE


def _held_trainings(trainings: list[VolunteerTraining], row_of: dict[UUID, int]) -> dict[str, Ints]:
    held: dict[str, Ints] = {}
    for row in trainings:
        if row.volunteer_id in row_of:
            last = row.valid_until.toordinal() if row.valid_until else FAR_FUTURE
            days = held.setdefault(row.training, np.zeros(len(row_of), np.int64))
            days[row_of[row.volunteer_id]] = max(days[row_of[row.volunteer_id]], last)
    return held


def _ints(values: object) -> Ints:
    return np.array([int(value) for value in values], np.int64)  # type: ignore[attr-defined]  # any iterable of numbers


def _span(names: set[str], policy: Policy) -> tuple[int, int]:
    """One shift a day: adjoining parts are joined, of separate ones the first is kept."""
    chosen = [part for part in PARTS if part in names]
    if chosen == ["morning", "evening"]:
        chosen = ["morning"]
    if not chosen:
        return -1, -1
    first, last = getattr(policy.shift_parts, chosen[0]), getattr(policy.shift_parts, chosen[-1])
    return seconds(first.start), seconds(last.end)


def seconds(at: time) -> int:
    """From local midnight."""
    return at.hour * 3600 + at.minute * 60 + at.second
