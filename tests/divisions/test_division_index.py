"""Communities are found as offices write them, and never guessed at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.divisions import Level
from models.division_data import DivisionRow, load_division_rows
from models.division_index import DivisionIndex, Kind
from models.division_names import bare, canonical, plain

INDEX = DivisionIndex(load_division_rows())
COMMUNITIES = [row for row in INDEX.by_code.values() if row.level is Level.COMMUNITY]
TWINS = {"430103016002", "430103016203"}  # 牛角塘社区 and 牛角塘村 of one street

community = st.sampled_from(COMMUNITIES)
spaces = st.text(alphabet=" \u3000\t", max_size=2)


def above(row: DivisionRow) -> tuple[str, str]:
    return INDEX.by_code[row.code[:9] + "000"].name, INDEX.by_code[row.code[:6] + "000000"].name


def test_every_community_is_found_by_its_own_names() -> None:
    for row in COMMUNITIES:
        street, district = above(row)
        assert INDEX.find(row.name, street, district).row is row
        assert INDEX.find(INDEX.full_name(row.code)).row is row
        assert INDEX.find_in_address(INDEX.full_name(row.code) + "3栋2单元501").row is row


def test_every_community_is_found_by_its_short_name_in_its_street() -> None:
    for row in COMMUNITIES:
        street, district = above(row)
        found = INDEX.find(bare(canonical(plain(row.name))), street, district)
        if row.code in TWINS:
            assert {choice.code for choice in found.choices} == TWINS
        else:
            assert found.row is row


def test_a_name_alone_is_enough_only_when_the_city_has_it_once() -> None:
    for row in COMMUNITIES:
        found = INDEX.find(row.name)
        assert found.row is row or (found.kind is Kind.AMBIGUOUS and row in found.choices)


@given(
    row=community,
    front=spaces,
    back=spaces,
    city=st.sampled_from(["", "长沙市", "湖南省长沙市", "湖南省 长沙市 "]),
    district_cut=st.booleans(),
    street_cut=st.booleans(),
    suffix=st.sampled_from(["居委会", "居民委员会", "社区居委会", "社区", "村", "村委会", "村民委员会"]),
)
def test_variations_in_writing_do_not_matter(
    row: DivisionRow, front: str, back: str, city: str, district_cut: bool, street_cut: bool, suffix: str
) -> None:
    street, district = above(row)
    if district_cut and district != "长沙县":
        district = district[:-1]
    if street_cut:
        street = street.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    name = bare(canonical(plain(row.name))) + suffix
    found = INDEX.find(front + name + back, front + street, city + district + back)
    if row.code in TWINS:
        assert found.row is not None
        assert ("村" in suffix) == (found.row.code == "430103016203")
    else:
        assert found.row is row
        assert found.unread == ()


@given(text=st.text(max_size=30), street=st.text(max_size=8), district=st.text(max_size=6))
def test_any_text_gets_an_answer(text: str, street: str, district: str) -> None:
    for found in (INDEX.find(text, street, district), INDEX.find_in_address(text, street, district)):
        assert (found.kind is Kind.MATCH) == (found.row is not None)
        assert len(found.suggestions) <= 3
        assert found.row is None or found.row.level is Level.COMMUNITY


@pytest.mark.parametrize(
    ("name", "street", "district"),
    [
        ("广济桥", "侯家塘", "雨花"),
        ("广济桥社区", "侯家塘街道办事处", "长沙市雨花区"),
        ("广济桥社区", "雨花区侯家塘街道", ""),
        ("广济桥社区", "雨花侯家塘", ""),
        ("侯家塘街道广济桥社区", "", ""),
        ("侯家塘广济桥", "", ""),
        ("长沙市雨花区侯家塘街道广济桥社区居民委员会", "", ""),
        ("广济桥社区（居委会）", "侯家塘街办", "雨花区"),
        ("４３０１１１００１０１１", "", ""),
        ("430111001011", "", ""),
    ],
)
def test_ways_to_write_one_community(name: str, street: str, district: str) -> None:
    row = INDEX.find(name, street, district).row
    assert row is not None
    assert row.code == "430111001011"


@pytest.mark.parametrize(
    ("name", "street", "district", "code"),
    [
        ("朝阳", "朝阳街道", "芙蓉区", "430102002001"),  # the street is 朝阳街街道
        ("花园村", "榔梨街道", "长沙县", "430121004202"),  # 㮾 is not in every font
        ("杏村", "灰汤镇", "宁乡县", "430182109218"),  # a county until 2017
        ("文艺新村", "文艺路", "芙蓉", "430102001002"),  # ends in 村 but is a 社区
        ("黎托乡合丰村", "", "雨花区", "430111009003"),  # a township until 2012
    ],
)
def test_old_and_loose_names(name: str, street: str, district: str, code: str) -> None:
    row = INDEX.find(name, street, district).row
    assert row is not None
    assert row.code.startswith(code)


@pytest.mark.parametrize("street", ["望城坡街道", "岳麓街道", "芙蓉北路街道", "雨花亭街道", "浏阳河街道"])
def test_streets_named_like_districts(street: str) -> None:
    for row in COMMUNITIES:
        if above(row)[0] == street:
            assert INDEX.find(row.name, street).row is row
            assert INDEX.find_in_address(street + row.name).row is row


def test_streets_called_alike_need_their_district() -> None:
    assert {row.code[:6] for row in INDEX.find("东塘").choices} > {"430111"}
    for district, code in (("雨花区", "430111007"), ("长沙县", "430121109")):
        rows = [row for row in COMMUNITIES if row.code.startswith(code)]
        assert INDEX.find(rows[0].name, "高桥", district).row is rows[0]


def test_a_street_of_another_district_is_not_guessed_at() -> None:
    found = INDEX.find("广济桥社区", "侯家塘街道", "开福区")
    assert found.kind is Kind.NONE
    assert found.unread == ("street",)
    assert found.suggestions[0].code == "430111001011"


def test_a_community_of_another_street_is_suggested() -> None:
    found = INDEX.find("广济桥社区", "东塘街道", "雨花区")
    assert (found.kind, found.area) == (Kind.NONE, "430111005000")
    assert found.suggestions[0].code == "430111001011"


def test_a_slip_of_the_pen_gets_suggestions() -> None:
    found = INDEX.find("广济乔社区", "侯家塘街道", "雨花区")
    assert found.kind is Kind.NONE
    assert found.suggestions[0].code == "430111001011"


def test_an_unread_street_is_named() -> None:
    found = INDEX.find("广济桥社区", "侯加塘街道", "雨花区")
    assert found.row is not None
    assert found.row.code == "430111001011"
    assert found.unread == ("street",)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("湖南省长沙市雨花区侯家塘街道广济桥社区韶山中路123号", "430111001011"),
        ("雨花区侯家塘街道韶山中路88号广济桥社区3栋", "430111001011"),
        ("雨花区侯家塘街道广济桥12栋", "430111001011"),
        ("宁乡县灰汤镇杏村12组", "430182109218"),
        ("雨花区广济桥社区", "430111001011"),
    ],
)
def test_addresses(address: str, code: str) -> None:
    row = INDEX.find_in_address(address).row
    assert row is not None
    assert row.code == code


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("长沙市雨花区韶山中路12号", "430111000000"),
        ("长沙县星沙街道", "430121001000"),
        ("天心区城南中路5号", "430103000000"),  # a road, not the street 城南路街道
        ("广东省深圳市罗湖区", ""),
        ("", ""),
    ],
)
def test_addresses_without_a_community_tell_how_far_they_were_read(address: str, area: str) -> None:
    found = INDEX.find_in_address(address)
    assert (found.kind, found.area) == (Kind.NONE, area)


def test_names_of_higher_divisions() -> None:
    assert INDEX.full_name("430111001011") == "雨花区侯家塘街道广济桥社区居委会"
    assert INDEX.full_name("430111001000") == "雨花区侯家塘街道"
    assert [row.name for row in INDEX.children("430100000000")][:2] == ["芙蓉区", "天心区"]


BRIDGE, WHERE = "广济桥社区居委会", ("侯家塘街道", "雨花区")


@pytest.mark.parametrize(
    "text", ["广济桥头社区", "广济桥头居委会", "广济桥头村", "广济桥头", "侯家塘街道广济桥头社区", "广济"]
)
def test_the_beginning_of_another_name_is_no_match_but_is_reported(text: str) -> None:
    found = INDEX.find(text, *WHERE)
    assert (found.row, found.kind) == (None, Kind.NONE)
    assert BRIDGE in [row.name for row in found.suggestions]


@pytest.mark.parametrize(
    "text", ["广济桥", "广济桥社区", "广济桥3栋", "广济桥韶山中路1号", "广济桥金丝雀栋二单元"]
)
def test_a_whole_name_is_a_match_also_before_an_address(text: str) -> None:
    found = INDEX.find(text, *WHERE)
    assert found.row is not None
    assert found.row.name == BRIDGE


def test_in_an_address_a_longer_name_is_another_community() -> None:
    found = INDEX.find_in_address("雨花区侯家塘街道广济桥头社区3栋501")
    assert found.kind is Kind.NONE
    assert BRIDGE in [row.name for row in found.suggestions]


def test_the_community_that_is_named_as_one_wins_over_a_road_called_like_another() -> None:
    found = INDEX.find_in_address("雨花区侯家塘街道韶山路广济桥社区3栋")
    assert found.row is not None
    assert found.row.name == BRIDGE


@pytest.mark.parametrize(("short", "long"), [("高塘", "高塘岭"), ("霞凝", "霞凝港"), ("黄花", "黄花路")])
def test_of_two_names_that_begin_alike_each_is_found(short: str, long: str) -> None:
    rows = {
        bare(canonical(plain(r.name))): r
        for r in COMMUNITIES
        if bare(canonical(plain(r.name))) in (short, long)
    }
    for name, row in rows.items():
        street, district = above(row)
        for text in (name, f"{name}社区"):
            assert INDEX.find(text, street, district).row is row, text
