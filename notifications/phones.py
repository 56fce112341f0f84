"""Phone numbers of mainland China as people write them: reading, kinds, several in one cell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

CHANGSHA = "0731"
CHINA = 86


class PhoneKind(StrEnum):
    """Only a mobile number can be texted; the others go to the call list."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    OTHER = "other"  # 400, 95…, 12333
    FOREIGN = "foreign"  # also Hong Kong, Macao and Taiwan
    VOID = "void"  # was a mobile number; texts were refused for good, so a person verifies it


class PhoneFault(StrEnum):
    """Why a text is not a usable number."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_ASSIGNED = "not_assigned"  # right length, but no such range
    NOT_MOBILE = "not_mobile"


class PhoneError(ValueError):
    """A text that is not a usable phone number; `reason` says why. The text itself is not repeated."""

    def __init__(self, reason: PhoneFault) -> None:
        super().__init__(f"not a usable phone number: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number in E.164 form without its extension."""

    e164: str
    kind: PhoneKind
    extension: str = ""


_EXTENSION = re.compile(r"(?:转|轉|分机|ext\.?|#)\s*(\d{1,6})\s*$", re.IGNORECASE)
_HYPHEN_EXTENSION = re.compile(r"^(\(?0\d{2,3}\)?-?\d{7,8})-(\d{1,6})$")
_SPREADSHEET_NUMBER = re.compile(r"(?<![\d.])(\d+\.0+|\d(?:\.\d+)?E\+?\d{1,2})(?![\d.])", re.IGNORECASE)
# 110, 12333, 95588: these have no E.164 form that can be dialled from abroad.
_SERVICE = re.compile(r"^(?:1[12]\d|1[02]\d{3}|95\d{3,6}|96\d{3,4})$")


def read_phone(text: str, area_code: str = CHANGSHA) -> PhoneNumber:
    """Read one number; eight bare digits are a landline of `area_code`.

    Raises:
        PhoneError: empty, not_a_number, too_short, too_long, not_assigned.
    """
    clean = plain_digits(text)
    if not clean:
        raise PhoneError(PhoneFault.EMPTY)
    extension = ""
    if found := _EXTENSION.search(clean):
        clean, extension = clean[: found.start()], found[1]
    elif found := _HYPHEN_EXTENSION.match(clean):
        clean, extension = found[1], found[2]
    digits = re.sub(r"[\s()\-.]", "", clean)
    if not re.fullmatch(r"\+?\d+", digits):
        raise PhoneError(PhoneFault.NOT_A_NUMBER)
    if _SERVICE.match(digits):
        return PhoneNumber(f"+{CHINA}{digits}", PhoneKind.OTHER, extension)
    if re.fullmatch(r"[2-8]\d{7}", digits):
        digits = area_code + digits
    return _parse(digits, extension)


def read_mobile(text: str) -> PhoneNumber:
    """Read a number that must be able to receive texts.

    Raises:
        PhoneError: as `read_phone`, and not_mobile for landlines, service and foreign numbers.
    """
    number = read_phone(text)
    if number.kind is not PhoneKind.MOBILE:
        raise PhoneError(PhoneFault.NOT_MOBILE)
    return number


def dialled(e164: str) -> str:
    """How one dials a number within the mainland: 13800001234, 073188880001, 12333."""
    if not e164.startswith(f"+{CHINA}"):
        return e164
    national = e164.removeprefix(f"+{CHINA}")
    is_mobile = len(national) == 11 and national.startswith("1")
    return national if is_mobile or _SERVICE.match(national) else f"0{national}"


def plain_digits(text: str) -> str:
    """Half-width, plain hyphens, and numbers that a spreadsheet turned into floats turned back.

    A float that has lost digits ("1.38E+10") becomes unreadable, so that it is refused and not guessed.
    """
    half_width = unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-").strip()
    return _SPREADSHEET_NUMBER.sub(_unfloat, half_width)


def _unfloat(found: re.Match[str]) -> str:
    mantissa, _, exponent = found[1].upper().partition("E")
    if not exponent:
        return mantissa.partition(".")[0]
    digits = mantissa.replace(".", "")
    return digits if len(digits) == int(exponent) + 1 else f"{mantissa}*{exponent}"


def _parse(digits: str, extension: str) -> PhoneNumber:
    try:
        number = phonenumbers.parse(digits, "CN")
    except NumberParseException as error:
        too_long = error.error_type == NumberParseException.TOO_LONG
        raise PhoneError(PhoneFault.TOO_LONG if too_long else PhoneFault.TOO_SHORT) from None
    if not phonenumbers.is_valid_number(number):
        raise PhoneError(_why_invalid(number))
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if number.country_code != CHINA:
        return PhoneNumber(e164, PhoneKind.FOREIGN, extension)
    kinds = {
        PhoneNumberType.MOBILE: PhoneKind.MOBILE,
        PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneKind.OTHER,
    }
    kind = kinds.get(phonenumbers.number_type(number), PhoneKind.OTHER)
    return PhoneNumber(e164, kind, extension)


def _why_invalid(number: phonenumbers.PhoneNumber) -> PhoneFault:
    """China's mobile numbers have 11 digits, which tells a typing slip from a range that does not exist."""
    national = phonenumbers.national_significant_number(number)
    if number.country_code == CHINA and national.startswith("1") and len(national) != 11:
        return PhoneFault.TOO_SHORT if len(national) < 11 else PhoneFault.TOO_LONG
    result = phonenumbers.is_possible_number_with_reason(number)
    if result in (
        phonenumbers.ValidationResult.TOO_SHORT,
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    ):
        return PhoneFault.TOO_SHORT
    if result == phonenumbers.ValidationResult.TOO_LONG:
        return PhoneFault.TOO_LONG
    return PhoneFault.NOT_ASSIGNED
