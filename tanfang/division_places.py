"""Approximate places for streets and communities inside a district's borders.

No open source tells where a community lies, so each gets a point that is plausible for planning: streets
are spread evenly over the district (town streets close to its seat), communities in a spiral around
their street's centre. The same borders and codes always give the same points.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, pi, radians, sin, sqrt

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Place = tuple[float, float]  # latitude, longitude

KM_PER_DEGREE = 111.2
SAMPLES_PER_STREET = 400
TOWN_AREAS = 6  # a rural town is taken to be as large as so many urban streets
GOLDEN_ANGLE = pi * (3 - sqrt(5))
DECIMALS = 4  # about 11 m


@dataclass(frozen=True)
class StreetPlace:
    """A street's centre and the radius in km within which its communities are put."""

    centre: Place
    radius_km: float


def place_streets(border: BaseGeometry, seat: Place, is_town: list[bool]) -> list[StreetPlace]:
    """One place per street, in the order given; `is_town` tells rural towns (镇, 乡) from streets (街道)."""
    if not is_town:
        return []
    urban, towns = is_town.count(False), is_town.count(True)
    samples = _spread(border, SAMPLES_PER_STREET * len(is_town))
    east = cos(radians(seat[0]))
    plane = np.column_stack([samples[:, 0] * east, samples[:, 1]]) * KM_PER_DEGREE
    seat_km = np.array([seat[1] * east, seat[0]]) * KM_PER_DEGREE
    plane = plane[np.argsort(np.hypot(*(plane - seat_km).T), kind="stable")]
    inner = len(plane) if not towns else ceil(len(plane) * urban / (urban + TOWN_AREAS * towns))
    sample_km2 = border.area * east * KM_PER_DEGREE**2 / len(plane)
    found = {False: _clusters(plane[:inner], urban), True: _clusters(plane[inner:], towns)}
    result = []
    for rural in is_town:
        (x, y), members = found[rural].pop(0)
        centre = (round(y / KM_PER_DEGREE, DECIMALS), round(x / KM_PER_DEGREE / east, DECIMALS))
        result.append(StreetPlace(centre, 0.8 * sqrt(members * sample_km2 / pi)))
    return result


def place_communities(border: BaseGeometry, street: StreetPlace, count: int) -> list[Place]:
    """`count` points inside the border, in a sunflower spiral around the street's centre."""
    shapely.prepare(border)
    return [_inside(border, street, sqrt((i + 0.5) / count), i * GOLDEN_ANGLE) for i in range(count)]


def _inside(border: BaseGeometry, street: StreetPlace, share: float, angle: float) -> Place:
    """The point at this share of the radius, drawn towards the centre until it lies inside."""
    latitude, longitude = street.centre
    reach = street.radius_km * share / KM_PER_DEGREE
    while reach > 10**-DECIMALS:
        lat = round(latitude + reach * sin(angle), DECIMALS)
        lon = round(longitude + reach * cos(angle) / cos(radians(latitude)), DECIMALS)
        if shapely.contains_xy(border, lon, lat):
            return lat, lon
        reach *= 0.85
    return street.centre


def _spread(border: BaseGeometry, wanted: int) -> Floats:
    """About `wanted` points (longitude, latitude), evenly spread inside the border."""
    west, south, east, north = border.bounds
    box = (east - west) * (north - south)
    shapely.prepare(border)
    steps = np.arange(1, ceil(wanted * box / border.area) + 1)
    # the R2 sequence: additive recurrence with the plastic number, evener than random points
    lon = np.round(west + (east - west) * np.modf(0.5 + steps * 0.7548776662466927)[0], DECIMALS)
    lat = np.round(south + (north - south) * np.modf(0.5 + steps * 0.5698402909980532)[0], DECIMALS)
    keep = shapely.contains_xy(border, lon, lat)
    return np.column_stack([lon[keep], lat[keep]])


def _clusters(points: Floats, count: int) -> list[tuple[tuple[float, float], int]]:
    """`count` centres (each one of the points) with the number of points around each, first points first."""
    if not count:
        return []
    chosen = [0]
    nearest = np.hypot(*(points - points[0]).T)
    while len(chosen) < count:  # start: each next centre as far as can be from those before
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, np.hypot(*(points - points[chosen[-1]]).T))
    centres = points[chosen]
    for _ in range(25):  # Lloyd's steps
        owner = _owners(points, centres)
        centres = np.array([points[owner == k].mean(axis=0) for k in range(count)])
    owner = _owners(points, centres)
    at = [int(np.hypot(*(points - centre).T).argmin()) for centre in centres]
    sizes = np.bincount(owner, minlength=count)
    order = sorted(range(count), key=lambda k: at[k])
    return [((float(points[at[k]][0]), float(points[at[k]][1])), int(sizes[k])) for k in order]


def _owners(points: Floats, centres: Floats) -> NDArray[np.intp]:
    distances: Floats = np.hypot(points[:, None, 0] - centres[:, 0], points[:, None, 1] - centres[:, 1])
    nearest: NDArray[np.intp] = distances.argmin(axis=1)
    return nearest
