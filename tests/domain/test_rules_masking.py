"""What may be shown of a person (§5.2)."""

import pytest

from domain.masking import (
    mask_address,
    mask_id,
    mask_id_for_volunteer,
    mask_name,
    mask_phone,
    mask_text,
)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王英", "王*"),
        ("王小英", "王*英"),
        ("欧阳华", "欧*华"),
        ("欧阳震华", "欧**华"),
        ("欧阳　　震华", "欧**华"),
        ("司马相如之", "司**之"),
        ("阿依古丽·买买提", "阿**提"),
        ("𠮷田", "𠮷*"),
        ("邵𠮷祥", "邵*祥"),
        ("葛\U000e0100小英", "葛*英"),
        (" 王 英 ", "王*"),
        ("李", "*"),
        ("", ""),
    ],
)
def test_5_2_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("430102194203151234", "430***********1234"),
        ("11010519491231002X", "110***********002X"),
        ("110105491231002", "110********1002"),
        ("H12345678", "*******78"),
        ("C1", "**"),
        ("", ""),
    ],
)
def test_5_2_identity_numbers(number: str, masked: str) -> None:
    assert mask_id(number) == masked
    assert len(masked) == len(number)


def test_5_2_volunteers_see_the_last_four_only() -> None:
    assert mask_id_for_volunteer("430102194203151234") == "**************1234"
    assert mask_id_for_volunteer("123") == "***"


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("008613812345678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("0731-88881234", "0731-****1234"),
        ("073188881234", "0731-****1234"),
        ("(0731)88881234", "0731-****1234"),
        ("+86 731 8888 1234", "0731-****1234"),
        ("010-65251234", "010-****1234"),
        ("88881234", "****1234"),
        ("+852 9123 4567", "*******4567"),
        ("12333", "*2333"),
        ("120", "***"),
        ("", ""),
    ],
)
def test_5_2_phones(number: str, masked: str) -> None:
    assert mask_phone(number) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("芙蓉区荷花园街道恒达花园3栋2单元501室", "芙蓉区荷花园街道恒达花园***"),
        ("雨花区侯家塘街道某某小区 12幢 3-402", "雨花区侯家塘街道某某小区***"),
        ("五一大道235号", "五一大道***"),
        ("浏阳市大瑶镇某某村第一组", "浏阳市大瑶镇某某村第***"),
        ("芙蓉区五一东村社区", "芙蓉区五一东村社区"),
    ],
)
def test_5_2_addresses(address: str, masked: str) -> None:
    assert mask_address(address) == masked


def test_5_2_free_text() -> None:
    text = "行12: 430102194203150022 与 110105491231002 重复, 电话13812345678或0731-88881234, 订单20261123"
    assert mask_text(text) == (
        "行12: 430***********0022 与 110********1002 重复, 电话138****5678或0731-****1234, 订单20261123"
    )
    assert mask_text("11010519491231002x") == "110***********002x"
