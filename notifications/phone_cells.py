"""Several phone numbers in one cell of a register, with names, labels and all the usual separators."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notifications.phones import CHANGSHA, PhoneError, PhoneFault, PhoneNumber, plain_digits, read_phone

_NOTES = re.compile(r"[^\d+()\-.*\s#转轉]|\(\s*[^\d\s()][^()]*\)")
_SEPARATORS = re.compile(r"[/\\、,;|\n\r]|或者?|和|及")

MAX_WORDS = 6  # "+86 731 8451 2345 转 12"


@dataclass(frozen=True, slots=True)
class PhoneCell:
    """What a register's cell holds: numbers in their order, each once, and why the rest is unreadable."""

    numbers: tuple[PhoneNumber, ...]
    faults: tuple[PhoneFault, ...]


def read_cell(cell: str, area_code: str = CHANGSHA) -> PhoneCell:
    """Read a cell that may hold several numbers with names, labels and all the usual separators between."""
    numbers: dict[str, PhoneNumber] = {}
    faults: list[PhoneFault] = []
    for text in split_phones(cell, area_code):
        try:
            number = read_phone(text, area_code)
        except PhoneError as error:
            faults.append(error.reason)
        else:
            numbers.setdefault(number.e164 + number.extension, number)
    return PhoneCell(tuple(numbers.values()), tuple(faults))


def split_phones(cell: str, area_code: str = CHANGSHA) -> list[str]:
    """The texts in a cell that stand for numbers: "13812345678/0731-84512345" gives two.

    Blanks separate numbers only where that makes each side readable ("138 1234 5678" stays one).
    """
    found: list[str] = []
    for piece in _SEPARATORS.split(plain_digits(cell).replace("分机", "转")):
        words = _NOTES.sub(" ", piece).split()
        found += _group(words, area_code) if any(map(_has_digit, words)) else []
    return found


def _group(words: list[str], area_code: str) -> list[str]:
    """Join neighbouring words into as few readable numbers as possible; unreadable ones stay together."""
    groups: list[str] = []
    unread = ""
    while words:
        sizes = range(min(MAX_WORDS, len(words)), 0, -1)
        size = next((size for size in sizes if _is_readable("".join(words[:size]), area_code)), 0)
        if size:
            groups += [unread, "".join(words[:size])]
            unread = ""
        else:
            unread += words[0]
        words = words[max(size, 1) :]
    return [group for group in [*groups, unread] if group]


def _is_readable(text: str, area_code: str) -> bool:
    try:
        read_phone(text, area_code)
    except PhoneError:
        return False
    return True


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)
