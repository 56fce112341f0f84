"""Who else could go, against trying every volunteer, day and place in the route."""

from __future__ import annotations

import dataclasses
from time import perf_counter

import numpy as np
import pytest
from planner_brute import Routes, may_take, route_metres, routes_of, schedule
from planner_tiny import CERTIFIER, make_problem, random_problem, town, visit, volunteer

from planner.budget import Budget
from planner.candidates import Candidate, Desk, candidates
from planner.plan import Plan, Route, Stop
from planner.problem import Problem
from planner.solve import solve

H = 3600


def cheapest_metres(
    problem: Problem, plan: Plan, v: int, seat: int, at: tuple[int, int] | None
) -> dict[int, int]:
    """Per volunteer the fewest extra metres for the seat, everything else at its planned start."""
    seats = plan.seats()
    crew = {s: seats[v, s] for s in (0, 1) if (v, s) in seats}
    other = crew.get(1 - seat)
    if at is None and other is not None:
        at = other[1:]
    pins = {visit: start for (visit, _), (_, _, start) in seats.items() if visit != v}
    if at is not None:
        pins[v] = at[1]
        problem = dataclasses.replace(
            problem, vtw=_only(problem, v, at[1]), vntw=np.ones_like(problem.vntw) + (problem.vntw > 1)
        )
    routes: Routes = {
        key: [stop for stop in stops if stop != (v, seat)] for key, stops in routes_of(plan).items()
    }
    barred = {k for visit, k in problem.forbidden.tolist() if visit == v} | {c[0] for c in crew.values()}
    days = range(int(problem.vday0[v]), int(problem.vday1[v]) + 1) if at is None else [at[0]]
    found: dict[int, int] = {}
    for k in set(range(problem.m)) - barred:
        for day in days if may_take(problem, v, seat, k) else ():
            stops = routes.get((k, day), [])
            for place in range(len(stops) + 1):
                more = [*stops[:place], (v, seat), *stops[place:]]
                mine = {key: value for key, value in routes.items() if key[0] == k} | {(k, day): more}
                if schedule(problem, mine, pins) is not None:
                    way = route_metres(problem, k, [s[0] for s in more])
                    way -= route_metres(problem, k, [s[0] for s in stops])
                    found[k] = min(found.get(k, way), way)
    return found


def _only(problem: Problem, v: int, start: int) -> np.ndarray:
    windows = problem.vtw.copy()
    windows[v] = start
    return windows


@pytest.mark.parametrize("seed", range(300, 360))
def test_all_who_could_go_are_found_at_their_cheapest(seed: int) -> None:
    problem = random_problem(seed, most_visits=9, most_volunteers=7)
    plan = solve(problem, seed=1, budget=Budget(iterations=30))
    desk = Desk(problem, plan)
    seats = plan.seats()
    for v in range(problem.n):
        for seat in range(int(problem.vpersons[v])):
            now = seats.get((v, seat))
            for at in [None] if now is None else [None, now[1:]]:
                found = desk.candidates(v, seat=seat, at=at)
                assert {c.volunteer: c.extra_metres for c in found} == cheapest_metres(
                    problem, plan, v, seat, at
                )
                assert [c.cost for c in found] == sorted(c.cost for c in found)
                for c in found:
                    check_candidate(problem, plan, v, seat, c, at)


def check_candidate(
    problem: Problem, plan: Plan, v: int, seat: int, c: Candidate, at: tuple[int, int] | None
) -> None:
    """The candidate's start can be put into the plan and every other stop keeps its own."""
    assert c.cost == sum(c.parts.values())
    assert (c.parts["continuity"] < 0) == (c.volunteer == problem.vpref[v]) == ("wanted" in c.reasons)
    assert (c.parts["pool"] > 0) == bool(problem.kpool[c.volunteer]) == ("city_pool" in c.reasons)
    other = plan.seats().get((v, 1 - seat))
    at = other[1:] if at is None and other is not None else at
    if at is not None:
        assert (c.day, c.start) == at
    pins = {visit: start for (visit, _), (_, _, start) in plan.seats().items() if visit != v}
    stops = [s for s in routes_of(plan).get((c.volunteer, c.day), []) if s[0] != v]
    ways = [{(c.volunteer, c.day): [*stops[:i], (v, seat), *stops[i:]]} for i in range(len(stops) + 1)]
    starts = [schedule(problem, way, pins, limits=False) for way in ways]
    if at is None:
        assert c.start in [s[v] for s in starts if s is not None]


def test_example_of_a_companion_who_drops_out() -> None:
    problem = make_problem(
        [visit(persons=2, skill=CERTIFIER, wanted=3), visit(x=4000)],
        [
            volunteer(skill=CERTIFIER),
            volunteer(x=10),
            volunteer(x=200, pool=1),
            volunteer(x=3000),
            volunteer(x=400),
        ],
        fixed=[(0, 0, 0, 0, 10 * H)],
        forbidden=[(0, 4)],
        kload=[0, 0, 0, 0, 0],
    )
    plan = Plan((Route(0, 0, (Stop(0, 0, 10 * H),)), Route(1, 0, (Stop(0, 1, 10 * H),))))
    found = candidates(problem, plan, 0, seat=1)
    assert [(c.volunteer, c.day, c.start) for c in found] == [(3, 0, 10 * H), (2, 0, 10 * H)]
    assert found[0].parts == {"km": 7800, "continuity": -10_000, "load": 0, "pool": 0}
    assert found[1].parts == {"km": 520, "continuity": 0, "load": 0, "pool": 5000}
    assert [c.volunteer for c in candidates(problem, plan, 0, seat=1, exclude=[3, 99])] == [2]
    assert [c.volunteer for c in candidates(problem, plan, 0, seat=1, limit=1)] == [3]


def test_load_makes_those_with_fewer_visits_come_first() -> None:
    problem = make_problem([visit()], [volunteer(), volunteer(x=100)], kload=[4, 1])
    found = candidates(problem, Plan(), 0)
    assert [(c.volunteer, c.parts["load"]) for c in found] == [(1, 500), (0, 2000)]
    assert "light_load" in found[0].reasons
    assert "free_day" in found[0].reasons


@pytest.mark.parametrize(
    ("visit_number", "options"), [(5, {}), (-1, {}), (0, {"seat": 1}), (0, {"at": (4, 9 * H)})]
)
def test_question_about_what_is_not_there(visit_number: int, options: dict[str, object]) -> None:
    problem = make_problem([visit()], [volunteer()])
    with pytest.raises(ValueError, match="no such"):
        candidates(problem, Plan(), visit_number, **options)  # type: ignore[arg-type]  # bad on purpose


def test_plan_of_another_problem_is_refused() -> None:
    problem = make_problem([visit()], [volunteer()])
    with pytest.raises(ValueError, match="not in the problem"):
        Desk(problem, Plan((Route(7, 0, (Stop(0, 0, 9 * H),)),)))
    with pytest.raises(ValueError, match="not in the problem"):
        Desk(problem, Plan((Route(0, 0, (Stop(3, 0, 9 * H),)),)))


def test_answers_leave_the_desk_as_it_was_and_come_quickly() -> None:
    problem = town(8, 300)
    plan = solve(problem, seed=1, budget=Budget(iterations=100))
    desk = Desk(problem, plan)
    first = [desk.candidates(v) for v in range(60)]
    began = perf_counter()
    again = [desk.candidates(v) for v in range(60)]
    assert again == first
    assert sum(map(len, first)) > 40
    assert (perf_counter() - began) / 60 < 0.05  # about a millisecond; the rest is for a busy machine
