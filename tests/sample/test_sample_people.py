"""The registers are whole, valid in every number, and clearly synthetic."""

from __future__ import annotations

from collections import Counter
from datetime import date

import phonenumbers

from domain.ages import completed_years
from domain.identity import Sex, parse_identity
from models.division_data import load_division_rows
from models.division_index import DivisionIndex
from simulation.sample.headers import RETIREE_COLUMNS, VOLUNTEER_COLUMNS
from tests.sample.reading import TODAY, Sample

PHONES = ("本人手机", "联系人1电话", "联系人2电话")


def test_columns_are_those_of_real_registers(sample: Sample) -> None:
    assert list(sample.retirees[0]) == list(RETIREE_COLUMNS)
    assert list(sample.volunteers[0]) == list(VOLUNTEER_COLUMNS)
    assert [row["序号"] for row in sample.retirees] == list(range(1, 2001))
    assert [row["序号"] for row in sample.volunteers] == list(range(1, 301))


def test_every_row_says_that_it_is_a_sample(sample: Sample) -> None:
    assert {row["备注"] for row in sample.retirees + sample.volunteers} == {"虚拟样本数据"}


def test_identity_numbers_are_valid_unique_and_of_no_real_district(sample: Sample) -> None:
    numbers = [(row["公民身份号码"], row["性别"], row["出生年月"]) for row in sample.retirees]
    numbers += [(row["证件号码"], row["性别"], f"{row['出生日期']:%Y-%m-%d}") for row in sample.volunteers]
    for number, sex, born_on in numbers:
        read = parse_identity(number, TODAY)
        assert (read.sex is Sex.FEMALE) == (sex == "女")
        assert read.born_on == date.fromisoformat(born_on)
        assert number.startswith("430199")
    assert len({number for number, _, _ in numbers}) == 2300


def test_mobiles_are_valid_and_lie_in_the_satellite_block(sample: Sample) -> None:
    own = [row["本人手机"] for row in sample.retirees if row["本人手机"]]
    own += [row["手机"] for row in sample.volunteers]
    assert len(own) == len(set(own))
    contacts = [row[name] for row in sample.retirees for name in PHONES[1:] if row[name]]
    assert not set(own) & set(contacts)
    assert max(Counter(contacts).values()) == 2  # a couple shares a child
    for number in {*own, *contacts}:
        parsed = phonenumbers.parse(number, "CN")
        assert phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
        assert phonenumbers.is_valid_number(parsed)
        assert "17400000000" <= number <= "17405999999"


def test_landlines_are_valid_but_nobodys(sample: Sample) -> None:
    landlines = [row["固定电话"] for row in sample.retirees if row["固定电话"]]
    assert len(landlines) > 150
    for number in landlines:
        assert (
            phonenumbers.number_type(phonenumbers.parse(number, "CN"))
            == phonenumbers.PhoneNumberType.FIXED_LINE
        )
        assert number.startswith("0731-00")


def test_most_can_be_reached_some_by_landline_only_a_few_not_at_all(sample: Sample) -> None:
    mobile = sum(any(row[name] for name in PHONES) for row in sample.retirees)
    nothing = sum(not row["固定电话"] and not any(row[n] for n in PHONES) for row in sample.retirees)
    assert 0.88 < mobile / 2000 < 0.96
    assert 0.01 < nothing / 2000 < 0.035
    assert sample.figures.without_mobile == 2000 - mobile


def test_ages(sample: Sample) -> None:
    retirees = [completed_years(date.fromisoformat(row["出生年月"]), TODAY) for row in sample.retirees]
    assert min(retirees) >= 60
    assert max(retirees) <= 99
    assert 0.13 < sum(age >= 80 for age in retirees) / 2000 < 0.18
    volunteers = [completed_years(row["出生日期"].date(), TODAY) for row in sample.volunteers]
    assert min(volunteers) >= 20
    assert max(volunteers) <= 75


def test_every_place_is_a_real_community_found_by_its_words(sample: Sample) -> None:
    index = DivisionIndex(load_division_rows())
    used = set()
    for row in sample.retirees + sample.volunteers:
        found = index.find(row["社区"], row["街道"], row["区县"]).row
        assert found is not None
        assert found == index.find_in_address(row["常住地址"]).row
        used.add(found.code)
    assert {code[:6] for code in used} == {row.code[:6] for row in index.children("430100000000")}
    assert 300 < len(used) < 1649 * 0.3


def test_couples_share_a_door_and_name_each_other(sample: Sample) -> None:
    by_address: dict[str, list[dict[str, object]]] = {}
    for row in sample.retirees:
        by_address.setdefault(f"{row['常住地址']} {row['配偶姓名']}", [])
        by_address[f"{row['常住地址']} {row['配偶姓名']}"].append(row)
    married = [row for row in sample.retirees if row["配偶姓名"]]
    assert 0.2 < len(married) / 2000 < 0.4
    for row in married:
        other = by_address[f"{row['常住地址']} {row['姓名']}"][0]
        assert (other["姓名"], other["配偶状况"], other["婚姻"]) == (row["配偶姓名"], "退休", "已婚")
        assert {row["性别"], other["性别"]} == {"男", "女"}
        assert row["居住方式"] == other["居住方式"] != "独居"
