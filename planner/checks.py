"""Is this a problem at all? Shapes, ranges and contradictions, each told by array and row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.errors import ProblemError
from planner.geometry import Bools, Ints
from planner.room import MOST_STOPS, most_stops

if TYPE_CHECKING:
    from planner.problem import Problem

FARTHEST = 1_000_000  # metres from the city's origin
TWO_DAYS = 2 * 86_400
BIG = 1_000_000_000
LONGEST = 3_660  # days
MOST_WISH = 50_000  # metres: all wishes together stay below what one served visit counts

# array -> (length, lowest, highest); the length is n, m, n×2×2 …
RANGES: Mapping[str, tuple[str, int, int]] = {
    "vx": ("n", -FARTHEST, FARTHEST),
    "vy": ("n", -FARTHEST, FARTHEST),
    "vdist": ("n", -BIG, BIG),
    "vsvc": ("n", 0, TWO_DAYS),
    "vskill": ("n", 0, 2**31 - 1),
    "vgender": ("n", 0, 2),
    "vpersons": ("n", 1, 2),
    "vweight": ("n", 0, 1_000_000),
    "vday0": ("n", 0, BIG),
    "vday1": ("n", 0, BIG),
    "vtw": ("n22", -BIG, BIG),
    "vntw": ("n", 1, 2),
    "vpref": ("n", -1, BIG),
    "kx": ("m", -FARTHEST, FARTHEST),
    "ky": ("m", -FARTHEST, FARTHEST),
    "kdist": ("m", -BIG, BIG),
    "kpool": ("m", 0, 1),
    "kskill": ("m", 0, 2**31 - 1),
    "kgender": ("m", 0, 2),
    "kmaxday": ("m", 0, BIG),
    "kmaxweek": ("m", 0, BIG),
    "kmaxm": ("m", 0, BIG),
    "kspd": ("m", 0, 1),
    "kshift": ("md2", -1, TWO_DAYS),
    "fixed": ("f5", 0, BIG),
    "forbidden": ("f2", 0, BIG),
    "offered": ("f5", 0, BIG),
    "kload": ("m", 0, BIG),
    "kprice": ("m", -MOST_WISH, MOST_WISH),
    "vplace": ("n2", -1, BIG),
    "kplace": ("m2", -1, BIG),
    "wishes": ("w", 0, MOST_WISH),
}


def check_problem(problem: Problem) -> dict[str, Any]:
    """The problem's fields, cleaned (int64, read-only). Raises ProblemError at the first fault."""
    days = problem.days
    if isinstance(days, bool) or not isinstance(days, int | np.integer) or not 1 <= days <= LONGEST:
        raise ProblemError(f"days: {days} is not a number of days from 1 to {LONGEST}")
    clean: dict[str, Any] = {"name": str(problem.name), "days": int(days), "weekly": bool(problem.weekly)}
    sizes = {"n": length_of(problem.vx, "vx"), "m": length_of(problem.kx, "kx")}
    for name, (shape, low, high) in RANGES.items():
        clean[name] = _whole(name, getattr(problem, name), _shape(shape, sizes, int(days)), low, high)
    _check_visits(clean, sizes["m"], int(days))
    _check_shifts(clean["kshift"])
    _check_pairs(clean, sizes, int(days))
    _check_room(clean)
    return clean


def length_of(array: Any, name: str) -> int:
    """Of an array with one dimension. Raises ProblemError if it has another number of them."""
    if np.ndim(array) != 1:
        raise ProblemError(f"{name}: must have one dimension, has {np.ndim(array)}")
    return len(array)


def _shape(kind: str, sizes: dict[str, int], days: int) -> tuple[int | None, ...]:
    sides: dict[str, tuple[int | None, ...]] = {
        "n": (sizes["n"],),
        "m": (sizes["m"],),
        "n22": (sizes["n"], 2, 2),
        "md2": (sizes["m"], days, 2),
        "n2": (sizes["n"], 2),
        "m2": (sizes["m"], 2),
        "w": (5,),
        "f5": (None, 5),
        "f2": (None, 2),
    }
    return sides[kind]


def _whole(name: str, value: Any, shape: tuple[int | None, ...], low: int, high: int) -> Ints:
    array = np.asarray(value)
    if array.dtype.kind not in "iufb":
        raise ProblemError(f"{name}: must be numbers, is {array.dtype}")
    fits = len(array.shape) == len(shape) and all(
        want in (None, have) for want, have in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = " × ".join("any" if side is None else str(side) for side in shape)
        raise ProblemError(f"{name}: shape must be {wanted}, is {' × '.join(map(str, array.shape))}")
    if array.dtype.kind == "f":
        _refuse(name, array, ~np.isfinite(array), "is not a number")
        _refuse(name, array, array != np.floor(array), "is not a whole number")
    _refuse(name, array, (array < low) | (array > high), f"is not within {low} to {high}")
    whole = np.ascontiguousarray(array, dtype=np.int64)
    if whole is value or np.shares_memory(whole, array):
        whole = whole.copy()
    whole.setflags(write=False)
    return whole


def _refuse(name: str, array: Any, wrong: Any, why: str) -> None:
    """Raise for the first row where `wrong` is true."""
    rows = np.argwhere(np.asarray(wrong))
    if len(rows):
        place = tuple(int(i) for i in rows[0])
        more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
        raise ProblemError(f"{name} row {', '.join(map(str, place))}: {array[place]} {why}{more}")


def _check_visits(clean: dict[str, Any], m: int, days: int) -> None:
    _refuse("vday1", clean["vday1"], clean["vday1"] >= days, f"is after the last day, {days - 1}")
    _refuse("vday0", clean["vday0"], clean["vday0"] > clean["vday1"], "is after the visit's last day")
    _refuse("vpref", clean["vpref"], clean["vpref"] >= m, f"is no volunteer: there are {m}")
    counts: Bools = np.arange(2)[None, :] < clean["vntw"][:, None]
    windows = clean["vtw"]
    _refuse("vtw", windows, (windows[:, :, 0] > windows[:, :, 1]) & counts, "is a window that ends too soon")
    outside = (windows[:, :, 0] < 0) | (windows[:, :, 1] > TWO_DAYS)
    _refuse("vtw", windows, outside & counts, "is a window outside the day")


def _check_shifts(shifts: Ints) -> None:
    wrong = (shifts[:, :, 0] >= 0) & (shifts[:, :, 1] < shifts[:, :, 0])
    _refuse("kshift", shifts, wrong, "is a shift that ends before it starts")


def _check_room(clean: dict[str, Any]) -> None:
    """Visits of no length and volunteers without a limit would need room for all visits in every shift."""
    shifts = clean["kshift"]
    limits = np.minimum(clean["kmaxday"], clean["kmaxweek"]) if clean["weekly"] else clean["kmaxday"]
    on_duty, days = np.nonzero(shifts[:, :, 0] >= 0)
    hours = shifts[on_duty, days, 1] - shifts[on_duty, days, 0]
    stops = int(most_stops(clean["vsvc"], hours, limits[on_duty]).sum())
    if stops > MOST_STOPS:
        row = int(clean["vsvc"].argmin())
        raise ProblemError(
            f"vsvc row {row}: with visits of {clean['vsvc'][row]} seconds these shifts could have {stops:,} "
            f"stops, more than {MOST_STOPS:,}: make the visits longer, or kmaxday smaller"
        )


def _check_pairs(clean: dict[str, Any], sizes: dict[str, int], days: int) -> None:
    n, m = sizes["n"], sizes["m"]
    forbidden = clean["forbidden"]
    for name, rows, column, limit, what in (
        *((name, clean[name], 0, n, "visit") for name in ("fixed", "offered")),
        *((name, clean[name], 2, m, "volunteer") for name in ("fixed", "offered")),
        *((name, clean[name], 3, days, "day") for name in ("fixed", "offered")),
        ("forbidden", forbidden, 0, n, "visit"),
        ("forbidden", forbidden, 1, m, "volunteer"),
    ):
        _refuse(name, rows, rows[:, column] >= limit, f"names a {what} that is not there")
    for name in ("fixed", "offered"):
        rows = clean[name]
        _refuse(name, rows, rows[:, 1] >= clean["vpersons"][rows[:, 0]], "names a seat the visit has not")
        _refuse(name, rows, rows[:, 4] > TWO_DAYS, "starts outside the day")
        _check_crews(name, rows)


def _check_crews(name: str, rows: Ints) -> None:
    """Two seats of one visit: two people, one day, one start, and neither seat twice."""
    first: dict[int, tuple[int, ...]] = {}
    for row, (visit, *rest) in enumerate(rows.tolist()):
        seat, volunteer, day, start = rest
        other = first.setdefault(visit, (row, *rest))
        if other[0] == row:
            continue
        where = f"{name} row {row}: visit {visit}"
        if other[1] == seat:
            raise ProblemError(f"{where} has seat {seat} {name} twice")
        if other[2] == volunteer:
            raise ProblemError(f"{where} has volunteer {volunteer} in both seats")
        if other[3:] != (day, start):
            raise ProblemError(f"{where}: the two seats are {name} at different times")
