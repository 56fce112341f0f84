"""Somebody drops out: the seat is filled again and nobody else's visit moves."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from planner_tiny import NURSE, H, make_problem, random_problem, town, visit, volunteer

from planner.budget import Budget
from planner.candidates import Desk
from planner.evaluate import evaluate
from planner.plan import Plan, Route, Stop
from planner.problem import Problem
from planner.repair import repair
from planner.solve import solve


def check_all_but(problem: Problem, before: Plan, after: Plan, moved: set[int]) -> None:
    """No rule is broken and every visit but those keeps its people, day and start."""
    assert evaluate(problem, after).faults == ()
    old, new = before.seats(), after.seats()
    assert {seat: where for seat, where in old.items() if seat[0] not in moved} == {
        seat: where for seat, where in new.items() if seat[0] not in moved
    }


@pytest.mark.parametrize("seed", range(60))
def test_everybody_else_keeps_what_was_promised(seed: int) -> None:
    problem = random_problem(seed, most_visits=10, most_volunteers=8)
    plan = solve(problem, seed=1, budget=Budget(iterations=60))
    for (v, seat), (volunteer_row, _, _) in plan.seats().items():
        desk = Desk(problem, plan)
        changes = repair(desk, v, seat, exclude=[volunteer_row])
        assert (changes[0].visit, changes[0].seat) == (v, seat)
        taken = changes[0].candidate
        assert taken is None or taken.volunteer != volunteer_row
        after = desk.plan()
        check_all_but(problem, plan, after, {change.visit for change in changes})
        lost = {v for v, _ in plan.seats()} - {v for v, _ in after.seats()}
        assert lost == {change.visit for change in changes if change.candidate is None}
        weight = problem.vweight
        if taken is not None:
            assert sum(int(weight[gone]) for gone in lost) < weight[v]


def test_the_lighter_visit_gives_way_and_finds_another_place() -> None:
    problem = make_problem(
        [visit(skill=NURSE, weight=10), visit(weight=2)],
        [volunteer(skill=NURSE), volunteer(skill=NURSE, a_day=1), volunteer(x=400)],
    )
    plan = Plan((Route(0, 0, (Stop(0, 0, 9 * H),)), Route(1, 0, (Stop(1, 0, 9 * H),))))
    desk = Desk(problem, plan)
    changes = repair(desk, 0, 0, exclude=[0])
    assert [(c.visit, c.candidate.volunteer if c.candidate else None) for c in changes] == [(0, 1), (1, 2)]
    first = changes[0].candidate
    assert first is not None
    assert first.displaces == 1
    assert "displaces" in first.reasons
    assert first.parts["displaced"] == 400_000
    assert evaluate(problem, desk.plan()).served == 2


def test_equal_weight_and_accepted_visits_do_not_give_way() -> None:
    rows = [volunteer(), volunteer(a_day=1)]
    plan = Plan((Route(0, 0, (Stop(0, 0, 9 * H),)), Route(1, 0, (Stop(1, 0, 9 * H),))))
    equal = make_problem([visit(weight=2), visit(weight=2)], rows)
    assert repair(Desk(equal, plan), 0, 0, exclude=[0])[0].candidate is None
    accepted = make_problem([visit(weight=9), visit(weight=2)], rows, fixed=[(1, 0, 1, 0, 9 * H)])
    assert repair(Desk(accepted, plan), 0, 0, exclude=[0])[0].candidate is None


def test_the_other_of_two_keeps_the_time() -> None:
    problem = make_problem([visit(persons=2)], [volunteer(), volunteer(x=100), volunteer(x=200)])
    plan = Plan((Route(0, 0, (Stop(0, 0, 10 * H),)), Route(1, 0, (Stop(0, 1, 10 * H),))))
    desk = Desk(problem, plan)
    changes = repair(desk, 0, 1, exclude=[1])
    assert changes[0].candidate is not None
    assert desk.plan().seats() == {(0, 0): (0, 0, 10 * H), (0, 1): (2, 0, 10 * H)}


def test_a_seat_that_is_not_there_changes_nothing() -> None:
    problem = make_problem([visit()], [volunteer()])
    plan = Plan((Route(0, 0, (Stop(0, 0, 9 * H),)),))
    desk = Desk(problem, plan)
    with pytest.raises(ValueError, match="no such visit or seat"):
        repair(desk, 0, 1)
    assert desk.plan().seats() == plan.seats()


def test_many_dropouts_one_after_another_lose_little() -> None:
    problem = town(5, 300)
    plan = solve(problem, seed=1, budget=Budget(iterations=5000))
    desk = Desk(problem, plan)
    rng = np.random.default_rng(1)
    seats = list(plan.seats())
    for number in rng.choice(len(seats), 15, replace=False).tolist():
        v, seat = seats[number]
        now = desk.plan().seats().get((v, seat))
        if now is not None:
            repair(desk, v, seat, exclude=[now[0]])
    after = desk.plan()
    assert evaluate(problem, after).faults == ()
    assert evaluate(problem, after).weight >= 0.98 * evaluate(problem, plan).weight


def test_who_gives_way_is_not_named_unless_asked() -> None:
    problem = make_problem([visit(weight=5), visit()], [volunteer(a_day=1)])
    plan = Plan((Route(0, 0, (Stop(1, 0, 9 * H),)),))
    assert Desk(problem, plan).candidates(0) == []
    found = Desk(problem, plan).candidates(0, displace=True)
    assert [(c.volunteer, c.displaces) for c in found] == [(0, 1)]
    assert (
        Desk(dataclasses.replace(problem, forbidden=np.array([[0, 0]])), plan).candidates(0, displace=True)
        == []
    )
