"""Problems from files: the contract's format, and every fault told by array and row."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planner_tiny import make_problem, visit, volunteer

from planner.problem import Problem, ProblemError

H = 3600


def fields_of(problem: Problem) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in problem.__dataclass_fields__}


def test_saved_problem_comes_back_the_same(tmp_path: Path) -> None:
    problem = make_problem(
        [visit(wanted=1), visit(persons=2, windows=[(9 * H, 10 * H), (14 * H, 15 * H)])],
        [volunteer(), volunteer(pool=1)],
        fixed=[(0, 0, 1, 0, 9 * H)],
        forbidden=[(1, 0)],
        kload=[3, 0],
    )
    problem.save(tmp_path / "p.npz")
    again = Problem.load(tmp_path / "p.npz")
    for name, value in fields_of(problem).items():
        assert np.array_equal(getattr(again, name), value), name
    assert again.vx.dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        again.vx[0] = 1


def test_instance_of_the_contract_is_read(yardsticks: Any, tmp_path: Path) -> None:
    made = yardsticks.make_instance.generate("campaign", 60, 3)
    made.save(tmp_path / "i.npz")
    problem = Problem.load(tmp_path / "i.npz")
    assert (problem.name, problem.n, problem.m, problem.days) == (made.name, 60, made.m, 7)
    assert np.array_equal(problem.kshift, made.kshift)
    assert len(problem.fixed) == len(problem.forbidden) == 0
    for v in range(problem.n):
        for seat in (0, 1):
            theirs = yardsticks.model.fits(made, v, np.arange(made.m), seat)
            assert np.array_equal(problem.may_take(v, seat), theirs)


def change(name: str, row: int | tuple[int, ...], value: float) -> Callable[[dict[str, Any]], None]:
    def apply(values: dict[str, Any]) -> None:
        array = np.array(values[name], np.float64)
        array[row] = value
        values[name] = array

    return apply


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (change("vx", 1, np.nan), "vx row 1: nan is not a number"),
        (change("ky", 0, np.inf), "ky row 0: inf is not a number"),
        (change("vy", 2, 3e7), "vy row 2: 30000000.0 is not within"),
        (change("vx", 0, 0.5), "vx row 0: 0.5 is not a whole number"),
        (change("vsvc", 1, -60), "vsvc row 1: -60.0 is not within 0"),
        (change("vskill", 2, -1), "vskill row 2"),
        (change("kskill", 0, 2.0**40), "kskill row 0"),
        (change("vgender", 0, 3), "vgender row 0"),
        (change("vpersons", 1, 3), "vpersons row 1"),
        (change("vpersons", 1, 0), "vpersons row 1"),
        (change("vweight", 1, -5), "vweight row 1"),
        (change("vday1", 2, 5), "vday1 row 2: 5 is after the last day, 0"),
        (change("vntw", 0, 0), "vntw row 0"),
        (change("vtw", (1, 0, 0), 70_000), "vtw row 1, 0"),
        (change("vtw", (1, 0, 0), -70), "vtw row 1, 0"),
        (change("vpref", 0, 9), "vpref row 0: 9 is no volunteer: there are 2"),
        (change("kpool", 1, 2), "kpool row 1"),
        (change("kspd", 0, 2), "kspd row 0"),
        (change("kmaxm", 1, -1), "kmaxm row 1"),
        (change("kmaxday", 1, -1), "kmaxday row 1"),
        (change("kshift", (1, 0, 1), 100), "kshift row 1, 0"),
        (change("kshift", (0, 0, 0), -2), "kshift row 0, 0, 0"),
        (lambda v: v.update(days=0), "days: 0"),
        (lambda v: v.update(days=float("nan")), "days: nan"),
        (lambda v: v.update(days="seven"), "days: seven"),
        (lambda v: v.update(vx=np.zeros((3, 1))), "vx: must have one dimension"),
        (lambda v: v.update(vy=np.zeros(2)), "vy: shape must be 3, is 2"),
        (lambda v: v.update(vtw=np.zeros((3, 2))), "vtw: shape must be 3 × 2 × 2, is 3 × 2"),
        (lambda v: v.update(kshift=np.zeros((2, 4, 2))), "kshift: shape must be 2 × 1 × 2"),
        (lambda v: v.update(kx=np.array(["a", "b"])), "kx: must be numbers"),
        (lambda v: v.update(fixed=np.array([[7, 0, 0, 0, 1]])), "fixed row 0: .* names a visit"),
        (lambda v: v.update(fixed=np.array([[0, 0, 7, 0, 1]])), "fixed row 0: .* names a volunteer"),
        (lambda v: v.update(fixed=np.array([[0, 0, 0, 3, 1]])), "fixed row 0: .* names a day"),
        (lambda v: v.update(fixed=np.array([[0, 1, 0, 0, 1]])), "fixed row 0: .* names a seat"),
        (lambda v: v.update(fixed=np.array([[2, 0, 0, 0, 9], [2, 0, 1, 0, 9]])), "fixed row 1: .* twice"),
        (
            lambda v: v.update(fixed=np.array([[2, 0, 0, 0, 9], [2, 1, 0, 0, 9]])),
            "fixed row 1: .* both seats",
        ),
        (lambda v: v.update(fixed=np.array([[2, 0, 0, 0, 9], [2, 1, 1, 0, 8]])), "fixed row 1: .* different"),
        (lambda v: v.update(forbidden=np.array([[0, 0], [0, 5]])), "forbidden row 1: .* names a volunteer"),
    ],
)
def test_fault_is_told_by_array_and_row(spoil: Callable[[dict[str, Any]], None], told: str) -> None:
    values = fields_of(make_problem([visit(), visit(), visit(persons=2)], [volunteer(), volunteer()]))
    spoil(values)
    with pytest.raises(ProblemError, match=told):
        Problem(**values)


def test_first_day_after_the_last_is_told() -> None:
    with pytest.raises(ProblemError, match="vday0 row 1: 1 is after the visit's last day"):
        make_problem([visit(), visit(first=1, last=0)], [volunteer()], days=2)


def test_second_window_that_does_not_count_is_not_looked_at() -> None:
    values = fields_of(make_problem([visit()], [volunteer()]))
    windows = values["vtw"].copy()
    windows[0, 1] = [500, -500]
    assert Problem(**(values | {"vtw": windows})).n == 1


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut off"])
def test_file_that_is_no_problem(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(ProblemError, match=r"broken\.npz"):
        Problem.load(path)


def test_file_with_a_part_missing_or_spoiled(tmp_path: Path) -> None:
    values = fields_of(make_problem([visit()], [volunteer()]))
    np.savez(tmp_path / "a.npz", **{name: value for name, value in values.items() if name != "kpool"})
    with pytest.raises(ProblemError, match="array kpool is missing"):
        Problem.load(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", **(values | {"vx": np.array([object()])}))
    with pytest.raises(ProblemError, match="array vx cannot be read"):
        Problem.load(tmp_path / "b.npz")
    np.savez(tmp_path / "c.npz", **(values | {"days": np.array([1, 2])}))
    with pytest.raises(ProblemError, match="days must be one value"):
        Problem.load(tmp_path / "c.npz")
    np.save(tmp_path / "d.npy", np.zeros(3))
    with pytest.raises(ProblemError, match="one bare array"):
        Problem.load(tmp_path / "d.npy")
    with pytest.raises(ProblemError, match="nowhere"):
        Problem.load(tmp_path / "nowhere.npz")


@pytest.mark.parametrize(
    "name", ["vx", "kx", "vsvc", "kload", "kprice", "vplace", "kplace", "wishes", "fixed"]
)
def test_one_value_where_an_array_belongs_is_told(name: str) -> None:
    values = fields_of(make_problem([visit()], [volunteer()]))
    with pytest.raises(ProblemError, match=f"{name}: "):
        Problem(**(values | {name: np.array(5)}))


def damaged(path: Path, how: str) -> None:
    """A problem's file with one thing wrong inside the archive."""
    make_problem([visit()], [volunteer()]).save(path)
    content = path.read_bytes()
    if how == "encrypted":
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = content.find(mark)
            while at >= 0:
                content = content[: at + offset] + b"\x01" + content[at + offset + 1 :]
                at = content.find(mark, at + 4)
        path.write_bytes(content)
        return
    headers = {
        "huge": b"{'descr': '<i8', 'fortran_order': False, 'shape': (%d,), }" % 10**15,
        "beyond": b"{'descr': '<i8', 'fortran_order': False, 'shape': (%d,), }" % 10**30,
        "cut": b"{'descr': '<i8', 'fortran_order': (",
    }
    header = headers[how].ljust(117) + b"\n"
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["vx.npy"] = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(8)
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)


@pytest.mark.parametrize("how", ["encrypted", "huge", "beyond", "cut"])
def test_a_damaged_archive_is_refused_in_a_sentence(how: str, tmp_path: Path) -> None:
    damaged(tmp_path / "p.npz", how)
    with pytest.raises(
        ProblemError, match=r"p\.npz: array vx cannot be read" if how != "encrypted" else r"p\.npz"
    ):
        Problem.load(tmp_path / "p.npz")
