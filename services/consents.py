"""Consents with the words agreed to, as a proof; taken back as easily (PIPL art. 14 and 15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.consents import CONSENTS, SHORTEST, WAYS_OF_GIVING, Giver, Way
from domain.flags import Flag
from models.consents import Consent
from models.retirees import LifeStatus, Retiree, RetireeFlag
from notifications.consent_words import consent_words
from services.audit import audit
from services.errors import BadInput, WrongMoment
from services.steps import Step

RULE = "Rule CONS-01"


@dataclass(frozen=True)
class ConsentForm:
    """`wording`: what was read out or signed, '' for the words of today. `on`: today when left out."""

    way: str
    given_by: str = Giver.ONESELF
    on: date | None = None
    wording: str = ""
    purpose: str = Flag.WANTS_GREETINGS


def holders(purpose: Flag) -> Any:
    """The ids of those whose consent holds: the flag with its proof."""
    return (
        select(col(Consent.retiree_id))
        .join(RetireeFlag, col(RetireeFlag.id) == col(Consent.flag_id))
        .where(
            col(Consent.purpose) == purpose,
            col(Consent.withdrawn_at).is_(None),
            col(RetireeFlag.ended_on).is_(None),
        )
    )


async def give_consent(step: Step, retiree: Retiree, form: ConsentForm) -> Consent:
    """Somebody has agreed: the flag, and the proof of it.

    Raises:
        BadInput: an unknown purpose, way or giver, a wording that says nothing, a day in the future.
        WrongMoment: the person has died, or the consent is on record.
    """
    if form.purpose not in CONSENTS:
        raise BadInput("purpose", f"{RULE}: this needs no consent.", "purpose")
    if form.way not in WAYS_OF_GIVING:
        raise BadInput("way", f"{RULE}: say how it was agreed to.", "way")
    if form.given_by not in set(Giver):
        raise BadInput("given_by", f"{RULE}: say who agreed.", "given_by")
    wording = " ".join(form.wording.split()) or consent_words(form.purpose, step.signature)
    if not SHORTEST <= len(wording) <= 500:
        raise BadInput("wording", f"{RULE}: write the words that were agreed to.", "wording")
    on = form.on or step.today
    if on > step.today:
        raise BadInput("future", f"{RULE}: nobody agrees in the future. Choose a day up to today.", "on")
    if retiree.life_status is LifeStatus.DECEASED:
        raise WrongMoment("deceased", f"{RULE}: this person has died.")
    flag, proof = await _standing(step, retiree.id, Flag(form.purpose))
    if flag is not None and proof is not None:
        raise WrongMoment("on_record", f"{RULE}: this consent is on record already.")
    if flag is None:
        flag = RetireeFlag(
            retiree_id=retiree.id,
            flag=form.purpose,
            set_on=on,
            set_by=step.actor,
            division_code=retiree.division_code,
            managing_agency=retiree.managing_agency,
        )
        step.session.add(flag)
        await step.session.flush()
    proof = Consent(
        retiree_id=retiree.id,
        flag_id=flag.id,
        purpose=form.purpose,
        wording=wording,
        way=form.way,
        given_by=form.given_by,
        given_on=on,
        recorded_by=step.actor,
        recorded_at=step.now,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    step.session.add(proof)
    retiree.updated_at = step.now
    await step.session.flush()
    await audit(step, "consent.give", retiree, fields=[form.purpose], why=f"{form.way}, by {form.given_by}")
    return proof


async def take_back(
    step: Step, retiree: Retiree, purpose: Flag, way: str, *, inbound_id: UUID | None = None
) -> RetireeFlag | None:
    """The consent holds no longer, whatever else is on record; what waits to be sent for it is not sent.

    Returns the flag that ended, None where none held.

    Raises:
        BadInput: an unknown way.
    """
    if way not in set(Way):
        raise BadInput("way", f"{RULE}: say how it was taken back.", "way")
    flag, proof = await _standing(step, retiree.id, purpose)
    if flag is None:
        return None
    flag.ended_on, flag.ended_by = max(step.today, flag.set_on), step.actor
    if proof is not None:
        proof.withdrawn_at, proof.withdrawn_way, proof.withdrawn_by = step.now, way, step.actor
        proof.withdrawn_inbound_id = inbound_id
    retiree.updated_at = step.now
    await step.session.flush()
    await audit(step, "consent.take_back", retiree, fields=[purpose], why=way)
    return flag


async def load_consents(step: Step, retiree_id: UUID) -> Sequence[Consent]:
    """All that were ever given, the newest first."""
    rows = await step.session.scalars(
        select(Consent)
        .where(col(Consent.retiree_id) == retiree_id)
        .order_by(col(Consent.recorded_at).desc(), col(Consent.id).desc())
    )
    return rows.all()


async def _standing(step: Step, retiree_id: UUID, purpose: Flag) -> tuple[RetireeFlag | None, Consent | None]:
    """The flag that holds, and its proof; a flag from before there were proofs has none."""
    row = (
        await step.session.execute(
            select(RetireeFlag, Consent)
            .outerjoin(Consent, col(Consent.flag_id) == col(RetireeFlag.id))
            .where(
                col(RetireeFlag.retiree_id) == retiree_id,
                col(RetireeFlag.flag) == purpose,
                col(RetireeFlag.ended_on).is_(None),
            )
            .order_by(col(RetireeFlag.id).desc())
            .limit(1)
        )
    ).first()
    return (row[0], row[1]) if row is not None else (None, None)
