"""What every SMS gateway does for us, and the words in which it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.messages import MessageStatus
from notifications.contract import Contract
from notifications.gateways.outcomes import Accepted, Fault, InDoubt, NotProcessed, Outcome, Rejected, Scope
from notifications.gateways.webhooks import WebhookReply, WebhookRequest
from notifications.kinds import Kind

__all__ = [
    "Accepted",
    "Capabilities",
    "Fault",
    "FindError",
    "Gateway",
    "InDoubt",
    "Inbound",
    "NotProcessed",
    "Outcome",
    "Outgoing",
    "Receipt",
    "Reference",
    "Rejected",
    "Remote",
    "Scope",
    "Way",
]


class Reference(StrEnum):
    """How our attempt id comes back with a receipt."""

    ECHO = "echo"
    CALLBACK_URL = "callback_url"
    NONE = "none"


class Way(StrEnum):
    """How receipts or replies reach us."""

    PUSH = "push"
    PULL = "pull"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a gateway can do; callers ask these flags, never the gateway's name.

    free_text: any words; False: only approved templates with values.
    inbound, receipts: how they usually come. polls_inbound: texts that a webhook missed can be fetched.
    find: can say what it has of a text (settles doubt, and stands in for a receipt that never came).
    signs_webhooks: its calls prove who sends them; False: only a secret in the address does.
    """

    free_text: bool
    url_in_params: bool
    inbound: Way
    receipts: Way
    reference: Reference
    find: bool
    max_length: int
    polls_inbound: bool = False
    signs_webhooks: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text and one attempt to send it. `code` is the short code in the text, or empty."""

    id: UUID
    attempt_id: UUID
    to_e164: str
    template_key: str
    params: Mapping[str, str]
    text: str
    code: str
    expires_at: datetime
    kind: Kind = Kind.NOTICE


@dataclass(frozen=True, slots=True)
class Remote:
    """A text as the gateway lists it; `ref` is empty where the list does not name it."""

    ref: str
    text: str
    status: MessageStatus
    created_at: datetime | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A report about a text, named by `ref` or `attempt_id` or both; the pair (ref, status) counts once."""

    ref: str
    attempt_id: UUID | None
    status: MessageStatus
    code: str = ""
    fault: Fault | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text that came in; numbers as the gateway writes them, `extension` of the number answered to."""

    sender: str
    to: str
    text: str
    ref: str = ""
    at: datetime | None = None
    extension: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def dedupe_key(self) -> str:
        """The gateway's own id, else a digest of all that tells two texts apart."""
        if self.ref:
            return self.ref
        parts = (self.sender, self.to, self.text, self.at.isoformat() if self.at else "", self.extension)
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class FindError(Exception):
    """The gateway could not be asked what it has; what is in doubt stays in doubt."""


class Gateway(Protocol):
    """One way out. Whatever happens, `send` and `verify` return; they never raise for what a gateway does."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def contract(self) -> Contract:
        """Which texts it may send, to be asked before one is planned, and what they cost."""
        ...

    async def send(self, outgoing: Outgoing, now: datetime) -> Outcome:
        """Hand the text over, once: a text in doubt is never sent again by the gateway itself."""
        ...

    async def find(self, outgoing: Outgoing, since: datetime) -> Sequence[Remote]:
        """What the gateway has of this text since an instant, newest first.

        Raises:
            FindError: it could not be asked; an empty answer, in contrast, means that it has nothing.
        """
        ...

    async def poll_inbound(self, since: datetime) -> Sequence[Inbound]:
        """Texts that came in since an instant, oldest first; none where `capabilities.polls_inbound` is off.

        They carry the same `dedupe_key` as through the webhook, so that asking twice does no harm.

        Raises:
            FindError: it could not be asked.
        """
        ...

    def verify(self, request: WebhookRequest) -> bool:
        """Whether a webhook really comes from the gateway."""
        ...

    def parse_receipts(self, request: WebhookRequest) -> tuple[list[Receipt], WebhookReply]:
        """The reports in a verified webhook, and what to answer once they are stored.

        Raises:
            MalformedWebhook: it is not a report.
        """
        ...

    def parse_inbound(self, request: WebhookRequest) -> tuple[list[Inbound], WebhookReply]:
        """The texts in a verified webhook, and what to answer once they are stored.

        Raises:
            MalformedWebhook: it is not a text.
        """
        ...

    async def close(self) -> None:
        """Give up connections of the running event loop."""
        ...
