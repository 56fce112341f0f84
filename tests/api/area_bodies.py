"""What the requests of the matrices routes × areas say: bodies of the API, the forms of pages."""

from __future__ import annotations

from typing import Any

from models.ids import new_id
from tests.factories import COMMUNITY, OTHER_DISTRICT

SOMEBODY = str(new_id())
# Parts of a path that name no row of an area.
WORDS = {
    "key": "nothing",
    "kind": "suspensions",
    "year": "2027",
    "code": COMMUNITY,
    "username": "somebody",
}
BODIES: dict[str, dict[str, Any]] = {
    "changes_assign": {"version": 1, "reason": "agreed", "position": 0, "volunteer_id": SOMEBODY},
    "changes_reoffer": {"version": 1, "reason": "again"},
    "changes_cancel": {"version": 1, "reason": "not wanted"},
    "changes_reschedule": {"version": 1, "reason": "later", "starts_at": "2026-03-10T02:00:00Z"},
    "changes_review": {"version": 1, "approve": True},
    "answers_enter_answer": {"version": 1, "volunteer_id": SOMEBODY, "answer": "accept"},
    "answers_check_in": {"version": 1, "volunteer_id": SOMEBODY},
    "answers_report": {
        "version": 1,
        "volunteer_id": SOMEBODY,
        "form_key": "form-0001",
        "outcome": "nobody_home",
    },
    "people_look_at_retiree": {"fields": ["phone"], "reason": "to call back"},
    "desk_close": {"version": 1, "resolution": "done"},
    "care_set_flags": {"add": ["hardship"]},
    "care_add_contact": {"form": "phone", "with_person": True, "occurred_at": "2026-03-01T02:00:00Z"},
    "care_add_event": {"kind": "fall", "occurred_at": "2026-03-01T02:00:00Z"},
    "care_refer": {"kind": "repair", "receiver": "物业"},
    "care_close_referral": {"result": "done"},
    "care_add_tie": {"volunteer_id": SOMEBODY, "kind": "relative"},
    "care_add_gift": {"campaign_id": SOMEBODY, "signed_by": "self"},
    "service_add_training": {"training": "first_aid", "trained_on": "2026-02-01"},
    "service_correct": {"entry_id": SOMEBODY, "minutes": 30, "reason": "wrong"},
    "service_grant": {"stars": 1},
    "service_move": {
        "division_code": OTHER_DISTRICT,
        "pool": "district",
        "effective_on": "2026-03-09",
        "reason": "moved",
    },
    "service_end_loan": {"last_on": "2026-03-05", "reason": "over"},
    "service_request_certificate": {
        "from_on": "2026-01-01",
        "to_on": "2026-03-01",
        "issuer": "ab",
        "responsible_person": "ab",
        "contact": "ab",
    },
    "campaigns_send_greetings": {"only_count": True},
    "campaigns_stop": {"version": 1, "reason": "opened by mistake"},
    "campaign_progress_enter_quotas": {"quotas": {}},
    "campaign_progress_take_unvisited": {"reason": "    "},  # refused after the area was looked at
    "consents_give": {"way": "phone"},
    "consents_end": {"way": "phone"},
    "service_set_status": {"status": "paused", "reason": "ill"},
    "numbers_of_retiree": {"source": "oneself", "number": "13900001234"},
    "numbers_of_volunteer": {"source": "oneself", "number": "13900001234"},
    "calls_show_numbers": {"reason": "to ring back"},
    "calls_enter_outcome": {"outcome": "told"},
    "complaints_complain": {"about": "volunteer", "volunteer_id": SOMEBODY},
    "complaints_answer": {"result": "apologised"},
    "complaints_companions": {"version": 1, "volunteer_id": SOMEBODY, "guardian": "样本监护人"},
    "copies_copy": {"reason": "asked at the counter"},
    "certifications_record": {"occurred_on": "2026-03-01", "channel": "self_face"},
    "certifications_set_home_visit_ground": {"ground": "immobile"},
    "certifications_void": {"reason": "another person"},
    "life_report_death": {"died_on": "2026-03-01"},
    "life_propose": {"kind": "imprisoned", "since_on": "2026-03-01"},
    "life_decide": {"version": 1, "decision": "end", "reason": "found again"},
    "life_admit": {"hospital": "样本医院"},
    "life_discharge": {"discharged_on": "2026-03-02"},
    "life_note_step": {"step": "called_120", "at": "2026-03-02T01:00:00Z"},
    "life_move_case": {"version": 1, "status": "investigating", "reason": "asked about it"},
    "transfers_request_transfer": {"where_to": "abroad"},
    "transfers_confirm": {"side": "from"},
    "transfers_reject": {"side": "from", "reason": "wrong address"},
    "trips_report": {"volunteer_id": SOMEBODY, "form_key": "form-0002", "outcome": "nobody_home"},
    "trips_review": {"approve": True},
    # Nothing to say: an empty object keeps the request a program's, not a form's.
    "care_close_tie": {},
    "care_resume": {},
    "service_issue": {},
}
WITHOUT_BODY = {
    "visits_get_visit",
    "campaign_progress_progress",
    "campaign_progress_unvisited",
    "answers_suggestions",
    "people_get_retiree",
    "consents_list_consents",
    "people_get_volunteer",
    "imports_report",
    "service_show_record",
    "service_download",
    "trips_list_parts",
}
# Not a row of an area: an import belongs to the person who made it.
OWN_ONLY = {"imports_report"}
# Matters of a kind: any item of the desk would be an item of another kind.
ROWS_OF: dict[str, str] = {
    "calls_show_numbers": "call_id",
    "calls_enter_outcome": "call_id",
    "complaints_answer": "complaint_id",
}
# The row that a page's path names, by its first part.
ROWS_OF_PAGES = {
    "visits": "visit_id",
    "retirees": "retiree_id",
    "volunteers": "volunteer_id",
    "desk": "item_id",
    "calls": "call_id",
    "campaigns": "campaign_id",
    "referrals": "referral_id",
    "pauses": "pause_id",
    "parts": "part_id",
    "certifications": "event_id",
    "proposals": "proposal_id",
    "incidents": "incident_id",
    "transfers": "transfer_id",
    "complaints": "complaint_id",
}
# Everything that any of the forms asks for: each takes what it knows.
FORM = {
    "version": "1",
    "reason": "as agreed by telephone",
    "position": "0",
    "volunteer": SOMEBODY,
    "volunteer_id": SOMEBODY,
    "day": "2026-03-10",
    "at": "09:30",
    "answer": "accept",
    "outcome": "nobody_home",
    "form_key": "form-0001",
    "verdict": "approve",
    "approve": "yes",
    "fields": "phone",
    "resolution": "done",
    "on": "2026-03-01",
    "side": "from",
    "kind": "imprisoned",
    "source": "community",
    "number": "13900001234",
    "decision": "end",
    "channel": "self_face",
    "step": "called_120",
    "person": SOMEBODY,
    "where_to": "abroad",
    "way": "phone",
    "given_by": "oneself",
}
# Where a field of the same name says something else.
FORMS = {
    "/transfers/{id}/answer": {"answer": "confirm"},
    "/calls/{id}/outcome": {"outcome": "told"},
    "/retirees/{id}/complaints": {"about": "visit"},
    "/complaints/{id}/answer": {"result": "apologised"},
}
