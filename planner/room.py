"""Which slots can take one more visit: limits per day and per week, and nothing broken."""

from __future__ import annotations

from planner.geometry import Bools
from planner.ground import Ground


class Room:
    """Visits by slot and by week, and from them the slots still open."""

    def __init__(self, ground: Ground) -> None:
        self._most_a_day: list[int] = ground.most_a_day.tolist()
        self._most_a_week: list[int] = ground.most_a_week.tolist()
        self._week: list[int] = ground.week.tolist()
        self._week_slots = ground.slots_of_weeks()
        self._broken: list[bool] = (ground.begin < 0).tolist()  # no shift, or a route the rules forbid
        self._visits = [0] * len(self._week)
        self._in_week = [0] * (max(self._week, default=-1) + 1)
        self.is_open: Bools = (ground.begin >= 0) & (ground.most_a_day > 0) & (ground.most_a_week > 0)

    def in_week(self, slot: int) -> int:
        """Visits of the slot's volunteer in its week."""
        return self._in_week[self._week[slot]]

    def week_of(self, slot: int) -> range:
        """The slots that share a weekly limit with this one, itself included."""
        return self._week_slots[slot]

    def is_broken(self, slot: int) -> bool:
        """Whether nothing may be added because what is there breaks the rules already."""
        return self._broken[slot]

    def update(self, slot: int, visits: int, *, is_broken: bool) -> None:
        """The slot's route has so many visits now."""
        week = self._week[slot]
        self._in_week[week] += visits - self._visits[slot]
        self._visits[slot] = visits
        self._broken[slot] = is_broken
        has_week = self._in_week[week] < self._most_a_week[slot]
        for other in self._week_slots[slot]:
            has_day = self._visits[other] < self._most_a_day[other]
            self.is_open[other] = has_week and has_day and not self._broken[other]
