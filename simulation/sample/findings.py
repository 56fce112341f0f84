"""What an import should find in a dirty register."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Trap(StrEnum):
    """One way in which registers go wrong."""

    ID_APOSTROPHE = "id_apostrophe"
    ID_SPACES = "id_spaces"
    ID_FULL_WIDTH = "id_full_width"
    ID_LOWERCASE_X = "id_lowercase_x"
    ID_LEGACY = "id_legacy"  # 15 digits
    ID_AS_NUMBER = "id_as_number"  # a number cell: the last digits are gone
    ID_SCIENTIFIC = "id_scientific"  # the same, as text
    ID_CHECK_DIGIT = "id_check_digit"
    ID_BIRTH_DATE = "id_birth_date"
    BIRTH_AS_NUMBER = "birth_as_number"  # 1958.03
    BIRTH_LOST_ZERO = "birth_lost_zero"  # 1958.1 for October
    BIRTH_COMPACT = "birth_compact"  # 19580301
    BIRTH_CHINESE = "birth_chinese"  # 1958年3月
    BIRTH_SERIAL = "birth_serial"  # Excel's day number
    BIRTH_DIFFERS = "birth_differs"  # from the identity number
    DATE_UNREADABLE = "date_unreadable"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_FUTURE = "date_future"
    TWO_PHONES = "two_phones"
    PHONE_AS_NUMBER = "phone_as_number"
    PHONE_PREFIXED = "phone_prefixed"  # +86 and dashes
    PHONE_LANDLINE = "phone_landline"  # in the column for mobiles
    PHONE_INVALID = "phone_invalid"
    PHONE_SHARED = "phone_shared"  # on more than three persons
    COMMUNITY_VARIANT = "community_variant"
    COMMUNITY_IN_ADDRESS = "community_in_address"
    COMMUNITY_UNKNOWN = "community_unknown"
    COMMUNITY_AMBIGUOUS = "community_ambiguous"
    COMMUNITY_MISSING = "community_missing"
    NAME_MISSING = "name_missing"
    DUPLICATE_ID = "duplicate_id"
    DUPLICATE_PERSON = "duplicate_person"  # name, birth date and community
    ROW_UNUSABLE = "row_unusable"
    ROW_EMPTY = "row_empty"
    ROW_TOTAL = "row_total"  # 合计 under the table
    TOO_YOUNG = "too_young"  # a volunteer of 16
    POOL_UNKNOWN = "pool_unknown"


class Effect(StrEnum):
    """What becomes of the row."""

    READ = "read"  # understood as meant; no complaint needed
    WARNED = "warned"  # the row is kept, the cell is complained of
    REJECTED = "rejected"  # the row is not taken
    DUPLICATE = "duplicate"  # somebody already there: no second person
    IGNORED = "ignored"  # not a person's row


@dataclass(frozen=True)
class Finding:
    """`row` as Excel counts; `column` by its header, '' = the whole row; `reads`: the value meant, if any."""

    file: str
    row: int
    column: str
    trap: Trap
    effect: Effect
    reads: str = ""


@dataclass(frozen=True)
class DirtyFile:
    """A register on disk: `rows` people's rows in it, `accepted` of them new persons."""

    path: Path
    is_volunteers: bool
    rows: int
    accepted: int


@dataclass(frozen=True)
class DirtySample:
    """All files with everything an import should find in them."""

    files: tuple[DirtyFile, ...]
    findings: tuple[Finding, ...]
