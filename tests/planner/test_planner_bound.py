"""The proven upper bound (bench) against the best served weight found by trying everything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from planner_brute import Routes, schedule, ways
from planner_tiny import H, make_problem, random_problem, town, visit, volunteer

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.problem import Problem
from planner.solve import solve

pytest.importorskip("highspy", reason="the bench extra is not installed")

from bench.bound.items import make_items  # needs numba
from bench.bound.pricing import Effort, Pricing
from bench.bound.prove import SCALE, lagrangian, prove_bound
from bench.bound.quick import PASSES, Stage, closer, quick_bound
from bench.bound.store import digest, find, find_prices, keep, keep_prices

SEEDS = 240


def most_weight(problem: Problem) -> int:
    """The largest weight any plan can serve, by trying everything."""
    best = 0
    weights = problem.vweight.tolist()

    def search(routes: Routes, v: int, served: int) -> None:
        nonlocal best
        best = max(best, served)
        if v == problem.n or served + sum(weights[v:]) <= best:
            return
        for more in ways(problem, routes, v):
            if schedule(problem, more) is not None:
                search(more, v + 1, served + weights[v])
        search(routes, v + 1, served)

    search({}, 0, 0)
    return best


def test_no_plan_serves_more_than_the_bound_and_most_bounds_are_reached() -> None:
    reached = 0
    for seed in range(SEEDS):
        problem = random_problem(seed)
        most = most_weight(problem)
        bound = prove_bound(problem, seconds=10).weight
        assert most <= bound <= int(problem.vweight.sum()), f"seed {seed}: optimum {most}, bound {bound}"
        reached += most == bound
    assert reached >= 0.8 * SEEDS


@pytest.mark.parametrize("patience", [0, 3, 1000])
def test_any_prices_prove_a_bound_however_little_is_tried(patience: int) -> None:
    for seed in range(60):
        problem, rng = random_problem(seed), np.random.default_rng(seed)
        most, items = most_weight(problem), make_items(problem)
        pricing = Pricing(problem, items)
        for share in (0.0, 0.4, 1.5):
            top = problem.vweight[items.visit] * SCALE * share
            prices = np.rint(rng.uniform(0, 1, len(top)) * top).astype(np.int64)
            weeks = rng.integers(0, SCALE, len(items.week_most))
            none = np.zeros(len(items.slot_day), np.int64)
            slots = pricing.price(prices, weeks, none, Effort(patience, 600)).bound
            assert lagrangian(problem, items, prices, weeks, slots) >= most * SCALE, f"seed {seed}, {share}"


def test_no_plan_serves_more_than_a_quick_bound() -> None:
    for seed in range(SEEDS):
        problem = random_problem(seed)
        most = most_weight(problem)
        for stages in ((), (Stage(2, 3, 0.3, 0.8), Stage(30, 3, 0.1, 0.8))):
            bound = quick_bound(problem, stages=stages, effort=Effort(3, 600))
            assert most <= bound.weight, f"seed {seed}: optimum {most}, bound {bound}"


def test_a_quick_bound_of_a_town_is_not_far_above_the_best() -> None:
    problem = town(3, 60)
    told: list[str] = []
    quick, best = quick_bound(problem, tell=told.append), prove_bound(problem, seconds=20)
    assert best.fraction - 1e-3 <= quick.fraction <= 1.05 * best.fraction
    assert quick.fraction < int(problem.vweight.sum())
    assert (
        len([line for line in told if "pass" in line])
        == quick.rounds
        == sum(stage.passes for stage in closer(PASSES))
    )
    again = quick_bound(problem)
    assert again.fraction == quick.fraction


def test_several_processes_prove_the_same_from_prices_that_were_kept(tmp_path: Path) -> None:
    problem, told = town(3, 60), list[str]()
    stages = (Stage(30, 4, 0.3, 0.8),)
    once = quick_bound(problem, stages=stages, found=lambda prices: keep_prices(problem, prices, tmp_path))
    kept = find_prices(problem, 4, tmp_path)
    assert kept is not None
    again = quick_bound(problem, prices=kept, workers=2, tell=told.append)
    assert (again.fraction, again.program, again.rounds) == (once.fraction, once.program, 4)
    slots = len(make_items(problem).slot_day)
    assert told[-1].startswith(f"{slots} of {slots} slots priced")
    assert not any("pass" in line for line in told)
    assert find_prices(problem, 5, tmp_path) is None
    assert find_prices(town(4, 60), 4, tmp_path) is None


def test_fixed_assignments_never_serve_more_than_the_bound() -> None:
    for seed in range(40):
        problem, rng = random_problem(seed, refusals=False), np.random.default_rng(seed)
        plan = solve(problem, seed=1, budget=Budget(iterations=50))
        seats = [(v, s, k, d, t) for (v, s), (k, d, t) in plan.seats().items() if rng.random() < 0.5]
        if rng.random() < 0.3:  # a person's decision against the rules stands, too
            seats = [row for row in seats if row[0] != 0] + [(0, 0, 0, 0, 6 * H)]
        arrays = {name: getattr(problem, name) for name in problem.__dataclass_fields__}
        held = Problem(**arrays | {"fixed": np.array(seats, np.int64).reshape(-1, 5)})
        bound = prove_bound(held, seconds=10).weight
        assert evaluate(held, solve(held, seed=1, budget=Budget(iterations=50))).weight <= bound
        assert most_weight(problem) <= bound


def test_a_town_is_bounded_well_below_its_whole_weight() -> None:
    problem = town(3, 60)
    plan = solve(problem, seed=1, budget=Budget(iterations=3000))
    bound = prove_bound(problem, seconds=20)
    served = evaluate(problem, plan).weight
    assert served <= bound.weight < int(problem.vweight.sum())
    assert served >= 0.95 * bound.weight
    assert bound.program <= bound.fraction + 1e-3


def test_a_pair_needs_both_on_one_part_of_a_day() -> None:
    both = visit(persons=2, windows=[(9 * H, 10 * H)], weight=5)
    early, late = (9 * H, 12 * H), (10 * H + 60, 12 * H)
    apart = make_problem([both], [volunteer(shifts={0: early}), volunteer(shifts={0: late})])
    assert prove_bound(apart, seconds=5).weight == 2  # one person half of each seat: relaxed
    together = make_problem([both], [volunteer(shifts={0: early}), volunteer(shifts={0: early})])
    assert prove_bound(together, seconds=5).weight == 5
    nobody = make_problem([both], [volunteer(shifts={0: late}), volunteer(shifts={0: late})])
    assert prove_bound(nobody, seconds=5).weight == 0


def test_a_weekly_limit_is_part_of_the_bound() -> None:
    visits = [visit(first=day, last=day) for day in range(4)]
    shifts = dict.fromkeys(range(4), (9 * H, 12 * H))
    problem = make_problem(visits, [volunteer(shifts=shifts, a_week=3)], days=4)
    assert prove_bound(problem, seconds=5).weight == 3
    free = make_problem(visits, [volunteer(shifts=shifts, a_week=3)], days=4, weekly=False)
    assert prove_bound(free, seconds=5).weight == 4


@pytest.mark.parametrize(("visits", "volunteers"), [(0, 0), (0, 2), (2, 0)])
def test_nothing_to_do_or_nobody_to_do_it(visits: int, volunteers: int) -> None:
    problem = make_problem([visit()] * visits, [volunteer()] * volunteers)
    assert prove_bound(problem, seconds=5).weight == 0


def test_a_bound_is_found_again_only_for_the_same_problem(tmp_path: Path) -> None:
    path, problem = tmp_path / "bounds.json", random_problem(4)
    bound = prove_bound(problem, seconds=5)
    assert find(problem, path) is None
    assert keep(problem, bound, path)
    assert not keep(problem, bound, path)  # not lower
    kept = find(problem, path)
    assert kept is not None
    assert (kept.weight, kept.digest) == (bound.weight, digest(problem))
    assert find(random_problem(5), path) is None
