"""The table kept in the project is whole and hangs together."""

from __future__ import annotations

from collections import Counter

import pytest

from domain.divisions import Level, parse
from models.division_data import DivisionDataError, load_division_rows, parse_division_rows

ROWS = load_division_rows()
NAMES = {row.code: row.name for row in ROWS}


def test_all_of_changsha_is_there() -> None:
    assert Counter(row.level for row in ROWS) == {
        Level.CITY: 1,
        Level.DISTRICT: 9,
        Level.STREET: 172,
        Level.COMMUNITY: 1649,
    }


def test_codes_are_sorted_unique_and_have_their_parents() -> None:
    codes = [row.code for row in ROWS]
    assert codes == sorted(set(codes))
    for row in ROWS:
        assert parse(row.code) == row.code
        assert row.name == row.name.strip() != ""
        assert row.level is Level.CITY or row.parent_code in NAMES


def test_names_are_those_of_the_source() -> None:
    assert NAMES["430182000000"] == "宁乡市"
    assert NAMES["430102013000"] == "定王台街道"
    assert NAMES["430111001011"] == "广济桥社区居委会"
    assert NAMES["430121004000"] == "㮾梨街道"


def test_streets_per_district() -> None:
    streets = Counter(NAMES[f"{row.code[:6]}000000"] for row in ROWS if row.level is Level.STREET)
    assert streets == {
        "芙蓉区": 14,
        "天心区": 14,
        "岳麓区": 19,
        "开福区": 16,
        "雨花区": 14,
        "望城区": 16,
        "长沙县": 18,
        "浏阳市": 32,
        "宁乡市": 29,
    }


def test_places_lie_in_the_city_and_are_marked() -> None:
    for row in ROWS:
        assert 27.8 < row.latitude < 28.7
        assert 111.8 < row.longitude < 114.3
        assert row.is_approximate is (row.level is not Level.DISTRICT)


def test_communities_of_a_street_lie_together() -> None:
    places = {row.code: (row.latitude, row.longitude) for row in ROWS}
    for row in ROWS:
        if row.level is Level.COMMUNITY:
            centre = places[row.code[:9] + "000"]
            assert abs(row.latitude - centre[0]) < 0.12  # about 13 km: the widest towns
            assert abs(row.longitude - centre[1]) < 0.12


def test_two_communities_of_a_street_never_share_a_place() -> None:
    seen = Counter(
        (row.code[:9], row.latitude, row.longitude) for row in ROWS if row.level is Level.COMMUNITY
    )
    assert max(seen.values()) == 1


def test_a_city_without_a_table_says_how_to_build_one() -> None:
    with pytest.raises(DivisionDataError, match="divisions build --prefix 9999"):
        load_division_rows("9999")


def test_callers_cannot_change_the_kept_table() -> None:
    load_division_rows().clear()
    assert len(load_division_rows()) == 1831


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has the columns"),
        ("code,name\n", "has the columns"),
        ("# remark\ncode,name,latitude,longitude,approximate\n4301,x,north,1,1\n", "line 2"),
        ("code,name,latitude,longitude,approximate\n4301,x\n", "line 2"),
    ],
)
def test_a_broken_table_is_refused(text: str, message: str) -> None:
    with pytest.raises(DivisionDataError, match=message):
        parse_division_rows(text.splitlines())
