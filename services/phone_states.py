"""Numbers with which something is wrong: refused for good, or closed to our texts by the carrier."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import structlog
from sqlalchemy import BindParameter, bindparam, update
from sqlmodel import col, select

from domain.consents import Way
from domain.flags import Flag
from models.messages import Message, PhoneState
from models.retirees import Contact, Retiree
from models.volunteers import Volunteer
from notifications.gateways.outcomes import Fault
from notifications.phones import PhoneKind
from services.consents import take_back
from services.steps import Step

log = structlog.get_logger()
INDEXES: BindParameter[bytes] = bindparam("indexes", expanding=True)
STATES = select(PhoneState).where(col(PhoneState.phone_index).in_(INDEXES))
CLOSED = select(col(PhoneState.phone_index), col(PhoneState.void_at)).where(
    col(PhoneState.phone_index).in_(INDEXES),
    col(PhoneState.void_at).is_not(None) | col(PhoneState.opted_out_at).is_not(None),
)
TROUBLED = select(col(PhoneState.id)).where(
    col(PhoneState.phone_index).in_(INDEXES),
    (col(PhoneState.hard_failures) > 0) | col(PhoneState.void_at).is_not(None),
)
OWNERS: tuple[Any, ...] = (Volunteer, Retiree, Contact)


async def closed_numbers(step: Step, indexes: Collection[bytes | None]) -> dict[bytes, str]:
    """Which of these numbers take no texts, and why: `number_void` or `opted_out`."""
    wanted = sorted({index for index in indexes if index is not None})
    if not wanted:
        return {}
    rows = await step.session.execute(CLOSED, {"indexes": wanted})
    return {index: "opted_out" if void_at is None else "number_void" for index, void_at in rows}


async def note_hard_failure(step: Step, message: Message, fault: Fault | None) -> bool:
    """Count it; returns whether the number is void from now on.

    A number that cannot take texts at all is void at once, others after `hard_failures_void` in a row.
    """
    state = await _locked(step, message.phone_index)
    if state is None or state.void_at is not None:
        return False
    state.hard_failures += 1
    if fault is not Fault.NOT_MOBILE and state.hard_failures < step.policy.hard_failures_void:
        return False
    state.void_at = step.now
    await _set_kind(step, message.phone_index, PhoneKind.MOBILE, PhoneKind.VOID)
    log.info("number.void", message=str(message.id))
    return True


async def declare_void(step: Step, index: bytes | None) -> None:
    """Somebody who rang it, or answers there, says that it is another's."""
    state = await _locked(step, index)
    if state is not None and state.void_at is None:
        state.void_at = step.now
        await _set_kind(step, index, PhoneKind.MOBILE, PhoneKind.VOID)


async def note_opt_out(step: Step, message: Message) -> None:
    """The carrier, or the person through the carrier, refuses our texts: for whoever has that number."""
    state = await _locked(step, message.phone_index)
    if state is not None:
        state.opted_out_at = step.now
    for owner in await _owners(step, message.phone_index):
        if owner.opted_out_at is None:
            owner.opted_out_at = step.now
            _touch(step, owner)
            if isinstance(owner, Retiree):  # they do not come back with the notices
                await take_back(step, owner, Flag.WANTS_GREETINGS, Way.TEXT)


async def note_arrived(step: Step, indexes: Collection[bytes | None]) -> None:
    """A text has arrived, or one came from there: the number is in order."""
    wanted = sorted({index for index in indexes if index is not None})
    if not wanted or not list(await step.session.scalars(TROUBLED, {"indexes": wanted})):
        return
    for state in await step.session.scalars(STATES, {"indexes": wanted}):
        if state.void_at is not None:
            await _set_kind(step, state.phone_index, PhoneKind.VOID, PhoneKind.MOBILE)
        state.hard_failures, state.void_at, state.changed_at = 0, None, step.now


async def allow_again(step: Step, index: bytes) -> None:
    """A person has verified the number, or its owner wants texts again."""
    await note_arrived(step, [index])
    await step.session.execute(
        update(PhoneState).where(col(PhoneState.phone_index) == index).values(opted_out_at=None)
    )


async def _locked(step: Step, index: bytes | None) -> PhoneState | None:
    if index is None:
        return None
    state: PhoneState | None = await step.session.scalar(
        STATES.with_for_update().execution_options(populate_existing=True), {"indexes": [index]}
    )
    if state is None:
        state = PhoneState(phone_index=index, changed_at=step.now)
        step.session.add(state)
    state.changed_at = step.now
    return state


async def _set_kind(step: Step, index: bytes | None, before: PhoneKind, after: PhoneKind) -> None:
    for owner in await _owners(step, index):
        if owner.phone_kind == before:
            owner.phone_kind = after
            _touch(step, owner)
    await step.session.flush()


async def _owners(step: Step, index: bytes | None) -> list[Any]:
    found: list[Any] = []
    for table in OWNERS:
        found += await step.session.scalars(select(table).where(col(table.phone_index) == index))
    return found


def _touch(step: Step, owner: Any) -> None:
    if not isinstance(owner, Contact):
        owner.updated_at = step.now  # who keeps people in memory reads them anew
