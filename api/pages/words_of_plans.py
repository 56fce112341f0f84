"""Codes of plans in words."""

from __future__ import annotations

OF_PLANS: dict[str, dict[str, str]] = {
    "plan_status": {
        "reading": "Reading",
        "solving": "Searching",
        "applying": "Writing down",
        "done": "Done",
        "stopped": "Ended early",
        "failed": "Failed",
    },
    "plan_cause": {
        "morning": "Every morning",
        "evening": "Every evening",
        "import": "After an import",
        "wake": "Visits fell free",
        "command": "By command",
        "forecast": "Forecast",
        "staff": "Asked for by staff",
    },
    "half": {"morning": "morning", "afternoon": "afternoon"},
    "needed": {
        "certifier": "certifier",
        "nurse": "with nursing skills",
        "dialect": "who speaks the Changsha dialect",
        "first_aid": "trained in first aid",
        "counselling": "who can counsel",
        "phone_help": "who can help with phones",
        "experienced": "experienced",
        "staff": "staff",
        "1": "man",
        "2": "woman",
    },
    # Parts of what a candidate costs, said of the one who has less of it, and of the one who has more.
    "better": {
        "km": "shorter way",
        "continuity": "known to the retiree",
        "load": "fewer visits lately",
        "pool": "of the district's own pool",
        "near": "lives in the neighbourhood",
        "people": "new, more reliable, or not asked lately",
        "displaced": "nothing has to give way",
    },
    "worse": {
        "km": "longer way",
        "continuity": "the other one is known to the retiree",
        "load": "more visits lately",
        "pool": "of the city pool",
        "near": "the other one lives in the neighbourhood",
        "people": "the other one is new, more reliable, or was not asked lately",
        "displaced": "a visit has to give way",
    },
}
