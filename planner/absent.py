"""The visits not served now: add, remove and list in constant time, in an order that repeats."""

from __future__ import annotations


class Absent:
    """A set of visits with positions, so that one can be drawn by number."""

    def __init__(self, visits: list[int], n: int) -> None:
        self.visits = list(visits)
        self._place = [-1] * n
        for place, visit in enumerate(self.visits):
            self._place[visit] = place

    def __len__(self) -> int:
        return len(self.visits)

    def __contains__(self, visit: int) -> bool:
        return self._place[visit] >= 0

    def add(self, visit: int) -> None:
        """Add a visit that is not in it yet."""
        if self._place[visit] < 0:
            self._place[visit] = len(self.visits)
            self.visits.append(visit)

    def discard(self, visit: int) -> None:
        """Remove a visit if it is in it: the last one takes its place."""
        place = self._place[visit]
        if place < 0:
            return
        last = self.visits.pop()
        if last != visit:
            self.visits[place] = last
            self._place[last] = place
        self._place[visit] = -1
