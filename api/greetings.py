"""A campaign's greetings for the page and the API: a look at what would be sent, and sending it."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from uuid import UUID

from aiohttp import web

from api.current import context, steps
from api.rows import change_row, own_row
from models.campaigns import Campaign
from notifications.kinds import Kind
from services.greetings import SLICE, Greetings, look_at_greetings, write_greetings


async def look(request: web.Request, campaign_id: UUID) -> Greetings:
    """Whom a campaign of the caller's own area would greet now.

    Raises:
        NotFound: no such campaign, or another area's. WrongMoment: as `look_at_greetings`.
    """
    campaign = await own_row(request, Campaign, campaign_id)
    async with steps(request).look() as step:
        return await look_at_greetings(step, campaign)


async def send(request: web.Request, campaign_id: UUID) -> tuple[Greetings, int]:
    """Write the greetings slice by slice; begun again after a failure it goes on.

    Returns what was looked at, and how many were written.

    Raises: as `look`.
    """
    found, written = await look(request, campaign_id), 0
    for start in range(0, len(found.wanted), SLICE):
        write = partial(write_greetings, ids=found.wanted[start : start + SLICE])
        written += await change_row(request, Campaign, campaign_id, None, write)
    return found, written


def price(request: web.Request, found: Greetings) -> Decimal | None:
    """What all of them cost, None where the gateway's contract names no price."""
    contract = context(request).gateway.contract
    return contract.price(found.segments * len(found.wanted), Kind.PROMOTION)
