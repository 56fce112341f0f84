"""Division codes."""

import pytest

from domain.divisions import (
    DivisionCodeError,
    Level,
    ancestors,
    level,
    parent,
    parse,
    prefix,
)


def test_4_1_parent_is_prefix_arithmetic() -> None:
    assert parent("430102013001") == "430102013000"


@pytest.mark.parametrize(
    ("code", "expected_level", "expected_prefix", "expected_parent"),
    [
        ("430000000000", Level.PROVINCE, "43", None),
        ("430100000000", Level.CITY, "4301", "430000000000"),
        ("430102000000", Level.DISTRICT, "430102", "430100000000"),
        ("430102013000", Level.STREET, "430102013", "430102000000"),
        ("430102013001", Level.COMMUNITY, "430102013001", "430102013000"),
        ("430182100200", Level.COMMUNITY, "430182100200", "430182100000"),
        ("441900003001", Level.COMMUNITY, "441900003001", "441900003000"),
        ("441900003000", Level.STREET, "441900003", "441900000000"),
    ],
)
def test_4_1_levels(
    code: str, expected_level: Level, expected_prefix: str, expected_parent: str | None
) -> None:
    assert parse(code) == code
    assert level(code) is expected_level
    assert prefix(code) == expected_prefix
    assert parent(code) == expected_parent


@pytest.mark.parametrize(
    "code",
    [
        "",
        "4301",
        "43010201300",
        "4301020130011",
        "43010201300x",
        "000000000000",
        "004301020130",
        "430102000001",
        "一二三四五六七八九十十十",
    ],
)
def test_broken_codes_are_refused(code: str) -> None:
    with pytest.raises(DivisionCodeError):
        parse(code)


def test_ancestors() -> None:
    assert ancestors("430102013001") == [
        "430102013001",
        "430102013000",
        "430102000000",
        "430100000000",
        "430000000000",
    ]
