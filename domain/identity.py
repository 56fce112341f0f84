"""Citizens' identity numbers (GB 11643): cleaned, checked by check digit and birth date, never by prefix.

The prefix is not checked: a person keeps the number of a county that was abolished long ago.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.masking import mask_id

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_NOISE = re.compile("[\\s\u200b-\u200f\u2060\ufeff'`\u2018\u2019\u00b4·.-]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")


class IdentityProblem(StrEnum):
    """What is wrong with a number, for a row report."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"
    FLOAT_LOST_DIGITS = "float_lost_digits"  # a spreadsheet kept the number as a number: digits are gone


class IdentityNumberError(ValueError):
    """Not an identity number; `reason` says why. The text holds no digit of the number."""

    def __init__(self, reason: IdentityProblem) -> None:
        super().__init__(f"not an identity number: {reason}")
        self.reason = reason


class Sex(StrEnum):
    """As the 17th digit tells."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True)
class IdentityNumber:
    """A checked number of 18 characters; `legacy` when it was given in the 15 digits used before 1999."""

    number: str
    legacy: bool = False

    @property
    def born_on(self) -> date:
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def sex(self) -> Sex:
        return Sex.MALE if int(self.number[16]) % 2 else Sex.FEMALE

    @property
    def last4(self) -> str:
        return self.number[-4:]

    def __repr__(self) -> str:
        return f"IdentityNumber({mask_id(self.number)!r})"

    __str__ = __repr__


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECK_DIGITS[total % 11]


def clean_identity(raw: str | float) -> str:
    """Half-width digits and capital X, without spaces, dashes and the apostrophe of spreadsheets.

    Raises IdentityNumberError(FLOAT_LOST_DIGITS) for a number that was rounded to 15 digits.
    """
    if isinstance(raw, float):
        raw = f"{raw:.0f}"
        if len(raw) > 15:
            raise IdentityNumberError(IdentityProblem.FLOAT_LOST_DIGITS)
    text = unicodedata.normalize("NFKC", str(raw)).strip()
    if _SCIENTIFIC.fullmatch(text):
        raise IdentityNumberError(IdentityProblem.FLOAT_LOST_DIGITS)
    text = re.sub(r"\.0+$", "", text)  # "430102420315002.0": a number cell written out as text
    return _NOISE.sub("", text).upper()


def parse_identity(raw: str | float, latest: date | None = None) -> IdentityNumber:
    """The checked number; raises IdentityNumberError. `latest`: the last day on which one may be born."""
    text = clean_identity(raw)
    if not text:
        raise IdentityNumberError(IdentityProblem.EMPTY)
    if not re.fullmatch(r"[0-9]+X?", text):
        raise IdentityNumberError(IdentityProblem.CHARACTERS)
    if len(text) not in (15, 18):
        raise IdentityNumberError(IdentityProblem.LENGTH)
    legacy = len(text) == 15
    if legacy:
        if text.endswith("X"):
            raise IdentityNumberError(IdentityProblem.CHARACTERS)
        first17 = text[:6] + "19" + text[6:]
        text = first17 + check_digit(first17)
    fault = _fault(text, latest)
    if fault and text.endswith("000"):
        # spreadsheets keep 15 digits and fill with zeros: the true cause, whatever check fails
        raise IdentityNumberError(IdentityProblem.FLOAT_LOST_DIGITS)
    if fault:
        raise IdentityNumberError(fault)
    return IdentityNumber(text, legacy)


def _fault(number: str, latest: date | None) -> IdentityProblem | None:
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return IdentityProblem.BIRTH_DATE
    if born_on.year < 1850 or (latest is not None and born_on > latest):
        return IdentityProblem.BIRTH_DATE
    return None if check_digit(number[:17]) == number[17] else IdentityProblem.CHECK_DIGIT
