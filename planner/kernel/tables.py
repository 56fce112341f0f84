"""What the compiled search reads and writes: flat arrays with a name each.

`Rules` never changes during a search; `Live` is the plan; a `Region` is what one thread needs to search
its own part of it. Slots are volunteers' days; the stops of slot s lie at `base[s]`, `base[s] + 1`, …
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from planner.geometry import Floats, Ints

Ints32 = npt.NDArray[np.int32]
Words = npt.NDArray[np.uint64]
Numbers = npt.NDArray[Any]
# A number as machine code counts: literals and narrow numbers would each have a function compiled anew.
wide = cast(Callable[[Any], int], np.int64)

COUNTERS = 8  # of a region:
SCORE, TICK, ABSENT, WAITING, SLOTS, STOPS, VISITS, STAMP = range(COUNTERS)


class Rules(NamedTuple):
    """The problem as the search wants it: n visits, m volunteers, s slots."""

    vx: Floats  # (n,) metres
    vy: Floats
    service: Ints  # (n,) seconds
    windows: Ints  # (n, 4) two windows in order; the second repeats the first when there is one
    worth: Ints  # (n,) objective metres of a served visit
    wanted: Ints  # (n,) volunteer or -1
    seats: Ints  # (n,) which seats are to fill, as bits: 1 the lead, 2 the companion
    pin: Ints  # (n,) the start that is agreed, or -1
    dear_slot: Ints  # (n, 2) the slot that was offered the seat, or -1
    dear_start: Ints  # (n,) the start that was offered
    volunteer: Ints  # (s,)
    day: Ints
    home_x: Floats
    home_y: Floats
    begin: Ints  # seconds; -1 = not on duty
    end: Ints
    reach: Ints  # metres
    on_foot: Ints
    most_a_day: Ints
    most_a_week: Ints
    week: Ints  # (s,) one number per volunteer and week
    week_first: Ints  # (s,) the slots of that week: from, to
    week_last: Ints
    base: Ints  # (s + 1,) where the slot's stops begin
    load: Ints  # (m,) visits before this plan
    fair: Ints  # (m,) objective metres of the square of a volunteer's visits
    arc_first: Ints  # (2, n + 1) per seat, where the visit's candidates begin
    arc_slot: Ints32  # the slots that could take the seat, nearest first
    arc_cost: Ints32  # objective metres beside the way
    claim_first: Ints  # (s + 1,)
    claim_visit: Ints32  # the visits that have the slot among their candidates
    near: Ints  # (n, k) the visits next to each in place and days


class Live(NamedTuple):
    """The plan while it is searched."""

    route: Ints  # visits by stop
    leg: Ints  # metres into the stop; the last is the way home
    leave: Ints  # earliest departure before the stop
    arrive: Ints  # latest arrival at the stop; the last is at home
    length: Ints  # (s,) stops
    metres: Ints  # (s,)
    crew: Ints  # (n, 2) slots, -1 for nobody
    crew_cost: Ints  # (n, 2) what the seat costs beside the way
    start: Ints  # (n,) the start two people agreed on, or -1
    in_week: Ints  # visits by week
    taken: Ints  # (m,) visits of each volunteer in this plan
    broken: Ints  # (s,) 1 = breaks a rule already, nothing may be added
    gate: Ints  # (s,) the part that may add a visit here, -1 = nobody
    slot_part: Ints  # (s,) which part of the city the slot belongs to
    visit_part: Ints  # (n,) -1 = not to be moved now
    absent_at: Ints  # (n,) place in the list of unserved visits, -1 = served


class Region(NamedTuple):
    """One thread's part of the plan and its scratch paper."""

    part: int
    counters: Ints
    random: Words
    visits: Ints  # all its visits
    absent: Ints  # those not served, the first `counters[ABSENT]`
    waiting: Ints  # visits to be put back
    keys: Floats
    slot_seen: Ints  # (s,) tick of the last change, shared by all regions
    visit_seen: Ints  # (n,)
    chain_seen: Ints  # (n,) stamp of the last chain that looked at the visit
    old_slot: Ints  # the journal: what a rejected change restores
    old_length: Ints
    old_route: Ints
    most_stops: int  # that the journal may hold before one more route is noted
    old_visit: Ints
    old_crew: Ints  # (…, 5) crew, costs, start
    pair: Ints  # (2, k, 6) the cheapest places of both seats: see `couples.list_places`
