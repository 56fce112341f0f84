"""Several texts of a kind for one phone leave as one: codes only, each still answered by its own code.

The texts stay as rows and point to the one that carries them, so that an offer knows whether it was told.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from domain.messages import MessageStatus
from models.messages import Message
from notifications import wording
from notifications.templates import find_template, render
from services.messages import end
from services.steps import Step

# What may be put together → the text that does it. Offers: never more than their list of codes.
DIGEST_OF = {"V1": "V16", "V3": "V17", "V6": "V18", "V5": "V19", "V7": "V19"}
DIGESTS = frozenset(DIGEST_OF.values())
CODES = 3  # what a code list holds
IN_DIGEST = "in_digest"
HANDED_OVER = timedelta(minutes=5)  # the lease of a tick: due texts that wait in a queue
INDEXES: BindParameter[bytes] = bindparam("indexes", expanding=True)
# Without waiting: what somebody else is just claiming leaves with the others there.
SIBLINGS = (
    select(Message)
    .where(
        col(Message.phone_index).in_(INDEXES),
        col(Message.status) == MessageStatus.QUEUED,
        col(Message.template).in_(sorted(DIGEST_OF)),
        col(Message.send_at) <= bindparam("until"),
    )
    .order_by(col(Message.id))
    .with_for_update(skip_locked=True)
)
CARRIED = select(Message).where(col(Message.carrier_id).in_(bindparam("ids", expanding=True)))


async def gather_alike(step: Step, queued: Sequence[Message]) -> list[Message]:
    """The texts, with others of their kind that are due for the same phones, where there are enough."""
    indexes = sorted({m.phone_index for m in queued if m.template in DIGEST_OF and m.phone_index})
    if not indexes:
        return list(queued)
    found = await step.session.scalars(SIBLINGS, {"indexes": indexes, "until": step.now + HANDED_OVER})
    groups: dict[tuple[bytes | None, str], list[Message]] = {}
    known = {m.id for m in queued}
    for message in [*queued, *(m for m in found if m.id not in known)]:
        if message.template in DIGEST_OF:
            groups.setdefault((message.phone_index, DIGEST_OF[message.template]), []).append(message)
    more = [
        message
        for group in groups.values()
        if len(group) >= step.policy.digest_from
        for message in group
        if message.id not in known
    ]
    return [*queued, *more]


def put_together(step: Step, texts: Sequence[Message]) -> list[Message]:
    """What really leaves: digests in place of their members, all others as they are, in their order."""
    groups: dict[tuple[bytes | None, str], list[Message]] = {}
    for message in texts:
        if message.template in DIGEST_OF and message.code:
            groups.setdefault((message.phone_index, DIGEST_OF[message.template]), []).append(message)
    carrier_of: dict[UUID, Message] = {}
    for (_, template), group in groups.items():
        if len(group) < step.policy.digest_from:
            continue
        for start in range(0, len(group), CODES):
            members = group[start : start + CODES]
            if len(members) > 1:
                carrier = _write(step, template, members)
                carrier_of |= dict.fromkeys((member.id for member in members), carrier)
    leaving = [carrier_of.get(message.id, message) for message in texts]
    return list({message.id: message for message in leaving}.values())


async def carried_by(step: Step, texts: Sequence[Message]) -> dict[UUID, list[Message]]:
    """The members of digests, by the digest's id; of other texts nothing."""
    carriers = [text.id for text in texts if text.template in DIGESTS]
    members: dict[UUID, list[Message]] = {id_: [] for id_ in carriers}
    if carriers:
        for message in await step.session.scalars(CARRIED, {"ids": sorted(carriers)}):
            if message.carrier_id is not None:
                members[message.carrier_id].append(message)
    return members


async def members_of(step: Step, text: Message) -> list[Message]:
    """What a digest carries, or the text itself."""
    return (await carried_by(step, [text])).get(text.id) or [text]


def word_again(step: Step, carrier: Message, members: Sequence[Message]) -> None:
    """A digest that has not left yet speaks only of what is still true."""
    _fill(step, carrier, sorted(members, key=lambda m: m.id))


def _write(step: Step, template: str, members: Sequence[Message]) -> Message:
    first = members[0]
    form = find_template(template)
    carrier = Message(
        natural_key=f"{template}/{first.id}",
        template=template,
        priority=min(form.priority, *(m.priority for m in members)),
        audience=first.audience,
        person_id=first.person_id,
        send_at=step.now,
        expires_at=first.expires_at,
        created_at=step.now,
        division_code=first.division_code,
        managing_agency=first.managing_agency,
    )
    carrier.phone = first.phone
    _fill(step, carrier, members)
    step.session.add(carrier)
    for member in members:
        end(member, MessageStatus.CANCELLED, IN_DIGEST, step.now)
        member.carrier_id = carrier.id
    return carrier


def _fill(step: Step, carrier: Message, members: Sequence[Message]) -> None:
    """Their codes, and the earliest deadline."""
    soonest = min(members, key=lambda m: (m.expires_at, m.id))
    values = {"codes": wording.code_list([m.code for m in members])}
    if "deadline" in find_template(carrier.template).values:
        values["deadline"] = str(json.loads(soonest.params)["deadline"])
    rendered = render(carrier.template, values, signature=step.signature)
    carrier.params, carrier.text = json.dumps(values, ensure_ascii=False), rendered.text
    carrier.segments, carrier.expires_at = rendered.segments.parts, soonest.expires_at
