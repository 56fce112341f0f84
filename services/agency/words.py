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
    "unvisited": {
        "not_opened": "No visit is open yet",
        "visit_due": "Waits for its plan",
        "visit_planned": "Planned",
        "visit_offered": "Waits for volunteers' answers",
        "visit_unfilled": "No volunteer yet",
        "visit_agreed": "Agreed",
        "visit_checked_in": "Agreed",
        "visit_missed": "The visit was missed",
        "tried_in_vain": "Tried in vain",
        "waits_for_review": "Seen; the evidence waits for its review",
        "evidence_returned": "Seen; the evidence was sent back",
        "cancelled": "The visit was called off",
        "campaign_over": "The campaign is over",
        "campaign_stopped": "The campaign was stopped",
        "done_evidence": "Seen; the evidence waits for its review",
        "nobody_home": "Tried in vain",
        "refused": "Visit was refused",
        "hospitalised": "In hospital",
        "discharged": "Home from hospital",
        "moved": "Has moved away",
        "moved_out": "Has moved away",
        "transferred": "Moved to another community",
        "deceased": "Has died",
        "missing": "Is missing",
        "imprisoned": "In custody",
        "wrong_person": "Another person came forward",
        "cannot_verify": "Identity not certain",
        "aborted_safety": "Broken off: not safe",
    },
    "reached": {
        "text": "By text",
        "text_relative": "By text to a contact",
        "call": "By telephone",
        "call_relative": "Ring a contact",
        "visit": "In person or by letter",
    },
    "contact_form": {
        "home_visit": "Home visit",
        "phone": "By telephone",
        "video": "Video call",
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
