"""Codes of greetings and consents in words."""

from __future__ import annotations

OF_GREETINGS: dict[str, dict[str, str]] = {
    "not_greeted": {
        "no_consent": "no consent to greetings",
        "no_mobile": "no mobile number",
        "number_void": "number no longer takes texts",
        "opted_out": "no texts at all wanted",
        "shared_number": "same phone as somebody who gets it",
        "elsewhere": "in hospital, away, missing or in custody",
        "written_before": "written before, see below",
    },
    "consent_way": {
        "spoken": "said in person",
        "paper": "signed on paper",
        "phone": "said on the telephone",
        "visit": "said on a visit",
        "text": "by text",
    },
    "consent_giver": {"oneself": "the person", "guardian": "the guardian"},
    "notice": {
        "greeted": "The greetings are on their way.",
        "nobody_greeted": "Nobody was left to be greeted.",
    },
}
