"""The benchmark's adapters, rows, table, picture and fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.evaluate import evaluate

pytest.importorskip("highspy", reason="the bench extra is not installed")

from bench.plans import ortools, pyvrp, vroom
from bench.plans.growth import fit, growth_lines, seconds_to
from bench.plans.instances import make_instance
from bench.plans.peer import CannotPlanError, matrices, windows_of
from bench.plans.picture import draw, draw_growth, lines_of
from bench.plans.rows import Row, chosen, run_row, standard_rows
from bench.plans.table import markdown

SEVERAL = {"vroom": vroom.solve_vroom, "pyvrp": pyvrp.solve_pyvrp, "ortools": ortools.solve_ortools}


@pytest.mark.parametrize("name", SEVERAL)
def test_a_peer_keeps_the_rules_it_is_told(name: str) -> None:
    pytest.importorskip(name, reason="the bench extra is not installed")
    problem = make_instance("campaign", 60, 1, core=True)
    plan = SEVERAL[name](problem, 4.0, 1)
    figures = evaluate(problem, plan)
    assert figures.faults == ()
    assert figures.weight > 0.5 * problem.vweight.sum()
    served = {stop.visit for route in plan.routes for stop in route.stops}
    assert served | {u.visit for u in plan.unserved} == set(range(problem.n))


def test_crews_of_two_are_left_out_by_a_peer() -> None:
    pytest.importorskip("vroom", reason="the bench extra is not installed")
    problem = make_instance("day", 60, 2)
    plan = vroom.solve_vroom(problem, 4.0, 1)
    assert all(problem.vpersons[stop.visit] == 1 for route in plan.routes for stop in route.stops)
    assert evaluate(problem, plan).faults == ()


def test_windows_run_over_all_days_of_a_visit_joined_where_they_touch() -> None:
    problem = make_instance("campaign", 80, 1)
    for visit in range(problem.n):
        windows = windows_of(problem, visit)
        days = int(problem.vday1[visit] - problem.vday0[visit]) + 1
        assert len(windows) == days * int(problem.vntw[visit])
        assert windows == sorted(windows)


def test_matrices_are_the_contracts_and_refuse_too_many_places() -> None:
    problem = make_instance("day", 40, 1)
    metres, seconds = matrices(problem, 1000)
    assert metres.shape == (60, 60)
    assert (np.diag(metres) == 0).all()
    assert (metres == metres.T).all()
    assert (seconds[0] == -(-metres * 3 // 10)).all()
    assert (seconds[1] == -(-metres * 18 // 25)).all()
    with pytest.raises(CannotPlanError, match="60 places"):
        matrices(problem, 59)


def test_rows_are_chosen_by_pattern_and_limits_replaced() -> None:
    rows = standard_rows()
    some = chosen(rows, ["day-3000-s1-core"], ["vroom*"])
    assert [(row.instance, row.solver) for row in some] == [("day-3000-s1-core", "vroom")]
    assert {row.seconds for row in chosen(rows, ["day-3000-s2"], [], [1, 2], 2)} == {1, 2}
    assert {row.workers for row in chosen(rows, ["day-3000-s2"], [], [1, 2], 2)} == {2}
    assert len(chosen(rows, [], [])) == len(set(rows))


def test_a_run_in_a_process_of_its_own_tells_figures_or_why_not(tmp_path: Path) -> None:
    path = tmp_path / "small.npz"
    make_instance("day", 40, 1).save(path)
    figures = run_row(Row("small", "tanfang", 1.0), path)
    assert (figures["faults"], figures["visits"]) == (0, 40)
    assert 0 < figures["peak_mb"] < 2000
    assert figures["curve"][-1][1] == figures["weight"]
    broken = run_row(Row("missing", "tanfang", 1.0), tmp_path / "missing.npz")
    assert "cannot be read" in broken["no_plan"]


def result(**changes: Any) -> dict[str, Any]:
    plain = {
        "instance": "day-9-s1", "solver": "tanfang", "workers": 1, "seconds": 2.0, "cpu_seconds": 1.9,
        "weight": 1200, "weight_percent": 96.0, "bound": 1250, "bound_percent": 96.0, "wanted_percent": 50.0,
        "km_per_visit": 3.0, "faults": 0, "peak_mb": 99, "curve": [[0.5, 1100], [2.0, 1200]],
    }  # fmt: skip  # one line of figures
    return plain | changes


def test_the_table_tells_figures_and_missing_plans() -> None:
    text = markdown([result(), {"instance": "x", "solver": "vroom", "workers": 2, "no_plan": "too large"}])
    assert "| day-9-s1 | tanfang | 2.0 | 1.9 | 1,200 | 96.00 | 96.00 | 50.0 | 3.00 | 0 | 99 |" in text
    assert "| x | vroom ×2 | – | – | no plan: too large |" in text


def test_lines_go_through_progress_and_leave_out_plans_with_faults(tmp_path: Path) -> None:
    results = [result(), result(seconds=4.0, curve=[[4.0, 1240]]), result(solver="pyvrp", faults=3)]
    assert lines_of(results) == {"tanfang": [(0.5, 1100.0), (2.0, 1200.0), (4.0, 1240.0)]}
    assert not draw([result(faults=1)], tmp_path / "none.svg")
    pytest.importorskip("matplotlib", reason="the bench extra is not installed")
    assert draw(results, tmp_path / "one.svg")
    assert draw(results, tmp_path / "two.svg")
    drawn = (tmp_path / "one.svg").read_bytes()
    assert drawn.startswith(b"<?xml")
    assert drawn == (tmp_path / "two.svg").read_bytes()


def test_a_fit_finds_the_exponent_of_powers_and_of_n_log_n() -> None:
    sizes = [500, 3000, 20_000, 100_000]
    square = fit([(n, 1e-6 * n**2) for n in sizes])
    assert square.exponent == pytest.approx(2)
    assert square.factor == pytest.approx(1e-6)
    assert square.exponent_error == pytest.approx(0, abs=1e-6)
    assert fit([(500, 1.0), (1000, 2.2), (2000, 3.9)]).exponent_error > 0.01
    line = fit([(n, 1e-4 * n * float(np.log(n))) for n in sizes])
    assert line.exponent == pytest.approx(line.exponent_of_n_log_n)
    assert line.factor_of_n_log_n == pytest.approx(1e-4)
    assert line.spread == pytest.approx(1)
    assert square.spread > 2
    with pytest.raises(ValueError, match="two sizes"):
        fit([(500, 1.0), (500, 2.0)])


def test_the_picture_of_growth_has_points_and_both_lines(tmp_path: Path) -> None:
    points = [(n, 1e-6 * n**2) for n in (500, 3000, 20_000)]
    lines = growth_lines(fit(points))
    power, n_log_n = lines.values()
    assert power(np.array([1000.0])) == pytest.approx(1.0)
    assert n_log_n(np.array([1000.0])) > 1
    pytest.importorskip("matplotlib", reason="the bench extra is not installed")
    assert draw_growth(points, lines, tmp_path / "growth.svg")
    assert b"<svg" in (tmp_path / "growth.svg").read_bytes()


def test_the_moment_a_weight_is_reached() -> None:
    curve = json.loads("[[0.5, 90], [1.5, 99], [3, 100]]")
    assert seconds_to(95, curve) == 1.5
    assert seconds_to(101, curve) is None
