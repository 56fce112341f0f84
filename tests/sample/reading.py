"""A sample read back from its files."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from simulation.sample import SampleFigures

TODAY = date(2026, 11, 24)
Row = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    figures: SampleFigures
    retirees: list[Row]
    volunteers: list[Row]


def read_rows(path: Path) -> list[Row]:
    """The rows under the header of the first sheet."""
    with closing(load_workbook(path, read_only=True)) as book:
        header, *lines = book.worksheets[0].iter_rows(min_row=2, values_only=True)
    return [dict(zip(map(str, header), line, strict=True)) for line in lines]
