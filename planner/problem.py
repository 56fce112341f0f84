"""The planning problem: one row per visit and per volunteer, as arrays of whole numbers.

Days count from 0, a week is seven of them, times are seconds from local midnight, places are metres east
and north of the city's origin.
"""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from planner.checks import check_problem, length_of
from planner.errors import ProblemError
from planner.geometry import Bools, Ints

__all__ = ["Problem", "ProblemError"]

# What reading a damaged file raises.
BROKEN = (
    ValueError,  # not an archive, a header of numpy's that says nonsense
    KeyError,  # an entry that the archive's list names and has not
    EOFError,  # cut off
    zipfile.BadZipFile,
    zlib.error,
    tokenize.TokenError,  # a header cut off
    RuntimeError,  # zipfile's word for an encrypted entry; an unknown compression is one, too
    MemoryError,  # a header that claims more than there is memory
    OverflowError,  # … or more than a number holds
)


class Wishes(NamedTuple):
    """What softer wishes count, in metres of the objective; none may cost a served visit."""

    offered: int = 40_000  # a seat goes to whom it was offered, at the time that was said
    fair: int = 0  # the square of a volunteer's visits, those of the last 30 days with them
    community: int = 0  # visitor and visited live in one community …
    street: int = 0  # … or else in one street …
    district: int = 0  # … or else in one district (people of the city pool may be from another)


@dataclass(frozen=True, eq=False)
class Problem:
    """What has to be planned. Arrays are checked, made int64 and read-only on creation.

    Raises ProblemError naming the array and the row that is wrong. No visits or no volunteers are fine.
    """

    name: str
    days: int
    weekly: bool  # whether `kmaxweek` binds
    # n visits
    vx: Ints
    vy: Ints
    vdist: Ints  # district
    vsvc: Ints  # seconds of service
    vskill: Ints  # bit set: what the lead must be able to do
    vgender: Ints  # the lead's sex: 0 either, 1 man, 2 woman
    vpersons: Ints  # 1 or 2
    vweight: Ints
    vday0: Ints  # first and last day, both allowed
    vday1: Ints
    vtw: Ints  # (n, 2, 2): windows in which service may start, both ends allowed
    vntw: Ints  # how many of the two windows count
    vpref: Ints  # the volunteer wanted, -1 for none
    # m volunteers
    kx: Ints
    ky: Ints
    kdist: Ints  # home district
    kpool: Ints  # 0 district: only at home; 1 city: anywhere
    kskill: Ints
    kgender: Ints  # 1 man, 2 woman, 0 not told
    kmaxday: Ints  # visits
    kmaxweek: Ints  # visits
    kmaxm: Ints  # metres a day, home to home
    kspd: Ints  # 0 e-bike, 1 on foot
    kshift: Ints  # (m, days, 2): from, to; -1 = not on duty
    # what only the product has
    # accepted: visit, seat, volunteer, day, start; never moved
    fixed: Ints = field(default_factory=lambda: np.zeros((0, 5), np.int64))
    # visit, volunteer: recusals, and who has already said no
    forbidden: Ints = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    # asked and not yet answered: visit, seat, volunteer, day, start; dear to move
    offered: Ints = field(default_factory=lambda: np.zeros((0, 5), np.int64))
    kload: Ints = field(default_factory=lambda: np.zeros(0, np.int64))  # visits in the last 30 days
    kprice: Ints = field(default_factory=lambda: np.zeros(0, np.int64))  # metres, for each seat they fill
    # numbers of community and street, -1 for not known
    vplace: Ints = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    kplace: Ints = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    wishes: Ints = field(default_factory=lambda: np.array(Wishes(), np.int64))

    def __post_init__(self) -> None:
        n, m = length_of(self.vx, "vx"), length_of(self.kx, "kx")
        for name, empty in (
            ("kload", np.zeros(m, np.int64)),
            ("kprice", np.zeros(m, np.int64)),
            ("vplace", np.full((n, 2), -1, np.int64)),
            ("kplace", np.full((m, 2), -1, np.int64)),
        ):
            if np.shape(getattr(self, name))[:1] == (0,):
                object.__setattr__(self, name, empty)
        for name, value in check_problem(self).items():
            object.__setattr__(self, name, value)

    @property
    def n(self) -> int:
        """How many visits."""
        return len(self.vx)

    @property
    def m(self) -> int:
        """How many volunteers."""
        return len(self.kx)

    def fits(self, visits: Ints | int, volunteers: Ints | int, seat: int) -> Bools:
        """Whether pool, and for the lead skills and sex, allow the seat (arrays that broadcast)."""
        allowed: Bools = (self.kpool[volunteers] == 1) | (self.kdist[volunteers] == self.vdist[visits])
        if seat == 0:
            allowed = allowed & ((self.vskill[visits] & ~self.kskill[volunteers]) == 0)
            sex = self.vgender[visits]
            allowed = allowed & ((sex == 0) | (self.kgender[volunteers] == sex))
        return allowed

    def may_take(self, visit: int, seat: int) -> Bools:
        """Of each volunteer (m,): `fits`."""
        return self.fits(visit, np.arange(self.m), seat)

    def save(self, path: str | Path) -> None:
        """Write the `.npz` file."""
        arrays: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        np.savez_compressed(path, **arrays)

    @classmethod
    def load(cls, path: str | Path) -> Problem:
        """Read a `.npz` file. Raises ProblemError if it is missing, broken or wrong."""
        try:
            with Path(path).open("rb") as file:
                return cls(**_read(path, file))
        except OSError as error:
            raise ProblemError(f"{path}: cannot be read ({error.strerror})") from error


def _read(path: str | Path, file: BinaryIO) -> dict[str, Any]:
    """The problem's fields as the file has them."""
    try:
        stored = np.load(file, allow_pickle=False)
    except BROKEN as error:
        raise ProblemError(f"{path}: not a readable .npz file ({error})") from error
    if not isinstance(stored, np.lib.npyio.NpzFile):
        raise ProblemError(f"{path}: one bare array, not a .npz file")
    values: dict[str, Any] = {}
    with stored:
        for wanted in fields(Problem):
            if wanted.name not in stored.files:
                if wanted.default_factory is not MISSING:
                    continue
                raise ProblemError(f"{path}: array {wanted.name} is missing")
            try:
                values[wanted.name] = stored[wanted.name]
            except BROKEN as error:
                raise ProblemError(f"{path}: array {wanted.name} cannot be read ({error})") from error
    for scalar in ("name", "days", "weekly"):
        if values[scalar].ndim != 0:
            raise ProblemError(f"{path}: {scalar} must be one value, not an array")
        values[scalar] = values[scalar].item()
    return values
