"""Accepted, offered and proposed visits side by side on one day, on the desk and in the search."""

from __future__ import annotations

import dataclasses
from threading import get_ident
from time import thread_time

import numpy as np
import pytest
from planner_tiny import H, make_problem, random_problem, town, visit, volunteer

import planner.search
from planner.arcs import add_arcs
from planner.budget import Budget
from planner.candidates import Desk
from planner.choices import why
from planner.evaluate import evaluate
from planner.ground import Ground
from planner.plan import Plan, Route, Stop
from planner.problem import Problem
from planner.repair import Dropout, repair, replan
from planner.solve import solve
from planner.state import State

PROPOSED, ACCEPTED = Stop(0, 0, 9 * H + 600), Stop(1, 0, 10 * H)
Seats = dict[tuple[int, int], tuple[int, int, int]]


def rows_of(seats: Seats, visits: set[int]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    rows = [(v, seat, *where) for (v, seat), where in seats.items() if v in visits]
    return np.array(rows, np.int64).reshape(-1, 5)


def test_a_proposed_visit_before_an_accepted_one_leaves_room_after_it() -> None:
    rows = [visit(x=100), visit(x=200), visit(x=150, windows=[(11 * H, 11 * H)])]
    problem = make_problem(rows, [volunteer()], fixed=[(1, 0, 0, 0, 10 * H)])
    plan = Plan((Route(0, 0, (PROPOSED, ACCEPTED)),))
    desk = Desk(problem, plan)
    assert desk.plan().routes == plan.routes
    assert [(c.volunteer, c.start) for c in desk.candidates(2)] == [(0, 11 * H)]
    assert why(problem, plan, 0, 0).chosen.terms["way"] == 0


def test_a_plan_of_before_with_more_than_is_allowed_now_stays_whole_on_the_desk() -> None:
    full = Route(0, 0, tuple(Stop(v, 0, 9 * H + 1800 * v) for v in range(4)))
    plan = Plan((full, Route(1, 0, (Stop(4, 0, 10 * H),))))
    for fixed in ([], [(4, 0, 1, 0, 10 * H)]):
        problem = make_problem([visit() for _ in range(6)], [volunteer(a_day=1)] * 2, fixed=fixed)
        desk = Desk(problem, plan)
        assert desk.plan().routes == plan.routes
        assert desk.candidates(5) == []
        assert repair(desk, 0, 0, declined=[0])[0].candidate is None
        assert desk.plan().routes[0].stops == full.stops[1:]


def test_a_crew_that_lost_somebody_who_had_accepted_is_no_crew() -> None:
    pair = make_problem(
        [visit(persons=2)], [volunteer(), volunteer()], fixed=[(0, 0, 0, 0, 10 * H), (0, 1, 1, 0, 10 * H)]
    )
    plan = solve(pair, seed=1, budget=Budget(iterations=20))
    assert evaluate(pair, plan).served == 1
    desk = Desk(pair, plan)
    assert repair(desk, 0, 0, declined=[0])[0].candidate is None
    assert desk.plan().seats() == {}
    with_a_third = dataclasses.replace(
        make_problem([visit(persons=2)], [volunteer(), volunteer(), volunteer(x=300)]), fixed=pair.fixed
    )
    desk = Desk(with_a_third, plan)
    repair(desk, 0, 0, declined=[0])
    assert desk.plan().seats() == {(0, 0): (2, 0, 10 * H), (0, 1): (1, 0, 10 * H)}


def test_a_visit_whose_time_is_agreed_does_not_give_way_after_somebody_else_took_it_over() -> None:
    rows = [visit(weight=2), visit(weight=9)]
    people = [volunteer(a_day=1), volunteer(a_day=1)]
    problem = make_problem(rows, people, fixed=[(0, 0, 0, 0, 10 * H)])
    desk = Desk(problem, Plan((Route(0, 0, (Stop(0, 0, 10 * H),)),)))
    repair(desk, 0, 0, exclude=[0])
    assert desk.plan().seats() == {(0, 0): (1, 0, 10 * H)}
    assert desk.candidates(1, exclude=[0], displace=True) == []


@pytest.mark.parametrize("seed", range(150))
def test_accepted_and_proposed_visits_lie_on_the_desk_alike(seed: int) -> None:
    problem, rng = random_problem(seed, most_visits=9, most_volunteers=7), np.random.default_rng(seed)
    plan = solve(problem, seed=1, budget=Budget(iterations=40))
    seats = plan.seats()
    visits = sorted({v for v, _ in seats})
    accepted = {v for v in visits if rng.random() < rng.choice([0.3, 0.6, 1.0])}
    offered = {v for v in visits if v not in accepted and rng.random() < 0.4}
    mixed = dataclasses.replace(problem, fixed=rows_of(seats, accepted), offered=rows_of(seats, offered))
    desk = Desk(mixed, plan)
    assert desk.plan().seats() == seats
    for (v, seat), (_, day, start) in seats.items():
        asked = [
            [
                (c.volunteer, c.day, c.start, c.extra_metres)
                for c in one.candidates(v, seat=seat, at=(day, start))
            ]
            for one in (desk, Desk(problem, plan))
        ]
        assert asked[0] == asked[1]
    dropped = {key for key in seats if rng.random() < 0.3}
    cancelled = {v for v in visits if rng.random() < 0.15}
    if rng.random() < 0.5 and seats:
        (v, seat), cancelled = sorted(seats)[int(rng.integers(len(seats)))], set()
        dropped = {(v, seat)}
        repair(desk, v, seat, declined=[seats[v, seat][0]])
    else:
        replan(
            desk, [Dropout(*key) for key in sorted(dropped)], cancelled=cancelled, budget=Budget(seconds=9)
        )
    check_promises(mixed, seats, desk.plan(), dropped, cancelled)


def check_promises(
    problem: Problem, before: Seats, plan: Plan, dropped: set[tuple[int, int]], cancelled: set[int]
) -> None:
    """No rule is broken, no seat goes back to who gave it up, and what was accepted has not moved."""
    after, shaken = plan.seats(), cancelled | {v for v, _ in dropped}
    assert evaluate(dataclasses.replace(problem, fixed=rows_of({}, set())), plan).faults == ()
    for key in dropped:
        assert key not in after or after[key][0] != before[key][0]
    for v, seat, *where in problem.fixed.tolist():
        if v not in shaken:
            assert after[v, seat] == tuple(where)
        elif (v, seat) not in dropped:
            assert after.get((v, seat), tuple(where)) == tuple(where)
    assert not cancelled & {v for v, _ in after}


@pytest.mark.parametrize(
    ("rows", "shift", "offer", "fixed"),
    [
        pytest.param([visit(x=1000)], (9 * H, 12 * H), 9 * H, [], id="no time to get there"),
        pytest.param([visit()], (9 * H, 10 * H), 10 * H, [], id="the shift ends sooner now"),
        pytest.param(
            [visit(), visit(weight=10, windows=[(10 * H, 10 * H)])],
            (9 * H, 12 * H),
            10 * H,
            [],
            id="heavier one",
        ),
        pytest.param([visit(), visit()], (9 * H, 12 * H), 10 * H, [(1, 0, 0, 0, 10 * H)], id="accepted one"),
    ],
)
def test_an_offer_that_cannot_be_kept_keeps_nobody_from_coming_at_another_time(
    rows: list[dict[str, object]], shift: tuple[int, int], offer: int, fixed: list[tuple[int, ...]]
) -> None:
    problem = make_problem(rows, [volunteer(shifts={0: shift})], offered=[(0, 0, 0, 0, offer)], fixed=fixed)
    plan = solve(problem, seed=1, budget=Budget(iterations=200))
    assert plan.unserved == ()
    assert evaluate(problem, plan).faults == ()
    assert plan.seats()[0, 0][2] != offer


def test_a_part_of_the_city_where_everything_is_accepted_stops_no_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(planner.search, "PART", 10)
    visits, people = [visit() for _ in range(40)], [volunteer() for _ in range(20)]
    fixed = [(v, 0, v // 2, 0, 9 * H + 3600 * (v % 2)) for v in range(38)]
    problem = make_problem(visits, people, fixed=fixed)
    for budget in (Budget(seconds=0.2), Budget(iterations=4000)):
        plan = solve(problem, seed=1, budget=budget)
        assert evaluate(problem, plan).faults == ()
        assert len(plan.seats()) == 40


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_of_before_is_kept_whatever_of_it_was_accepted_meanwhile(seed: int) -> None:
    problem, rng = town(seed, 60, days=3), np.random.default_rng(seed)
    before = solve(problem, seed=1, budget=Budget(iterations=800))
    seats = before.seats()
    accepted = {v for v, _ in seats if rng.random() < 0.4}
    offered = {v for v, _ in seats if v not in accepted and rng.random() < 0.4}
    mixed = dataclasses.replace(problem, fixed=rows_of(seats, accepted), offered=rows_of(seats, offered))
    after = solve(mixed, seed=2, budget=Budget(iterations=0), start=before).seats()
    assert {key: after.get(key) for key in seats} == seats


def test_with_one_worker_no_other_thread_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner.search, "PART", 20)
    asked = set[int]()

    def clock() -> float:
        asked.add(get_ident())
        return thread_time()

    solve(town(1, 60), seed=1, budget=Budget(seconds=0.3, clock=clock))
    assert asked == {get_ident()}


def test_all_at_one_door_are_shared_out_among_all_who_live_there() -> None:
    problem = make_problem([visit() for _ in range(1200)], [volunteer(a_day=4) for _ in range(300)])
    plan = solve(problem, seed=1, budget=Budget(iterations=0))
    assert len(plan.seats()) == 1200
    state = State(Ground(problem))
    state.rules = add_arcs(state.ground, state.rules, lambda: False)
    assert len(np.unique(state.rules.arc_slot)) == 300
