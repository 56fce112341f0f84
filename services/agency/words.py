"""Codes of the agency's lists in words: the English is the source, `life.po` has the others."""

from __future__ import annotations

from config.i18n import translate

WORDS: dict[str, dict[str, str]] = {
    "suspension": {
        "waits_for_review": "Seen; the evidence waits for its review",
        "evidence_returned": "Seen; the evidence was sent back",
        "hospitalised": "In hospital",
        "away": "Lives elsewhere",
        "missing": "Missing",
        "imprisoned": "In custody",
        "visit_agreed": "A home visit is agreed",
        "visit_due": "A home visit waits for its plan",
        "visit_planned": "A home visit is planned",
        "visit_offered": "Volunteers are asked for a home visit",
        "visit_unfilled": "No volunteer for the home visit",
        "visit_missed": "The home visit was missed",
        "visit_opens_later": "The home visit opens later",
        "no_visit": "Needs a home visit, none is open",
        "special_procedure": "Too long ago: by the special procedure only",
        "no_number": "No number for texts: ring or write",
        "reminded": "Reminded, has not certified yet",
        "not_reminded_yet": "Not reminded yet",
    },
    "source": {
        "visit": "Visitors",
        "relative": "Relatives",
        "community": "Community",
        "police": "Police",
        "court": "Court",
        "hospital": "Hospital",
        "list": "A list",
        "register": "Register",
    },
    "proposal": {
        "open": "To be decided",
        "confirmed": "Confirmed",
        "withdrawn": "Taken back",
        "ended": "Over",
    },
}


def list_word(group: str, code: str, language: str) -> str:
    """The words for a code; a code without words shows itself."""
    text = WORDS[group].get(code)
    return translate(text, language) if text else code
