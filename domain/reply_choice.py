"""What a reply is about, given what its sender has open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.reply_reading import Meaning, Reading


class Action(StrEnum):
    """What to do about a reply."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    ARRIVED = "arrived"
    DONE = "done"
    NOBODY_HOME = "nobody_home"
    ASK = "ask"  # several are open: ask with the codes
    NOTHING_OPEN = "nothing_open"
    TO_PERSON = "to_person"
    IGNORE = "ignore"


@dataclass(frozen=True)
class OpenItem:
    """Something the sender may be writing about. `phase`: offered, accepted, checked_in, ended, declined.

    Declined: the sender said no a moment ago and may have thought again. `arrived_at`: when the sender
    said so; `ends_at`: the planned end.
    """

    id: str
    code: str
    phase: str
    starts_at: datetime
    arrived_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """An action on one item, or on none."""

    action: Action
    item_id: str = ""
    codes: tuple[str, ...] = ()


# Phases in which a meaning can be acted upon, and as what.
_FITS: dict[Meaning, dict[str, Action]] = {
    Meaning.ACCEPT: {"offered": Action.ACCEPT},
    Meaning.DECLINE: {"offered": Action.DECLINE, "accepted": Action.WITHDRAW},
    Meaning.ARRIVED: {"accepted": Action.ARRIVED, "checked_in": Action.ARRIVED},
    Meaning.DONE: {"accepted": Action.DONE, "checked_in": Action.DONE},
    Meaning.NOBODY_HOME: {"accepted": Action.NOBODY_HOME, "checked_in": Action.NOBODY_HOME},
    Meaning.NEXT_STEP: {"accepted": Action.ARRIVED, "checked_in": Action.ARRIVED},  # or done: `_next_step`
}
# Arrival and results concern visits of about now.
_BEFORE_START = timedelta(hours=2)
_AFTER_START = timedelta(hours=30)
# A 3 within so long of the arrival is the arrival said again.
_SAID_AGAIN = timedelta(minutes=10)


def choose(reading: Reading, items: Sequence[OpenItem], now: datetime) -> Decision:
    """What to do, given what the sender has open.

    A code decides. Without one, exactly one fitting item is acted upon; several are asked about with their
    codes. An open offer takes precedence over promised visits; among those only the ones of about now are
    meant by "arrived" and "done".
    """
    if reading.meaning is Meaning.AUTO_REPLY:
        return Decision(Action.IGNORE)
    if reading.meaning not in _FITS:
        return Decision(Action.TO_PERSON)
    fits = _FITS[reading.meaning]
    if reading.code:
        return _by_code(reading, items, fits, now)
    fitting = [i for i in items if i.phase in fits and _is_timely(reading.meaning, i, now)]
    if reading.meaning is Meaning.DECLINE and any(i.phase == "offered" for i in fitting):
        fitting = [i for i in fitting if i.phase == "offered"]
    elif _repeats(reading.meaning, items):
        # The same no once more must not give up another visit that was promised.
        return (
            Decision(Action.ASK, codes=tuple(i.code for i in fitting)) if fitting else Decision(Action.IGNORE)
        )
    if len(fitting) == 1:
        return Decision(_action(reading, fits, fitting[0], now), fitting[0].id)
    if len(fitting) > 1:
        return Decision(Action.ASK, codes=tuple(i.code for i in fitting))
    return _nothing_fits(reading.meaning, items)


def _action(reading: Reading, fits: dict[str, Action], item: OpenItem, now: datetime) -> Action:
    """A 3 is the arrival; of somebody who has arrived, or after the planned end, it is the completion."""
    if reading.meaning is Meaning.NEXT_STEP:
        has_arrived = item.arrived_at is not None and now >= item.arrived_at + _SAID_AGAIN
        is_over = item.arrived_at is None and item.ends_at is not None and now >= item.ends_at
        return Action.DONE if has_arrived or is_over else Action.ARRIVED
    return fits[item.phase]


def _repeats(meaning: Meaning, items: Sequence[OpenItem]) -> bool:
    return meaning is Meaning.DECLINE and any(i.phase == "declined" for i in items)


def _nothing_fits(meaning: Meaning, items: Sequence[OpenItem]) -> Decision:
    ended = [i for i in items if i.phase == "ended"]
    declined = [i for i in items if i.phase == "declined"]
    promised = len(ended) + len(declined) < len(items)
    if meaning is Meaning.ACCEPT and len(declined) == 1:
        return Decision(Action.ACCEPT, declined[0].id)
    if meaning is Meaning.ACCEPT and promised:
        return Decision(Action.IGNORE)  # a plain yes to a confirmation or reminder
    if meaning is Meaning.ACCEPT and len(ended) == 1:
        return Decision(Action.ACCEPT, ended[0].id)  # late: the step that answers knows what is left
    return Decision(Action.TO_PERSON if promised else Action.NOTHING_OPEN)


def _by_code(reading: Reading, items: Sequence[OpenItem], fits: dict[str, Action], now: datetime) -> Decision:
    named = [i for i in items if _names(reading.code, i.code)]
    if len(named) != 1:
        return (
            Decision(Action.ASK, codes=tuple(i.code for i in named)) if named else Decision(Action.TO_PERSON)
        )
    item = named[0]
    if item.phase in fits:
        return Decision(_action(reading, fits, item, now), item.id)
    if reading.meaning in (Meaning.ACCEPT, Meaning.DECLINE):
        # Said again, or too late: the step that answers knows the true wording.
        return Decision(Action(reading.meaning), item.id)
    return Decision(Action.TO_PERSON)


def _names(said: str, code: str) -> bool:
    digits = re.sub(r"\D", "", code)
    return digits.startswith(said) or digits.endswith(said)


def _is_timely(meaning: Meaning, item: OpenItem, now: datetime) -> bool:
    if meaning in (Meaning.ACCEPT, Meaning.DECLINE):
        return True
    return item.starts_at - _BEFORE_START <= now <= item.starts_at + _AFTER_START
