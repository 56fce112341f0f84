"""The figures of a run, as other programs rely on them (JSON of `demo --exit` and `simulate`)."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func
from sqlmodel import col, select

from domain.messages import FINAL_MESSAGE
from domain.offers import OfferStatus
from domain.visits import FINAL, VisitStatus
from models.messages import Message
from models.retirees import Retiree
from models.visits import Offer, TimelineEntry, Visit
from models.volunteers import Volunteer
from services.doctor import examine
from services.due.rates import monthly_rate_ab
from services.due.standings import load_standings
from services.steps import Step
from simulation.gateway import Truth

REACHED = {
    "planned": "visit.planned",
    "offered": "visit.offered",
    "accepted": "visit.accepted",
    "missed": "visit.missed",
}


async def collect(step: Step, truth: Truth, *, start: datetime, touches: int) -> dict[str, Any]:
    """Everything that can be counted from the tables, the gateway's truth and the desk's touches."""
    visits = await _visits(step)
    report = await examine(step)
    completed = visits["completed"]
    return {
        "retirees": await _count(step, Retiree),
        "volunteers": await _count(step, Volunteer),
        "hash": await event_hash(step),
        "visits": visits,
        "certifications": await _certifications(step, step.local_date(start)),
        "care": {"monthly_rate_ab_percent": await monthly_rate_ab(step, *_last_month(step))},
        "messages": await _messages(step, truth),
        "offers": await _offers(step),
        "coordinator": {"touches_per_completed": _touches_per_completed(touches, completed)},
        "doctor": {"ok": report.ok, "problems": [p.to_json() for p in report.problems[:50]]},
    }


async def _count(step: Step, table: type[Any]) -> int:
    return await step.session.scalar(select(func.count()).select_from(table)) or 0


async def of_a_month(step: Step, day: int, touches: int) -> dict[str, Any]:
    """How things stand in the middle of a run, after so many days."""
    completed = select(func.count()).where(col(Visit.status) == VisitStatus.COMPLETED)
    return {
        "day": day,
        "monthly_rate_ab_percent": await monthly_rate_ab(step, *_last_month(step)),
        "completed": (so_far := await step.session.scalar(completed) or 0),
        "touches_per_completed": _touches_per_completed(touches, so_far),
    }


def _touches_per_completed(touches: int, completed: int) -> float:
    return round(touches / max(1, completed), 3)


async def _unfilled_by_reason(step: Step) -> dict[str, int]:
    """How often nobody was found for a visit in time, by the reason that was given; "" is none."""
    details = await step.session.scalars(
        select(col(TimelineEntry.why)).where(col(TimelineEntry.event) == "visit.unfilled")
    )
    return dict(sorted(Counter(str(detail.get("code", "")) for detail in details).items()))


async def _visits(step: Step) -> dict[str, Any]:
    by_status = dict(
        (
            await step.session.execute(select(col(Visit.status), func.count()).group_by(col(Visit.status)))
        ).all()
    )
    reached = {
        name: await step.session.scalar(
            select(func.count(col(TimelineEntry.visit_id).distinct())).where(
                col(TimelineEntry.event) == event
            )
        )
        for name, event in REACHED.items()
    }
    by_kind = await step.session.execute(select(col(Visit.kind), func.count()).group_by(col(Visit.kind)))
    ended = await step.session.scalars(select(Visit).where(col(Visit.status) == VisitStatus.CANCELLED))
    return {
        "due": sum(by_status.values()),
        **reached,
        "completed": by_status.get(VisitStatus.COMPLETED, 0),
        "unfilled": by_status.get(VisitStatus.UNFILLED, 0),
        "cancelled": by_status.get(VisitStatus.CANCELLED, 0),
        "superseded": by_status.get(VisitStatus.SUPERSEDED, 0),
        "open": sum(count for status, count in by_status.items() if status not in FINAL),
        "by_kind": {str(kind): count for kind, count in sorted(by_kind)},
        "ended_by_outcome": sum(1 for v in ended if v.outcome),
        "unfilled_by_reason": await _unfilled_by_reason(step),
    }


async def _certifications(step: Step, start: date) -> dict[str, Any]:
    """Home certifications that fell due by now, and how many were done in time; a death is nobody's fault.

    "In time" is measured by the person's own due date, however often a visit was planned anew. Those who
    were already overdue when the run began cannot be in time any more: they are counted apart.
    """
    standings = await load_standings(step)
    counted = [
        s
        for s in standings
        if s.due_on >= start
        and (s.status is VisitStatus.COMPLETED or (s.due_on <= step.today and s.status not in FINAL))
    ]
    in_time = sum(1 for s in counted if s.is_in_time)
    late = [s for s in counted if s.due_on < step.today and not s.is_in_time]
    return {
        "due": len(counted),
        "in_time": in_time,
        "in_time_percent": round(100 * in_time / len(counted), 2) if counted else 100.0,
        "lapsed_by_us": len(late),
        "opened": len(standings),
        "overdue_before": sum(1 for s in standings if s.due_on < start),
    }


async def _messages(step: Step, truth: Truth) -> dict[str, Any]:
    by_status = dict(
        (
            await step.session.execute(
                select(col(Message.status), func.count()).group_by(col(Message.status))
            )
        ).all()
    )
    told = {"accepted", "sent", "delivered", "undelivered"}
    ids = await step.session.scalars(select(col(Message.id)).where(col(Message.status).in_(told)))
    segments = await step.session.scalar(
        select(func.sum(col(Message.segments))).where(col(Message.status).in_(told))
    )
    return {
        "intended": sum(by_status.values()),
        "final": sum(count for status, count in by_status.items() if status in FINAL_MESSAGE),
        "lost": sum(1 for message_id in ids if not truth.by_message[str(message_id)]),
        "twice": sum(1 for count in truth.by_message.values() if count > 1),
        "stale": truth.stale,
        "segments": int(segments or 0),
        "by_status": {str(status): count for status, count in sorted(by_status.items())},
    }


async def _offers(step: Step) -> dict[str, Any]:
    """After a no, how long until the next person was asked (when the same visit asked another at all)."""
    declined = await step.session.execute(
        select(col(Offer.visit_id), col(Offer.answered_at), col(Offer.position)).where(
            col(Offer.status) == OfferStatus.DECLINED
        )
    )
    offers: dict[Any, list[datetime]] = {}
    for visit_id, offered_at, position in await step.session.execute(
        select(col(Offer.visit_id), col(Offer.offered_at), col(Offer.position)).order_by(
            col(Offer.offered_at)
        )
    ):
        offers.setdefault((visit_id, position), []).append(offered_at)
    waits = sorted(
        (later - at).total_seconds()
        for visit_id, at, position in declined
        if at is not None
        for later in [next((o for o in offers[visit_id, position] if o >= at), None)]
        if later is not None and later - at < timedelta(hours=2)
    )
    counts = dict(
        (
            await step.session.execute(select(col(Offer.status), func.count()).group_by(col(Offer.status)))
        ).all()
    )
    return {
        "seconds_to_next_after_decline_p50": waits[len(waits) // 2] if waits else 0.0,
        "seconds_to_next_after_decline_p99": waits[int(len(waits) * 0.99)] if waits else 0.0,
        "by_status": {str(status): count for status, count in sorted(counts.items())},
    }


def _last_month(step: Step) -> tuple[date, date]:
    """The last 30 days: a calendar month would be empty in short runs."""
    return step.today - timedelta(days=29), step.today


async def event_hash(step: Step) -> str:
    """SHA-256 over every event of every visit and every text, in order: the same history, the same hash."""
    digest = hashlib.sha256()
    events = await step.session.execute(
        sa.select(
            col(TimelineEntry.at),
            col(TimelineEntry.visit_id),
            col(TimelineEntry.position),
            col(TimelineEntry.event),
            col(TimelineEntry.from_status),
            col(TimelineEntry.to_status),
        ).order_by(col(TimelineEntry.id))
    )
    for row in events:
        digest.update("|".join(str(value) for value in row).encode())
    texts = await step.session.execute(
        select(col(Message.natural_key), col(Message.status), col(Message.submitted_at)).order_by(
            col(Message.id)
        )
    )
    for text in texts:
        digest.update("|".join(str(value) for value in text).encode())
    return digest.hexdigest()
