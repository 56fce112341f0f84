"""Holiday campaigns: the list, and opening one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field
from sqlmodel import col, select

from api import greetings
from api.current import actor, context, reader, steps
from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row
from api.rules import signed_in
from domain.policy import Festival
from models.campaigns import Campaign
from models.staff import Role
from services.campaign_stopping import stop_campaign
from services.campaigns import CampaignForm, create_campaign
from services.errors import NotFound
from services.steps import Step


class CampaignIn(Given):
    """Groups left out mean the six of the regulation."""

    festival: Festival
    year: int
    division_code: str = Field(pattern=r"^\d{12}$")
    target_flags: list[str] = Field(default=[], max_length=20)
    gift: str = Field("", max_length=64)
    gift_fen: int = Field(0, ge=0, le=10_000_000)
    joined_with: Festival | None = Field(
        None, description="a festival whose window overlaps: one round for both"
    )


class CampaignOut(Shown):
    id: UUID
    name: str
    festival: str
    festival_on: date
    opens_on: date
    ends_on: date
    results_by: date
    division_code: str
    target_flags: list[str]
    gift: str
    gift_fen: int
    created_by: str
    stopped_at: AwareDatetime | None
    version: int


class GreetingsIn(Given):
    """Empty: the greetings are written. With `only_count` nothing is."""

    only_count: bool = False


class GreetingsOut(Shown):
    """`written`: with `only_count` how many would be. `price` of all of them, in `currency`."""

    written: int
    refused: dict[str, int] = Field(
        description="persons by reason: elsewhere, no_consent, opted_out, no_mobile, number_void, "
        "shared_number, written_before"
    )
    became: dict[str, int] = Field(description="greetings of before by their state")
    text: str
    segments: int = Field(description="of one text")
    price: Decimal | None
    currency: str
    leaves_at: AwareDatetime


class StopIn(Given):
    version: int
    reason: str = Field(min_length=4, max_length=200)


class CampaignList(Shown):
    campaigns: list[CampaignOut]


@operation("GET", "/api/v1/campaigns", rule=signed_in(), tag="campaigns", response=CampaignList)
async def list_campaigns(request: web.Request) -> CampaignList:
    """Campaigns of the caller's area, newest first."""
    async with context(request).db.read(reader(request)) as session:
        rows = await session.scalars(
            select(Campaign).order_by(col(Campaign.festival_on).desc(), col(Campaign.id)).limit(200)
        )
        return CampaignList(campaigns=[CampaignOut.model_validate(row) for row in rows])


@operation(
    "POST",
    "/api/v1/campaigns",
    rule=signed_in(Role.CITY_ADMIN, Role.DISTRICT_AGENCY),
    tag="campaigns",
    body=CampaignIn,
    response=CampaignOut,
    status=201,
    errors=(404,),
)
async def create(request: web.Request, body: CampaignIn) -> CampaignOut:
    """Open a campaign for an area; its visits fall due with the next morning's look."""
    if not reader(request).may_see(body.division_code, reader(request).agency):
        raise NotFound("division", "There is nothing here, or it is outside your area.", "division_code")

    async def run(step: Step) -> CampaignOut:
        given = body.model_dump(mode="json")
        form = CampaignForm(**{**given, "joined_with": given["joined_with"] or ""})
        return CampaignOut.model_validate(await create_campaign(step, form))

    return await steps(request).run(actor(request), run)


@operation(
    "POST",
    "/api/v1/campaigns/{campaign_id}/greetings",
    rule=signed_in(Role.CITY_ADMIN, Role.DISTRICT_AGENCY),
    tag="campaigns",
    body=GreetingsIn,
    response=GreetingsOut,
    errors=(404, 409),
)
async def send_greetings(request: web.Request, body: GreetingsIn) -> GreetingsOut:
    """A greeting by text to those of the campaign's area who have agreed to such texts; each gets one."""
    campaign_id = path_id(request, "campaign_id")
    if body.only_count:
        found = await greetings.look(request, campaign_id)
        written = len(found.wanted)
    else:
        found, written = await greetings.send(request, campaign_id)
    return GreetingsOut(
        written=written,
        refused=dict(found.refused),
        became=dict(found.became),
        text=found.text,
        segments=found.segments,
        price=greetings.price(request, found),
        currency=context(request).gateway.contract.currency,
        leaves_at=found.leaves_at,
    )


@operation(
    "POST",
    "/api/v1/campaigns/{campaign_id}/stop",
    rule=signed_in(Role.CITY_ADMIN, Role.DISTRICT_AGENCY),
    tag="campaigns",
    body=StopIn,
    response=CampaignOut,
    errors=(404, 409),
)
async def stop(request: web.Request, body: StopIn) -> CampaignOut:
    """No new visits, no greetings; visits without an agreed crew are called off. It may be opened again."""

    async def work(step: Step, row: Campaign) -> CampaignOut:
        await stop_campaign(step, row, body.reason)
        return CampaignOut.model_validate(row)

    return await change_row(request, Campaign, path_id(request, "campaign_id"), body.version, work)


HANDLERS = (list_campaigns, create, send_greetings, stop)
