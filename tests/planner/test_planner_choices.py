"""Why this volunteer and not the next: the terms are the objective's own, to the metre."""

from __future__ import annotations

from time import process_time

import numpy as np
import pytest
from planner_brute import may_take
from planner_tiny import make_problem, random_problem, town, visit, volunteer

from planner.budget import Budget
from planner.candidates import Candidate, Desk
from planner.choices import choose
from planner.evaluate import evaluate
from planner.plan import Plan, Route, Stop
from planner.problem import Problem, Wishes
from planner.reasons import why
from planner.solve import solve
from planner.state import State

H = 3600


def given_to(problem: Problem, plan: Plan, v: int, seat: int, option: Candidate) -> Plan:
    """The plan with the seat given to somebody else."""
    desk = Desk(problem, plan)
    desk.release(v, seat)
    desk.take(v, seat, option)
    return desk.plan()


@pytest.mark.parametrize("seed", range(400, 440))
def test_the_margin_is_what_the_plan_would_lose(seed: int) -> None:
    problem = random_problem(seed, most_visits=10, most_volunteers=8, refusals=False)
    plan = solve(problem, seed=1, budget=Budget(iterations=60))
    score, desk = evaluate(problem, plan).score, Desk(problem, plan)
    for (v, seat), (who, day, start) in plan.seats().items():
        choice = why(problem, plan, v, seat, desk=desk)
        assert (choice.chosen.volunteer, choice.chosen.day, choice.chosen.start) == (who, day, start)
        assert choice.chosen.cost == sum(choice.chosen.terms.values())
        assert choice.fitting == sum(
            may_take(problem, v, seat, k)
            for k in range(problem.m)
            if k not in {c[0] for (w, _), c in plan.seats().items() if w == v}
        )
        others = [c for c in desk.candidates(v, seat=seat, limit=99) if c.day >= 0]
        assert choice.others == len(others)
        if choice.runner_up is None:
            assert choice.decided_by == "only_one"
            continue
        scores = [evaluate(problem, given_to(problem, plan, v, seat, c)).score for c in others]
        assert score - choice.margin == max(scores)
        assert choice.runner_up.cost == sum(choice.runner_up.terms.values())
        assert (choice.decided_by == "whole_plan") == (choice.margin < 0)
    assert desk.plan().to_json()["routes"] == plan.to_json()["routes"]


def test_each_term_can_decide() -> None:
    rows = {
        "way": [volunteer(), volunteer(x=900)],
        "wanted": [volunteer(x=900), volunteer()],
        "pool": [volunteer(), volunteer(pool=1)],
    }
    for name, people in rows.items():
        problem = make_problem([visit(wanted=0 if name == "wanted" else -1)], people)
        plan = Plan((Route(0, 0, (Stop(0, 0, 10 * H),)),))
        choice = why(problem, plan, 0, 0)
        assert choice.runner_up is not None
        assert (choice.decided_by, choice.runner_up.volunteer) == (name, 1)
        assert choice.to_json()["margin"] == choice.margin > 0
        if name == "pool":
            assert choice.chosen.terms == {"way": 0}
            assert choice.runner_up.terms == {"way": 0, "pool": 5000}


def test_wishes_are_terms_of_their_own() -> None:
    people = [volunteer(), volunteer(), volunteer()]
    problem = make_problem(
        [visit(), visit()],
        people,
        wishes=np.array(Wishes(offered=0, fair=100, community=700, street=300)),
        kload=[3, 3, 4],
        kprice=[-50, 0, 0],
        vplace=np.array([(1, 1), (2, 2)]),
        kplace=np.array([(1, 1), (2, 1), (3, 1)]),
    )
    plan = Plan((Route(0, 0, (Stop(0, 0, 10 * H), Stop(1, 0, 11 * H))),))
    choice = why(problem, plan, 0, 0)
    # fair: one more after three before and one other now
    assert choice.chosen.terms == {"way": 0, "price": -50, "near": -700, "load": 100 * (2 * 4 + 1)}
    assert choice.runner_up is not None
    assert choice.runner_up.volunteer == 1
    assert choice.runner_up.terms == {"way": 0, "near": -300, "load": 100 * (2 * 3 + 1)}
    assert choice.decided_by == "near"


def test_where_nobody_else_has_room() -> None:
    problem = make_problem([visit(), visit()], [volunteer(a_day=1), volunteer(a_day=1)])
    plan = Plan((Route(0, 0, (Stop(0, 0, 10 * H),)), Route(1, 0, (Stop(1, 0, 10 * H),))))
    choice = why(problem, plan, 0, 0)
    assert (choice.decided_by, choice.runner_up, choice.others, choice.fitting) == ("only_one", None, 0, 1)
    assert choice.margin == 0


@pytest.mark.parametrize(("v", "seat"), [(0, 1), (5, 0), (-1, 0)])
def test_seats_that_are_not_there_or_empty(v: int, seat: int) -> None:
    problem = make_problem([visit(), visit()], [volunteer()])
    plan = Plan((Route(0, 0, (Stop(0, 0, 10 * H),)),))
    with pytest.raises(ValueError, match="no such visit"):
        why(problem, plan, v, seat)
    with pytest.raises(ValueError, match="nobody goes to visit 1"):
        why(problem, plan, 1, 0)


def test_answers_take_milliseconds_once_the_plan_lies_there() -> None:
    problem = town(8, 300)
    plan = solve(problem, seed=1, budget=Budget(iterations=100))
    desk = Desk(problem, plan)
    seats = list(plan.seats())[:100]
    began = process_time()
    choices = [choose(desk, *seat) for seat in seats]
    assert (process_time() - began) / len(seats) < 0.02
    assert len({choice.decided_by for choice in choices}) > 2
    assert isinstance(desk.state, State)
