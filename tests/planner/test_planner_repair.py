"""Somebody drops out: the seat is filled again and nobody else's visit moves."""

from __future__ import annotations

import dataclasses
from time import process_time
from typing import Any

import numpy as np
import pytest
from planner_tiny import CERTIFIER, NURSE, H, make_problem, random_problem, town, visit, volunteer

from planner.budget import Budget
from planner.candidates import Desk
from planner.evaluate import evaluate
from planner.plan import Plan, Route, Stop
from planner.problem import Problem
from planner.repair import Dropout, repair, replan
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
    with pytest.raises(ValueError, match="no such visit"):
        replan(desk, [Dropout(0, 0)], cancelled=[99], budget=Budget(seconds=5))
    with pytest.raises(ValueError, match="no such visit"):
        desk.cancel(-1)
    with pytest.raises(ValueError, match="no such volunteer"):
        repair(desk, 0, 0, declined=[7])
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


def shift_of_three(**changes: object) -> tuple[Problem, Plan]:
    """One visit each, and only the third volunteer, who may not take the first visit, has room."""
    rows = [
        volunteer(skill=NURSE, a_day=1),
        volunteer(skill=NURSE | CERTIFIER, a_day=1),
        volunteer(skill=CERTIFIER),
    ]
    visits = [visit(skill=NURSE), visit(skill=CERTIFIER), visit(windows=[(15 * H, 16 * H)])]
    extras: dict[str, Any] = dict(changes)
    problem = make_problem(visits, rows, **extras)
    return problem, Plan((Route(0, 0, (Stop(0, 0, 9 * H),)), Route(1, 0, (Stop(1, 0, 10 * H),))))


def test_somebody_takes_the_visit_and_passes_on_an_own_one() -> None:
    problem, plan = shift_of_three()
    desk = Desk(problem, plan)
    changes = repair(desk, 0, 0, declined=[0])
    assert [(c.visit, c.candidate.volunteer if c.candidate else None) for c in changes] == [(0, 1), (1, 2)]
    assert evaluate(problem, desk.plan()).faults == ()
    assert evaluate(problem, desk.plan()).served == 2
    assert all(c.candidate and c.candidate.start == desk.plan().seats()[c.visit, 0][2] for c in changes)


@pytest.mark.parametrize("kept", [{"fixed": [(1, 0, 1, 0, 10 * H)]}, {"offered": [(1, 0, 1, 0, 10 * H)]}])
def test_accepted_and_offered_visits_are_not_passed_on(kept: dict[str, object]) -> None:
    problem, plan = shift_of_three(**kept)
    desk = Desk(problem, plan)
    assert [c.candidate for c in repair(desk, 0, 0, declined=[0])] == [None]
    assert desk.plan().seats() == {(1, 0): (1, 0, 10 * H)}


def test_who_said_no_to_one_visit_is_given_another() -> None:
    problem = make_problem([visit(), visit(weight=1)], [volunteer(a_day=1)])
    plan = Plan((Route(0, 0, (Stop(0, 0, 9 * H),)),))
    desk = Desk(problem, plan)
    changes = repair(desk, 0, 0, declined=[0])
    assert [(c.visit, c.candidate.volunteer if c.candidate else None) for c in changes] == [(0, None), (1, 0)]
    desk = Desk(problem, plan)
    assert [c.candidate for c in repair(desk, 0, 0, exclude=[0])] == [None]


def test_who_has_said_no_is_not_asked_again_later() -> None:
    problem = make_problem([visit(), visit()], [volunteer(), volunteer(x=100)])
    plan = Plan((Route(0, 0, (Stop(0, 0, 9 * H),)),))
    desk = Desk(problem, plan)
    taken = [repair(desk, 0, 0, declined=[who])[0].candidate for who in (0, 1)]
    assert [c.volunteer if c else None for c in taken] == [1, None]
    assert desk.candidates(0) == []
    assert {key: who for key, (who, _, _) in desk.plan().seats().items()} == {(1, 0): 1}


@pytest.mark.parametrize("seed", range(40))
def test_many_changes_at_once_keep_every_rule(seed: int) -> None:
    problem = random_problem(seed, most_visits=12, most_volunteers=9)
    plan = solve(problem, seed=1, budget=Budget(iterations=60))
    seats, rng = plan.seats(), np.random.default_rng(seed)
    keys = [key for key in seats if rng.random() < 0.5]
    cancelled = {v for v, _ in seats if rng.random() < 0.2}
    gone = seats[keys[0]][0] if keys else -1
    desk = Desk(problem, plan)
    dropouts = [Dropout(v, s, gone=seats[v, s][0] == gone) for v, s in keys]
    changes = replan(desk, dropouts, cancelled=cancelled, budget=Budget(seconds=30.0))
    after = desk.plan()
    assert evaluate(problem, after).faults == ()
    now = after.seats()
    assert not {v for v, _ in now} & cancelled
    assert all(now[key][0] != seats[key][0] for key in keys if key in now)
    # whoever is gone has nothing new
    assert {key for key, where in now.items() if where[0] == gone} <= {
        key for key, where in seats.items() if where[0] == gone
    }
    touched = {c.visit for c in changes}
    assert {k: w for k, w in seats.items() if k[0] not in touched} == {
        k: w for k, w in now.items() if k[0] not in touched
    }


def test_no_time_changes_nothing_but_what_was_given_back() -> None:
    problem = make_problem([visit(), visit()], [volunteer(), volunteer()])
    plan = Plan((Route(0, 0, (Stop(0, 0, 9 * H), Stop(1, 0, 10 * H))),))
    desk = Desk(problem, plan)
    changes = replan(desk, [Dropout(0, 0)], budget=Budget(seconds=0.0))
    assert [(c.visit, c.candidate) for c in changes] == [(0, None)]
    assert desk.plan().seats() == {(1, 0): (0, 0, 10 * H)}


def test_a_burst_in_a_town_is_mended_in_time() -> None:
    problem = town(5, 300)
    plan = solve(problem, seed=1, budget=Budget(iterations=5000))
    desk, rng, seats = Desk(problem, plan), np.random.default_rng(2), list(plan.seats())
    chosen = rng.choice(len(seats), 30, replace=False).tolist()
    cancelled = {seats[number][0] for number in chosen[:10]}
    dropouts = [Dropout(*seats[number]) for number in chosen[10:] if seats[number][0] not in cancelled]
    began = process_time()
    replan(desk, dropouts, cancelled=cancelled, budget=Budget(seconds=2.0, clock=process_time))
    assert process_time() - began < 2.2
    before, after = evaluate(problem, plan), evaluate(problem, desk.plan())
    assert after.faults == ()
    left = before.weight - int(problem.vweight[list(cancelled)].sum())
    assert after.weight >= 0.99 * left


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
