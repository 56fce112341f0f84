"""The division table kept in the project: one city's districts, streets and communities with places."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from domain.divisions import Level, level, parent

COLUMNS = ("code", "name", "latitude", "longitude", "approximate")


class DivisionDataError(Exception):
    """There is no division table for these digits, or the file is not one."""


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """A division; `is_approximate`: the place was drawn inside the borders, nobody has surveyed it."""

    code: str
    name: str
    latitude: float
    longitude: float
    is_approximate: bool

    @property
    def level(self) -> Level:
        return level(self.code)

    @property
    def parent_code(self) -> str | None:
        return parent(self.code)

    def as_csv(self) -> tuple[str, str, str, str, int]:
        place = f"{self.latitude:.4f}", f"{self.longitude:.4f}"
        return self.code, self.name, *place, int(self.is_approximate)


def load_division_rows(prefix: str = "4301") -> list[DivisionRow]:
    """The rows of a city by its four digits, sorted by code. Raises DivisionDataError."""
    return list(_packaged(prefix))


@cache
def _packaged(prefix: str) -> tuple[DivisionRow, ...]:
    source = files("models") / "data" / f"divisions-{prefix}.csv"
    if not source.is_file():
        raise DivisionDataError(
            f"no division table for {prefix}: `tanfang divisions build --prefix {prefix} -o FILE` builds one"
        )
    return tuple(parse_division_rows(source.read_text(encoding="utf-8").splitlines()))


def read_division_rows(path: Path) -> list[DivisionRow]:
    """The rows of a table built for another city. Raises DivisionDataError."""
    return parse_division_rows(path.read_text(encoding="utf-8").splitlines())


def parse_division_rows(lines: Iterable[str]) -> list[DivisionRow]:
    """Rows from the lines of a table; lines that start with # are remarks. Raises DivisionDataError."""
    table = csv.DictReader(line for line in lines if not line.startswith("#"))
    if tuple(table.fieldnames or ()) != COLUMNS:
        raise DivisionDataError(f"a division table has the columns {', '.join(COLUMNS)}")
    try:
        return [
            DivisionRow(
                row["code"],
                row["name"],
                float(row["latitude"]),
                float(row["longitude"]),
                row["approximate"] == "1",
            )
            for row in table
        ]
    except (TypeError, ValueError) as error:
        raise DivisionDataError(f"line {table.line_num} of the division table cannot be read") from error
