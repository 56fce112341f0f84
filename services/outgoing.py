"""A text's row as a gateway is given it."""

from __future__ import annotations

import json
from uuid import UUID

from models.messages import Message
from notifications.gateways.protocol import Outgoing
from notifications.templates import find_template


def outgoing_of(message: Message, attempt_id: UUID) -> Outgoing:
    """The text for one attempt."""
    return Outgoing(
        id=message.id,
        attempt_id=attempt_id,
        to_e164=message.phone,
        template_key=message.template,
        params={name: str(value) for name, value in json.loads(message.params).items()},
        text=message.text,
        code=message.code,
        expires_at=message.expires_at,
        kind=find_template(message.template).kind,
    )
