"""Every number of the regulation and every decision the sources left open, typed, with source and range.

`Policy()` is what holds when nothing was decided otherwise; `Policy.from_values` reads the policy table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from functools import cached_property
from itertools import pairwise

from domain.policy_operations import OperationsPolicy
from domain.policy_planning import PlanningPolicy
from domain.policy_regulation import RegulationPolicy
from domain.policy_texts import TextsPolicy
from domain.policy_values import (
    PolicyItem,
    PolicyValueError,
    TimeSpan,
    from_json_value,
    to_json_value,
)
from domain.policy_visits import CycleMode, Festival, VisitsPolicy

__all__ = [
    "POLICY_ITEMS",
    "CycleMode",
    "Festival",
    "Policy",
    "PolicyHistory",
    "PolicyItem",
    "PolicyValueError",
    "TimeSpan",
    "from_json_value",
    "to_json_value",
    "values_in_force",
]


@dataclass(frozen=True)
class Policy(OperationsPolicy, PlanningPolicy, RegulationPolicy, TextsPolicy, VisitsPolicy):
    """All values in force on one day."""

    @classmethod
    def from_values(cls, values: Mapping[str, object]) -> Policy:
        """The defaults overlaid with JSON or typed values; raises PolicyValueError for the first bad one."""
        typed: dict[str, object] = {}
        for key, raw in values.items():
            if key not in POLICY_ITEMS:
                raise PolicyValueError(key, raw, "there is no such policy value")
            typed[key] = from_json_value(POLICY_ITEMS[key], raw)
        policy = cls(**typed)  # type: ignore[arg-type]  # each value was typed by its item just above
        _check_together(policy)
        return policy

    def to_values(self) -> dict[str, object]:
        """The JSON form of every value, by key."""
        return {key: to_json_value(getattr(self, key)) for key in POLICY_ITEMS}


@dataclass(frozen=True)
class PolicyHistory:
    """The policies of all days: each with the first day on which it held, oldest first.

    The first holds before its day, too.
    """

    spans: tuple[tuple[date, Policy], ...]

    @classmethod
    def always(cls, policy: Policy) -> PolicyHistory:
        """The same on every day."""
        return cls(((date.min, policy),))

    def on(self, day: date) -> Policy:
        """What was in force on a day."""
        held = [policy for first, policy in self.spans if first <= day]
        return held[-1] if held else self.spans[0][1]

    @cached_property
    def cycles(self) -> tuple[tuple[date, Policy], ...]:
        """Those of the spans that began with another cycle of certifications."""
        found = [self.spans[0]]
        for span in self.spans[1:]:
            before, after = found[-1][1], span[1]
            if (before.cycle_mode, before.cycle_months) != (after.cycle_mode, after.cycle_months):
                found.append(span)
        return tuple(found)


def values_in_force(rows: Iterable[tuple[str, date, object]], on: date) -> dict[str, object]:
    """Of (key, effective_on, value) rows in the order of entry, the values that hold on a day."""
    chosen: dict[str, tuple[date, object]] = {}
    for key, effective_on, value in rows:
        if effective_on <= on and (key not in chosen or chosen[key][0] <= effective_on):
            chosen[key] = (effective_on, value)
    return {key: value for key, (_, value) in chosen.items()}


def _items() -> dict[str, PolicyItem]:
    return {
        f.name: PolicyItem(
            f.name,
            f.default,
            f.metadata["unit"],
            f.metadata["source"],
            f.metadata["mark"],
            f.metadata["minimum"],
            f.metadata["maximum"],
            f.metadata["description"],
        )
        for f in fields(Policy)
    }


POLICY_ITEMS: dict[str, PolicyItem] = _items()

# (smaller or equal, larger): pairs that contradict each other when turned round
_ORDERED = (
    ("city_escalation_days", "district_escalation_days"),
    ("district_escalation_days", "street_escalation_days"),
    ("street_escalation_days", "home_visit_open_days"),
    ("cycle_months", "special_procedure_months"),
    ("offer_hours_short", "offer_hours"),
    ("offer_factor_ample", "offer_factor"),
    ("no_contact_officer_hours", "no_contact_street_hours"),
    ("no_contact_street_hours", "serious_event_hours"),
    ("max_visits_day", "max_visits_week"),
    ("plan_horizon_days", "plan_campaign_days"),
    ("replan_seconds", "plan_seconds"),
    ("wish_district_metres", "wish_street_metres"),
    ("wish_street_metres", "wish_community_metres"),
    ("minor_min_age", "volunteer_min_age"),
    ("level_d_advanced_days", "level_d_days"),
    ("level_d_open_days", "level_d_advanced_days"),
    ("attempt_days", "attempts_before_escalation"),
    ("attempt_bands", "attempts_before_escalation"),
    ("star_county_max", "star_city_max"),
)


def _check_together(policy: Policy) -> None:
    for small, large in _ORDERED:
        if getattr(policy, small) > getattr(policy, large):
            raise PolicyValueError(small, getattr(policy, small), f"must not exceed {large}")
    for key, item in POLICY_ITEMS.items():
        value = getattr(policy, key)
        if isinstance(value, tuple):
            _check_list(item, value)
    for level, days in policy.care_open_days.as_dict().items():
        if days >= policy.care_interval_days[level]:
            raise PolicyValueError(
                "care_open_days", days, f"must be shorter than the interval of level {level}"
            )


def _check_list(item: PolicyItem, value: tuple[object, ...]) -> None:
    if not value:
        raise PolicyValueError(item.key, list(value), "the list must not be empty")
    if len(set(value)) != len(value):
        raise PolicyValueError(item.key, list(value), "the list names something twice")
    if isinstance(value[0], TimeSpan):
        spans = [part for part in value if isinstance(part, TimeSpan)]
        if any(left.end > right.start for left, right in pairwise(spans)):
            raise PolicyValueError(item.key, to_json_value(value), "spans must follow each other in order")
    elif not isinstance(value[0], Enum) and list(value) != sorted(value, key=_as_int, reverse=_falls(item)):
        raise PolicyValueError(item.key, list(value), "the numbers must be in order")


def _as_int(value: object) -> int:
    assert isinstance(value, int)  # noqa: S101  # lists hold words, spans or whole numbers only
    return value


def _falls(item: PolicyItem) -> bool:
    default = item.default
    return isinstance(default, tuple) and _as_int(default[0]) > _as_int(default[-1])
