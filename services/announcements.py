"""Telling the retiree's side when visitors come: once for each time, again only when it has changed.

Somebody without a number for texts is told by a person: the same words, as a matter on the desk.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.announcing import (
    ANNOUNCED,
    REMINDED,
    TAKEN_BACK,
    Said,
    is_said,
    last_announcement,
    renewed_key,
    waiting,
)
from domain.flags import Flag
from domain.masking import mask_name
from domain.messages import MessageStatus
from models.desk import DeskItem
from models.messages import Message
from models.retirees import LifeStatus, Retiree, RetireeFlag
from models.visits import Visit
from notifications import wording
from notifications.phones import PhoneKind
from services import desk, texts
from services.ladder import retiree_side
from services.messages import Recipient, queue_message, sending_time
from services.said import load_said
from services.steps import Step

REST = timedelta(hours=12)  # between the announcement and the reminder of it
OF_USE = timedelta(hours=4)  # to somebody who waits, that nobody comes


CALL = select(DeskItem).where(col(DeskItem.natural_key) == bindparam("key"))


async def announce(step: Step, visit: Visit, retiree: Retiree) -> None:
    """R2, or R3 when another time was expected; R6 the day before. Nothing that is known already."""
    assert visit.starts_at is not None  # noqa: S101  # an agreed visit has its time
    if retiree.life_status is LifeStatus.DECEASED:
        return
    said, call = await _load(step, visit)
    last = _still_expected(step, visit, said)
    to = await retiree_side(step, retiree)
    if any(s.template in TAKEN_BACK and s.status is MessageStatus.QUEUED for s in said):
        await _drop(step, visit, TAKEN_BACK, "date_stands")
    known = last if last and last.starts_at == visit.starts_at else None
    known = known or waiting(said, ANNOUNCED, visit.starts_at)
    expected = last.starts_at if last else None
    about = "R3" if expected else "R2"
    if known is None and (not to.phone or _is_unapproved(step, about, to)):
        await ask_to_ring(step, visit, about, visit.starts_at, expected)
        return
    _close(step, call, expected)
    if known is None:
        await _text_time(step, visit, retiree, to, said, expected)
        if to.audience == "contact" and await _is_alone_by_landline(step, retiree):
            await ask_to_ring(step, visit, about, visit.starts_at, expected)
    if to.phone:
        await _remind(step, visit, retiree, to, said, known.at if known else step.now)


async def _is_alone_by_landline(step: Step, retiree: Retiree) -> bool:
    """The relative gets the text; whoever opens the door alone is rung on the landline too (scenario 1)."""
    if retiree.phone_kind != PhoneKind.LANDLINE and not retiree.landline:
        return False
    alone = select(col(RetireeFlag.id)).where(
        col(RetireeFlag.retiree_id) == retiree.id,
        col(RetireeFlag.flag) == Flag.LIVING_ALONE,
        col(RetireeFlag.ended_on).is_(None),
    )
    return await step.session.scalar(alone.limit(1)) is not None


def _is_unapproved(step: Step, template: str, to: Recipient) -> bool:
    """The gateway would not take it: a person tells them."""
    return bool(step.contract.why_not(template + ("b" if to.audience == "contact" else "")))


async def take_back(step: Step, visit: Visit, *, keep: datetime | None = None) -> DeskItem | None:
    """R4 to whoever expects visitors (unless at `keep`); a call for the desk, returned, where no text can
    reach them."""
    retiree = await step.session.get(Retiree, visit.retiree_id) if visit.retiree_id else None
    if retiree is None or retiree.life_status is LifeStatus.DECEASED:
        return None
    said, call = await _load(step, visit)
    last = _still_expected(step, visit, said)
    if last is None or last.starts_at is None:
        _close(step, call, None)
        return None
    if last.starts_at == keep or waiting(said, TAKEN_BACK):
        return None
    to = await retiree_side(step, retiree)
    if not to.phone or _is_unapproved(step, "R4", to):
        return await ask_to_ring(step, visit, "R4", None, last.starts_at)
    _close(step, call, last.starts_at)
    before = sum(1 for s in said if s.template in TAKEN_BACK and s.key)
    key = f"{visit.id}/{last.starts_at:%Y%m%d%H%M}" + (f"/{before + 1}" if before else "")
    day, moment = texts.day_of(step, last.starts_at), max(last.starts_at, step.now + OF_USE)
    await texts.text_retiree(step, "R4", visit, retiree, key, {"day": day}, moment)
    return None


async def _load(step: Step, visit: Visit) -> tuple[list[Said], DeskItem | None]:
    """What was said by text and by telephone, in order; the matter of the call, if there was ever one."""
    said = await load_said(step, visit, ANNOUNCED | TAKEN_BACK | REMINDED)
    with step.session.no_autoflush:  # a matter is written when it is opened
        call: DeskItem | None = await step.session.scalar(CALL, {"key": f"call/{visit.id}"})
    spoken = _spoken(call) if call is not None else None
    if spoken is not None:
        said.insert(sum(1 for s in said if s.at < spoken.at), spoken)
    return said, call


def _spoken(call: DeskItem) -> Said | None:
    """What a call told them. An open one has told nothing yet: what they expected before still holds."""
    is_made = call.closed_at is not None
    time_of = call.detail.get("starts_at" if is_made else "told")
    at = call.closed_at or call.opened_at
    if time_of:
        return Said("R2", MessageStatus.DELIVERED, datetime.fromisoformat(time_of), at)
    if is_made and call.detail.get("about") == "R4":
        return Said("R4", MessageStatus.DELIVERED, None, at)
    return None


def _still_expected(step: Step, visit: Visit, said: list[Said]) -> Said | None:
    """A time that has passed is expected no more, unless it is the visit's own."""
    last = last_announcement(said)
    if last is None or last.starts_at is None:
        return None
    return last if last.starts_at > step.now or last.starts_at == visit.starts_at else None


async def _text_time(
    step: Step, visit: Visit, retiree: Retiree, to: Recipient, said: list[Said], expected: datetime | None
) -> None:
    assert visit.starts_at is not None  # noqa: S101  # as in the caller
    begin, end = texts.announced_window(step, visit.starts_at)
    values: dict[str, str | int] = {
        "name": mask_name(retiree.name),
        "when": wording.window(begin, end, step.zone),
        "code": visit.visit_code,
    }
    if expected is None:
        template, values = "R2", {**values, "people": visit.crew_size}
    else:
        template, values = "R3", {**values, "old_day": texts.day_of(step, expected)}
    template += "b" if to.audience == "contact" else ""
    key = renewed_key(said, template, f"{visit.id}/{visit.starts_at:%Y%m%d%H%M}")
    await queue_message(step, template, to, key, values, moment=visit.starts_at, visit=visit)


async def _remind(
    step: Step, visit: Visit, retiree: Retiree, to: Recipient, said: list[Said], told_at: datetime
) -> None:
    """R6 the day before; later that day when nobody was agreed at its hour, but never beside the R2."""
    assert visit.starts_at is not None  # noqa: S101  # as in the caller
    if is_said(said, REMINDED, visit.starts_at):
        return
    day = step.local_date(visit.starts_at)
    hour = datetime.combine(day - timedelta(days=1), step.policy.day_before_reminder, step.zone)
    template = "R6b" if to.audience == "contact" else "R6"
    leaves = sending_time(step, template, to.audience, hour)
    if step.local_date(leaves) >= day or leaves <= told_at + REST:
        return
    begin, end = texts.announced_window(step, visit.starts_at)
    await queue_message(
        step,
        template,
        to,
        renewed_key(said, template, f"{visit.id}/{visit.starts_at:%Y%m%d%H%M}"),
        {
            "name": mask_name(retiree.name),
            "people": visit.crew_size,
            "code": visit.visit_code,
            "when": wording.near_window(begin, end, leaves, step.zone),
        },
        moment=datetime.combine(step.local_date(leaves), time(23, 59), step.zone),
        send_at=leaves,
        visit=visit,
    )


async def _drop(step: Step, visit: Visit, templates: frozenset[str], why: str) -> None:
    """Texts still in the queue that are no longer true."""
    rows = await step.session.scalars(
        select(Message)
        .where(
            col(Message.visit_id) == visit.id,
            col(Message.template).in_(templates),
            col(Message.status) == MessageStatus.QUEUED,
        )
        .with_for_update()
    )
    for row in rows:
        row.status, row.failure, row.closed_at = MessageStatus.CANCELLED, why, step.now


async def ask_to_ring(
    step: Step,
    visit: Visit,
    about: str,
    at: datetime | None,
    expected: datetime | None,
    tried: list[dict[str, str]] | None = None,
) -> DeskItem:
    """The matter on the desk: what to say, for which time, what they expect so far, which texts failed."""
    before = timedelta(hours=step.policy.same_day_reminder_hours)
    soonest = min(moment for moment in (at, expected) if moment is not None)
    due = max(step.now, soonest - before)
    item = await desk.open_visit_item(step, visit, "call", due_at=due)
    item.due_at = item.wake_at = due
    item.detail = {"about": about} | {
        name: moment.isoformat() for name, moment in (("starts_at", at), ("told", expected)) if moment
    }
    if tried:
        item.detail = {**item.detail, "tried": tried}
    return item


def _close(step: Step, call: DeskItem | None, expected: datetime | None) -> None:
    """Nobody has to ring any more; what they expect so far stays known."""
    if call is not None and call.closed_at is None and "about" in call.detail:
        call.closed_at, call.closed_by, call.resolution = step.now, step.actor, "not_needed"
        call.wake_at = None
        call.detail = {"about": call.detail["about"]} | (
            {"starts_at": expected.isoformat()} if expected else {}
        )
