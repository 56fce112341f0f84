"""What somebody may agree to, and take back as easily (PIPL art. 14 and 15)."""

from __future__ import annotations

from enum import StrEnum

from domain.flags import Flag

# Flags that only the person may set: each needs the words that were agreed to.
CONSENTS = frozenset({Flag.WANTS_GREETINGS})
SHORTEST = 10  # characters of a wording that says something


class Way(StrEnum):
    """How it was said. By text it can only be taken back."""

    SPOKEN = "spoken"  # at the counter
    PAPER = "paper"
    PHONE = "phone"
    VISIT = "visit"
    TEXT = "text"


class Giver(StrEnum):
    """Who said it: the person, or the guardian of somebody who cannot."""

    ONESELF = "oneself"
    GUARDIAN = "guardian"


WAYS_OF_GIVING = tuple(way for way in Way if way is not Way.TEXT)
