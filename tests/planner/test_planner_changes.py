"""The cheapest change for a visit nobody goes to, against making every change there is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from planner_brute import Routes, may_take, routes_of, schedule
from planner_tiny import NURSE, H, make_problem, random_problem, visit, volunteer

from planner.budget import Budget
from planner.changes import METRES, QUARTERS, cheapest_change
from planner.checks import RANGES
from planner.part import part_of
from planner.plan import Plan, Route, Stop
from planner.problem import Problem
from planner.solve import solve


def fits(problem: Problem, plan: Plan, v: int, only: int | None = None) -> set[tuple[int, int]]:
    """Volunteers and days for the visit, every other stop keeping its start, by trying all places."""
    pins = {s: start for (s, _), (_, _, start) in plan.seats().items()}
    refused = {k for w, k in problem.forbidden.tolist() if w == v}
    routes, found = routes_of(plan), set()
    for k in range(problem.m) if only is None else [only]:
        for day in range(int(problem.vday0[v]), int(problem.vday1[v]) + 1):
            if k in refused or not may_take(problem, v, 0, k) or problem.kshift[k, day, 0] < 0:
                continue
            stops = routes.get((k, day), [])
            for place in range(len(stops) + 1):
                mine: Routes = {key: value for key, value in routes.items() if key[0] == k}
                mine[k, day] = [*stops[:place], (v, 0), *stops[place:]]
                if schedule(problem, mine, pins) is not None:
                    found.add((k, day))
    return found


def changed(problem: Problem, kind: str, amount: int) -> Problem:
    if kind == "one_more_visit":
        return dataclasses.replace(problem, kmaxday=problem.kmaxday + 1, kmaxweek=problem.kmaxweek + 1)
    if kind == "longer_way":
        return dataclasses.replace(problem, kmaxm=problem.kmaxm + amount)
    shifts = problem.kshift.copy()
    for k, d in np.argwhere(shifts[:, :, 0] >= 0).tolist():
        shifts[k, d] = max(0, shifts[k, d, 0] - amount), shifts[k, d, 1] + amount
    return dataclasses.replace(problem, kshift=shifts)


ORDER = [
    ("one_more_visit", 1),
    *(("longer_shift", s) for s in QUARTERS),
    *(("longer_way", m) for m in METRES),
]


@pytest.mark.parametrize("block", range(5))
def test_nothing_less_would_do(block: int) -> None:
    seen: set[str] = set()
    for seed in range(1000 + 40 * block, 1040 + 40 * block):
        problem = random_problem(seed, most_visits=9, most_volunteers=4)
        plan = solve(problem, seed=1, budget=Budget(iterations=40))
        for u in plan.unserved:
            v = u.visit
            if problem.vpersons[v] == 2 or u.reason == "outweighed":
                continue
            remedy = cheapest_change(problem, plan, v)
            seen.add(remedy.kind)
            for kind, amount in ORDER:
                would_do = fits(changed(problem, kind, amount), plan, v)
                if (kind, amount) == (remedy.kind, remedy.amount):
                    assert (remedy.volunteer, remedy.day) in would_do
                    break
                assert not would_do, (seed, v, kind, amount, remedy)
            else:
                assert remedy.kind == "one_more_person"
                assert (remedy.skill, remedy.sex) == (problem.vskill[v], problem.vgender[v])
                assert remedy.district == problem.vdist[v]
    assert len(seen) > 1


def test_each_kind_of_change() -> None:
    def one(visits: list[dict[str, object]], people: list[dict[str, object]]) -> dict[str, object]:
        problem = make_problem(visits, people)
        plan = solve(problem, seed=1, budget=Budget(iterations=30))
        assert [u.visit for u in plan.unserved] == [len(visits) - 1]
        return cheapest_change(problem, plan, len(visits) - 1).to_json()

    full = one([visit(weight=2), visit()], [volunteer(a_day=1)])
    assert (full["kind"], full["volunteer"]) == ("one_more_visit", 0)
    late = one([visit(windows=[(12 * H, 12 * H)])], [volunteer()])
    assert (late["kind"], late["amount"], late["start"]) == ("longer_shift", 1800, 12 * H)
    far = one([visit(x=1200)], [volunteer(metres=1500)])
    assert (far["kind"], far["amount"]) == ("longer_way", 2000)
    nurse = one([visit(skill=NURSE, windows=[(14 * H, 15 * H)], district=3)], [volunteer()])
    assert (nurse["kind"], nurse["skill"], nurse["half"], nurse["district"]) == (
        "one_more_person",
        NURSE,
        1,
        3,
    )
    assert nurse["amount"] == 1


def test_pairs_ask_for_whom_they_miss() -> None:
    pair = visit(persons=2, skill=NURSE)
    for people, (amount, skill) in (
        ([volunteer(skill=NURSE)], (1, 0)),
        ([volunteer()], (1, NURSE)),
        ([volunteer(shifts={})], (2, NURSE)),
    ):
        remedy = cheapest_change(make_problem([pair], people), Plan(), 0)
        assert (remedy.kind, remedy.amount, remedy.skill) == ("one_more_person", amount, skill)
    with pytest.raises(ValueError, match="no such visit"):
        cheapest_change(make_problem([pair], []), Plan(), 1)


def test_a_part_keeps_what_is_agreed_within_it() -> None:
    problem = make_problem(
        [visit(wanted=1), visit(wanted=0), visit()],
        [volunteer(), volunteer(), volunteer()],
        fixed=[(2, 0, 1, 0, 9 * H), (1, 0, 2, 0, 9 * H)],
        forbidden=[(0, 1), (1, 0)],
    )
    part = part_of(problem, np.array([2, 0]), np.array([1, 2]))
    assert (part.n, part.m) == (2, 2)
    assert part.fixed.tolist() == [[0, 0, 0, 0, 9 * H]]
    assert part.forbidden.tolist() == [[1, 0]]
    assert part.vpref.tolist() == [-1, 0]
    plan = Plan((Route(0, 0, (Stop(0, 0, 9 * H),)),))
    assert solve(part, seed=1, budget=Budget(iterations=20), start=plan).seats()[0, 0] == (0, 0, 9 * H)


def test_limits_that_are_as_high_as_may_be_are_not_raised() -> None:
    most = RANGES["kmaxday"][2]
    late = volunteer(shifts={0: (20 * H, 48 * H)}, a_day=most, a_week=most, metres=RANGES["kmaxm"][2])
    problem = make_problem([visit(windows=[(9 * H, 10 * H)])], [late])
    assert cheapest_change(problem, Plan(), 0).kind == "one_more_person"
