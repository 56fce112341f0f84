"""Arithmetic on 12-digit division codes: 2 province, 2 city, 2 district, 3 street, 3 community."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How far down a division stands."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"


# digits that a code of each level uses; the rest is zero
_DIGITS = {Level.PROVINCE: 2, Level.CITY: 4, Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12}
_LEVELS = tuple(_DIGITS)


class DivisionCodeError(ValueError):
    """Not a division code."""


def parse(code: str) -> str:
    """The code itself when it has 12 ASCII digits and names a place; else DivisionCodeError.

    Cities without districts (441900003001) are fine; a community without a street is not.
    """
    code = code.strip()
    if len(code) != 12 or not (code.isascii() and code.isdigit()):
        raise DivisionCodeError(f"a division code has 12 digits: {code!r}")
    if code.startswith("00"):
        raise DivisionCodeError(f"no province: {code!r}")
    if level(code) is Level.COMMUNITY and code[6:9] == "000":
        raise DivisionCodeError(f"a community without a street: {code!r}")
    return code


def level(code: str) -> Level:
    """The lowest level whose digits are not all zero."""
    for candidate in reversed(_LEVELS):
        above = _DIGITS[_LEVELS[_LEVELS.index(candidate) - 1]] if candidate is not Level.PROVINCE else 0
        if int(code[above : _DIGITS[candidate]]):
            return candidate
    raise DivisionCodeError(f"no province: {code!r}")


def prefix(code: str) -> str:
    """The digits that all divisions inside share: '430102000000' → '430102'."""
    return code[: _DIGITS[level(code)]]


def parent(code: str) -> str | None:
    """The division above, None above a province: '430102013001' → '430102013000'."""
    own = level(code)
    if own is Level.PROVINCE:
        return None
    return code[: _DIGITS[_LEVELS[_LEVELS.index(own) - 1]]].ljust(12, "0")


def ancestors(code: str) -> list[str]:
    """The division and everything above it, lowest first."""
    chain = [code]
    while (above := parent(chain[-1])) is not None:
        chain.append(above)
    return chain
