"""What can go wrong with a gateway: one by one as a test wishes, or at random by a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random


class Trouble(StrEnum):
    """What may go wrong with one call; `..._after` means that the text was taken all the same."""

    NONE = "none"
    THROTTLED = "throttled"
    UNAVAILABLE_BEFORE = "unavailable_before"
    UNAVAILABLE_AFTER = "unavailable_after"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    GARBAGE_AFTER = "garbage_after"

    @property
    def is_taken(self) -> bool:
        return self is Trouble.NONE or self.endswith("_after")


# Twilio and its like on a bad day: shares of calls.
BAD_DAY: Mapping[Trouble, float] = {
    Trouble.UNAVAILABLE_BEFORE: 0.05,
    Trouble.ERROR_AFTER: 0.05,
    Trouble.HANG_BEFORE: 0.015,
    Trouble.HANG_AFTER: 0.015,
    Trouble.THROTTLED: 0.03,
    Trouble.DROP_AFTER: 0.01,
}


@dataclass
class FaultPlan:
    """Draws a trouble for each call, and what becomes of a report; the same seed draws the same."""

    seed: int = 1
    shares: Mapping[Trouble, float] = field(default_factory=lambda: BAD_DAY)
    listing_fails: float = 0.0
    duplicate_report: float = 0.0
    reorder_reports: float = 0.0
    drawn: int = 0

    def __post_init__(self) -> None:
        self._rng = Random(self.seed)

    def draw(self) -> Trouble:
        """The trouble of the next call."""
        left = self._rng.random()
        for trouble, share in self.shares.items():
            left -= share
            if left < 0:
                self.drawn += 1
                return trouble
        return Trouble.NONE

    def draw_listing(self) -> Trouble:
        return Trouble.UNAVAILABLE_BEFORE if self._rng.random() < self.listing_fails else Trouble.NONE

    def spoil_reports(self, reports: list[str]) -> list[str]:
        """The same reports, some twice, some in another order."""
        spoiled = [r for report in reports for r in [report] * (1 + (self._chance(self.duplicate_report)))]
        if self._chance(self.reorder_reports):
            self._rng.shuffle(spoiled)
        return spoiled

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share
