"""Problems that only retirees or only volunteers have."""

from __future__ import annotations

from services.registers.problems.base import note, warning

NO_TEXTS = warning(
    "no_texts",
    "Neither the person nor a contact has a mobile number: all news go by phone or on paper.",
    "Add the mobile number of a relative or neighbour.",
)
GROUND_MISSING = warning(
    "ground_missing",
    "A home visit is asked for without a ground; 其他身体原因 was used.",
    "Enter one of the five grounds.",
)
GROUND_WANTED = warning(
    "ground_wanted",
    "Bedridden, but no home visit for the certification is asked for.",
    "Check whether the person needs one.",
)
CHANNEL_MISSING = note(
    "channel_missing",
    "The way of the last certification is not known; 窗口 was used.",
    "Add it if you know it.",
)
DUE_UNKNOWN = warning(
    "due_unknown",
    "Neither the last certification nor the first benefit month is known: no due date can be told.",
    "Enter one of the two.",
)
DEATH = warning(
    "death",
    "Entered as dead: texts have stopped and open visits are cancelled.",
    "The community confirms the death.",
)
STATE_KEPT = warning(
    "state_kept",
    "This person is entered as dead here; the register's state was not used.",
    "If that is wrong, correct it on the person's page.",
)

STATUS_KEPT = warning(
    "status_kept",
    "This volunteer was paused or has left here; the register's status was not used.",
    "Take the volunteer back on the person's page.",
)
POOL_MISSING = warning(
    "pool_missing", "The pool is not known; a new volunteer is taken into 区.", "Enter 市 or 区."
)
SHIFTS_MISSING = warning(
    "shifts_missing",
    "No times are given: this volunteer is not asked.",
    "Enter times such as 周一上午、周三下午.",
)
SHIFTS_PARTIAL = warning(
    "shifts_partial", "The times could be read in part only.", "Write them like 周一上午、周三下午."
)
DISTANCE_BAD = warning("distance_bad", "This is not a distance; it was left out.", "Write it like 5公里.")
COUNT_BAD = warning("count_bad", "This is not a number of visits; it was left out.", "Enter a number.")
SKILL_UNKNOWN = note("skill_unknown", "Not a skill that visits ask for; it was kept as a remark.")
INSURANCE_MISSING = warning(
    "insurance_missing",
    "No accident insurance is given: this volunteer is not sent.",
    "Enter its first and last day.",
)
INSURANCE_OVER = warning(
    "insurance_over", "The accident insurance has ended: this volunteer is not sent.", "Enter the new period."
)
PERIOD_REVERSED = warning(
    "period_reversed", "The period ends before it begins; it was left out.", "Correct the days."
)
COMMITMENT_MISSING = warning(
    "commitment_missing",
    "The day of the signed commitment is missing: this volunteer is not asked.",
    "Enter the day.",
)
MOBILE_MISSING = warning(
    "mobile_missing", "No mobile number: this volunteer cannot be asked by text.", "Enter a mobile number."
)
RECUSED_UNKNOWN = warning(
    "recused_unknown",
    "“{who}” is not exactly one registered retiree: visits there are not blocked.",
    "Enter the ID number of the person who is not to be visited.",
)
HEALTH_MISSING = warning(
    "health_missing",
    "{age} years old without a declaration of good health: this volunteer is not asked.",
    "Enter the day of the declaration.",
)
