"""The plan before the search: chains find room that putting visits in one by one does not."""

from __future__ import annotations

import numpy as np
import pytest
from planner_tiny import CERTIFIER, make_problem, town, visit, volunteer

from planner.arcs import add_arcs
from planner.budget import Budget, Meter
from planner.construct import construct, fill
from planner.evaluate import evaluate
from planner.ground import Ground
from planner.kernel.build import put_all
from planner.kernel.tables import SCORE, Region
from planner.plan import Plan
from planner.problem import Problem
from planner.progress import Teller
from planner.regions import Scratch, make_region
from planner.solve import load_machine_code, solve
from planner.state import State


def lay_out(problem: Problem) -> tuple[State, Region]:
    """An empty plan with candidates, as one region."""
    load_machine_code()
    state = State(Ground(problem))
    state.rules = add_arcs(state.ground, state.rules, lambda: False)
    return state, make_region(state, Scratch(state), 0, 1)


@pytest.mark.parametrize("days", [1, 7])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_counted_while_building_is_what_the_plan_is_worth(seed: int, days: int) -> None:
    problem = town(seed, 150, days=days)
    state, region = lay_out(problem)
    before = state.score()
    construct(state, region, lambda: False, None, Teller(None, Meter(Budget(iterations=0))))
    assert int(region.counters[SCORE]) == state.score() - before
    assert evaluate(problem, Plan(state.routes())).faults == ()


def test_chains_serve_more_than_the_cheapest_places() -> None:
    problem = town(3, 200, days=7)
    state, region = lay_out(problem)
    put_all(state.rules, state.live, region, np.arange(problem.n))
    one_by_one = state.weight()
    while served := fill(state, region):
        assert served > 0
    assert state.weight() > one_by_one
    assert int(region.counters[SCORE]) == state.score()
    assert evaluate(problem, Plan(state.routes())).faults == ()


def test_each_moves_one_place_so_that_the_last_finds_room() -> None:
    """Only the first volunteer certifies, is the nearest to both visits and has room for one."""
    shifts = {0: (9 * 3600, 12 * 3600)}
    people = [
        volunteer(skill=CERTIFIER, a_day=1, shifts=shifts),
        volunteer(x=2_000, a_day=1, shifts=shifts),
    ]
    visits = [visit(), visit(skill=CERTIFIER)]
    state, region = lay_out(make_problem(visits, people))
    put_all(state.rules, state.live, region, np.array([0, 1]))
    assert state.served().tolist() == [True, False]
    assert fill(state, region) == 1
    assert state.served().all()


def test_without_a_turn_of_search_most_is_served() -> None:
    problem = town(3, 200, days=7)
    built = solve(problem, seed=1, budget=Budget(iterations=0))
    searched = solve(problem, seed=1, budget=Budget(iterations=4_000))
    assert evaluate(problem, built).weight >= 0.97 * evaluate(problem, searched).weight
