"""What is missing is told truly: with the people that are asked for, the unserved are served."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from planner_tiny import CERTIFIER, H, make_problem, random_problem, town, visit, volunteer

from planner.budget import Budget
from planner.evaluate import evaluate
from planner.problem import Problem
from planner.shortage import Shortage, add_up, find_shortages
from planner.solve import solve

HALVES = ((6 * H, 13 * H), (12 * H, 20 * H))


def with_more_people(problem: Problem, shortages: list[Shortage]) -> Problem:
    """The problem with the missing people, living where they are wanted, in no hurry."""
    rows: dict[str, list[int]] = {name: [] for name in ("kx", "ky", "kdist", "kskill", "kgender")}
    shifts = []
    for shortage in shortages:
        for number in range(shortage.half_days * shortage.people):
            at = shortage.visits[number % len(shortage.visits)]
            rows["kx"].append(int(problem.vx[at]))
            rows["ky"].append(int(problem.vy[at]))
            rows["kdist"].append(shortage.district)
            rows["kskill"].append(shortage.skill)
            rows["kgender"].append(shortage.sex)
            shift = np.full((problem.days, 2), -1, np.int64)
            shift[shortage.day] = HALVES[shortage.half]
            shifts.append(shift)
    more = len(shifts)
    arrays = {name: np.concatenate([getattr(problem, name), values]) for name, values in rows.items()}
    plain = {"kpool": 0, "kmaxday": 9, "kmaxweek": 30, "kmaxm": 60_000, "kspd": 0, "kload": 0, "kprice": 0}
    for name, value in plain.items():
        arrays[name] = np.concatenate([getattr(problem, name), np.full(more, value, np.int64)])
    arrays["kplace"] = np.concatenate([problem.kplace, np.full((more, 2), -1)])
    arrays["kshift"] = np.concatenate([problem.kshift, np.array(shifts).reshape(more, problem.days, 2)])
    return dataclasses.replace(problem, **arrays)


@pytest.mark.parametrize("seed", range(2000, 2060))
def test_the_people_asked_for_would_serve_what_is_promised(seed: int) -> None:
    problem = random_problem(seed, most_visits=9, most_volunteers=3, refusals=False)
    plan = solve(problem, seed=1, budget=Budget(iterations=200))
    shortages = find_shortages(problem, plan)
    asked = {u.visit for u in plan.unserved if u.reason != "outweighed"}
    promised = [v for s in shortages for v in s.visits]
    assert sorted(promised) == sorted(asked)
    more = with_more_people(problem, shortages)
    after = solve(more, seed=1, budget=Budget(iterations=1000))
    assert evaluate(more, after).faults == ()
    assert not asked & {u.visit for u in after.unserved if u.reason == "no_one_with_skill"}
    assert evaluate(more, after).weight > evaluate(problem, plan).weight or not asked


def test_one_more_certifier_on_thursday_afternoon() -> None:
    afternoon = {"windows": [(14 * H, 15 * H)], "skill": CERTIFIER, "district": 5, "first": 3, "last": 3}
    problem = make_problem(
        [visit(**afternoon), visit(**afternoon, x=200, weight=3), visit()], [volunteer()], days=5
    )
    found = find_shortages(problem, solve(problem, seed=1, budget=Budget(iterations=20)))
    assert found == [Shortage(5, 3, 1, CERTIFIER, 0, 1, half_days=1, visits=(0, 1), weight=4)]
    assert add_up(found) == {"half_days": 1, "visits": 2, "weight": 4}
    assert found[0].to_json()["visits"] == 2


def test_a_pair_asks_for_two_and_long_visits_for_more_half_days() -> None:
    problem = make_problem([visit(persons=2, service=3 * H), visit(persons=2, service=3 * H)], [], days=1)
    (found,) = find_shortages(problem, solve(problem, seed=1, budget=Budget(iterations=5)))
    assert (found.people, found.half_days, found.weight) == (2, 2, 2)


def test_where_everybody_is_served_nobody_is_missing() -> None:
    problem = make_problem([visit()], [volunteer()])
    assert find_shortages(problem, solve(problem, seed=1, budget=Budget(iterations=5))) == []


def test_a_town_is_served_by_the_people_it_asks_for() -> None:
    problem = town(6, 200, days=3)
    plan = solve(problem, seed=1, budget=Budget(iterations=4000))
    shortages = find_shortages(problem, plan)
    more = with_more_people(problem, shortages)
    after = solve(more, seed=1, budget=Budget(iterations=4000))
    missing = int(problem.vweight.sum()) - evaluate(problem, plan).weight
    assert missing > 0
    gained = evaluate(more, after).weight - evaluate(problem, plan).weight
    assert gained >= 0.9 * add_up(shortages)["weight"]


def test_of_a_pair_of_which_one_is_there_the_other_is_missing() -> None:
    pair = visit(persons=2, skill=CERTIFIER, windows=[(14 * H, 16 * H)])
    lead, mate = (
        volunteer(skill=CERTIFIER, shifts={0: (13 * H, 18 * H)}),
        volunteer(shifts={0: (13 * H, 18 * H)}),
    )
    for there, skill in ((lead, 0), (mate, CERTIFIER)):
        problem = make_problem([pair], [there])
        plan = solve(problem, seed=1, budget=Budget(iterations=20))
        (shortage,) = find_shortages(problem, plan)
        assert (shortage.people, shortage.skill, shortage.day, shortage.half) == (1, skill, 0, 1)
        assert add_up([shortage])["half_days"] == 1
        more = with_more_people(problem, [shortage])
        assert evaluate(more, solve(more, seed=1, budget=Budget(iterations=50))).served == 1


def test_who_is_found_for_one_pair_is_not_promised_to_the_next() -> None:
    pairs = [visit(persons=2, skill=CERTIFIER, weight=weight) for weight in (9, 3)]
    problem = make_problem(pairs, [volunteer(skill=CERTIFIER, a_day=1)])
    shortages = find_shortages(problem, solve(problem, seed=1, budget=Budget(iterations=20)))
    assert sorted((s.people, s.skill, s.visits) for s in shortages) == [(1, 0, (0,)), (2, CERTIFIER, (1,))]


def test_an_accepted_half_of_a_pair_asks_for_the_other_half() -> None:
    pair = visit(persons=2, skill=CERTIFIER)
    for seat, skill in ((0, 0), (1, CERTIFIER)):
        problem = make_problem([pair], [volunteer(skill=CERTIFIER)], fixed=[(0, seat, 0, 0, 10 * H)])
        (shortage,) = find_shortages(problem, solve(problem, seed=1, budget=Budget(iterations=20)))
        assert (shortage.people, shortage.skill, shortage.half) == (1, skill, 0)
