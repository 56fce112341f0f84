"""Greetings on a holiday: a promotion, so only for those who said that they want it (MIIT order 31; §5.3).

That somebody wants them is a consent with its proof (`services.consents`), asked about again when a greeting
leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from domain.divisions import prefix
from domain.flags import Flag
from domain.messages import MessageStatus
from domain.policy import Festival
from models.campaigns import Campaign
from models.messages import Message
from models.retirees import LifeStatus, Retiree
from notifications.phones import PhoneKind
from notifications.templates import render
from services.audit import audit
from services.campaigns import GIVEN_UP, NAMES
from services.consents import holders
from services.errors import WrongMoment
from services.messages import Recipient, end, look_up_intended, queue_message, sending_time
from services.phone_states import closed_numbers
from services.steps import Step

GREETING = "R8"
BECAME = (
    select(col(Message.status), func.count())
    .where(col(Message.natural_key).in_(bindparam("keys", expanding=True)))
    .group_by(col(Message.status))
)
SLICE = 500  # people of one question, and texts of one transaction


@dataclass(frozen=True)
class Greetings:
    """Who would get a greeting now, in order, and why the others of the area get none.

    `refused`: persons by reason: elsewhere (in hospital, missing, moved away …), no_consent, opted_out,
    no_mobile, number_void, shared_number (the other one with that phone gets it), written_before.
    `leaves_at`: when the hours of promotions allow it. `segments`: of one text.
    """

    wanted: Sequence[UUID]
    refused: Mapping[str, int]
    text: str
    segments: int
    leaves_at: datetime
    became: Mapping[str, int]  # of those written before: how many stand where, by MessageStatus


async def look_at_greetings(step: Step, campaign: Campaign) -> Greetings:
    """What sending the campaign's greetings would do. Writes nothing.

    Raises:
        WrongMoment: the festival is over or would be when they leave, its campaign has not begun or was
            stopped, or the gateway has not approved the text.
    """
    leaves_at = _leaves_at(step, campaign)
    counts = _in_area(campaign, col(Retiree.life_status), func.count()).group_by(col(Retiree.life_status))
    everybody: dict[LifeStatus, int] = dict((await step.session.execute(counts)).all())
    living = everybody.pop(LifeStatus.LIVING, 0)
    everybody.pop(LifeStatus.DECEASED, None)
    refused = Counter({"elsewhere": sum(everybody.values())})
    columns = (col(Retiree.id), col(Retiree.phone_kind), col(Retiree.phone_index), col(Retiree.opted_out_at))
    willing = (
        await step.session.execute(
            _in_area(campaign, *columns)
            .where(
                col(Retiree.life_status) == LifeStatus.LIVING,
                col(Retiree.id).in_(holders(Flag.WANTS_GREETINGS)),
            )
            .order_by(col(Retiree.id))
        )
    ).all()
    refused["no_consent"] = living - len(willing)
    closed: dict[bytes, str] = {}
    for start in range(0, len(willing), SLICE):
        people = willing[start : start + SLICE]
        closed |= await closed_numbers(step, [person.phone_index for person in people])
        await look_up_intended(step, [_natural_key(campaign, person.id) for person in people])
    before = {person.id for person in willing if step.intended[_natural_key(campaign, person.id)]}
    served = {person.phone_index for person in willing if person.id in before}
    wanted: list[UUID] = []
    for person in willing:
        if reason := "written_before" if person.id in before else _why_not(person, closed, served):
            refused[reason] += 1
        else:
            served.add(person.phone_index)
            wanted.append(person.id)
    became: Counter[str] = Counter()
    keys = [_natural_key(campaign, id_) for id_ in sorted(before)]
    for start in range(0, len(keys), SLICE):
        for status, n in await step.session.execute(BECAME, {"keys": keys[start : start + SLICE]}):
            became[str(status)] += n
    shown = render(GREETING, _values(campaign), signature=step.signature)
    counted = {reason: n for reason, n in sorted(refused.items()) if n}
    return Greetings(
        wanted, counted, shown.text, shown.segments.parts, leaves_at, dict(sorted(became.items()))
    )


async def write_greetings(step: Step, campaign: Campaign, ids: Sequence[UUID]) -> int:
    """One greeting for each of these who has none yet, at most `SLICE`: others wait for the database.

    Returns how many were written.

    Raises:
        WrongMoment: as `look_at_greetings`.
    """
    leaves_at = _leaves_at(step, campaign)
    wanted = ids[:SLICE]
    await look_up_intended(step, [_natural_key(campaign, id_) for id_ in wanted])
    people = await step.session.scalars(
        _in_area(campaign, Retiree).where(col(Retiree.id).in_(wanted)).order_by(col(Retiree.id))
    )
    written = 0
    for retiree in people:
        written += await _write(step, campaign, retiree, leaves_at)
    if written:
        await audit(step, "campaign.greet", campaign, why=f"{written} texts")
    return written


async def take_back_greetings(step: Step, campaign: Campaign, why: str) -> None:
    """What has not left is not sent. Its key is given up: opened again, the campaign may greet them."""
    queued = select(Message).where(
        col(Message.natural_key).startswith(_keys(campaign), autoescape=True),
        col(Message.status) == MessageStatus.QUEUED,
    )
    for greeting in (await step.session.scalars(queued.order_by(col(Message.id)).with_for_update())).all():
        end(greeting, MessageStatus.CANCELLED, why, step.now)
        greeting.natural_key = f"{GIVEN_UP}{greeting.id}"


def _leaves_at(step: Step, campaign: Campaign) -> datetime:
    if campaign.stopped_at is not None or campaign.festival_on < step.today:
        raise WrongMoment("campaign_over", "This festival is over, or its campaign was stopped.")
    if step.today < campaign.opens_on:
        raise WrongMoment("too_early", "Greetings are sent from the first day of the campaign on.")
    if reason := step.contract.why_not(GREETING):
        raise WrongMoment(reason, "The SMS gateway has not approved the greeting.")
    leaves_at = sending_time(step, GREETING, "retiree")
    if step.local_date(leaves_at) > campaign.festival_on:
        raise WrongMoment("too_late", "The hours for greetings are over: they would come after the festival.")
    return leaves_at


def _in_area(campaign: Campaign, *columns: Any) -> Any:
    of_area = col(Retiree.division_code).startswith(prefix(campaign.division_code), autoescape=True)
    query = select(*columns).where(of_area)
    if campaign.managing_agency:
        query = query.where(col(Retiree.managing_agency) == campaign.managing_agency)
    return query


def _why_not(person: Any, closed: Mapping[bytes, str], served: set[bytes]) -> str:
    if person.opted_out_at is not None or closed.get(person.phone_index) == "opted_out":
        return "opted_out"
    if person.phone_kind == PhoneKind.VOID or person.phone_index in closed:
        return "number_void"
    if person.phone_kind != PhoneKind.MOBILE or person.phone_index is None:
        return "no_mobile"
    return "shared_number" if person.phone_index in served else ""


def _natural_key(campaign: Campaign, retiree_id: UUID) -> str:
    return f"{_keys(campaign)}{retiree_id}"


def _keys(campaign: Campaign) -> str:
    """What the keys of a campaign's greetings begin with."""
    return f"{GREETING}/{campaign.id}/"


def _values(campaign: Campaign) -> dict[str, str | int]:
    return {"festival": NAMES[Festival(campaign.festival)]}


async def _write(step: Step, campaign: Campaign, retiree: Retiree, leaves_at: datetime) -> bool:
    to = Recipient("retiree", retiree.id, retiree.phone, retiree, wants_promotions=True)
    day_end = datetime.combine(step.local_date(leaves_at), time(23, 59), step.zone)
    made = await queue_message(
        step,
        GREETING,
        to,
        f"{campaign.id}/{retiree.id}",
        _values(campaign),
        moment=day_end,
        send_at=leaves_at,
    )
    return made is not None
