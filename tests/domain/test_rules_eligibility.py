"""Who may go: each hard filter by itself (§3, VOL-01 to VOL-13)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.eligibility import Loan, Reason, SeatFacts, VolunteerFacts, is_insured, may_go, why_not
from domain.policy import Policy

POLICY = Policy()
DAY = date(2026, 11, 26)
VOLUNTEER = VolunteerFacts(
    id="v1",
    born_on=date(1980, 5, 1),
    district="430102",
    sex=2,
    skills={"certifier": date(2026, 12, 31), "dialect": None},
    insured_from=date(2026, 1, 1),
    insured_to=date(2026, 12, 31),
    committed_on=date(2025, 1, 1),
)
SEAT = SeatFacts(district="430102", retiree_id="r1", skills=("certifier",))


def test_a_fit_volunteer_may_go() -> None:
    assert why_not(VOLUNTEER, SEAT, DAY, POLICY) == []
    assert may_go(VOLUNTEER, SEAT, DAY, POLICY)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, Reason.NOT_ACTIVE),
        ({"opted_out": True}, Reason.OPTED_OUT),
        ({"has_mobile": False}, Reason.NO_PHONE),
        ({"district": "430103"}, Reason.WRONG_POOL),
        ({"skills": {}}, Reason.LACKS_SKILL),
        ({"skills": {"certifier": DAY - timedelta(days=1)}}, Reason.TRAINING_EXPIRED),
        ({"insured_from": None}, Reason.NO_INSURANCE),
        ({"insured_from": DAY + timedelta(days=1)}, Reason.NO_INSURANCE),
        ({"insured_to": DAY - timedelta(days=1)}, Reason.NO_INSURANCE),
        ({"committed_on": None}, Reason.NO_COMMITMENT),
        ({"committed_on": DAY + timedelta(days=1)}, Reason.NO_COMMITMENT),
        ({"born_on": date(2008, 11, 27)}, Reason.UNDER_AGE),
        ({"born_on": date(1956, 11, 26)}, Reason.HEALTH_DECLARATION_MISSING),
        ({"recused_retirees": frozenset({"r1"})}, Reason.RECUSED),
        ({"relatives": frozenset({"r1"})}, Reason.RELATIVE),
        ({"own_retiree_id": "r1"}, Reason.OWN_VISIT),
        ({"visits_that_day": 4}, Reason.DAY_FULL),
        ({"visits_that_week": 10}, Reason.WEEK_FULL),
        ({"visits_that_day": 2, "max_visits_day": 2}, Reason.DAY_FULL),
        ({"visits_that_week": 3, "max_visits_week": 3}, Reason.WEEK_FULL),
    ],
)
def test_each_filter_alone(change: dict[str, Any], reason: Reason) -> None:
    assert why_not(replace(VOLUNTEER, **change), SEAT, DAY, POLICY) == [reason]


@pytest.mark.parametrize(
    "change",
    [
        {"born_on": date(2008, 11, 26)},
        {"born_on": date(1956, 11, 27)},
        {"born_on": date(1950, 1, 1), "health_declared_on": date(2026, 1, 1)},
        {"district": "430103", "is_city_pool": True},
        {"district": "430103", "loans": (Loan("430102", DAY, DAY),)},
        {"skills": {"certifier": DAY}},
        {"skills": {"certifier": None}},
        {"insured_to": DAY},
        {"insured_to": None},
        {"visits_that_day": 3, "visits_that_week": 9},
        {"visits_that_day": 3, "max_visits_day": 99},
        {"recused_retirees": frozenset({"r2"}), "relatives": frozenset({"r3"})},
        {"own_retiree_id": "r9"},
    ],
)
def test_edges_that_are_allowed(change: dict[str, Any]) -> None:
    assert why_not(replace(VOLUNTEER, **change), SEAT, DAY, POLICY) == []


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"sex": 1}, [Reason.WRONG_SEX]),
        ({"sex": 2}, []),
        ({"skills": ("certifier", "nurse")}, [Reason.LACKS_SKILL]),
        ({"skills": ("certifier", "dialect")}, []),
        ({"skills": ("nurse",), "sex": 1, "is_lead": False}, []),
        ({"recused_volunteers": frozenset({"v1"})}, [Reason.RECUSED]),
        ({"known_faces": frozenset({"v2"})}, [Reason.KNOWN_FACE_ONLY]),
        ({"known_faces": frozenset({"v1", "v2"})}, []),
        ({"district": "430121"}, [Reason.WRONG_POOL]),
        ({"retiree_id": ""}, []),
    ],
)
def test_the_seat_asks(change: dict[str, Any], reasons: list[Reason]) -> None:
    assert why_not(VOLUNTEER, replace(SEAT, **change), DAY, POLICY) == reasons


def test_vol_01_a_loan_ends() -> None:
    lent = replace(
        VOLUNTEER, district="430112", loans=(Loan("430102", date(2026, 11, 1), date(2026, 11, 25)),)
    )
    assert why_not(lent, SEAT, DAY, POLICY) == [Reason.WRONG_POOL]
    assert why_not(lent, SEAT, date(2026, 11, 25), POLICY) == []


def test_8_19_a_silver_volunteer_who_is_a_retiree() -> None:
    silver = replace(
        VOLUNTEER, born_on=date(1954, 3, 1), own_retiree_id="r1", health_declared_on=date(2026, 2, 1)
    )
    assert why_not(silver, SEAT, DAY, POLICY) == [Reason.OWN_VISIT]
    assert may_go(silver, replace(SEAT, retiree_id="r2"), DAY, POLICY)


def test_8_20_a_pupil_is_not_offered_home_certification() -> None:
    assert Reason.UNDER_AGE in why_not(replace(VOLUNTEER, born_on=date(2010, 6, 1)), SEAT, DAY, POLICY)


def test_all_reasons_are_told_at_once() -> None:
    nobody = VolunteerFacts(id="v9", born_on=date(2010, 1, 1), district="430103", is_active=False)
    assert why_not(nobody, SEAT, DAY, POLICY) == [
        Reason.NOT_ACTIVE,
        Reason.UNDER_AGE,
        Reason.NO_INSURANCE,
        Reason.NO_COMMITMENT,
        Reason.WRONG_POOL,
        Reason.LACKS_SKILL,
    ]
    assert not is_insured(nobody, DAY)
