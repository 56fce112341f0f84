"""A volunteer's record: minutes and corrections, trainings, absences, stars (rules VOL-04 to VOL-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from domain.service import (
    Excuse,
    Spell,
    StarLevel,
    Training,
    counts_against,
    earned_stars,
    star_reviewer,
    total_minutes,
)
from models.service_records import Absence, MinutesCorrection, VolunteerTraining
from models.staff import Role
from models.visits import Visit
from models.volunteers import MinutesEntry, Volunteer
from services.audit import audit
from services.errors import BadInput, NotAllowed, NotFound
from services.steps import Step

MOST_MINUTES = 24 * 60
MOST_UNCONFIRMED = 200  # lines of one list
GRANTERS = {
    StarLevel.DISTRICT: (Role.CITY_ADMIN, Role.DISTRICT_AGENCY),
    StarLevel.CITY: (Role.CITY_ADMIN,),
    StarLevel.PROVINCE: (Role.CITY_ADMIN,),  # enters what the province has decided
}


@dataclass(frozen=True)
class LedgerLine:
    """One visit's entry, with the true minutes where it was wrong."""

    entry_id: UUID
    visit_id: UUID
    number: str
    spell: Spell


async def load_ledger(step: Step, volunteer_id: UUID) -> list[LedgerLine]:
    """All entries of a volunteer, newest first. The day is the visit's own, not the day of writing."""
    corrected: dict[UUID, int] = {}
    for entry_id, minutes in await step.session.execute(
        select(col(MinutesCorrection.entry_id), col(MinutesCorrection.minutes))
        .join(MinutesEntry, col(MinutesEntry.id) == col(MinutesCorrection.entry_id))
        .where(col(MinutesEntry.volunteer_id) == volunteer_id)
        .order_by(col(MinutesCorrection.corrected_at), col(MinutesCorrection.id))
    ):
        corrected[entry_id] = minutes
    # Another area's visits are part of the truth: only number, kind and day of them are read.
    rows = await step.session.execute(
        sa.select(MinutesEntry, col(Visit.number), col(Visit.kind), col(Visit.starts_at))
        .join(Visit, col(Visit.id) == col(MinutesEntry.visit_id))
        .where(col(MinutesEntry.volunteer_id) == volunteer_id)
        .order_by(col(MinutesEntry.credited_at).desc(), col(MinutesEntry.id).desc())
    )
    return [
        LedgerLine(
            entry.id,
            entry.visit_id,
            number,
            Spell(
                step.local_date(starts_at or entry.credited_at),
                kind,
                entry.minutes,
                corrected.get(entry.id),
                entry.to_confirm,
            ),
        )
        for entry, number, kind, starts_at in rows
    ]


async def load_unconfirmed(step: Step) -> list[tuple[Volunteer, MinutesEntry, str, datetime | None]]:
    """Entries without a noted arrival that nobody has confirmed, of the reader's volunteers: volunteer,
    entry, number and start of the visit; the oldest first."""
    done = select(col(MinutesCorrection.entry_id))
    rows = await step.session.execute(
        sa.select(Volunteer, MinutesEntry, col(Visit.number), col(Visit.starts_at))
        .join(Volunteer, col(Volunteer.id) == col(MinutesEntry.volunteer_id))
        .join(Visit, col(Visit.id) == col(MinutesEntry.visit_id))
        .where(col(MinutesEntry.to_confirm) > 0, col(MinutesEntry.id).not_in(done))
        .order_by(col(MinutesEntry.credited_at), col(MinutesEntry.id))
        .limit(MOST_UNCONFIRMED)
    )
    return [(volunteer, entry, number, at) for volunteer, entry, number, at in rows]


async def correct_minutes(step: Step, entry_id: UUID, minutes: int, reason: str) -> MinutesCorrection:
    """The true minutes, after somebody has reported an error and it was checked (rule VOL-06).

    Raises:
        NotFound: no such entry.
        BadInput: minutes that cannot be, or no reason.
    """
    entry = await step.session.get(MinutesEntry, entry_id)
    if entry is None:
        raise NotFound("entry", "There is no such entry.")
    if not 0 <= minutes <= MOST_MINUTES:
        raise BadInput("minutes", "Rule VOL-06: between 0 and 1440 minutes.", "minutes")
    if len(reason.strip()) < 2:
        raise BadInput("reason", "Say why.", "reason")
    row = MinutesCorrection(
        entry_id=entry_id,
        minutes=minutes,
        reason=reason.strip()[:128],
        corrected_by=step.actor,
        corrected_at=step.now,
    )
    step.session.add(row)
    await step.session.flush()
    await audit(step, "minutes.correct", entry, fields=["minutes"], why=reason)
    return row


@dataclass(frozen=True)
class TrainingForm:
    """A training that somebody took part in."""

    training: str
    trained_on: date
    valid_until: date | None = None
    minutes: int = 0


async def record_training(step: Step, volunteer: Volunteer, form: TrainingForm) -> VolunteerTraining:
    """Note a training; its minutes are counted apart from service.

    Raises:
        BadInput: an unknown training, a day in the future, or an end before the beginning (rule VOL-04).
    """
    if form.training not in set(Training):
        raise BadInput("training", "Rule VOL-04: choose the training.", "training")
    if form.trained_on > step.today:
        raise BadInput("trained_on", "Rule VOL-04: a training cannot lie in the future.", "trained_on")
    if form.valid_until is not None and form.valid_until < form.trained_on:
        raise BadInput("valid_until", "The last day lies before the first.", "valid_until")
    if not 0 <= form.minutes <= MOST_MINUTES:
        raise BadInput("minutes", "Rule VOL-06: between 0 and 1440 minutes.", "minutes")
    row = VolunteerTraining(
        volunteer_id=volunteer.id,
        training=form.training,
        trained_on=form.trained_on,
        valid_until=form.valid_until,
        minutes=form.minutes,
        recorded_by=step.actor,
        recorded_at=step.now,
    )
    step.session.add(row)
    volunteer.updated_at = step.now  # the roster is read again
    await step.session.flush()
    await audit(step, "training.record", row, fields=["training"])
    return row


async def tick_conduct(step: Step, volunteer: Volunteer, checked_on: date) -> Volunteer:
    """Somebody has looked at the record of conduct on a day; the tick is kept, never the record (VOL-14).

    Raises:
        BadInput: a day in the future.
    """
    if checked_on > step.today:
        raise BadInput("future", "Rule VOL-14: a check cannot lie in the future.", "checked_on")
    volunteer.conduct_checked_on, volunteer.conduct_checked_by = checked_on, step.actor
    volunteer.updated_at = step.now
    await audit(step, "volunteer.conduct", volunteer, fields=["conduct_checked_on"])
    return volunteer


async def load_trainings(step: Step, volunteer_id: UUID) -> list[VolunteerTraining]:
    rows = await step.session.scalars(
        select(VolunteerTraining)
        .where(col(VolunteerTraining.volunteer_id) == volunteer_id)
        .order_by(col(VolunteerTraining.trained_on).desc(), col(VolunteerTraining.id))
    )
    return list(rows)


async def note_absence(step: Step, visit: Visit, volunteer: Volunteer) -> None:
    """Somebody who had promised did not come; noted once."""
    at = visit.starts_at or step.now
    known = await step.session.scalar(
        select(col(Absence.id)).where(
            col(Absence.visit_id) == visit.id,
            col(Absence.volunteer_id) == volunteer.id,
            col(Absence.starts_at) == at,
        )
    )
    if known is None:
        step.session.add(
            Absence(visit_id=visit.id, volunteer_id=volunteer.id, starts_at=at, noted_at=step.now)
        )
        await step.session.flush()
        await _count_absences(step, volunteer)


async def excuse_absence(step: Step, volunteer: Volunteer, absence_id: UUID, excuse: str) -> Absence:
    """A good reason was told: it counts for nothing any more.

    Raises:
        NotFound: no such absence of this volunteer.
        BadInput: an unknown reason.
    """
    row = await step.session.get(Absence, absence_id)
    if row is None or row.volunteer_id != volunteer.id:
        raise NotFound("absence", "There is no such absence.")
    if excuse not in set(Excuse):
        raise BadInput("excuse", "Choose the reason.", "excuse")
    row.excused_at, row.excused_by, row.excuse = step.now, step.actor, excuse
    await step.session.flush()
    await _count_absences(step, volunteer)
    await audit(step, "absence.excuse", row, fields=["excuse"])
    return row


async def load_absences(step: Step, volunteer_id: UUID) -> list[Absence]:
    rows = await step.session.scalars(
        select(Absence)
        .where(col(Absence.volunteer_id) == volunteer_id)
        .order_by(col(Absence.starts_at).desc(), col(Absence.id))
    )
    return list(rows)


async def _count_absences(step: Step, volunteer: Volunteer) -> None:
    """`no_shows` is what counts against somebody now: neither excused nor long ago."""
    volunteer.no_shows = sum(
        counts_against(step.local_date(row.starts_at), row.excuse, step.today, step.policy)
        for row in await load_absences(step, volunteer.id)
    )
    volunteer.updated_at = step.now


async def grant_stars(step: Step, volunteer: Volunteer, stars: int, role: Role) -> Volunteer:
    """An application was reviewed by whoever may (rule VOL-08).

    Raises:
        BadInput: more stars than the minutes have earned, or fewer than are held.
        NotAllowed: a level that is reviewed higher up.
    """
    minutes = total_minutes(line.spell for line in await load_ledger(step, volunteer.id))
    if not volunteer.stars < stars <= 5:
        raise BadInput("stars", "Rule VOL-08: stars go up, one to five.", "stars")
    if stars > earned_stars(minutes, step.policy):
        raise BadInput("stars", "Rule VOL-08: the hours served do not reach so far.", "stars")
    if role not in GRANTERS[star_reviewer(stars, step.policy)]:
        raise NotAllowed("stars", "Rule VOL-08: so many stars are reviewed higher up.", "stars")
    volunteer.stars, volunteer.stars_on, volunteer.stars_by = stars, step.today, step.actor
    volunteer.updated_at = step.now
    await audit(step, "volunteer.stars", volunteer, fields=["stars"])
    return volunteer
