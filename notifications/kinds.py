"""What sorts of texts there are: for whom, under which rules, and until when they make sense."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Who reads it; quiet hours and daily limits follow from it."""

    RETIREE = "retiree"
    CONTACT = "contact"
    VOLUNTEER = "volunteer"
    STAFF = "staff"
    STRANGER = "stranger"


class Kind(StrEnum):
    """A notice serves a matter of the reader; a promotion (also a greeting) needs consent and a way out."""

    NOTICE = "notice"
    PROMOTION = "promotion"


class Moment(StrEnum):
    """What a text's freshness is counted from; whoever queues the text knows the instant."""

    TRIGGER = "trigger"  # what the text answers or reports has happened
    DEADLINE = "deadline"  # the deadline written in the text
    VISIT_START = "visit_start"  # start of the visit the text names
    DAY_END = "day_end"  # end of the local day for which it was written: it says today or tomorrow
    DUE = "due"  # end of the local day on which the certification is due
