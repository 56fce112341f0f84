"""Offers: how long they hold, when the next wave goes out, whom it may ask."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from domain.policy import Policy


class OfferStatus(StrEnum):
    """What became of asking one volunteer for one visit."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    FILLED = "filled"  # somebody else was first
    WITHDRAWN = "withdrawn"  # the volunteer, after accepting, cannot come
    RELEASED = "released"  # a coordinator, or the visit's end, took it back


OPEN_OFFER = frozenset({OfferStatus.OFFERED})
LATEST_YES = timedelta(hours=1)  # before the start, to an offer that has run out


def may_accept(
    status: OfferStatus, answered_at: datetime | None, starts_at: datetime, now: datetime, policy: Policy
) -> bool:
    """May a yes still count, if the seat is free? To an open offer, to one that ran out or went to somebody
    else while there is time, and to one's own no of a moment ago.
    """
    if status in (OfferStatus.EXPIRED, OfferStatus.FILLED):
        return starts_at - now >= LATEST_YES
    return status is OfferStatus.OFFERED or is_second_thought(status, answered_at, now, policy)


def is_second_thought(
    status: OfferStatus, answered_at: datetime | None, now: datetime, policy: Policy
) -> bool:
    """Did the volunteer say no, or give the seat back, only a moment ago?"""
    if status not in (OfferStatus.DECLINED, OfferStatus.WITHDRAWN) or answered_at is None:
        return False
    return now - answered_at <= timedelta(minutes=policy.second_thought_minutes)


def is_standby(status: OfferStatus, channel: str) -> bool:
    """Did the volunteer say yes (by that channel) when somebody else had been first? Then asked first."""
    return status is OfferStatus.FILLED and bool(channel)


def expires_at(now: datetime, starts_at: datetime, policy: Policy) -> datetime:
    """Deadline of an offer made now: 24 h, 2 h close to the visit, never after its start (§3)."""
    short = starts_at - now <= timedelta(hours=policy.offer_short_before_hours)
    held = timedelta(hours=policy.offer_hours_short if short else policy.offer_hours)
    return min(now + held, max(now + timedelta(minutes=15), starts_at - timedelta(minutes=30)))


def next_wave_at(now: datetime, expires: datetime, policy: Policy) -> datetime:
    """When others are asked although the first have not answered: after 4 h, or when the offers end."""
    return min(now + timedelta(hours=policy.wave_hours), expires)


def wanted_offers(open_seats: int, wave: int, ahead: timedelta, policy: Policy) -> int:
    """How many people may hold an open offer in a wave: need times the factor, one factor more each wave.

    With the start further `ahead` than `offer_ample_hours` there is time to ask one after the other: nobody
    says yes in vain, and half the texts are saved.
    """
    is_ample = ahead > timedelta(hours=policy.offer_ample_hours)
    return open_seats * (policy.offer_factor_ample if is_ample else policy.offer_factor) * wave


def may_ask_city_pool(
    now: datetime, starts_at: datetime, days_left: int, exhausted: bool, policy: Policy
) -> bool:
    """The city pool helps when the district is exhausted, or due date or slot are near (§3)."""
    return (
        exhausted
        or days_left <= policy.city_pool_days
        or starts_at - now <= timedelta(hours=policy.city_pool_hours)
    )
