"""How many texts a person gets: limits of the day by kind, the same words once, no loops of answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from domain.messages import MessageStatus, Priority
from domain.quiet_hours import next_allowed
from models.columns import UtcDateTime
from models.messages import Message
from notifications.templates import find_template
from services import desk
from services.messages import FAREWELLS
from services.steps import Step

OFFERS = frozenset({"V1", "V16"})
# Worth waiting for the next day; without them somebody has to ring. Reminders over the limit are left out.
ESSENTIAL = frozenset({"R1", "R1b", "R2", "R2b", "R3", "R3b", "V9"})
# Somebody asks for these, and may ask again.
ON_DEMAND = frozenset({"V12"})
LEFT = (
    MessageStatus.SENDING,
    MessageStatus.UNKNOWN,
    MessageStatus.ACCEPTED,
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.UNDELIVERED,
)
SEEN = tuple(status for status in LEFT if status is not MessageStatus.UNDELIVERED)  # may have been read
INDEXES: BindParameter[bytes] = bindparam("indexes", expanding=True)
LATELY = (
    sa.select(
        col(Message.id),
        col(Message.phone_index),
        col(Message.person_id),
        col(Message.template),
        col(Message.priority),
        col(Message.visit_id),
        col(Message.submitted_at),
    )
    .where(
        col(Message.phone_index).in_(INDEXES),
        col(Message.submitted_at) > bindparam("since", type_=UtcDateTime()),
        col(Message.status).in_(LEFT),
    )
    .order_by(col(Message.submitted_at), col(Message.id))
)
WORDS = select(Message).where(col(Message.id).in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True)
class Held:
    """A text that does not leave now: it waits, or (without `until`) it ends unsent."""

    why: str
    until: datetime | None = None


@dataclass
class Phones:
    """What left lately for the phones of a batch, counted on while the batch goes on."""

    today: Counter[tuple[bytes | None, UUID | None]] = field(default_factory=Counter)
    offers: Counter[tuple[bytes | None, UUID | None]] = field(default_factory=Counter)
    answers: Counter[bytes | None] = field(default_factory=Counter)
    # Of one phone and one visit, the last text: its template and words.
    last: dict[tuple[bytes | None, UUID | None], tuple[str, str]] = field(default_factory=dict)


async def load_phones(step: Step, messages: Sequence[Message]) -> Phones:
    """One question for a batch, a second for the words of texts that may be the same."""
    phones = Phones()
    indexes = sorted({m.phone_index for m in messages if m.phone_index is not None})
    if not indexes:
        return phones
    begin = datetime.combine(step.today, time(), step.zone)
    since = min(begin, step.now - timedelta(hours=max(1, step.policy.same_text_hours)))
    rows = (await step.session.execute(LATELY, {"indexes": indexes, "since": since})).all()
    same_since = step.now - timedelta(hours=step.policy.same_text_hours)
    loop_since = step.now - timedelta(minutes=step.policy.loop_minutes)
    newest: dict[tuple[bytes | None, UUID | None], Any] = {}
    for row in rows:
        if row.submitted_at >= begin:
            _count(phones, row)
        if row.priority == Priority.REPLY and row.submitted_at > loop_since:
            phones.answers[row.phone_index] += 1
        if row.submitted_at > same_since:
            newest[row.phone_index, row.visit_id] = row
    wanted = defaultdict(set)
    for message in messages:
        wanted[message.phone_index, message.visit_id].add(message.template)
    alike = [row.id for key, row in newest.items() if row.template in wanted.get(key, ())]
    if alike:
        for text in await step.session.scalars(WORDS, {"ids": alike}):
            phones.last[text.phone_index, text.visit_id] = (text.template, text.text)
    return phones


def _count(phones: Phones, row: Any) -> None:
    who = (row.phone_index, row.person_id)
    if _is_counted(row.priority, row.template):
        phones.today[who] += 1
        phones.offers[who] += row.template in OFFERS


def _is_counted(priority: int, template: str) -> bool:
    """Answers, warnings, and that nobody comes: these leave whatever the day has brought."""
    return priority > Priority.SAFETY and template not in FAREWELLS


def why_held(step: Step, phones: Phones, message: Message) -> Held | None:
    """Why a text must not leave now, or None."""
    who, policy = (message.phone_index, message.person_id), step.policy
    if message.audience == "staff" and message.priority <= Priority.SAFETY:
        return None
    if message.priority == Priority.REPLY:
        if message.template not in ON_DEMAND and phones.answers[message.phone_index] >= policy.loop_texts:
            return Held("loop")
        return None
    said = phones.last.get((message.phone_index, message.visit_id))
    # In another's place the same words are meant: the first ones did not arrive.
    if message.follows_id is None and policy.same_text_hours and said == (message.template, message.text):
        return Held("same_text")
    if not _is_counted(message.priority, message.template):
        return None
    is_offer = message.template in OFFERS
    if phones.today[who] >= _limit(step, message) or (
        is_offer and phones.offers[who] >= policy.offer_texts_per_day
    ):
        return _tomorrow(step, message)
    return None


def took(phones: Phones, message: Message) -> None:
    """The text leaves: it counts for those after it."""
    _count(phones, message)
    phones.answers[message.phone_index] += message.priority == Priority.REPLY
    phones.last[message.phone_index, message.visit_id] = (message.template, message.text)


def _limit(step: Step, message: Message) -> int:
    policy = step.policy
    if message.audience == "volunteer":
        return policy.volunteer_messages_per_day
    if message.audience == "staff":
        return policy.staff_messages_per_day
    return policy.retiree_messages_per_day


def _tomorrow(step: Step, message: Message) -> Held:
    """Essential texts wait for the next day's hours while they make sense."""
    midnight = datetime.combine(step.today + timedelta(days=1), time(), step.zone)
    kind = find_template(message.template).kind
    leaves = next_allowed(
        midnight.astimezone(step.now.tzinfo), message.audience, kind, step.policy, step.zone
    )
    is_worth_it = message.template in ESSENTIAL and leaves < message.expires_at
    return Held("daily_limit", leaves if is_worth_it else None)


async def tell_loop(step: Step, message: Message) -> None:
    """Two machines may be answering each other: a person looks, once a day for each phone."""
    index = message.phone_index.hex()[:16] if message.phone_index else ""
    await desk.open_item(
        step,
        "loop",
        f"{index}/{step.today:%Y%m%d}",
        message.division_code,
        managing_agency=message.managing_agency,
        detail={"about": message.template, "audience": message.audience},
        visit_id=message.visit_id,
        volunteer_id=message.person_id if message.audience == "volunteer" else None,
        retiree_id=message.person_id if message.audience in ("retiree", "contact") else None,
    )
