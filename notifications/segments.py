"""How long a text is on the wire, and how many segments are paid for (3GPP TS 23.038 and 23.040)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two septets: escape and character


class Encoding(StrEnum):
    """What the text can be sent as."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


# Units in a text of one segment, and in each segment of a longer one (the rest carries the joining header).
LIMITS = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` are septets or UTF-16 code units; `parts` is what the gateway charges for."""

    encoding: Encoding
    units: int
    parts: int


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units: characters beyond the basic plane (emoji, rare Han) count two."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)


def count_segments(text: str) -> Segments:
    """Encoding, units and segments of a text; a surrogate pair or an escaped character is never split."""
    is_gsm = all(character in GSM_BASIC or character in GSM_EXTENDED for character in text)
    encoding = Encoding.GSM7 if is_gsm else Encoding.UCS2
    single, joined = LIMITS[encoding]
    widths = [_width(character, is_gsm) for character in text]
    units = sum(widths)
    if units <= single:
        return Segments(encoding, units, 1 if text else 0)
    parts, room = 1, joined
    for width in widths:
        if width > room:
            parts, room = parts + 1, joined
        room -= width
    return Segments(encoding, units, parts)


def _width(character: str, is_gsm: bool) -> int:
    if is_gsm:
        return 2 if character in GSM_EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1
