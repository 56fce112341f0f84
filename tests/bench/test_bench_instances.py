"""The benchmark's own instances: repeatable, and shaped as they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.plans.instances import make_instance
from bench.plans.named import NoInstanceError, find_instance
from planner.problem import Problem


def same(one: Problem, other: Problem) -> bool:
    names = [name for name in one.__dataclass_fields__ if name != "name"]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@pytest.mark.parametrize("family", ["day", "campaign"])
def test_a_seed_makes_the_same_instance_and_another_seed_another(family: str) -> None:
    assert same(make_instance(family, 200, 4), make_instance(family, 200, 4))
    assert not same(make_instance(family, 200, 4), make_instance(family, 200, 5))


def test_a_day_has_two_visits_a_volunteer_and_shares_as_described() -> None:
    problem = make_instance("day", 3000, 1)
    assert (problem.n, problem.m, problem.days, problem.weekly) == (3000, 1500, 1, True)
    assert 0.06 < (problem.vpersons == 2).mean() < 0.10
    assert 0.12 < problem.kpool.mean() < 0.18
    assert 0.35 < (problem.vpref >= 0).mean() <= 0.42
    assert set(np.unique(problem.vweight)) == {1, 2, 5, 10}
    assert set(np.unique(problem.vdist)) == set(range(9))
    assert (problem.kshift[:, 0, 0] >= 0).all()


def test_a_campaign_runs_over_weeks_and_core_drops_crews_and_weekly_limits() -> None:
    problem = make_instance("campaign", 1000, 2, core=True)
    assert (problem.m, problem.days, problem.weekly) == (100, 14, False)
    assert (problem.vpersons == 1).all()
    assert problem.name == "campaign-1000-s2-core-own"
    assert 2.5 < (problem.kshift[:, :, 0] >= 0).sum(axis=1).mean() < 3.7


def test_who_is_wanted_may_come() -> None:
    problem = make_instance("campaign", 300, 3)
    for visit in np.flatnonzero(problem.vpref >= 0).tolist():
        assert problem.may_take(visit, 0)[problem.vpref[visit]]


def test_an_unknown_family_is_told() -> None:
    with pytest.raises(ValueError, match="no family week"):
        make_instance("week", 100, 1)


def test_instances_are_found_made_or_refused_by_name(tmp_path: Path) -> None:
    made = find_instance("day-100-s1-own", tmp_path, None)
    assert Problem.load(made).n == 100
    assert find_instance("day-100-s1-own", tmp_path, None) == made
    with pytest.raises(NoInstanceError, match="--generator"):
        find_instance("day-100-s1", tmp_path, tmp_path / "missing.py")
    with pytest.raises(NoInstanceError, match="no name an instance can be made by"):
        find_instance("week-100", tmp_path, None)


def test_another_program_is_run_with_family_visits_seed_and_core(tmp_path: Path) -> None:
    program = tmp_path / "make.py"
    program.write_text("import pathlib, sys\npathlib.Path(sys.argv[-1]).write_text(' '.join(sys.argv[1:]))\n")
    path = find_instance("campaign-500-s3-core", tmp_path, program)
    assert path.read_text() == f"campaign 500 --seed 3 --core -o {path}"
    program.write_text("import sys\nsys.exit('out of numbers')\n")
    with pytest.raises(NoInstanceError, match="out of numbers"):
        find_instance("campaign-500-s4-core", tmp_path, program)
