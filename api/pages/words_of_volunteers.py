"""Codes of volunteers, care and campaigns in words."""

from __future__ import annotations

OF_VOLUNTEERS: dict[str, dict[str, str]] = {
    "pool": {"city": "City pool", "district": "District pool"},
    "volunteer_status": {
        "pending": "Not yet accepted",
        "active": "Active",
        "paused": "Paused",
        "left": "Has left",
    },
    "training": {
        "home_visit": "Home visits",
        "certification": "Certification training",
        "first_aid": "First aid",
    },
    "excuse": {
        "illness": "Illness",
        "family": "A matter of the family",
        "accident": "Accident",
        "transport": "Transport",
        "our_mistake": "Our mistake",
    },
    "tie": {
        "recused_by_retiree": "The retiree asks for somebody else",
        "recused_by_volunteer": "The volunteer asks not to go",
        "relative": "Relatives",
        "known_face": "Known face",
    },
    "why_not": {
        "not_active": "Not active",
        "opted_out": "Wants no texts",
        "no_phone": "No mobile number",
        "no_insurance": "Not insured today",
        "no_commitment": "No signed commitment",
        "under_age": "Under age",
        "health_declaration_missing": "Health declaration is missing",
        "day_full": "The day is full",
        "week_full": "The week is full",
    },
    "contact_form": {
        "phone": "Telephone",
        "video": "Video call",
        "remote_monitoring": "Remote monitoring",
        "hearsay": "Heard from others",
    },
    "referral": {
        "relief": "Relief and subsistence",
        "medical": "Medical care",
        "elderly_care": "Services for the elderly",
        "legal": "Legal advice",
        "repair": "Repairs",
        "other": "Something else",
    },
    "serious": {
        "hospital": "Taken to hospital",
        "fall": "Fall",
        "death_in_family": "Death in the family",
        "fire_or_flood": "Fire or flood",
        "crime": "Fraud, theft or violence",
        "other": "Something else",
    },
    "level": {"A": "Level A", "B": "Level B", "C": "Level C", "D": "Level D"},
    "part": {
        "open": "Result is missing",
        "reported": "Waits for review",
        "done": "Done",
        "failed": "Found something else",
        "released": "Visited separately",
    },
}
