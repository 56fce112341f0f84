"""What may stand in a placeholder: rules of mainland gateways and of data protection."""

from __future__ import annotations

import re
import unicodedata

MAX_VALUE = 35
_LINK = re.compile(r"://|www\.|[a-z0-9-]+\.[a-z]{2,}|\w\.(?:中国|公司|网络|网址)", re.IGNORECASE)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)(?:(?:\d[ -]?){17}[\dXx]|(?:\d[ -]?){14}\d)(?!\d)")
_BRACKETS = re.compile(r"[【】〔〕]")
# Control, format (zero width, text direction), lone surrogate; line and paragraph separators. Private use and
# unassigned stay allowed: rare Han characters of names live there.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def has_link(text: str) -> bool:
    """A web address, or what a phone would turn into one."""
    return bool(_LINK.search(unicodedata.normalize("NFKC", text)))


def has_mobile(text: str) -> bool:
    """A mobile number of mainland China, also written in groups or in full-width digits."""
    return bool(_MOBILE.search(unicodedata.normalize("NFKC", text)))


def has_id_number(text: str) -> bool:
    """Fifteen or eighteen characters that read as an identity number."""
    return bool(_ID_NUMBER.search(unicodedata.normalize("NFKC", text)))


def has_brackets(text: str) -> bool:
    """The brackets of a signature, which a text may carry only once, in front."""
    return bool(_BRACKETS.search(text))


def find_fault(value: str, max_length: int) -> str:
    """Why a value may not stand in a text, or an empty string; the value itself is not repeated."""
    checks = (
        (not value.strip(), "is empty"),
        (len(value) > max_length, f"is longer than {max_length} characters"),
        (any(unicodedata.category(c) in _UNPRINTABLE for c in value), "has a line break or hidden character"),
        (has_brackets(value), "has signature brackets"),
        (has_link(value), "has a link"),
        (has_mobile(value), "has a mobile number"),
        (has_id_number(value), "has an identity number"),
    )
    return next((problem for is_bad, problem in checks if is_bad), "")
