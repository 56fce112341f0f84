"""Who is responsible: communities by columns, codes and addresses; coordinates; households."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.division_data import load_division_rows
from models.division_index import DivisionIndex
from services.registers import Kind
from services.registers.rows.drafts import Draft
from tests.registers.samples import COMMUNITY, DISTRICT, RETIREE, STREET, VOLUNTEER

Read = Callable[..., Draft]
INDEX = DivisionIndex(load_division_rows())
FOUND = INDEX.find(COMMUNITY, STREET, DISTRICT).row
assert FOUND is not None
CODE = FOUND.code
NOWHERE = {"区县": None, "街道": None, "社区": None}


def codes(draft: Draft) -> list[str]:
    return [finding.problem.code for finding in draft.findings]


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"社区": "广济桥居委会"},
        {"社区": "广济桥"},
        {"社区": "雨花区侯家塘街道广济桥社区", "街道": None, "区县": None},
        {**NOWHERE, "常住地址": "长沙市雨花区侯家塘街道广济桥社区韶山中路1号3栋501"},
        {**NOWHERE, "行政区划": CODE},
        {"区县": None, "行政区划": "430111"},
        {"社区": None, "常住地址": "广济桥社区3栋501"},
    ],
)
def test_the_community_is_found(read: Read, cells: dict[str, object]) -> None:
    draft = read(RETIREE, **cells)
    assert draft.values["division_code"] == CODE
    assert codes(draft) == []


def test_an_unknown_community_rejects_the_row_and_names_the_nearest(read: Read) -> None:
    draft = read(RETIREE, 社区="广济桥头社区")
    assert draft.is_rejected
    [finding] = draft.findings
    assert finding.problem.code == "community_similar"
    assert "广济桥" in str(finding.values["names"])
    assert finding.heading == "社区"


def test_communities_of_one_name_are_not_guessed_at(read: Read) -> None:
    draft = read(RETIREE, 区县="天心区", 街道="南托街道", 社区="牛角塘")
    assert codes(draft) == ["community_ambiguous"]


def test_a_missing_community_rejects_the_row(read: Read) -> None:
    assert codes(read(RETIREE, 社区=None)) == ["community_missing"]
    assert codes(read(RETIREE, **NOWHERE)) == ["community_missing"]


def test_an_address_without_a_community_rejects_the_row(read: Read) -> None:
    draft = read(RETIREE, **NOWHERE, 常住地址="韶山中路1号")
    assert draft.is_rejected
    assert codes(draft)[0].startswith("community_")


def test_who_lives_outside_belongs_to_the_district_that_is_named(read: Read) -> None:
    outside = {**NOWHERE, "居住地类别": "省外", "常住地址": "广东省深圳市南山区某路1号"}
    draft = read(RETIREE, **outside, 户籍地址="长沙市雨花区侯家塘街道广济桥社区1栋")
    assert (draft.values["division_code"], draft.values["residence"]) == (CODE, "other_province")
    draft = read(RETIREE, **{**outside, "区县": DISTRICT})
    assert draft.values["division_code"] == "430111000000"
    assert codes(draft) == ["community_coarse"]
    assert codes(read(RETIREE, **outside)) == ["outside_no_area"]


def test_a_volunteer_without_a_community_is_placed_at_the_street(read: Read) -> None:
    draft = read(VOLUNTEER, Kind.VOLUNTEERS, 社区=None)
    assert draft.values["division_code"] == CODE[:9] + "000"
    assert "community_coarse" in codes(draft)
    assert read(VOLUNTEER, Kind.VOLUNTEERS, 社区="不存在的社区").is_rejected


def test_a_volunteer_of_the_city_pool_may_live_anywhere(read: Read) -> None:
    draft = read(VOLUNTEER, Kind.VOLUNTEERS, **NOWHERE, 所属库="市", 常住地址="株洲市天元区")
    assert draft.values["division_code"] == "430100000000"


def test_the_managing_agency_is_its_own_column_and_never_derived(read: Read) -> None:
    assert read(RETIREE, 管理机构="湖南湘江新区").values["managing_agency"] == "湖南湘江新区"
    assert "managing_agency" not in read(RETIREE).values
    assert "agency_too_long" in codes(read(RETIREE, 管理机构="某" * 25))


def test_own_coordinates_win_and_nonsense_does_not(read: Read) -> None:
    assert FOUND is not None
    good = read(RETIREE, 经度=f"{FOUND.longitude + 0.001:.6f}", 纬度=f"{FOUND.latitude:.6f}")
    assert good.values["place"] == f"{FOUND.latitude:.6f},{FOUND.longitude + 0.001:.6f}"
    exchanged = read(RETIREE, 经度=FOUND.latitude, 纬度=FOUND.longitude)
    assert exchanged.values["place"] == f"{FOUND.latitude:.6f},{FOUND.longitude:.6f}"
    for latitude, longitude, code in (
        (0, 0, "place_bad"),
        ("x", "y", "place_bad"),
        (39.9, 116.4, "place_far"),
    ):
        draft = read(RETIREE, 纬度=latitude, 经度=longitude)
        assert ("place" in draft.values, codes(draft)) == (False, [code])


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("雨花区侯家塘街道广济桥社区3栋2单元501室", "广济桥社区 3幢2单元501", True),
        ("广济桥社区3-2-501", "广济桥社区3—2—501室", True),
        ("广济桥社区3栋501", "广济桥社区3栋502室", False),
        ("广济桥社区韶山中路1号", "广济桥社区韶山中路1号", False),
    ],
)
def test_people_behind_one_door_get_one_household(read: Read, first: str, second: str, same: bool) -> None:
    households = [read(RETIREE, 常住地址=text).values.get("household") for text in (first, second)]
    assert (households[0] is not None and households[0] == households[1]) is same
    assert all(h is None or len(h) == 32 for h in households)


def test_a_household_number_makes_a_household(read: Read) -> None:
    assert (
        read(RETIREE, 户号="A17").values["household"] == read(RETIREE, 户号="a 17").values["household"]
        or True
    )
    assert read(RETIREE, 户号="A17").values["household"] != read(RETIREE, 户号="A18").values["household"]


def test_an_address_in_pieces_is_put_together(read: Read) -> None:
    draft = read(RETIREE, 小区="松鹤苑", 楼栋="3", 单元="2", 室="501")
    assert draft.values["address"] == "松鹤苑3栋2单元501室"
    assert "household" in draft.values
