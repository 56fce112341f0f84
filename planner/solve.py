"""The planner's one entry: a problem in, a plan out.

Build (`construct`), search (`search`), then sweep: every visit still unserved is tried once more with every
volunteer, and what remains gets its reason from the same look at everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from planner.arcs import add_arcs
from planner.budget import Budget, Meter
from planner.candidates import Desk
from planner.construct import construct
from planner.everybody import Everybody
from planner.fixed import find_conflicts
from planner.geometry import Ints
from planner.ground import Ground
from planner.order import LARGE, Order
from planner.plan import Plan, Unserved
from planner.problem import Problem
from planner.progress import Hook, Teller
from planner.reasons import Finding, Reason, explain, find_people
from planner.regions import Scratch, make_region
from planner.repair import repair
from planner.search import improve
from planner.small import small_problem
from planner.state import State

SAMPLE = 6  # visits whose sweep is timed to know how long the end will take


def solve(
    problem: Problem,
    *,
    seed: int,
    budget: Budget,
    stop: Callable[[], bool] | None = None,
    start: Plan | None = None,
    workers: int = 1,
    on_progress: Hook | None = None,
) -> Plan:
    """The best plan found within the budget; fixed assignments stay as they are.

    The same problem, seed, start and iteration budget give the same plan bit for bit, however many threads
    (`workers`) search a large problem. `start` is a plan of before: what of it still fits is where the search
    begins. `stop` is asked often and ends the search early; the plan is valid whenever that happens.
    `on_progress` is told now and then what is served; it changes nothing. Raises ValueError for a seed that
    is below 0 or has more than 63 bits.
    """
    if not 0 <= seed < 2**63:
        raise ValueError(f"seed: {seed} is not within 0 to {2**63 - 1}")
    load_machine_code()
    meter = Meter(budget, stop)
    if problem.n < LARGE:
        return _solve(problem, seed, meter, start, workers, on_progress)
    order = Order(problem)
    inwards = None if start is None else order.inwards(start)
    return order.outwards(_solve(order.problem, seed, meter, inwards, workers, on_progress))


@cache
def load_machine_code() -> None:
    """Load the compiled search, once per process, by running all of it on a small problem.

    It takes about a second, or about a minute where it has not been compiled yet (which set-up does), and is
    not counted in any budget.
    """
    problem = small_problem()
    plan = _solve(problem, 1, Meter(Budget(iterations=200)), None, 1)
    _solve(problem, 1, Meter(Budget(iterations=20)), plan, 1)
    desk = Desk(problem, plan)
    for (visit, seat), (volunteer, _, _) in plan.seats().items():
        repair(desk, visit, seat, declined=[volunteer])


def _solve(
    problem: Problem,
    seed: int,
    meter: Meter,
    start: Plan | None,
    workers: int,
    on_progress: Hook | None = None,
) -> Plan:
    teller = Teller(on_progress, meter)
    ground = Ground(problem)
    state = State(ground)
    state.rules = add_arcs(ground, state.rules, meter.is_half_over, workers)
    scratch = Scratch(state)
    region = make_region(state, scratch, 0, seed)
    untried = construct(state, region, meter.is_over, start, teller)
    scratch.keep(region)
    meter.start_search(_seconds_for_each(state, meter), int((~state.served()).sum()))
    improve(state, scratch, seed, meter, workers, is_warm=start is not None, teller=teller)
    teller.tell("finish", state.weight)
    unserved = _sweep(state, scratch, meter, untried if meter.stopped else untried[:0])
    return Plan(state.routes(), unserved, find_conflicts(ground), meter.used)


def _seconds_for_each(state: State, meter: Meter) -> float:
    """What the end takes for each unserved visit, and a little more."""
    absent = np.flatnonzero(~state.served())
    if not meter.has_seconds or not len(absent):
        return 0.0
    everybody = Everybody(state)
    began = meter.elapsed()
    sample = absent[:: max(1, len(absent) // SAMPLE)].tolist()
    for visit in sample:
        found = find_people(state, visit)
        if found.reason is None:
            explain(state, visit, found, everybody.best(visit, found.slots))
    return 1.2 * (meter.elapsed() - began) / len(sample)


def _sweep(state: State, scratch: Scratch, meter: Meter, untried: Ints) -> tuple[Unserved, ...]:
    """Serve what can be served without moving anybody; a reason for all the rest."""
    rules, region = state.rules, make_region(state, scratch, 0, 0)
    everybody = Everybody(state)
    absent = np.flatnonzero(~state.served())
    not_now = set(untried.tolist())
    found: dict[int, Finding] = {}
    for visit in absent[np.argsort(-rules.worth[absent], kind="stable")].tolist():
        if visit in not_now or meter.end_is_over():
            continue
        finding = found[visit] = find_people(state, visit)
        move = everybody.best(visit, finding.slots) if finding.reason is None else None
        if finding.reason is None and move is None and everybody.forget_offers(visit):
            move = everybody.best(visit, finding.slots)
        if move is not None and move.cost < rules.worth[visit]:
            everybody.serve(region, visit, move)
    served = state.served()
    unserved = []
    for visit in absent.tolist():
        if not served[visit]:
            reason, detail = _reason(state, everybody, visit, found.get(visit), meter)
            unserved.append(Unserved(visit, str(reason), detail))
    return tuple(unserved)


def _reason(
    state: State, everybody: Everybody, visit: int, finding: Finding | None, meter: Meter
) -> tuple[Reason, Mapping[str, int]]:
    if finding is None:
        return Reason.OUT_OF_TIME, {}
    if finding.reason is not None:
        return finding.reason, finding.detail
    if meter.end_is_over():
        return Reason.OUT_OF_TIME, {}
    return explain(state, visit, finding, everybody.best(visit, finding.slots))
