"""Distances, coordinates, counts."""

from __future__ import annotations

import re

from services.registers.cells.words import plain_word
from services.registers.files.raw import Cell

_DISTANCE = re.compile(r"(\d+(?:\.\d+)?)(公里|千米|km|米|m|里)?")
_UNITS = {"米": 0.001, "m": 0.001, "里": 0.5}
FAR_KM = 60  # 不限: across the city and back
# Mainland China and Hainan's sea; a place outside is a slip.
_LATITUDES, _LONGITUDES = (3.0, 54.0), (73.0, 136.0)


def read_km(cell: Cell) -> float | None:
    """Kilometres: 5, 5公里, 3000米, 不限; None when there is no distance in it."""
    text = plain_word(cell)
    if any(word in text for word in ("不限", "全市", "无限制")):
        return FAR_KM
    found = _DISTANCE.search(text)
    if found is None:
        return None
    km = float(found[1]) * _UNITS.get(found[2] or "", 1)
    return km if 0 < km <= 200 else None


def read_count(cell: Cell) -> int | None:
    """A small whole number: 3, 3次, 每周3次."""
    found = re.search(r"\d+", plain_word(cell).partition(".")[0])
    return int(found[0]) if found and 0 < int(found[0]) <= 50 else None


def read_place(latitude: Cell, longitude: Cell) -> str | None:
    """`latitude,longitude` in degrees; exchanged columns are put right; None for no place in China."""
    try:
        north, east = float(plain_word(latitude)), float(plain_word(longitude))
    except ValueError:
        return None
    if _inside(east, north):
        north, east = east, north
    return f"{north:.6f},{east:.6f}" if _inside(north, east) else None


def _inside(latitude: float, longitude: float) -> bool:
    return _LATITUDES[0] <= latitude <= _LATITUDES[1] and _LONGITUDES[0] <= longitude <= _LONGITUDES[1]
