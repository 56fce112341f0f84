"""Plans that go on from yesterday's: what still fits stays, offers are dear, wishes cost no served visit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from planner_brute import best_score
from planner_tiny import H, make_problem, random_problem, town, visit, volunteer

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.plan import Plan
from planner.problem import Problem, ProblemError, Wishes
from planner.solve import solve


def seats_kept(one: Plan, other: Plan) -> float:
    mine, theirs = one.seats(), other.seats()
    return sum(theirs.get(seat) == where for seat, where in mine.items()) / len(mine)


def test_a_plan_goes_on_from_an_earlier_one() -> None:
    problem = town(11, 300)
    yesterday = solve(problem, seed=1, budget=Budget(iterations=4000))
    again = solve(problem, seed=2, budget=Budget(iterations=0), start=yesterday)
    assert evaluate(problem, again).faults == ()
    assert evaluate(problem, again).weight >= evaluate(problem, yesterday).weight
    anew = solve(problem, seed=2, budget=Budget(iterations=0))
    assert evaluate(problem, again).score > evaluate(problem, anew).score


def test_what_no_longer_fits_an_earlier_plan_is_left_out() -> None:
    problem = town(11, 200)
    yesterday = solve(problem, seed=1, budget=Budget(iterations=1000))
    shifts = problem.kshift.copy()
    shifts[::2] = -1  # every other volunteer is ill
    windows = problem.vtw.copy()
    windows[::3] += 1800
    changed = dataclasses.replace(problem, kshift=shifts, vtw=windows)
    plan = solve(changed, seed=1, budget=Budget(iterations=500), start=yesterday)
    assert evaluate(changed, plan).faults == ()
    assert {u.visit for u in plan.unserved} | {v for v, _ in plan.seats()} == set(range(problem.n))


def test_a_plan_of_another_problem_is_no_start_but_no_fault() -> None:
    other = solve(town(3, 400), seed=1, budget=Budget(iterations=200))
    problem = town(4, 60)
    plan = solve(problem, seed=1, budget=Budget(iterations=200), start=other)
    assert evaluate(problem, plan).faults == ()


@pytest.mark.parametrize("seed", range(40))
def test_start_and_offers_of_small_problems_keep_every_rule(seed: int) -> None:
    problem = random_problem(seed, most_visits=10, most_volunteers=8)
    first = solve(problem, seed=1, budget=Budget(iterations=60))
    asked = [(v, s, k, d, t) for (v, s), (k, d, t) in first.seats().items() if v % 2 == 0]
    changed = dataclasses.replace(problem, offered=np.array(asked, np.int64).reshape(-1, 5))
    plan = solve(changed, seed=2, budget=Budget(iterations=200), start=first)
    assert evaluate(changed, plan).faults == ()
    assert evaluate(problem, plan).weight >= evaluate(problem, first).weight


def test_an_offer_is_kept_unless_somebody_else_would_go_without() -> None:
    far = volunteer(x=3000)
    problem = make_problem([visit()], [far, volunteer()], offered=[(0, 0, 0, 0, 10 * H)])
    plan = solve(problem, seed=1, budget=Budget(iterations=100))
    assert plan.seats() == {(0, 0): (0, 0, 10 * H)}
    # the far one is the only one who can go to a visit that starts then
    both = make_problem(
        [visit(), visit(x=3000, windows=[(10 * H, 10 * H)])],
        [far | {"a_day": 1}, volunteer(metres=2000)],
        offered=[(0, 0, 0, 0, 10 * H)],
    )
    plan = solve(both, seed=1, budget=Budget(iterations=100))
    assert plan.unserved == ()
    assert plan.seats()[1, 0] == (0, 0, 10 * H)


def test_an_offer_to_two_keeps_their_time() -> None:
    problem = make_problem(
        [visit(persons=2)],
        [volunteer(), volunteer(x=50), volunteer(x=2000), volunteer(x=2500)],
        offered=[(0, 0, 2, 0, 11 * H), (0, 1, 3, 0, 11 * H)],
    )
    plan = solve(problem, seed=1, budget=Budget(iterations=100))
    assert plan.seats() == {(0, 0): (2, 0, 11 * H), (0, 1): (3, 0, 11 * H)}


def wish(problem: Problem, **wishes: int) -> Problem:
    return dataclasses.replace(problem, wishes=np.array(Wishes(**wishes), np.int64))


def test_fairness_spreads_the_visits_and_costs_nobody() -> None:
    problem = town(21, 300)
    plain = evaluate(problem, solve(problem, seed=1, budget=Budget(iterations=6000)))
    fair = evaluate(problem, solve(wish(problem, fair=1000), seed=1, budget=Budget(iterations=6000)))
    assert fair.faults == ()
    assert fair.load_gini < plain.load_gini
    assert fair.weight >= plain.weight - 3  # two searches never end alike


@pytest.mark.parametrize("seed", range(30))
def test_wishes_cost_no_served_weight(seed: int) -> None:
    plain = random_problem(seed, most_visits=6, most_volunteers=5)
    rng = np.random.default_rng(seed)
    wished = dataclasses.replace(
        plain,
        kload=rng.integers(0, 40, plain.m),
        kprice=rng.integers(-10_000, 10_000, plain.m),
        vplace=rng.integers(0, 2, (plain.n, 2)),
        kplace=rng.integers(0, 2, (plain.m, 2)),
        wishes=np.array(Wishes(fair=250, community=2_000, street=1_000, district=500)),
    )
    best = evaluate(plain, solve(plain, seed=1, budget=Budget(iterations=600)))
    assert best.score == best_score(plain)
    assert evaluate(wished, solve(wished, seed=1, budget=Budget(iterations=600))).weight == best.weight


def test_those_with_fewer_visits_lately_come_first() -> None:
    problem = make_problem([visit()], [volunteer(), volunteer(x=200)], kload=[9, 1])
    assert solve(problem, seed=1, budget=Budget(iterations=50)).seats()[0, 0][0] == 0
    assert solve(wish(problem, fair=100), seed=1, budget=Budget(iterations=50)).seats()[0, 0][0] == 1


def test_neighbours_and_newcomers_are_preferred() -> None:
    rows = [visit(x=100)], [volunteer(), volunteer(x=600), volunteer(x=900)]
    places = {"vplace": np.array([[7, 3]]), "kplace": np.array([[1, 1], [2, 3], [7, 3]])}
    near = make_problem(*rows, **places)
    assert solve(near, seed=1, budget=Budget(iterations=50)).seats()[0, 0][0] == 0
    same_street = wish(near, street=3000)
    assert solve(same_street, seed=1, budget=Budget(iterations=50)).seats()[0, 0][0] == 1
    same_community = wish(near, street=3000, community=6000)
    assert solve(same_community, seed=1, budget=Budget(iterations=50)).seats()[0, 0][0] == 2
    # of the city pool, the one who lives in the district before the one who is nearer
    from_elsewhere = wish(
        make_problem([visit(x=100)], [volunteer(pool=1, district=1), volunteer(pool=1, x=600)]), district=0
    )
    assert solve(from_elsewhere, seed=1, budget=Budget(iterations=50)).seats()[0, 0][0] == 0
    of_here = wish(from_elsewhere, district=3000)
    assert solve(of_here, seed=1, budget=Budget(iterations=50)).seats()[0, 0][0] == 1
    newcomer = make_problem(*rows, kprice=np.array([0, -4000, 0]))
    assert solve(newcomer, seed=1, budget=Budget(iterations=50)).seats()[0, 0][0] == 1


def test_the_strongest_wishes_leave_nobody_out() -> None:
    problem = make_problem(
        [visit(x=5000)],
        [volunteer(pool=1)],
        kload=[500],
        kprice=np.array([50_000]),
        wishes=np.array([50_000, 50_000, 0, 0, 0]),
    )
    assert solve(problem, seed=1, budget=Budget(iterations=20)).unserved == ()


@pytest.mark.parametrize(
    ("extras", "told"),
    [
        ({"offered": [(0, 0, 5, 0, 9 * H)]}, "offered row 0: .* names a volunteer"),
        ({"offered": [(0, 1, 0, 0, 9 * H)]}, "names a seat the visit has not"),
        ({"wishes": np.array([0, 0, 0])}, "wishes: shape must be 5"),
        ({"wishes": np.array([0, 90_000, 0, 0, 0])}, "wishes row 1: 90000 is not within 0 to 50000"),
        ({"kprice": np.array([-60_000])}, "kprice row 0"),
    ],
)
def test_wishes_and_offers_that_make_no_sense(extras: dict[str, object], told: str) -> None:
    with pytest.raises(ProblemError, match=told):
        make_problem([visit()], [volunteer()], **extras)


def test_threads_do_not_change_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.search.PART", 100)
    problem = town(31, 400)
    plans = [solve(problem, seed=4, budget=Budget(iterations=6000), workers=w) for w in (1, 2, 3)]
    assert plans[0].to_json() == plans[1].to_json() == plans[2].to_json()
    assert evaluate(problem, plans[0]).faults == ()
    start = solve(problem, seed=4, budget=Budget(iterations=0))
    assert evaluate(problem, plans[0]).score > evaluate(problem, start).score
