"""Vectors: the limits of the standard, and what gateways charge."""

from random import Random

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from notifications.segments import GSM_BASIC, GSM_EXTENDED, Encoding, count_segments, utf16_length


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


# Text lengths near which a count changes: one segment, two, three, in units of either alphabet.
BORDERS = (
    1,
    35,
    66,
    67,
    68,
    69,
    70,
    71,
    133,
    134,
    135,
    152,
    153,
    154,
    159,
    160,
    161,
    201,
    306,
    307,
    459,
    460,
)
BASIC, EXTENDED = "".join(sorted(GSM_BASIC)), "".join(sorted(GSM_EXTENDED))
ALPHABETS = (
    BASIC,
    BASIC + EXTENDED * 20,
    EXTENDED,
    "您好请回复接受拒绝任务号，。：！？【】" + BASIC,
    "您好请回复" + "😀👍🏽🇨🇳𠮷𠀀𪚥" + "\u200d\ufe0f",
    "éèùàñüΔΦΓ" + "êçœłß`´",
    "\u00a0\u3000\t\u2028'“”‘’…—\r\n",
)


def generated_texts(count: int, seed: int) -> list[str]:
    """Texts of all alphabets and mixtures of them, mostly around the borders of segments."""
    rng, texts = Random(seed), []
    for _ in range(count):
        alphabet = rng.choice(ALPHABETS) if rng.random() < 0.8 else "".join(rng.sample(ALPHABETS, 2))
        length = rng.choice(BORDERS) + rng.randint(-2, 2) if rng.random() < 0.8 else rng.randint(1, 700)
        text = "".join(rng.choices(alphabet, k=max(length, 1)))
        if rng.random() < 0.1:  # one character from elsewhere changes the whole count
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice("好€😀") + text[at:]
        texts.append(text)
    return texts


def test_counting_equals_a_published_library_on_ten_thousand_texts() -> None:
    """All but two sorts: it counts an empty text as one segment, and a bare escape as a character of GSM."""
    encodings = {"gsm0338": Encoding.GSM7, "utf_16_be": Encoding.UCS2}
    seen: dict[tuple[Encoding, int], int] = {}
    for text in generated_texts(10_000, seed=4):
        ours, theirs = count_segments(text), smsutil.split(text)
        assert (ours.encoding, ours.parts) == (encodings[theirs.encoding], len(theirs.parts)), repr(text)
        units = theirs.total_bytes if ours.encoding is Encoding.GSM7 else theirs.total_bytes // 2
        assert ours.units == units, repr(text)
        seen[ours.encoding, min(ours.parts, 4)] = seen.get((ours.encoding, min(ours.parts, 4)), 0) + 1
    assert len(seen) == 8, "one, two, three and more segments in both alphabets"
    assert min(seen.values()) > 100
