"""The counts beside the reasons, on problems with names; the codes are held against brute force elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from planner_tiny import CERTIFIER, DIALECT, NURSE, make_problem, visit, volunteer

from planner.budget import Budget
from planner.plan import Unserved
from planner.solve import solve

H = 3600


def reason(
    visits: list[dict[str, Any]], volunteers: list[dict[str, Any]], v: int = 0, **extras: Any
) -> Unserved:
    plan = solve(make_problem(visits, volunteers, **extras), seed=1, budget=Budget(iterations=40))
    return {u.visit: u for u in plan.unserved}[v]


def check(found: Unserved, code: str, **counts: int) -> None:
    assert found.reason == code
    assert {key: found.detail.get(key) for key in counts} == counts


def test_no_nurse_who_speaks_the_dialect() -> None:
    people = [volunteer(skill=NURSE), volunteer(skill=DIALECT), volunteer(skill=NURSE | DIALECT, district=3)]
    found = reason([visit(skill=NURSE | DIALECT)], people)
    check(found, "no_one_with_skill", volunteers=3, fit=0, with_skill=1, in_pool=2, of_sex=3)


def test_only_men_are_there() -> None:
    found = reason([visit(sex=2)], [volunteer(sex=1), volunteer(sex=0)])
    check(found, "no_one_with_skill", fit=0, with_skill=2, of_sex=0)


def test_all_certifiers_live_too_far() -> None:
    people = [volunteer(skill=CERTIFIER, x=20_000), volunteer(skill=CERTIFIER, x=30_000), volunteer()]
    found = reason([visit(skill=CERTIFIER)], people)
    check(found, "no_one_in_reach", fit=2, in_reach=0, nearest_metres=26_000)


def test_shift_in_the_morning_window_in_the_afternoon() -> None:
    found = reason([visit(windows=[(14 * H, 15 * H)])], [volunteer(), volunteer(shifts={})])
    check(found, "no_shift_meets_window", in_reach=2, on_duty=1, with_time=0)


def test_all_who_could_come_have_declined() -> None:
    found = reason([visit()], [volunteer(), volunteer(x=90_000)], forbidden=[(0, 0)])
    check(found, "all_declined", fit=2, in_reach=1, with_time=1, willing=0)


def test_full_days_weeks_and_routes_are_counted_apart() -> None:
    heavy = [
        visit(weight=10, windows=[(9 * H, 9 * H)]),
        visit(weight=10, windows=[(9 * H, 9 * H)], skill=NURSE),
    ]
    heavy.append(visit(weight=10, skill=DIALECT, windows=[(9 * H, 9 * H)], first=1, last=1))
    people = [
        volunteer(a_day=1),
        volunteer(skill=NURSE, shifts={0: (9 * H, 9 * H + 2400)}),
        volunteer(skill=DIALECT, a_week=1, shifts={0: (9 * H, 12 * H), 1: (9 * H, 12 * H)}),
    ]
    found = reason([visit(), *heavy], people, days=2)
    check(found, "all_full", slots=3, day_full=1, week_full=1, no_gap=1, free=0)


@pytest.mark.parametrize(
    ("people", "missing"),
    [
        ([volunteer(skill=CERTIFIER)], {"free": 1, "free_seat_1": 0}),
        (
            [volunteer(skill=CERTIFIER), volunteer(shifts={0: (14 * H, 16 * H)})],
            {"free": 1, "free_seat_1": 2},
        ),
    ],
)
def test_half_a_crew(people: list[dict[str, Any]], missing: dict[str, int]) -> None:
    heavy = visit(weight=10, windows=[(9 * H, 9 * H)], district=1)
    busy = volunteer(district=1, shifts={0: (9 * H, 9 * H + 1800)}, pool=1)
    found = reason([visit(persons=2, skill=CERTIFIER), heavy], [*people, busy])
    assert found.reason == "half_crew"
    if len(people) == 2:
        check(found, "half_crew", **missing)


def test_second_person_is_nowhere() -> None:
    found = reason([visit(persons=2)], [volunteer(), volunteer(district=4)])
    assert found.reason == "half_crew"


def test_companion_does_not_need_the_skill() -> None:
    plan = solve(
        make_problem(
            [visit(persons=2, skill=CERTIFIER, sex=2)], [volunteer(skill=CERTIFIER), volunteer(sex=1)]
        ),
        seed=1,
        budget=Budget(iterations=0),
    )
    assert plan.unserved == ()
    assert {key: seat[0] for key, seat in plan.seats().items()} == {(0, 0): 0, (0, 1): 1}


def test_too_long_a_way_for_what_it_is_worth() -> None:
    far = volunteer(x=90_000, metres=300_000, shifts={0: (0, 24 * H)})
    check(reason([visit()], [far]), "outweighed", cost_metres=234_000, worth_metres=200_000)
