"""What does not change while a plan is searched: slots (a volunteer's days), windows, pins, who fits.

A slot is one volunteer on one day with a shift; routes live in slots. Windows are merged and kept as four
numbers, two windows in order (the second repeats the first when there is one), so that the earliest
start at or after a moment is one comparison. A fixed visit keeps one moment as its only window.
"""

from __future__ import annotations

import numpy as np

from planner.geometry import Bools, Ints, leg_metres, leg_seconds
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
        self.held = np.full((problem.n, 2), NOBODY, np.int64)  # slots of the seats that are fixed
        self.pin = np.full(problem.n, -1, np.int64)  # the agreed start
        for visit, seat, volunteer, day, start in problem.fixed.tolist():
            self.pin[visit] = start
            self.held[visit, seat] = self.slot_of[volunteer, day]
            self.first_day[visit] = self.last_day[visit] = day
            self.windows[visit] = start
        # bits of the seats to fill: 1 the lead, 2 the companion
        self.open_seats: Ints = (self.held[:, 0] < 0).astype(np.int64)
        self.open_seats += np.where((problem.vpersons == 2) & (self.held[:, 1] < 0), 2, 0)
        self._make_dear()

    def _make_slots(self) -> None:
        problem = self.problem
        on_duty = problem.kshift[:, :, 0] >= 0
        # a fixed visit on a day off needs a place to be, though nothing else can go there
        on_duty[problem.fixed[:, 2], problem.fixed[:, 3]] = True
        self.volunteer, self.day = (np.ascontiguousarray(side) for side in np.nonzero(on_duty))
        self.slot_of = np.full(on_duty.shape, NOBODY, np.int64)
        self.slot_of[self.volunteer, self.day] = np.arange(len(self.volunteer))
        shift = problem.kshift[self.volunteer, self.day]
        self.begin, self.end = shift[:, 0].copy(), shift[:, 1].copy()
        weeks = (problem.days + 6) // 7
        self.most_a_day = problem.kmaxday[self.volunteer]
        # one number per volunteer and week, or per slot where weeks do not matter
        self.week = np.arange(len(self.day))
        self.most_a_week = np.full(len(self.day), 2**40, np.int64)
        if problem.weekly:
            key = self.volunteer * weeks + self.day // 7
            self.week = np.unique(key, return_inverse=True)[1].reshape(-1).astype(np.int64)
            self.most_a_week = problem.kmaxweek[self.volunteer]

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
        self.windows = windows
        self.first_day, self.last_day = problem.vday0.copy(), problem.vday1.copy()

    def _make_dear(self) -> None:
        """Slots and starts that were offered, where the rules still allow them."""
        problem = self.problem
        self.dear_slot = np.full((problem.n, 2), NOBODY, np.int64)
        self.dear_start = np.full(problem.n, -1, np.int64)
        for visit, seat, volunteer, day, start in problem.offered.tolist():
            opens, closes, opens_again, closes_last = self.windows[visit].tolist()
            in_window = opens <= start <= closes or opens_again <= start <= closes_last
            in_days = self.first_day[visit] <= day <= self.last_day[visit]
            can_be_kept = in_window and in_days and self._has_time(visit, volunteer, day, start)
            if can_be_kept and self.may_take(visit, seat)[volunteer]:
                self.dear_slot[visit, seat] = self.slot_of[volunteer, day]
                self.dear_start[visit] = start

    def _has_time(self, visit: int, volunteer: int, day: int, start: int) -> bool:
        """Whether the volunteer could be there at that start, if there was nothing else that day."""
        problem = self.problem
        begin, end = problem.kshift[volunteer, day].tolist()
        home, place = (problem.kx[volunteer], problem.ky[volunteer]), (problem.vx[visit], problem.vy[visit])
        metres = leg_metres(*home, *place)
        way = leg_seconds(metres, int(problem.kspd[volunteer]))
        there_and_back = begin + way <= start and start + int(problem.vsvc[visit]) + way <= end
        return bool(begin >= 0 and there_and_back and 2 * metres <= problem.kmaxm[volunteer])

    def may_take(self, visit: int, seat: int) -> Bools:
        """Of each volunteer (m,): the rules allow this seat, nobody has refused, and the seats differ."""
        allowed = self.problem.may_take(visit, seat).copy()
        allowed[self.barred(visit)] = False
        return allowed

    def barred(self, visit: int) -> list[int]:
        """Volunteers who cannot get an open seat of the visit: they refused, or hold the other seat."""
        holders = [int(self.volunteer[slot]) for slot in self.held[visit] if slot >= 0]
        return self.refused.get(visit, []) + holders

    def slots_of_days(self, visit: int, volunteers: Bools) -> Ints:
        """Slots of those volunteers (m,) on the visit's days, in order."""
        days = slice(int(self.first_day[visit]), int(self.last_day[visit]) + 1)
        slots = self.slot_of[np.flatnonzero(volunteers), days].reshape(-1)
        return slots[slots >= 0]
