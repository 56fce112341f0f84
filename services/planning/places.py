"""Places on the planner's map: metres east and north of the city's middle."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from domain.visits import VisitKind
from models.divisions import Division
from models.visits import Visit
from services.life.matters import HOSPITAL
from services.steps import Step

METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class CityMap:
    """Coordinates of every division, and the origin of the metre grid."""

    places: dict[str, tuple[float, float]]
    latitude: float
    longitude: float

    def metres(self, latitude: float, longitude: float) -> tuple[int, int]:
        east = (longitude - self.longitude) * METRES_PER_DEGREE * math.cos(math.radians(self.latitude))
        return round(east), round((latitude - self.latitude) * METRES_PER_DEGREE)

    def find(self, own_place: str, division_code: str) -> tuple[int, int]:
        """A person's own coordinates ("latitude,longitude"), else the community's, street's or district's."""
        if own_place:
            latitude, longitude = (float(part) for part in own_place.split(","))
            return self.metres(latitude, longitude)
        for length in (12, 9, 6):
            place = self.places.get(division_code[:length].ljust(12, "0"))
            if place:
                return self.metres(*place)
        return 0, 0


def is_elsewhere(visit: Visit) -> bool:
    """Is it made elsewhere than at home: in a hospital, known where or not?"""
    return bool(visit.place_division) or (visit.kind is VisitKind.EVENT and visit.title == HOSPITAL)


def area_of(visit: Visit) -> str:
    """The division in which the visit is made: its own place's, else the retiree's."""
    return visit.place_division or visit.division_code


def without_place() -> ColumnElement[bool]:
    """Visits of which nobody knows where to go yet: no plan is made for them."""
    in_hospital = (col(Visit.kind) == VisitKind.EVENT) & (col(Visit.title) == HOSPITAL)
    return in_hospital & (col(Visit.place_division) == "")


async def city_map(step: Step) -> CityMap:
    """The map, read once per process: divisions change with a migration of data, not in a day's work."""
    found = step.cache.get("city_map")
    if isinstance(found, CityMap):
        return found
    rows = await step.session.execute(
        select(col(Division.code), col(Division.latitude), col(Division.longitude)).where(
            col(Division.latitude).is_not(None)
        )
    )
    places = {
        code: (latitude, longitude)
        for code, latitude, longitude in rows
        if latitude is not None and longitude is not None
    }
    count = max(1, len(places))
    middle = CityMap(
        places, sum(p[0] for p in places.values()) / count, sum(p[1] for p in places.values()) / count
    )
    if places:
        step.cache["city_map"] = middle
    return middle
