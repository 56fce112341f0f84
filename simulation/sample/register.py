"""`tanfang sample`: two registers for one city, the same for the same seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from domain.divisions import Level
from models.division_data import load_division_rows
from simulation.sample.headers import RETIREE_COLUMNS, RETIREE_TITLE, VOLUNTEER_COLUMNS, VOLUNTEER_TITLE
from simulation.sample.numbers import NumberBook
from simulation.sample.places import choose_areas
from simulation.sample.profiles import Profile
from simulation.sample.retirees import Row, make_retirees
from simulation.sample.sheets import write_register
from simulation.sample.volunteers import CERTIFIER, make_volunteers

RETIREES_FILE, RETIREES_SHEET = "retirees.xlsx", "退休人员花名册"
VOLUNTEERS_FILE, VOLUNTEERS_SHEET = "volunteers.xlsx", "志愿者花名册"


@dataclass
class SampleFigures:
    """What was written, for a person to read and a test to check."""

    retirees: int = 0
    volunteers: int = 0
    seed: int = 0
    levels: Counter[str] = field(default_factory=Counter)  # care level, '' = none
    home_certifications: int = 0
    overdue: int = 0
    without_mobile: int = 0  # neither an own nor a contact's
    retirees_by_district: Counter[str] = field(default_factory=Counter)
    volunteers_by_district: Counter[str] = field(default_factory=Counter)
    certifiers_by_district: Counter[str] = field(default_factory=Counter)
    city_pool: int = 0
    files: tuple[Path, ...] = ()


def write_sample(out: Path, retirees: int, volunteers: int, seed: int, today: date) -> SampleFigures:
    """Write `retirees.xlsx` and `volunteers.xlsx` into the folder `out`.

    The people do not exist; their certifications fall due in the twelve months after `today`.
    Raises ValueError for numbers below zero.
    """
    if retirees < 0 or volunteers < 0:
        raise ValueError("a sample has no fewer than 0 people")
    divisions = load_division_rows()
    city = next(row.name for row in divisions if row.level is Level.CITY)
    areas = choose_areas(divisions, retirees, volunteers)
    book = NumberBook()
    figures = SampleFigures(seed=seed, files=(out / RETIREES_FILE, out / VOLUNTEERS_FILE))
    # a generator of its own for each register: other volunteers do not change how retirees are drawn
    people = make_retirees(Random(f"{seed}/retirees"), areas, book, today)
    helpers = make_volunteers(Random(f"{seed}/volunteers"), areas, book, today)
    figures.retirees = write_register(
        figures.files[0], RETIREES_SHEET, city + RETIREE_TITLE, RETIREE_COLUMNS, _seen(people, figures)
    )
    figures.volunteers = write_register(
        figures.files[1], VOLUNTEERS_SHEET, city + VOLUNTEER_TITLE, VOLUNTEER_COLUMNS, _met(helpers, figures)
    )
    return figures


def _seen(people: Iterable[tuple[Profile, Row]], figures: SampleFigures) -> Iterator[Row]:
    for profile, row in people:
        figures.levels[profile.level] += 1
        figures.retirees_by_district[str(row["区县"])] += 1
        figures.home_certifications += bool(profile.ground)
        figures.overdue += row["待遇领取状态"] != "正常"
        figures.without_mobile += not any(
            row.get(name) for name in ("本人手机", "联系人1电话", "联系人2电话")
        )
        yield row


def _met(helpers: Iterable[Row], figures: SampleFigures) -> Iterator[Row]:
    for row in helpers:
        district = str(row["区县"])
        figures.volunteers_by_district[district] += 1
        figures.certifiers_by_district[district] += CERTIFIER in str(row["技能"]) and row["状态"] == "在册"
        figures.city_pool += row["所属库"] == "市"
        yield row
