"""Volunteers who said yes when the seat was taken: asked first when it falls free."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from domain.offers import is_standby
from models.visits import Visit
from services.gathering import all_offers
from services.steps import Step
from services.suggesting import Round, Suggestion


async def who_stands_by(
    step: Step, visit: Visit, position: int, round_: Round, busy: Collection[UUID]
) -> list[Suggestion]:
    """Those who could still come at the visit's time, in the order in which they said yes."""
    said_yes = {
        offer.volunteer_id: offer.answered_at or offer.offered_at
        for offer in await all_offers(step, visit)
        if is_standby(offer.status, offer.channel) and offer.starts_at == visit.starts_at
    }
    if not said_yes:
        return []
    others = [k for k in round_.built.roster.ids if k not in said_yes]
    found = round_.suggest(position, len(said_yes), exclude=[*busy, *others])
    found.sort(key=lambda s: said_yes[s.volunteer_id])
    return [replace(s, reasons={**s.reasons, "by": "standby"}) for s in found]
