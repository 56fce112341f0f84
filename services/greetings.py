"""Greetings on a holiday: a promotion, so only for those who said that they want it (MIIT order 31; §5.3).

That somebody wants them is a fact of the person like others (`Flag.WANTS_GREETINGS`): set by somebody on a
day, and ended when it is taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from sqlmodel import col, select

from domain.divisions import prefix
from domain.flags import Flag
from domain.policy import Festival
from models.campaigns import Campaign
from models.retirees import LifeStatus, Retiree, RetireeFlag
from notifications.phones import PhoneKind
from services.audit import audit
from services.campaigns import NAMES
from services.errors import WrongMoment
from services.messages import Recipient, look_up_intended, queue_message, sending_time
from services.steps import Step

GREETING = "R8"
HOW_MANY = 500  # rows of one question
WANTING = select(col(RetireeFlag.retiree_id)).where(
    col(RetireeFlag.flag) == Flag.WANTS_GREETINGS, col(RetireeFlag.ended_on).is_(None)
)


@dataclass(frozen=True)
class Greeted:
    """How many greetings were written, and why the others of the area get none."""

    written: int
    refused: Mapping[str, int]  # by reason: no_consent, opted_out, no_mobile, written_before


async def greet(step: Step, campaign: Campaign, *, only_count: bool = False) -> Greeted:
    """One greeting for each living person of the campaign's area who wants it and has a mobile phone.

    With `only_count` nothing is written; `written` is then how many would be.

    Raises:
        WrongMoment: the festival is over, the campaign was stopped, or the gateway has not approved the text.
    """
    if campaign.stopped_at is not None or campaign.festival_on < step.today:
        raise WrongMoment("campaign_over", "This festival is over, or its campaign was stopped.")
    if reason := step.contract.why_not(GREETING):
        raise WrongMoment(reason, "The SMS gateway has not approved the greeting.")
    refused: Counter[str] = Counter()
    wanted = []
    wanting = set(await step.session.scalars(WANTING))
    of_area = col(Retiree.division_code).startswith(prefix(campaign.division_code), autoescape=True)
    people = select(col(Retiree.id), col(Retiree.phone_kind), col(Retiree.opted_out_at)).where(
        of_area, col(Retiree.life_status) == LifeStatus.LIVING
    )
    if campaign.managing_agency:
        people = people.where(col(Retiree.managing_agency) == campaign.managing_agency)
    for id_, phone_kind, opted_out_at in await step.session.execute(people.order_by(col(Retiree.id))):
        if reason := _why_not(id_ in wanting, opted_out_at is not None, phone_kind):
            refused[reason] += 1
        else:
            wanted.append(id_)
    written = 0
    for start in range(0, len(wanted), HOW_MANY):
        ids = wanted[start : start + HOW_MANY]
        await look_up_intended(step, [f"{GREETING}/{campaign.id}/{id_}" for id_ in ids])
        if only_count:
            written += sum(not step.intended[f"{GREETING}/{campaign.id}/{id_}"] for id_ in ids)
            continue
        for retiree in await step.session.scalars(select(Retiree).where(col(Retiree.id).in_(ids))):
            written += await _write(step, campaign, retiree)
    if before := len(wanted) - written:
        refused["written_before"] = before
    if not only_count:
        await audit(step, "campaign.greet", campaign, why=f"{written} texts")
    return Greeted(written, dict(sorted(refused.items())))


def _why_not(wants: bool, is_opted_out: bool, phone_kind: str) -> str:
    if not wants:
        return "no_consent"
    if is_opted_out:
        return "opted_out"
    return "" if phone_kind == PhoneKind.MOBILE else "no_mobile"


async def _write(step: Step, campaign: Campaign, retiree: Retiree) -> bool:
    to = Recipient("retiree", retiree.id, retiree.phone, retiree, wants_promotions=True)
    festival = NAMES[Festival(campaign.festival)]
    leaves = sending_time(step, GREETING, to.audience)
    day_end = datetime.combine(step.local_date(leaves), time(23, 59), step.zone)
    made = await queue_message(
        step,
        GREETING,
        to,
        f"{campaign.id}/{retiree.id}",
        {"festival": festival},
        moment=day_end,
        send_at=leaves,
    )
    return made is not None
