"""Phone numbers: which get texts, which are for calls, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.registers import Kind
from services.registers.rows.drafts import ContactDraft, Draft
from tests.registers.samples import MOBILE, MOBILE_2, RETIREE, VOLUNTEER

Read = Callable[..., Draft]
E164, E164_2, LANDLINE = f"+86{MOBILE}", f"+86{MOBILE_2}", "+8673184512345"


def codes(draft: Draft) -> list[str]:
    return [finding.problem.code for finding in draft.findings]


@pytest.mark.parametrize(
    "cell", [MOBILE, float(MOBILE), int(MOBILE), "+86 174-0000-0001", f"0086{MOBILE}", "174 0000 0001"]
)
def test_a_mobile_in_any_dress(read: Read, cell: object) -> None:
    draft = read(RETIREE, 本人手机=cell)
    assert (draft.values["phone"], draft.values["phone_kind"], codes(draft)) == (E164, "mobile", [])


def test_two_mobiles_in_one_cell_make_a_second_way_to_the_person(read: Read) -> None:
    draft = read(RETIREE, 本人手机=f"{MOBILE}、{MOBILE_2}")
    assert draft.values["phone"] == E164
    assert draft.contacts == [ContactDraft("王小英", "本人", E164_2, "mobile")]
    assert codes(draft) == ["phone_several"]


@pytest.mark.parametrize(
    "cell", [f"0731-84512345/{MOBILE}", f"{MOBILE} 0731-84512345", f"84512345；{MOBILE}"]
)
def test_a_landline_beside_a_mobile_is_kept_for_calls(read: Read, cell: str) -> None:
    draft = read(RETIREE, 本人手机=cell)
    assert (draft.values["phone"], draft.values["landline"]) == (E164, LANDLINE)
    assert codes(draft) == ["phone_several"]


def test_a_landline_in_the_column_for_mobiles_is_kept_with_a_warning(read: Read) -> None:
    draft = read(RETIREE, 本人手机="0731-84512345")
    assert (draft.values["phone"], draft.values["phone_kind"]) == (LANDLINE, "landline")
    assert draft.values["landline"] == LANDLINE
    assert codes(draft) == ["phone_landline", "no_texts"]


def test_an_extension_is_kept_with_the_landline(read: Read) -> None:
    draft = read(RETIREE, 固定电话="0731-84512345转801")
    assert draft.values["landline"] == f"{LANDLINE};ext=801"
    assert draft.extra == {"固定电话": "0731-84512345转801"}


def test_a_mobile_in_the_landline_column_is_used_for_texts(read: Read) -> None:
    draft = read(RETIREE, 本人手机=None, 固定电话=MOBILE)
    assert (draft.values["phone"], draft.values["phone_kind"]) == (E164, "mobile")
    assert codes(draft) == []


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1740000000", "phone_too_short"),
        ("174000000011", "phone_too_long"),
        ("12345678901", "phone_not_assigned"),
        ("打儿子电话", "phone_not_a_number"),
        ("1.38E+10", "phone_not_a_number"),
    ],
)
def test_an_unreadable_number_is_left_out_and_kept_as_it_came(read: Read, cell: str, code: str) -> None:
    draft = read(RETIREE, 本人手机=cell)
    assert "phone" not in draft.values
    assert codes(draft) == [code, "no_texts"]
    assert not draft.is_rejected


@pytest.mark.parametrize("cell", ["+852 9123 4567", "12333"])
def test_numbers_that_cannot_be_texted_are_kept_for_calls(read: Read, cell: str) -> None:
    draft = read(RETIREE, 本人手机=cell)
    assert draft.values["phone_kind"] != "mobile"
    assert codes(draft)[0] == "phone_no_texts"


@pytest.mark.parametrize("cell", ["无", "/", "-", None])
def test_no_number_is_said_once(read: Read, cell: str | None) -> None:
    assert codes(read(RETIREE, 本人手机=cell)) == ["no_texts"]


def test_contacts_in_their_order_with_relation_and_kind(read: Read) -> None:
    draft = read(
        RETIREE,
        联系人2姓名="王伟",
        联系人2关系="儿子",
        联系人2电话="84512345",
        联系人1姓名="王 芳",
        联系人1关系="女儿",
        联系人1电话=MOBILE_2,
        紧急联系人="李明 邻居 17400000003",
    )
    assert draft.contacts == [
        ContactDraft("王芳", "女", E164_2, "mobile"),
        ContactDraft("王伟", "子", LANDLINE, "landline"),
        ContactDraft("李明", "邻居", "+8617400000003", "mobile"),
    ]
    assert codes(draft) == ["phone_landline"]


def test_a_contact_with_a_mobile_is_enough_for_texts(read: Read) -> None:
    assert codes(read(RETIREE, 本人手机=None, 联系人1姓名="王芳", 联系人1电话=MOBILE_2)) == []


def test_a_contact_without_a_name_is_called_by_the_relation(read: Read) -> None:
    draft = read(RETIREE, 联系人1关系="女儿", 联系人1电话=MOBILE_2)
    assert draft.contacts == [ContactDraft("女", "女", E164_2, "mobile")]


def test_the_person_in_the_contact_columns_is_no_contact(read: Read) -> None:
    draft = read(RETIREE, 本人手机=None, 联系人1姓名="王小英", 联系人1电话=MOBILE_2)
    assert (draft.values["phone"], draft.contacts) == (E164_2, [])


def test_a_volunteer_needs_a_mobile(read: Read) -> None:
    assert "mobile_missing" in codes(read(VOLUNTEER, Kind.VOLUNTEERS, 手机=None))
    draft = read(VOLUNTEER, Kind.VOLUNTEERS, 手机="0731-84512345")
    assert ("phone_landline" in codes(draft), draft.values["phone_kind"]) == (True, "landline")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(17_400_000_000, 17_405_999_999), min_size=1, max_size=3, unique=True),
    st.sampled_from("/、，; |"),
)
def test_every_mobile_of_a_cell_is_kept(read: Read, numbers: list[int], separator: str) -> None:
    draft = read(RETIREE, 本人手机=separator.join(map(str, numbers)))
    kept = [draft.values["phone"], *(contact.phone for contact in draft.contacts)]
    assert kept == [f"+86{number}" for number in numbers]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_no_text_in_a_phone_cell_stops_the_row(read: Read, cell: str) -> None:
    assert not read(RETIREE, 本人手机=cell, 联系人1=cell).is_rejected
