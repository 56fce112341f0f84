"""When a text may leave: the hours of whoever reads it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.policy import Policy, TimeSpan

# Who reads it → which hours of the policy hold.
_HOURS = {
    "retiree": "retiree_hours",
    "contact": "retiree_hours",
    "volunteer": "volunteer_hours",
    "staff": "staff_hours",
    "stranger": "volunteer_hours",
}
PROMOTION = "promotion"


def allowed_spans(role: str, kind: str, policy: Policy) -> tuple[TimeSpan, ...]:
    """The local hours in which a text of a kind may reach a role; a promotion keeps both rules."""
    spans: tuple[TimeSpan, ...] = getattr(policy, _HOURS[role])
    if kind != PROMOTION:
        return spans
    return tuple(
        TimeSpan(max(a.start, b.start), min(a.end, b.end))
        for a in spans
        for b in policy.promotional_hours
        if max(a.start, b.start) < min(a.end, b.end)
    )


def next_allowed(
    now: datetime, role: str, kind: str, policy: Policy, zone: ZoneInfo, *, emergency: bool = False
) -> datetime:
    """`now` if the hours allow it, else the next opening (aware, UTC kept). Emergencies never wait.

    Raises:
        KeyError: an unknown role.
    """
    if emergency:
        return now
    local = now.astimezone(zone)
    spans = allowed_spans(role, kind, policy)
    for offset in (0, 1):
        day = local.date() + timedelta(days=offset)
        for span in spans:
            opens = datetime.combine(day, span.start, zone)
            closes = datetime.combine(day, span.end, zone)
            if local < closes:
                return now if local >= opens else opens.astimezone(now.tzinfo)
    raise ValueError(f"no hours are open for {role}")
