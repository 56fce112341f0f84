"""Problems of names, documents, days and phone numbers, which all registers share."""

from __future__ import annotations

from domain.flags import Contradiction
from domain.identity import IdentityProblem
from notifications.phones import PhoneFault
from services.registers.cells.dates import DateFault
from services.registers.problems.base import error, note, warning

FROM_CARD = "Enter all 18 characters from the ID card."
WRITE_DATE = "Write the day like 1958-03-01."
CHECK_NUMBER = "Ask for the number and enter it again."

NAME_MISSING = error("name_missing", "The name is missing.", "Enter the name.")
NAME_BAD = error(
    "name_bad", "This is not a name: it has digits, or more than 64 characters.", "Enter the name."
)
TEXT_CUT = warning("text_cut", "The text is longer than {most} characters and was cut.", "Shorten it.")

ID = {
    IdentityProblem.FLOAT_LOST_DIGITS: error(
        "id_float",
        "The spreadsheet has turned the ID number into a number: its last digits are lost.",
        "Format the column as text, then enter all 18 characters again from the ID card.",
    ),
    IdentityProblem.LENGTH: error("id_length", "The ID number does not have 18 characters.", FROM_CARD),
    IdentityProblem.CHARACTERS: error(
        "id_characters", "The ID number has characters that do not belong there.", FROM_CARD
    ),
    IdentityProblem.BIRTH_DATE: error(
        "id_birth_date", "The birth date inside the ID number does not exist.", FROM_CARD
    ),
    IdentityProblem.CHECK_DIGIT: error(
        "id_check_digit",
        "The last character of the ID number does not fit the others: a digit is wrong or two are exchanged.",
        "Compare it digit by digit with the ID card.",
    ),
}
ID_LEGACY = note(
    "id_legacy",
    "An old number of 15 digits: it was completed to 18.",
    "Enter the number of the present card when you have it.",
)
ID_MISSING = warning(
    "id_missing",
    "The ID number is missing: this person is recognised by name, birth date and community only.",
    "Add the ID number.",
)
BORN_MISSING = error(
    "born_missing", "There is neither a usable ID number nor a birth date.", "Enter one of the two."
)
BORN_CONFLICT = warning(
    "born_conflict",
    "The birth date differs from the one inside the ID number ({id_date}), which was used.",
    "Check which is right.",
)
SEX_CONFLICT = warning(
    "sex_conflict",
    "The sex differs from the one inside the ID number, which was used.",
    "Check the sex and the ID number.",
)
SEX_UNKNOWN = warning("sex_unknown", "The sex cannot be read.", "Enter 男 or 女.")
AGE_UNUSUAL = warning("age_unusual", "An age of {age} years is unusual here.", "Check the birth date.")
TOO_YOUNG = error(
    "too_young", "The person is {age} years old; volunteers are at least {least}.", "Check the birth date."
)
UNDER_AGE = warning(
    "under_age", "Under {least}: this volunteer is not sent to home visits.", "Check the birth date."
)

DATE = {
    DateFault.UNREADABLE: warning(
        "date_unreadable", "This is not a day that can be read; it was left out.", WRITE_DATE
    ),
    DateFault.IMPOSSIBLE: warning("date_impossible", "This day does not exist; it was left out.", WRITE_DATE),
    DateFault.YEAR_ONLY: warning("date_year_only", "Only the year is given; it was left out.", WRITE_DATE),
    DateFault.SHORT_YEAR: warning(
        "date_short_year", "The year has two digits only; the day was left out.", WRITE_DATE
    ),
}
DATE_DOUBTFUL = warning(
    "date_doubtful",
    "January or October? The zero of 10 may be lost. {month} was used.",
    "Write the day like 1958-10-01.",
)
DATE_MONTH_ONLY = note(
    "date_month_only", "Only the month is given: the first day was used.", "Add the day if you know it."
)
DATE_FUTURE = warning("date_future", "This day lies in the future; it was left out.", "Correct the day.")

PHONE = {
    PhoneFault.TOO_SHORT: warning(
        "phone_too_short", "The phone number has too few digits; it was left out.", CHECK_NUMBER
    ),
    PhoneFault.TOO_LONG: warning(
        "phone_too_long", "The phone number has too many digits; it was left out.", CHECK_NUMBER
    ),
    PhoneFault.NOT_ASSIGNED: warning(
        "phone_not_assigned", "No such phone number can exist; it was left out.", CHECK_NUMBER
    ),
    PhoneFault.NOT_A_NUMBER: warning(
        "phone_not_a_number", "This is not a phone number; it was left out.", CHECK_NUMBER
    ),
}
PHONE_LANDLINE = warning(
    "phone_landline",
    "A landline cannot receive texts; it was kept for calls.",
    "Enter a mobile number, or leave it if there is none.",
)
PHONE_NO_TEXTS = warning(
    "phone_no_texts",
    "This number is not a mobile number of the mainland and cannot receive texts; it was kept for calls.",
    "Enter a mobile number, or leave it if there is none.",
)
PHONE_SEVERAL = note(
    "phone_several", "Several numbers in one cell: texts go to the first mobile, the others were kept too."
)
PHONE_SHARED = warning(
    "phone_shared",
    "The same number belongs to {count} persons (rows {rows}).",
    "Enter each person's own number; put a relative's number into the contact columns.",
)

WORD_UNKNOWN = warning(
    "word_unknown",
    "This word is not known; it was kept as a remark only.",
    "Use one of: {allowed}.",
)

# Rule CARE-01: facts that cannot hold of one person at one time keep the row out.
FLAGS = {
    Contradiction.CHILDLESS_AND_EMPTY_NEST: error(
        "childless_and_empty_nest",
        "Rule CARE-01: 孤寡 and 空巢 cannot both hold: an empty nest is one that children have left.",
        "Keep one of the two; one that staff has entered is ended on the person's care page.",
    ),
    Contradiction.CHILDLESS_AND_LEFT_BEHIND: error(
        "childless_and_left_behind",
        "Rule CARE-01: 孤寡 and 留守 cannot both hold: left behind are those whose children are away.",
        "Keep one of the two; one that staff has entered is ended on the person's care page.",
    ),
    Contradiction.TOO_YOUNG_FOR_ADVANCED_AGE: error(
        "too_young_for_advanced_age",
        "Rule CARE-01: 高龄 does not fit the date of birth: from {least} years on.",
        "Correct the date of birth, or take 高龄 out.",
    ),
    Contradiction.DISABLED_BELOW_LEVEL: error(
        "disabled_below_level",
        "Rule CARE-01: 失能 does not fit the level of ability in the register.",
        "Correct the level, or take 失能 out.",
    ),
    Contradiction.ALONE_IN_A_SHARED_HOME: error(
        "alone_in_a_shared_home",
        "Rule CARE-01: 独居, but another retiree lives behind the same door.",
        "Correct one of the addresses, or how the person lives.",
    ),
}

DUPLICATE = error(
    "duplicate",
    "The same person stands in row {row}, which was used.",
    "Keep one row and correct it if needed.",
)
DUPLICATE_POSSIBLE = warning(
    "duplicate_possible",
    "Same name, birth date and community as a registered person, but another ID number.",
    "Check whether this is one person.",
)
DUPLICATE_ROW = warning(
    "duplicate_row",
    "Same name, birth date and community as row {row}, but another ID number.",
    "Check whether this is one person.",
)
DUPLICATE_AMBIGUOUS = error(
    "duplicate_ambiguous",
    "Several registered persons have this name, birth date and community.",
    "Enter the ID number.",
)
NAME_CHANGED = warning(
    "name_changed", "The name was another one until now for this ID number.", "Check the ID number."
)
