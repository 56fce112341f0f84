"""Bounds kept beside the code by name and digest, so that no benchmark proves them again, and prices.

Prices are kept because they take longest: whoever stops the last pricing need not look for them again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.bound.market import WholePrices
from bench.bound.prove import Bound
from planner.problem import Problem

# all that decides what can be served; wishes and loads do not
COUNTS = ("days", "weekly", "vx", "vy", "vdist", "vsvc", "vskill", "vgender", "vpersons", "vweight", "vday0",
          "vday1", "vtw", "vntw", "kx", "ky", "kdist", "kpool", "kskill", "kgender", "kmaxday", "kmaxweek",
          "kmaxm", "kspd", "kshift", "fixed", "forbidden")  # fmt: skip  # a list of words
STORE = Path(__file__).resolve().parent.parent / "bounds.json"


@dataclass(frozen=True)
class Kept:
    """A proven bound of one problem: no plan serves more than `weight` of `total`."""

    weight: int
    fraction: float
    program: float
    total: int
    digest: str
    seconds: float


def digest(problem: Problem) -> str:
    """The same for problems of which the same can be served, whatever their names and wishes."""
    whole = hashlib.sha256()
    for name in COUNTS:
        value = np.ascontiguousarray(getattr(problem, name), np.int64)
        whole.update(f"{name}{value.shape}".encode() + value.tobytes())
    return whole.hexdigest()[:16]


def keep(problem: Problem, bound: Bound, path: Path = STORE) -> bool:
    """Store a bound unless a lower one of the same problem is there; returns whether it was stored."""
    known = read(path)
    before = known.get(problem.name)
    mark = digest(problem)
    if before is not None and before.digest == mark and before.fraction <= bound.fraction:
        return False
    total = int(problem.vweight.sum())
    figures = (bound.weight, round(bound.fraction, 4), round(bound.program, 4), total, mark, bound.seconds)
    known[problem.name] = Kept(*figures)
    rows = {name: asdict(kept) for name, kept in sorted(known.items())}
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return True


def read(path: Path = STORE) -> dict[str, Kept]:
    """All bounds kept, by name of the problem."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {name: Kept(**row) for name, row in rows.items()}


def find(problem: Problem, path: Path = STORE) -> Kept | None:
    """The bound kept of this very problem, if there is one."""
    kept = read(path).get(problem.name)
    return kept if kept is not None and kept.digest == digest(problem) else None


def keep_prices(problem: Problem, prices: WholePrices, folder: Path) -> None:
    """Store prices under the name, digest and number of passes; the folder is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(_prices_file(problem, prices.passes, folder), **asdict(prices))


def find_prices(problem: Problem, passes: int, folder: Path) -> WholePrices | None:
    """The prices kept of this very problem after so many passes, if there are any."""
    path = _prices_file(problem, passes, folder)
    if not path.exists():
        return None
    with np.load(path) as kept:
        return WholePrices(
            item=kept["item"], week=kept["week"], estimate=int(kept["estimate"]),
            passes=int(kept["passes"]), seconds=float(kept["seconds"]),
        )  # fmt: skip  # as declared


def _prices_file(problem: Problem, passes: int, folder: Path) -> Path:
    return folder / f"{problem.name}-{digest(problem)}-{passes}.prices.npz"
