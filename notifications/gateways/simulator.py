"""The built-in phone simulator: texts land on phones that live in a store of the caller's choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.messages import MessageStatus
from notifications.contract import read_contract
from notifications.gateways.protocol import (
    Accepted,
    Capabilities,
    Fault,
    Inbound,
    Outcome,
    Outgoing,
    Receipt,
    Reference,
    Rejected,
    Remote,
    Way,
)
from notifications.gateways.webhooks import MalformedWebhook, WebhookReply, WebhookRequest


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text on a simulated phone."""

    ref: str
    text: str
    at: datetime


class PhoneStore(Protocol):
    """Where the simulated phones keep their texts."""

    async def deliver(self, ref: str, to: str, text: str, at: datetime) -> None:
        """Put a text on a phone; a `ref` that is there already changes nothing."""
        ...

    async def find(self, to: str, since: datetime) -> Sequence[StoredText]:
        """The texts a phone has received since an instant, newest first."""
        ...


class PhonesOnly:
    """What every gateway to simulated phones has in common: nobody calls it, replies come from the phones."""

    name = "simulator"
    capabilities = Capabilities(
        free_text=True,
        url_in_params=True,
        inbound=Way.NONE,
        receipts=Way.NONE,
        reference=Reference.ECHO,
        find=True,
        max_length=500,
    )
    contract = read_contract("simulator", is_assumed=True)

    async def poll_inbound(self, since: datetime) -> Sequence[Inbound]:
        """Replies come from the phones themselves."""
        return []

    def verify(self, request: WebhookRequest) -> bool:
        """Nobody calls, so nobody is believed."""
        return False

    def parse_receipts(self, request: WebhookRequest) -> tuple[list[Receipt], WebhookReply]:
        raise MalformedWebhook("simulated phones have no webhooks")

    def parse_inbound(self, request: WebhookRequest) -> tuple[list[Inbound], WebhookReply]:
        raise MalformedWebhook("simulated phones have no webhooks")

    async def close(self) -> None:
        return None


class SimulatorGateway(PhonesOnly):
    """Delivers at once and says so; replies come from the simulator's page, not through webhooks."""

    def __init__(self, store: PhoneStore) -> None:
        self._store = store

    async def send(self, outgoing: Outgoing, now: datetime) -> Outcome:
        if now >= outgoing.expires_at:
            return Rejected("expired", Fault.EXPIRED.scope, Fault.EXPIRED)
        ref = reference(outgoing)
        await self._store.deliver(ref, outgoing.to_e164, outgoing.text, now)
        return Accepted(ref, MessageStatus.DELIVERED)

    async def find(self, outgoing: Outgoing, since: datetime) -> Sequence[Remote]:
        ref = reference(outgoing)
        return [
            Remote(text.ref, text.text, MessageStatus.DELIVERED, text.at)
            for text in await self._store.find(outgoing.to_e164, since)
            if text.ref == ref
        ]


def reference(outgoing: Outgoing) -> str:
    """The phones' own name of a text."""
    return f"sim-{outgoing.attempt_id}"
