"""What does not change while a plan is searched: slots (a volunteer's days), windows, pins, who fits.

A slot is one volunteer on one day with a shift; routes live in slots. Windows are merged and kept as four
numbers, two windows in order (the second repeats the first when there is one), so that the earliest
start at or after a moment is one comparison. A fixed visit keeps one moment as its only window.
"""

from __future__ import annotations

import numpy as np

from planner.geometry import PACES, Bools, Floats, Ints, road_metres, travel_seconds
from planner.problem import Problem

NOBODY = -1


class Ground:
    """A problem, made ready for the search."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._make_slots()
        self._make_windows()
        self.refused: dict[int, list[int]] = {}
        for visit, volunteer in problem.forbidden.tolist():
            self.refused.setdefault(visit, []).append(volunteer)
        self.held: list[list[int]] = [[NOBODY] * persons for persons in problem.vpersons.tolist()]
        self.pin: list[int | None] = [None] * problem.n
        for visit, seat, volunteer, day, start in problem.fixed.tolist():
            self.pin[visit] = start
            self.held[visit][seat] = int(self.slot_of[volunteer, day])
            self.first_day[visit] = self.last_day[visit] = day
            self.windows[visit] = start
        # the seats to fill; those of half-fixed visits are one, at the fixed time
        self.open_seats = [tuple(s for s, slot in enumerate(held) if slot < 0) for held in self.held]

    def _make_slots(self) -> None:
        problem = self.problem
        on_duty = problem.kshift[:, :, 0] >= 0
        # a fixed visit on a day off needs a place to be, though nothing else can go there
        on_duty[problem.fixed[:, 2], problem.fixed[:, 3]] = True
        self.volunteer, self.day = (np.ascontiguousarray(side) for side in np.nonzero(on_duty))
        self.slot_of = np.full(on_duty.shape, NOBODY, np.int64)
        self.slot_of[self.volunteer, self.day] = np.arange(len(self.volunteer))
        shift = problem.kshift[self.volunteer, self.day].astype(np.float64)
        self.begin, self.end = shift[:, 0], shift[:, 1]
        paces = np.array(PACES, np.float64)[problem.kspd[self.volunteer]]
        self.pace_seconds, self.pace_metres = paces[:, 0].copy(), paces[:, 1].copy()
        self.home_x = problem.kx[self.volunteer].astype(np.float64)
        self.home_y = problem.ky[self.volunteer].astype(np.float64)
        self.reach = problem.kmaxm[self.volunteer].astype(np.float64)
        self.is_city = problem.kpool[self.volunteer] == 1
        weeks = (problem.days + 6) // 7
        self.week = self.volunteer * weeks + self.day // 7  # one number per volunteer and week
        self.most_a_day = problem.kmaxday[self.volunteer]
        many = np.int64(2**40)
        self.most_a_week = (
            problem.kmaxweek[self.volunteer] if problem.weekly else np.full(len(self.day), many)
        )

    def _make_windows(self) -> None:
        problem = self.problem
        opens, closes = problem.vtw[:, :, 0], problem.vtw[:, :, 1]
        first = np.where((problem.vntw == 2) & (opens[:, 1] < opens[:, 0]), 1, 0)
        row, second = np.arange(problem.n), np.where(problem.vntw == 2, 1 - first, first)
        windows = np.stack(
            [opens[row, first], closes[row, first], opens[row, second], closes[row, second]], axis=1
        ).reshape(problem.n, 4)
        touching = windows[:, 2] <= windows[:, 1]
        whole = np.where(touching, np.maximum(windows[:, 1], windows[:, 3]), 0)
        windows[touching, 1] = windows[touching, 3] = whole[touching]
        windows[touching, 2] = windows[touching, 0]
        self.windows = windows.astype(np.float64)
        self.first_day, self.last_day = problem.vday0.copy(), problem.vday1.copy()

    def slots_of_days(self, visit: int, volunteers: Bools) -> Ints:
        """Slots of those volunteers (m,) on the visit's days, in order."""
        chosen = volunteers[self.volunteer]
        chosen &= (self.day >= self.first_day[visit]) & (self.day <= self.last_day[visit])
        return np.flatnonzero(chosen)

    def slots_of_weeks(self) -> list[range]:
        """Of each slot the slots that share its weekly limit (itself alone if there is none)."""
        alone = [range(slot, slot + 1) for slot in range(len(self.day))]
        if not self.problem.weekly:
            return alone
        _, first, count = np.unique(self.week, return_index=True, return_counts=True)
        spans = {
            int(self.week[f]): range(f, f + c) for f, c in zip(first.tolist(), count.tolist(), strict=True)
        }
        return [spans[week] for week in self.week.tolist()]

    def barred(self, visit: int) -> list[int]:
        """Volunteers who cannot get an open seat of the visit: they refused, or hold the other seat."""
        holders = [int(self.volunteer[slot]) for slot in self.held[visit] if slot >= 0]
        return self.refused.get(visit, []) + holders

    def slots_with_time(self, visit: int, volunteers: Bools) -> Ints:
        """Slots of those volunteers (m,) that could take the visit if it were their only one."""
        slots = self.slots_of_days(visit, volunteers)
        metres = self.metres_home(np.int64(visit), slots)
        good = (2 * metres <= self.reach[slots]) & self.can_go_alone(np.int64(visit), slots, metres)
        return slots[good]

    def metres_home(self, visits: Ints | np.int64, slots: Ints) -> Floats:
        """Road metres between visits and the homes of slots (arrays that broadcast)."""
        problem = self.problem
        return road_metres(problem.vx[visits], problem.vy[visits], self.home_x[slots], self.home_y[slots])

    def can_go_alone(self, visits: Ints | np.int64, slots: Ints, metres: Floats) -> Bools:
        """Whether a slot with nothing else in it has time for the visit (distance not looked at)."""
        seconds = travel_seconds(metres, self.pace_seconds[slots], self.pace_metres[slots])
        windows = self.windows[visits]
        start = earliest_start(windows, self.begin[slots] + seconds)
        home = start + self.problem.vsvc[visits] + seconds
        allowed: Bools = (start <= windows[..., 3]) & (home <= self.end[slots])
        return allowed & (self.begin[slots] >= 0)


def earliest_start(windows: Floats, arrival: Floats) -> Floats:
    """First allowed start at or after `arrival`; later than the last window's end if there is none."""
    early: Floats = np.where(
        arrival <= windows[..., 1],
        np.maximum(arrival, windows[..., 0]),
        np.maximum(arrival, windows[..., 2]),
    )
    return early
