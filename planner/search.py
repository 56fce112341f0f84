"""The search over time: temperatures, chains, and the parts of a large city side by side.

Small problems are one part. Large ones are cut into parts that threads search at the same time (the compiled
code runs without the interpreter's lock), and are cut again elsewhere every round. What is drawn depends on
the seed, the round and the part, never on how many threads there are.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

import numpy as np

from planner.budget import Meter
from planner.construct import fill
from planner.kernel.anneal import anneal
from planner.kernel.chain import push
from planner.kernel.regain import regain
from planner.kernel.tables import ABSENT, Region
from planner.progress import Teller
from planner.regions import Scratch, cut, join, make_region
from planner.snapshot import Snapshot
from planner.state import State
from planner.worth import served_metres

HOT, WARM = 0.5, 0.05  # of a unit of weight served; WARM: where a plan to start from is kept
COLD = 300.0  # metres
CHAINS_FROM = 0.1  # share of the search after which chains are tried
MOST_TAKEN = 8  # visits taken out at a time, at most about
TURNS = 500  # between two looks at the clock
FILL_AFTER, MOST_AFTER, FILL_TURNS = (
    0.5,
    8.0,
    0.2,
)  # turns per visit before all seats are filled; what it counts
CHAINS, CHAIN_TURNS, CHAIN_NODES = 25, 25, 3_000  # per so many turns; what one counts; visits it looks at
REGAINS, REGAIN_NODES, MOST_DAYS = 150, 30, 64  # per so many turns; visits and wanted days one looks at
PART = 4_000  # visits
ROUNDS = 24
NOBODY_BARRED = np.zeros((0, 2), np.int64)


@dataclass
class Slice:
    """One part's share of a round."""

    begin: float  # progress of the whole search at its beginning and end
    end: float
    turns: int | None
    seconds: float | None
    clock: Callable[[], float]
    used: int = 0
    began: float = 0.0

    def start(self) -> None:
        """The part's thread begins: others may have gone before it."""
        self.began = self.clock()

    def progress(self) -> float:
        """How far the whole search is, as this part sees it."""
        share = 0.0
        if self.turns is not None:
            share = self.used / self.turns if self.turns else 1.0
        if self.seconds is not None:
            share = max(share, (self.clock() - self.began) / max(self.seconds, 1e-9))
        return self.end if share >= 1.0 else self.begin + (self.end - self.begin) * share

    def left(self, most: int) -> int:
        """Turns that may be made now, at most `most`."""
        return most if self.turns is None else max(0, min(most, self.turns - self.used))


def improve(
    state: State,
    scratch: Scratch,
    seed: int,
    meter: Meter,
    workers: int = 1,
    *,
    is_warm: bool = False,
    teller: Teller,
) -> None:
    """Search until the meter is over; the state ends as the best plan seen, in one part."""
    problem = state.ground.problem
    if not problem.n or not len(state.ground.day) or meter.search_is_over():
        return
    parts = max(1, problem.n // PART)
    rounds = ROUNDS if parts > 1 else 1
    random = Random(seed)
    best = Snapshot(state)
    teller.tell("search", lambda: best.weight)
    with ThreadPoolExecutor(min(workers, parts)) as pool:
        for number in range(rounds):
            if meter.search_is_over():
                break
            if parts > 1:
                cut(state, parts, random)
            regions = [make_region(state, scratch, part, random.getrandbits(63)) for part in range(parts)]
            end = (number + 1) / rounds
            slices = [
                _slice(meter, region, problem.n, (number / rounds, end), parts / min(workers, parts))
                for region in regions
            ]
            if parts == 1:

                def note() -> None:
                    best.note(state)
                    teller.tell("search", lambda: best.weight)

                _search_part(state, regions[0], slices[0], meter, is_warm, note)
            elif workers == 1:  # no other thread: the clock may be this one's
                for region, share in zip(regions, slices, strict=True):
                    _search_part(state, region, share, meter, is_warm, lambda: None)
            else:
                work = [
                    pool.submit(_search_part, state, region, part, meter, is_warm, lambda: None)
                    for region, part in zip(regions, slices, strict=True)
                ]
                for done in work:
                    done.result()
            if parts > 1:
                best.note(state)
                teller.tell("search", lambda: best.weight)
                meter.keep_for(sum(int(region.counters[ABSENT]) for region in regions))
            for region in regions:
                scratch.keep(region)
    best.restore(state)
    join(state)


def _slice(meter: Meter, region: Region, visits: int, span: tuple[float, float], queue: float) -> Slice:
    """A part's share: turns by its visits; of the time of a round what its thread has for it."""
    turns = seconds = None
    rounds_left = (1.0 - span[0]) / (span[1] - span[0])
    if meter.iterations is not None:
        turns = round((meter.iterations - meter.used) / rounds_left * len(region.visits) / visits)
    if meter.has_seconds:
        seconds = meter.seconds_left() / rounds_left / queue
    return Slice(span[0], span[1], turns, seconds, meter.clock)


def _search_part(
    state: State, region: Region, part: Slice, meter: Meter, is_warm: bool, note: Callable[[], None]
) -> None:
    """Search one part for its share; `note` is called again and again."""
    part.start()
    if not len(region.visits):
        return
    rules, live = state.rules, state.live
    nodes, few = np.zeros((CHAIN_NODES, 3), np.int64), np.zeros((REGAIN_NODES, 3), np.int64)
    theirs = np.zeros(MOST_DAYS, np.int32)
    mine, problem = region.visits, state.ground.problem
    hot = (WARM if is_warm else HOT) * served_metres(problem)
    light = mine[(rules.seats[mine] == 3) & (problem.vweight[mine] <= 2)]
    chunk = TURNS if part.turns is None else max(20, min(TURNS, part.turns // 40))
    tries = most_tries = max(1, CHAINS * chunk // TURNS)
    regains = REGAINS * chunk // TURNS
    since = wait = FILL_AFTER  # a part begins anew with chains over what were borders
    while (progress := part.progress()) < part.end and not meter.is_over(keep=meter.reserve):
        turns = part.left(chunk)
        is_whole = turns == chunk
        temperature = hot * (COLD / hot) ** progress
        anneal(rules, live, region, turns, temperature, MOST_TAKEN)
        if is_whole:
            regain(rules, live, region, regains, temperature, theirs, NOBODY_BARRED, few)
            turns += regains
        if is_whole and progress >= CHAINS_FROM:
            slots = np.flatnonzero(live.gate == region.part)
            helped = push(rules, live, region, tries, light, slots, NOBODY_BARRED, nodes)
            turns += tries * CHAIN_TURNS
            # as long as they help, many; when nothing is left to mend, few
            tries = most_tries if helped else max(1, tries // 2)
        since += turns / len(mine)
        if is_whole and since >= wait:
            # as chains above: often while it helps, seldom when nothing is left to mend
            helped = fill(state, region)
            turns += round(FILL_TURNS * len(mine))
            since, wait = 0.0, FILL_AFTER if helped else min(2 * wait, MOST_AFTER)
        part.used += turns
        meter.use(turns)
        note()
