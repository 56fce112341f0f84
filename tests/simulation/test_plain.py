"""The smart parts off: still a lawful city, only a worse one."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from models.seal import KeyRing, use_keys
from planner.budget import Budget
from planner.candidates import Desk
from planner.evaluate import evaluate
from planner.plan import Plan
from planner.small import small_problem
from planner.solve import solve
from simulation.plain import first_free
from simulation.run import Run, simulate


def test_first_free_breaks_no_rule_and_is_no_better_than_the_search() -> None:
    problem = small_problem()
    plain = first_free(problem, seed=1, budget=Budget(0))
    smart = solve(problem, seed=1, budget=Budget(2_000))
    assert evaluate(problem, plain).faults == evaluate(problem, smart).faults
    assert plain.routes
    assert {u.visit for u in plain.unserved} == set(range(problem.n)) - {v for v, _ in plain.seats()}
    assert 0 < evaluate(problem, plain).weight <= evaluate(problem, smart).weight


def test_the_first_of_the_register_who_fits_goes() -> None:
    problem = small_problem()
    plan = first_free(problem, seed=1, budget=Budget(0))
    (visit, seat), (volunteer, day, start) = min(plan.seats().items())
    could = Desk(problem, Plan()).candidates(visit, seat=seat, at=(day, start))
    assert len(could) > 1
    assert volunteer == min(c.volunteer for c in could)


async def test_a_plain_city_keeps_its_promises(tmp_path: Path) -> None:
    use_keys(KeyRing(b"simulated people need no secrecy"))
    url = f"sqlite+aiosqlite:///{tmp_path / 'world.sqlite'}"
    run = Run(days=3, retirees=80, volunteers=24, seed=7, plain=True)
    figures = await simulate(run, url, ZoneInfo("Asia/Shanghai"), tmp_path, lambda _share, _word: None)
    assert figures["plain"] is True
    assert figures["doctor"] == {"ok": True, "problems": []}
    assert figures["visits"]["completed"] > 0
    assert (figures["messages"]["lost"], figures["messages"]["twice"]) == (0, 0)


async def test_a_month_is_told_and_kept_as_it_was(tmp_path: Path) -> None:
    """With too few people for a town: each time nobody was found there is a reason."""
    use_keys(KeyRing(b"simulated people need no secrecy"))
    url = f"sqlite+aiosqlite:///{tmp_path / 'world.sqlite'}"
    run = Run(days=32, retirees=60, volunteers=3, seed=3)
    told: list[str] = []
    zone = ZoneInfo("Asia/Shanghai")
    figures = await simulate(run, url, zone, tmp_path, lambda _share, _word: None, tell=told.append)
    [month] = figures["months"]
    assert month["day"] == 30
    assert 0 < month["completed"] <= figures["visits"]["completed"]
    assert 0 <= month["monthly_rate_ab_percent"] <= 100
    assert told == [", ".join(f"{name} {value}" for name, value in month.items())]
    assert figures["visits"]["unfilled_by_reason"]
    assert "" not in figures["visits"]["unfilled_by_reason"]
