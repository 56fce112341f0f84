"""Understanding a reply: `read_reply` reads one text, `choose` decides what it is about."""

from __future__ import annotations

from domain.reply_choice import Action, Decision, OpenItem, choose
from domain.reply_reading import Meaning, Reading, normalise, read_reply, says_more

__all__ = [
    "Action",
    "Decision",
    "Meaning",
    "OpenItem",
    "Reading",
    "choose",
    "normalise",
    "read_reply",
    "says_more",
]
