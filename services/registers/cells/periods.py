"""Periods and trainings: 2026-01-01至2026-12-31, 有效期至2027.12, 上门认证 2026-03-01 至 2028-03-01."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from services.registers.cells.codes import SKILL
from services.registers.cells.dates import find_dates, parse_date
from services.registers.cells.words import plain_word, read_word
from services.registers.files.raw import Cell, cell_text

_PIECES = re.compile(r"[;；、,，\n]")


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day; None where the cell does not say."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """A skill with the day of its training and the last day on which it holds."""

    skill: str
    trained_on: date | None = None
    valid_until: date | None = None


def read_period(cell: Cell) -> Period:
    """One day alone is the last, unless the cell says 起. Raises DateError for days that do not exist."""
    if isinstance(cell, date | int | float):
        return Period(last=parse_date(cell).last_day)
    text = cell_text(cell)
    days = find_dates(text)
    if len(days) >= 2:
        return Period(days[0].value, days[1].last_day)
    if not days:
        return Period()
    if "起" in text and "止" not in text:
        return Period(first=days[0].value)
    return Period(last=days[0].last_day)


def read_skills(cell: Cell) -> tuple[list[str], list[str]]:
    """Codes of the skills that a cell names, and the words that are none of ours."""
    known: list[str] = []
    unknown: list[str] = []
    for piece in re.split(r"[;,、/\s]+", plain_word(cell).replace("，", ",").replace("；", ";")):
        if skill := read_word(piece, SKILL):
            known.append(skill)
        elif piece and piece != "无":
            unknown.append(piece)
    return list(dict.fromkeys(known)), unknown


def read_trainings(cell: Cell) -> list[Training]:
    """One training for each piece that names a skill. Raises DateError for days that do not exist.

    A single day is the day of the training, or the last of validity after 至 or 有效.
    """
    trainings = []
    for piece in _PIECES.split(cell_text(cell)):
        skill = read_word(piece, SKILL)
        if skill is None:
            continue
        days = find_dates(piece)
        trained_on = valid_until = None
        if len(days) >= 2:
            trained_on, valid_until = days[0].value, days[1].last_day
        elif days and re.search("至|有效|到期", piece):
            valid_until = days[0].last_day
        elif days:
            trained_on = days[0].value
        trainings.append(Training(skill, trained_on, valid_until))
    return trainings
