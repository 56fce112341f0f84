"""Codes of greetings and consents in words."""

from __future__ import annotations

OF_GREETINGS: dict[str, dict[str, str]] = {
    "not_greeted": {
        "no_consent": "have not agreed to greetings",
        "no_mobile": "have no mobile number",
        "number_void": "have a number that no longer takes texts",
        "opted_out": "want no texts at all",
        "shared_number": "share a phone with somebody who gets it",
        "elsewhere": "are in hospital, away, missing or in custody",
        "written_before": "have got it already, or it is on its way",
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
