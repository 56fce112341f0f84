"""Texts are rows: written by the step that wants them, once, with the hours and the freshness they keep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam
from sqlmodel import col, select

from domain.messages import MessageStatus, Priority
from domain.quiet_hours import next_allowed
from models.base import InArea
from models.messages import Message
from models.visits import Offer, Visit
from notifications.kinds import Kind
from notifications.templates import Template, find_template, render
from services import desk
from services.steps import Step

# They say that something has ended, or warn a person: true whatever becomes of the visit afterwards.
FAREWELLS = ("V5", "V7", "V13", "V19", "R4", "R4b", "C2", "C3", "C4", "C5")
CITY = "430100000000"
NO_CONSENT = "no_consent"


# What this step itself has written stands in `step.intended`: nothing need be flushed for the question.
INTENDED = (
    select(col(Message.natural_key))
    .where(col(Message.natural_key).in_(bindparam("keys", expanding=True)))
    .execution_options(autoflush=False)
)


@dataclass(frozen=True)
class Recipient:
    """Whom a text is for. `phone` in E.164, '' when there is no number a text can reach."""

    audience: str  # volunteer, retiree, contact, staff, stranger
    person_id: UUID | None
    phone: str
    area: InArea
    opted_out: bool = False
    wants_promotions: bool = False  # asked for by `services.greetings`: without it no promotion is sent


async def queue_message(
    step: Step,
    template: str,
    to: Recipient,
    key: str,
    params: dict[str, str | int],
    *,
    moment: datetime,
    send_at: datetime | None = None,
    visit: Visit | None = None,
    offer: Offer | None = None,
    code: str = "",
) -> Message | None:
    """Write the row unless `template/key` was already intended; returns the new row.

    `moment`: the instant the template's freshness counts from. `params` must be worded for the
    instant the text leaves (`sending_time`). A text that the gateway would not take is not written, so
    that it can be intended again; a person is told.
    """
    natural_key = f"{template}/{key}"
    if await already_intended(step, template, key):
        return None
    if reason := step.contract.why_not(template):
        await tell_unapproved(step, template, reason)
        return None
    form = find_template(template)
    rendered = render(template, params, signature=step.signature)
    expires = form.stale_at(moment)
    leaves = send_at or sending_time(step, template, to.audience, stale_at=expires)
    status = MessageStatus.QUEUED
    if to.opted_out or not to.phone or _is_unasked(to, form):
        status = MessageStatus.SUPPRESSED
    elif leaves > expires:
        status = MessageStatus.EXPIRED
    message = Message(
        natural_key=natural_key,
        template=template,
        status=status,
        priority=form.priority,
        audience=to.audience,
        visit_id=visit.id if visit else None,
        offer_id=offer.id if offer else None,
        person_id=to.person_id,
        starts_at=visit.starts_at if visit else None,
        code=code,
        segments=rendered.segments.parts,
        send_at=leaves,
        expires_at=expires,
        failure="" if status is MessageStatus.QUEUED else _why_not(to, form, status),
        created_at=step.now,
        closed_at=None if status is MessageStatus.QUEUED else step.now,
        division_code=to.area.division_code,
        managing_agency=to.area.managing_agency,
    )
    message.phone, message.text = to.phone, rendered.text
    message.params = json.dumps(params, ensure_ascii=False)
    step.session.add(message)
    step.intended[natural_key] = True
    if status is MessageStatus.QUEUED and leaves <= step.now:
        send_soon(step, message)
    return message


def send_soon(step: Step, message: Message) -> None:
    """After the commit, without waiting for a tick."""
    if is_urgent(message.priority):
        step.hint("messages.answer", message.id)
    else:
        step.hint("messages.send", message.id)


def is_urgent(priority: int) -> bool:
    """Answers and warnings do not wait behind a campaign: they have a queue that is never long."""
    return priority <= Priority.SAFETY


async def tell_unapproved(step: Step, template: str, reason: str) -> None:
    """One matter for each text that the gateway has not approved, with those who talk to the gateway."""
    mark = f"unapproved/{template}/{reason}"
    if not step.intended.get(mark):
        step.intended[mark] = True
        await desk.open_item(
            step,
            "template",
            f"{template}/{reason}",
            CITY,
            rung=desk.CITY_DESK,
            detail={"template": template, "reason": reason},
        )


async def already_intended(step: Step, template: str, key: str) -> bool:
    """Was this very text written before, whatever became of it?"""
    natural_key = f"{template}/{key}"
    if natural_key not in step.intended:
        await look_up_intended(step, [natural_key])
    return step.intended[natural_key]


async def look_up_intended(step: Step, natural_keys: Sequence[str]) -> None:
    """Ask for many keys at once what `already_intended` will be asked about each."""
    found = set(await step.session.scalars(INTENDED, {"keys": natural_keys}))
    step.intended.update({key: key in found for key in natural_keys})


def sending_time(
    step: Step,
    template: str,
    audience: str,
    not_before: datetime | None = None,
    stale_at: datetime | None = None,
) -> datetime:
    """When a text of this template may leave, by the hours of whoever reads it.

    A warning to staff that would be stale by then leaves at once; so does one of danger.
    """
    wanted = max(step.now, not_before) if not_before else step.now
    form = find_template(template)
    opens = next_allowed(wanted, audience, form.kind, step.policy, step.zone, emergency=form.at_any_hour)
    is_late = stale_at is not None and stale_at <= opens
    return wanted if is_late and audience == "staff" and form.priority <= Priority.SAFETY else opens


def _is_unasked(to: Recipient, form: Template) -> bool:
    """A promotion for somebody who has not agreed to any."""
    return form.kind is Kind.PROMOTION and not to.wants_promotions


def _why_not(to: Recipient, form: Template, status: MessageStatus) -> str:
    if status is MessageStatus.EXPIRED:
        return "stale_before_hours"
    if _is_unasked(to, form):
        return NO_CONSENT
    return "opted_out" if to.opted_out else "no_mobile"


async def cancel_messages(
    step: Step, *, visit: Visit | None = None, person_id: UUID | None = None, why: str
) -> int:
    """Take back texts that have not left yet; those that say a visit is off stay.

    The rows are locked: whoever is just claiming one for sending is waited for, and what it claimed is
    not touched.
    """
    query = select(Message).where(col(Message.status) == MessageStatus.QUEUED)
    if visit is not None:
        query = query.where(col(Message.visit_id) == visit.id, col(Message.template).not_in(FAREWELLS))
    if person_id is not None:
        query = query.where(col(Message.person_id) == person_id)
    return await end_queued(step, query, MessageStatus.CANCELLED, why)


async def end_queued(step: Step, query: Select[Any], status: MessageStatus, why: str) -> int:
    """End queued texts unsent, in one order and locked as they are now; returns how many."""
    locked = query.order_by(col(Message.id)).with_for_update().execution_options(populate_existing=True)
    rows = [row for row in await step.session.scalars(locked) if row.status is MessageStatus.QUEUED]
    for row in rows:
        end(row, status, why, step.now)
    return len(rows)


def end(message: Message, status: MessageStatus, why: str, now: datetime) -> None:
    """The text's way is over."""
    message.status, message.failure, message.closed_at = status, why[:48], now
