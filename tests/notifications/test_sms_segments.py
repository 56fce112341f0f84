"""Vectors: the limits of the standard, and what gateways charge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.segments import Encoding, count_segments, utf16_length


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("", 0, 0),
        ("好", 1, 1),
        ("好" * 70, 70, 1),
        ("好" * 71, 71, 2),
        ("好" * 134, 134, 2),
        ("好" * 135, 135, 3),
        ("好" * 160, 160, 3),
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
        ("好" * 66 + "😀" + "好" * 4, 72, 2),  # the 67th unit would split the pair: it moves on whole
        ("好" * 66 + "😀" + "好" * 66, 134, 3),
        ("欧阳　　震华", 6, 1),
        ("𠮷" * 35, 70, 1),
        ("𠮷" * 35 + "家", 71, 2),
    ],
)
def test_ucs2_texts(text: str, units: int, parts: int) -> None:
    found = count_segments(text)
    assert (found.units, found.parts) == (units, parts)


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("a" * 152 + "€" + "a" * 152, 306, 3),  # the escape and its character stay together
    ],
)
def test_gsm_texts(text: str, units: int, parts: int) -> None:
    found = count_segments(text)
    assert (found.encoding, found.units, found.parts) == (Encoding.GSM7, units, parts)


def test_one_han_character_makes_the_whole_text_ucs2() -> None:
    assert count_segments("a" * 70 + "好").encoding is Encoding.UCS2
    assert count_segments("a" * 70 + "好").parts == 2


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_units_are_utf16_and_parts_hold_them(text: str) -> None:
    found = count_segments(text)
    if found.encoding is Encoding.UCS2:
        assert found.units == len(text.encode("utf-16-be")) // 2 == utf16_length(text)
        assert found.parts >= -(-found.units // 67) or found.units <= 70
        # A pair moved whole to the next segment wastes at most one unit of each segment.
        assert found.parts <= -(-found.units // 66) or found.units <= 70
