"""Phone numbers as registers and people write them."""

import pytest

from notifications.phone_cells import read_cell, split_phones
from notifications.phones import PhoneError, PhoneFault, PhoneKind, dialled, read_mobile, read_phone

MOBILE, LANDLINE, OTHER, FOREIGN = PhoneKind.MOBILE, PhoneKind.LANDLINE, PhoneKind.OTHER, PhoneKind.FOREIGN


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        " 138 1234 5678 ",
        "138-1234-5678",
        "8613812345678",
        "+86 138 1234 5678",
        "008613812345678",
        "013812345678",
        "１３８１２３４５６７８",
        "13812345678.0",
        "1.3812345678E10",
        "1.3812345678e+10",
    ],
)
def test_one_mobile_number_in_many_spellings(text: str) -> None:
    assert read_mobile(text).e164 == "+8613812345678"


@pytest.mark.parametrize(
    ("text", "e164", "kind", "extension"),
    [
        ("0731-84512345", "+8673184512345", LANDLINE, ""),
        ("(0731)84512345", "+8673184512345", LANDLINE, ""),
        ("0731—84512345", "+8673184512345", LANDLINE, ""),
        ("84512345", "+8673184512345", LANDLINE, ""),
        ("0731-84512345转8012", "+8673184512345", LANDLINE, "8012"),
        ("0731-84512345-802", "+8673184512345", LANDLINE, "802"),
        ("84512345 ext. 12", "+8673184512345", LANDLINE, "12"),
        ("0737-4412345", "+867374412345", LANDLINE, ""),
        ("400-812-3456", "+864008123456", OTHER, ""),
        ("12333", "+8612333", OTHER, ""),
        ("95588", "+8695588", OTHER, ""),
        ("+852 9123 4567", "+85291234567", FOREIGN, ""),
        ("+1 202 555 0123", "+12025550123", FOREIGN, ""),
    ],
)
def test_other_kinds(text: str, e164: str, kind: PhoneKind, extension: str) -> None:
    number = read_phone(text)
    assert (number.e164, number.kind, number.extension) == (e164, kind, extension)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", PhoneFault.EMPTY),
        ("　", PhoneFault.EMPTY),
        ("不详", PhoneFault.NOT_A_NUMBER),
        ("138****5678", PhoneFault.NOT_A_NUMBER),
        ("1.38E+10", PhoneFault.NOT_A_NUMBER),  # the spreadsheet has lost digits: no guess
        ("1381234567", PhoneFault.TOO_SHORT),
        ("138123456789", PhoneFault.TOO_LONG),
        ("1381234567813987654321", PhoneFault.TOO_LONG),
        ("00000000000", PhoneFault.NOT_ASSIGNED),
        ("11111111111", PhoneFault.NOT_ASSIGNED),
        ("12345678901", PhoneFault.NOT_ASSIGNED),
        ("6", PhoneFault.TOO_SHORT),
    ],
)
def test_unusable_numbers_say_why_and_do_not_repeat_themselves(text: str, reason: PhoneFault) -> None:
    with pytest.raises(PhoneError) as caught:
        read_phone(text)
    assert caught.value.reason is reason
    assert not text.strip() or text not in str(caught.value)


@pytest.mark.parametrize("text", ["0731-84512345", "+85291234567", "12333", "4008123456"])
def test_only_mainland_mobile_numbers_can_be_texted(text: str) -> None:
    with pytest.raises(PhoneError) as caught:
        read_mobile(text)
    assert caught.value.reason is PhoneFault.NOT_MOBILE


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("13812345678/0731-84512345", ["+8613812345678", "+8673184512345"]),
        ("13812345678、13987654321", ["+8613812345678", "+8613987654321"]),
        ("13812345678或84512345", ["+8613812345678", "+8673184512345"]),
        ("13812345678 13987654321", ["+8613812345678", "+8613987654321"]),
        ("13812345678\n13987654321", ["+8613812345678", "+8613987654321"]),
        ("13812345678；13987654321", ["+8613812345678", "+8613987654321"]),
        ("138 1234 5678", ["+8613812345678"]),
        ("0731 84512345", ["+8673184512345"]),
        ("0731 84512345 转 8012 13812345678", ["+8673184512345", "+8613812345678"]),
        ("张三13812345678(女儿) 手机13987654321", ["+8613812345678", "+8613987654321"]),
        ("13812345678（儿子）13987654321（女儿）", ["+8613812345678", "+8613987654321"]),
        ("电话：0731-84512345-802、13812345678", ["+8673184512345", "+8613812345678"]),
        ("13812345678、13812345678", ["+8613812345678"]),
        ("无", []),
        ("", []),
    ],
)
def test_several_numbers_in_a_cell(cell: str, numbers: list[str]) -> None:
    found = read_cell(cell)
    assert [number.e164 for number in found.numbers] == numbers
    assert found.faults == ()


@pytest.mark.parametrize(
    ("cell", "numbers", "faults"),
    [
        ("0731-84512345/6", ["+8673184512345"], [PhoneFault.TOO_SHORT]),
        ("1381234567 13812345678", ["+8613812345678"], [PhoneFault.TOO_SHORT]),
        ("13812345678，138****5678", ["+8613812345678"], [PhoneFault.NOT_A_NUMBER]),
        ("张三 1.38E+10", [], [PhoneFault.NOT_A_NUMBER]),
    ],
)
def test_good_numbers_are_kept_beside_bad_ones(
    cell: str, numbers: list[str], faults: list[PhoneFault]
) -> None:
    found = read_cell(cell)
    assert [number.e164 for number in found.numbers] == numbers
    assert list(found.faults) == faults


def test_a_huge_cell_is_read_in_reasonable_time() -> None:
    assert len(split_phones("13812345678 " * 400)) == 400


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613812345678", "13812345678"),
        ("+8673188880001", "073188880001"),
        ("+861088880001", "01088880001"),
        ("+8612333", "12333"),
        ("+85261234567", "+85261234567"),
    ],
)
def test_a_number_is_shown_as_one_dials_it(number: str, shown: str) -> None:
    assert dialled(number) == shown
