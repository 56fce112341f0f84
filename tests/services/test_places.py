"""A community is found as people write it; the name alone will do where there is only one."""

from __future__ import annotations

import pytest

from services.errors import BadInput
from services.places import find_community

NAMES = {
    "430100000000": "长沙市",
    "430111000000": "雨花区",
    "430111001000": "侯家塘街道",
    "430111001001": "广济桥社区居委会",
    "430111001002": "新建社区居民委员会",
    "430111002000": "东塘街道",
    "430111002001": "新建社区",
    "430121100000": "黄花镇",
    "430121100201": "高岭村委会",
    "430121100202": "社区",
}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("侯家塘街道 广济桥社区", "430111001001"),
        ("侯家塘 广济桥", "430111001001"),
        ("广济桥社区居委会", "430111001001"),
        ("雨花区 东塘街道 新建社区", "430111002001"),
        ("侯家塘 新建", "430111001002"),
        ("黄花镇 高岭村", "430121100201"),
        ("430111002001", "430111002001"),
        ("东塘街道 新建社区 430111002001", "430111002001"),
    ],
)
def test_as_people_write_it(said: str, code: str) -> None:
    assert find_community(NAMES, said) == code


@pytest.mark.parametrize("said", ["新建社区", "雨花区 新建社区"])
def test_of_several_the_street_is_asked_for(said: str) -> None:
    with pytest.raises(BadInput, match="Several"):
        find_community(NAMES, said)


@pytest.mark.parametrize("said", ["不知道", " ", "东塘街道", "东塘街道 广济桥社区"])
def test_what_is_none_is_refused_with_the_way_out(said: str) -> None:
    with pytest.raises(BadInput, match="no such"):
        find_community(NAMES, said)
