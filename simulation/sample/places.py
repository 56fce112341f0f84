"""Which streets and communities the sample's people live in: few enough that volunteers live nearby."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from random import Random

from domain.divisions import Level
from models.division_data import DivisionRow
from models.division_names import canonical, plain
from simulation.sample.words import ESTATES

SHARE_OF_COMMUNITIES = 0.25
VOLUNTEERS_PER_STREET = 5
VILLAGE_WEIGHT = 0.25  # a village has so many pensioners for one of a town community


@dataclass(frozen=True)
class Area:
    """The streets of one district that the sample uses, with how many people live there."""

    city: DivisionRow
    district: DivisionRow
    streets: tuple[tuple[DivisionRow, tuple[DivisionRow, ...]], ...]  # street, its communities
    retirees: int
    volunteers: int


@dataclass(frozen=True)
class Home:
    """Where somebody lives, as a register writes it."""

    district: str
    street: str
    community: str
    address: str
    code: str


def choose_areas(rows: Sequence[DivisionRow], retirees: int, volunteers: int) -> list[Area]:
    """All districts with people, shared out by their communities; streets nearest to the seat first."""
    city = next(row for row in rows if row.level is Level.CITY)
    districts = [row for row in rows if row.level is Level.DISTRICT] or [city]
    inside = {d.code: [r for r in rows if r.code.startswith(d.code[:6])] for d in districts}
    weights = [sum(_weight(row) for row in inside[d.code]) for d in districts]
    many, helpers = share_out(retirees, weights), share_out(volunteers, weights)
    return [
        Area(city, district, _nearest_streets(district, inside[district.code], helping), count, helping)
        for district, count, helping in zip(districts, many, helpers, strict=True)
        if count or helping
    ]


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers with this total, in proportion to the weights (largest remainders are rounded up)."""
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def make_home(rng: Random, area: Area, street: DivisionRow, community: DivisionRow) -> Home:
    """A door in a community: a flat in an estate, or a house of a village group."""
    name = canonical(plain(community.name))
    if name.endswith("村"):
        door = f"{rng.randint(1, 18)}组{rng.randint(1, 60)}号"
    else:
        floor = rng.randint(1, 6)
        flat = f"{rng.randint(1, 4)}单元{floor}{rng.randint(1, 4):02}室"
        door = f"{rng.choice(ESTATES)}{rng.randint(1, 24)}栋{flat}"
    address = f"{area.city.name}{area.district.name}{street.name}{name}{door}"
    return Home(area.district.name, street.name, name, address, community.code)


def _weight(row: DivisionRow) -> float:
    if row.level is not Level.COMMUNITY:
        return 0
    return VILLAGE_WEIGHT if int(row.code[9:]) >= 200 else 1


def _nearest_streets(
    district: DivisionRow, inside: list[DivisionRow], volunteers: int
) -> tuple[tuple[DivisionRow, tuple[DivisionRow, ...]], ...]:
    east = cos(radians(district.latitude))
    streets = sorted(
        (row for row in inside if row.level is Level.STREET),
        key=lambda row: hypot(row.latitude - district.latitude, (row.longitude - district.longitude) * east),
    )
    wanted = sum(row.level is Level.COMMUNITY for row in inside) * SHARE_OF_COMMUNITIES
    chosen: list[tuple[DivisionRow, tuple[DivisionRow, ...]]] = []
    for street in streets:
        members = tuple(
            r for r in inside if r.level is Level.COMMUNITY and r.code.startswith(street.code[:9])
        )
        full = sum(len(communities) for _, communities in chosen) >= wanted
        if chosen and (full or (len(chosen) + 1) * VOLUNTEERS_PER_STREET > volunteers):
            break
        if members:
            chosen.append((street, members))
    return tuple(chosen)
