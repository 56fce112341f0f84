"""Policy values about plans: how far ahead, how long the search may take, what softer wishes count."""

from __future__ import annotations

from dataclasses import dataclass

from domain.policy_visits import item

_DEC = "decision"


@dataclass(frozen=True)
class PlanningPolicy:
    """When and how plans are made.

    A wish is told in metres: what is fulfilled is worth so long a detour. A served visit counts 200,000 for
    each unit of its weight, more than all wishes about it together, so that no wish costs one.
    """

    plan_campaign_days: int = item(30, "days", _DEC, "dec", 1, 60, "a campaign is planned ahead")
    ask_ahead_days: int = item(9, "days", _DEC, "dec", 1, 60, "people are asked at most so early")
    plan_turns: int = item(20, "turns", _DEC, "dec", 0, 1000, "of the search, for each visit of a plan")
    plan_seconds: int = item(120, "seconds", _DEC, "dec", 1, 3600, "a plan searches at most")
    replan_seconds: int = item(2, "seconds", _DEC, "dec", 1, 60, "a plan after cancellations, at most")
    replan_burst_visits: int = item(
        4, "visits", _DEC, "dec", 1, 1000, "so many free at once: proposals and offers may move"
    )
    plan_fan_out_visits: int = item(
        10_000, "visits", _DEC, "dec", 2, 1_000_000, "from here districts are planned one by one first"
    )
    wish_offered_metres: int = item(
        40_000, "metres", _DEC, "dec", 0, 50_000, "somebody asked stays with the visit and its time"
    )
    wish_fair_metres: int = item(
        250, "metres", _DEC, "dec", 0, 2_000, "load: times the square of visits in thirty days"
    )
    wish_community_metres: int = item(
        2_000, "metres", _DEC, "dec", 0, 15_000, "visitor and visited of one community"
    )
    wish_street_metres: int = item(1_000, "metres", _DEC, "dec", 0, 15_000, "of one street")
    wish_district_metres: int = item(500, "metres", _DEC, "dec", 0, 15_000, "of one district")
    wish_newcomer_metres: int = item(3_000, "metres", _DEC, "dec", 0, 15_000, "a newcomer gets work")
    wish_reliability_metres: int = item(
        10_000, "metres", _DEC, "dec", 0, 15_000, "somebody who always comes, before one who never does"
    )
    wish_ask_gap_metres: int = item(
        4_000, "metres", _DEC, "dec", 0, 15_000, "somebody not asked within the last days"
    )
