"""The planner's own reading of a plan against the referee's, for good plans and broken ones."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.geometry import PACES, leg_metres, leg_seconds, road_metres, travel_seconds
from planner.plan import Plan, Route, Stop
from planner.problem import Problem
from planner.solve import solve

SAME = (
    "weight",
    "weight_percent",
    "served",
    "visits",
    "wanted_percent",
    "city_pool_uses",
    "km",
    "km_per_visit",
)


@pytest.fixture(scope="module")
def solved(instance: Callable[..., Problem]) -> tuple[Problem, Plan]:
    problem = instance("campaign", 200, 3)
    return problem, solve(problem, seed=1, budget=Budget(iterations=200))


def test_figures_are_the_referees(solved: tuple[Problem, Plan], referee: Any) -> None:
    ours, theirs = evaluate(*solved).to_json(), referee(*solved)
    assert ours["faults"] == 0
    assert {key: ours[key] for key in (*SAME, "score", "load_gini")} == {
        key: theirs[key] for key in (*SAME, "score", "load_gini")
    }


@pytest.mark.parametrize("seed", range(40))
def test_broken_plans_have_as_many_faults_as_the_referee_finds(
    seed: int, solved: tuple[Problem, Plan], referee: Any
) -> None:
    problem, plan = solved
    rng = Random(seed)
    routes = list(plan.routes)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(routes))
        route = routes[at]
        stops = list(route.stops)
        kind = rng.randrange(5)
        if kind == 0:
            stops.insert(
                rng.randrange(len(stops) + 1), rng.choice(rng.choice(routes).stops or (Stop(0, 0, 0),))
            )
        elif kind == 1:
            stops = [Stop(s.visit, s.seat, s.start + rng.choice([-3000, -60, 60, 4000])) for s in stops]
        elif kind == 2:
            stops = stops[1:]
        elif kind == 3:
            route = Route(rng.randrange(problem.m), route.day, route.stops)
        else:
            route = Route(route.volunteer, rng.randrange(problem.days), route.stops)
        routes[at] = Route(route.volunteer, route.day, tuple(stops) if kind < 3 else route.stops)
    spoiled = Plan(tuple(route for route in routes if route.stops), plan.unserved)
    ours, theirs = evaluate(problem, spoiled), referee(problem, spoiled)
    off_duty = {(r.volunteer, r.day) for r in spoiled.routes if problem.kshift[r.volunteer, r.day, 0] < 0}
    if not off_duty:  # the referee goes no farther along such a route, we do
        assert len(ours.faults) == theirs["faults"]
        assert (ours.score, ours.weight, ours.km) == (theirs["score"], theirs["weight"], theirs["km"])
    assert (len(ours.faults) > 0) == (theirs["faults"] > 0)


def test_nothing_planned_is_worth_nothing(solved: tuple[Problem, Plan]) -> None:
    figures = evaluate(solved[0], Plan())
    assert (figures.score, figures.weight, figures.served, figures.load_gini) == (0, 0, 0, 0.0)


def test_distances_and_times_are_the_contracts(yardsticks: Any) -> None:
    rng = np.random.default_rng(3)
    x1, y1, x2, y2 = rng.integers(-90_000, 90_000, (4, 20_000))
    x2[:4000], y2[:4000] = x1[:4000] + 10 * rng.integers(0, 500, 4000), y1[:4000]
    theirs = yardsticks.model.distance(x1, y1, x2, y2)
    ours = road_metres(x1, y1, x2, y2)
    assert np.array_equal(ours, theirs)
    for i in range(0, 20_000, 40):
        assert leg_metres(int(x1[i]), int(y1[i]), int(x2[i]), int(y2[i])) == theirs[i]
    for speed, (seconds, per) in enumerate(PACES):
        expected = yardsticks.model.travel_time(theirs, speed)
        assert np.array_equal(travel_seconds(ours, np.array(seconds), np.array(per)), expected)
        assert leg_seconds(int(theirs[7]), speed) == expected[7]
