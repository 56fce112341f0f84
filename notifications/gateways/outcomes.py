"""How an attempt to send can end, and why a text is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.messages import MessageStatus


class Scope(StrEnum):
    """What a refusal is about: this text, this phone, or everything we send."""

    MESSAGE = "message"
    NUMBER = "number"
    CHANNEL = "channel"


class Fault(StrEnum):
    """Why a text was refused or not delivered, in words that mean the same for all gateways."""

    NOT_MOBILE = "not_mobile"  # cannot receive texts, whoever tries: one refusal is enough
    BAD_NUMBER = "bad_number"  # nobody there; may be the carrier's mistake
    OPTED_OUT = "opted_out"  # the person, or the carrier for the person, refuses our texts
    ABSENT = "absent"  # switched off or out of reach; may answer later
    BAD_MESSAGE = "bad_message"  # our mistake
    CONTENT = "content"  # the wording is filtered
    EXPIRED = "expired"  # too late before it could be sent
    TRANSIENT = "transient"  # carrier trouble; one later try is worth while
    NUMBER_LIMIT = "number_limit"  # this number has had its share today; the number itself is good
    CONFIGURATION = "configuration"  # credentials, sender or account
    DAILY_CAP = "daily_cap"  # nothing more today
    BALANCE = "balance"  # nothing left on the account
    UNKNOWN = "unknown"  # a code we have no rule for: final for the text, and a person looks

    @property
    def scope(self) -> Scope:
        return _SCOPES.get(self, Scope.MESSAGE)

    @property
    def is_worth_retrying(self) -> bool:
        """Whether one later try may succeed, if the text still makes sense by then."""
        return self in (Fault.ABSENT, Fault.TRANSIENT)


_SCOPES = {
    Fault.NOT_MOBILE: Scope.NUMBER,
    Fault.BAD_NUMBER: Scope.NUMBER,
    Fault.OPTED_OUT: Scope.NUMBER,
    Fault.CONFIGURATION: Scope.CHANNEL,
    Fault.DAILY_CAP: Scope.CHANNEL,
    Fault.BALANCE: Scope.CHANNEL,
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has the text; `ref` is its name for it, `status` what it says already."""

    ref: str
    status: MessageStatus = MessageStatus.ACCEPTED


@dataclass(frozen=True, slots=True)
class Rejected:
    """The gateway said no, for good. A refusal of scope `channel` says nothing against the text: it waits."""

    code: str
    scope: Scope
    fault: Fault = Fault.UNKNOWN


@dataclass(frozen=True, slots=True)
class NotProcessed:
    """Certainly not taken: may be tried again after this time."""

    retry_after: timedelta
    why: str = ""


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Taken or not, nobody knows: to be settled by a receipt or by `find`, never by sending again."""

    why: str


Outcome = Accepted | Rejected | NotProcessed | InDoubt
