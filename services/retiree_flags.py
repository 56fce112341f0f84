"""Facts about a retiree: set and ended by somebody on a day, refused when they contradict each other."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from domain.ages import completed_years
from domain.care import derived_flags
from domain.consents import CONSENTS, Way
from domain.crews import lead_sex
from domain.flags import Contradiction, Flag, contradictions
from domain.visits import PLANNABLE
from models.retirees import LifeStatus, Retiree, RetireeFlag
from models.visits import Visit
from services.audit import audit
from services.consents import take_back
from services.errors import BadInput
from services.steps import Step

SAYS = {
    Contradiction.CHILDLESS_AND_EMPTY_NEST: (
        "Rule CARE-01: without children and empty nest cannot both hold. End one of the two first."
    ),
    Contradiction.CHILDLESS_AND_LEFT_BEHIND: (
        "Rule CARE-01: without children and left behind cannot both hold. End one of the two first."
    ),
    Contradiction.TOO_YOUNG_FOR_ADVANCED_AGE: (
        "Rule CARE-01: too young for advanced age. Correct the date of birth if it is wrong."
    ),
    Contradiction.DISABLED_BELOW_LEVEL: (
        "Rule CARE-01: the level on record is no loss of ability. Correct the level first."
    ),
    Contradiction.ALONE_IN_A_SHARED_HOME: (
        "Rule CARE-01: another retiree lives behind the same door. Correct one of the addresses first."
    ),
}


async def load_flag_rows(step: Step, retiree: Retiree) -> list[RetireeFlag]:
    """All that were ever set, newest first, with who and when."""
    rows = await step.session.scalars(
        select(RetireeFlag)
        .where(col(RetireeFlag.retiree_id) == retiree.id)
        .order_by(col(RetireeFlag.set_on).desc(), col(RetireeFlag.id).desc())
    )
    return list(rows)


async def change_flags(
    step: Step,
    retiree: Retiree,
    *,
    add: Collection[str] = (),
    end: Collection[str] = (),
    on: date | None = None,
) -> list[RetireeFlag]:
    """Set and end flags from a day (today when none is given); the rows that hold afterwards.

    A consent is no fact that others could set (`services.consents`); ended here it is taken back.

    Raises:
        BadInput: an unknown flag, a consent to be set, a day in the future, or facts that contradict each
            other (rule CARE-01); then nothing is changed.
    """
    day = on or step.today
    if day > step.today:
        raise BadInput("future", "Rule CARE-02: a fact cannot be set for the future. Choose today.", "on")
    unknown = [name for name in (*add, *end) if name not in set(Flag)]
    if unknown:
        raise BadInput("flag", f"Unknown group: {unknown[0]}.", "flag")
    if CONSENTS.intersection(add):
        raise BadInput(
            "consent", "Rule CONS-01: record the consent on the person's page, with its words.", "flag"
        )
    for consent in CONSENTS.intersection(map(Flag, end)):
        await take_back(step, retiree, consent, Way.SPOKEN)
    end = [name for name in end if name not in CONSENTS]
    holding = {row.flag: row for row in await load_flag_rows(step, retiree) if row.ended_on is None}
    if not add and not end:
        return list(holding.values())
    after = (set(holding) | set(add)) - set(end)
    wrong = await contradictions_of(step, retiree, after)
    if wrong:
        raise BadInput(wrong[0], SAYS[wrong[0]], "flag")
    for name in end:
        if name in holding:
            row = holding.pop(name)
            row.ended_on, row.ended_by = max(day, row.set_on), step.actor
    for name in dict.fromkeys(add):
        if name not in holding and name not in end:
            holding[name] = RetireeFlag(
                retiree_id=retiree.id,
                flag=name,
                set_on=day,
                set_by=step.actor,
                division_code=retiree.division_code,
                managing_agency=retiree.managing_agency,
            )
            step.session.add(holding[name])
    retiree.updated_at = step.now
    await step.session.flush()
    await _tell_open_visits(step, retiree, after)
    await audit(step, "retiree.flags", retiree, fields=sorted({*add, *end}))
    return list(holding.values())


async def contradictions_of(step: Step, retiree: Retiree, flags: Collection[str]) -> list[Contradiction]:
    """What in these flags cannot hold of this person."""
    return contradictions(
        flags,
        age=completed_years(retiree.born_on, step.today),
        advanced_age=step.policy.advanced_age,
        disability_level=retiree.disability_level,
        disabled_from_level=step.policy.disabled_from_level,
        housemates=await _housemates(step, retiree),
    )


async def _housemates(step: Step, retiree: Retiree) -> int:
    if not retiree.household:
        return 0
    found = await step.session.scalar(
        select(func.count())
        .select_from(Retiree)
        .where(
            col(Retiree.household) == retiree.household,
            col(Retiree.id) != retiree.id,
            col(Retiree.life_status) == LifeStatus.LIVING,
        )
    )
    return found or 0


async def _tell_open_visits(step: Step, retiree: Retiree, flags: Collection[str]) -> None:
    """Visits that still wait for people follow the new facts; whoever has promised stays."""
    held = derived_flags(flags, retiree.born_on, retiree.disability_level, step.today, step.policy)
    wanted = lead_sex(retiree.sex, held, step.policy)
    for visit in await step.session.scalars(
        select(Visit).where(col(Visit.retiree_id) == retiree.id, col(Visit.status).in_(PLANNABLE))
    ):
        visit.lead_sex = wanted
