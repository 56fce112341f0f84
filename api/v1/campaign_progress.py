"""How far a campaign is: quotas, progress by district, who has not been seen yet."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field

from api.current import reader, steps
from api.media import EXCEL
from api.named_lists import own_area, send_unvisited
from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row, joint_campaign
from api.rules import KNOW_RETIREES, LISTERS, signed_in
from domain.masking import mask_name
from models.campaigns import Campaign
from services.campaign_progress import District, load_progress
from services.campaign_quotas import set_quotas
from services.named_lists import names_of, within
from services.steps import Step


class QuotasIn(Given):
    """All quotas of the campaign at once: a district left out or null has none."""

    quotas: dict[str, int | None] = Field(max_length=50, description="district's code → visits it plans")
    version: int | None = Field(None, description="of the campaign, as it was read")


class QuotasOut(Shown):
    quotas: dict[str, int]
    version: int


class DistrictOut(Shown):
    """Persons. `wanted`: the quota, without one the targets; `percent`: completed of wanted."""

    division_code: str
    quota: int | None
    targets: int
    wanted: int
    opened: int
    agreed: int
    completed: int
    ended: dict[str, int] = Field(description="visits that ended without an effective one, by what was found")
    unvisited: int
    percent: float | None


class ProgressOut(Shown):
    districts: list[DistrictOut]
    total: DistrictOut


class UnvisitedQuery(Given):
    area: str = Field("", pattern=r"^\d{0,12}$", description="leading digits of a division code")
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class UnvisitedOut(Shown):
    """`why`: not_opened, visit_due … visit_agreed, tried_in_vain, hospitalised, or what was found."""

    retiree_id: UUID
    name: str
    division_code: str
    why: str
    visit_id: UUID | None
    visit_number: str
    starts_at: AwareDatetime | None
    attempts: int


class UnvisitedList(Shown):
    total: int
    persons: list[UnvisitedOut]


class TakeIn(Given):
    area: str = Field("", pattern=r"^\d{0,12}$")
    reason: str = Field(min_length=4, max_length=256)


@operation(
    "POST",
    "/api/v1/campaigns/{campaign_id}/quotas",
    rule=signed_in(*LISTERS),
    tag="campaigns",
    body=QuotasIn,
    response=QuotasOut,
    errors=(404, 409),
)
async def enter_quotas(request: web.Request, body: QuotasIn) -> QuotasOut:
    """How many visits each district plans; a campaign's own area enters them (rule CAMP-03)."""

    async def run(step: Step, row: Campaign) -> QuotasOut:
        await set_quotas(step, row, body.quotas)
        return QuotasOut(quotas=row.quotas, version=row.version)

    return await change_row(request, Campaign, path_id(request, "campaign_id"), body.version, run)


@operation(
    "GET",
    "/api/v1/campaigns/{campaign_id}/progress",
    rule=signed_in(),
    tag="campaigns",
    response=ProgressOut,
    errors=(404,),
)
async def progress(request: web.Request) -> ProgressOut:
    """Wanted, opened, agreed, completed and unvisited by district, of the caller's area."""
    campaign = await joint_campaign(request, path_id(request, "campaign_id"))
    async with steps(request).look(reader(request)) as step:
        found = await load_progress(step, campaign, reader(request))
    return ProgressOut(districts=[_district(one) for one in found.districts], total=_district(found.total))


def _district(one: District) -> DistrictOut:
    values = {name: getattr(one, name) for name in DistrictOut.model_fields}
    return DistrictOut(**{**values, "ended": dict(one.ended)})


@operation(
    "GET",
    "/api/v1/campaigns/{campaign_id}/unvisited",
    rule=signed_in(*KNOW_RETIREES),
    tag="campaigns",
    query=UnvisitedQuery,
    response=UnvisitedList,
    errors=(404,),
)
async def unvisited(request: web.Request, query: UnvisitedQuery) -> UnvisitedList:
    """Everybody of the campaign whom nobody has seen yet, by place, with why; masked."""
    campaign = await joint_campaign(request, path_id(request, "campaign_id"))
    async with steps(request).look(reader(request)) as step:
        found = (await load_progress(step, campaign, reader(request))).unvisited
        people = within(found, own_area(request, query.area))
        page = people[query.offset : query.offset + query.limit]
        names = await names_of(step, [one.id for one in page])
    lines = [
        UnvisitedOut(
            retiree_id=one.id,
            name=mask_name(names.get(one.id, "")),
            division_code=one.division_code,
            why=one.code,
            visit_id=one.visit_id,
            visit_number=one.visit_number,
            starts_at=one.starts_at,
            attempts=one.attempts,
        )
        for one in page
    ]
    return UnvisitedList(total=len(people), persons=lines)


@operation(
    "POST",
    "/api/v1/campaigns/{campaign_id}/unvisited",
    rule=signed_in(*LISTERS),
    tag="campaigns",
    body=TakeIn,
    media_type=EXCEL,
    errors=(404,),
)
async def take_unvisited(request: web.Request, body: TakeIn) -> web.Response:
    """The unvisited list as Excel, with names; who takes it and why is kept."""
    return await send_unvisited(request, path_id(request, "campaign_id"), body.area, body.reason)


HANDLERS = (enter_quotas, progress, unvisited, take_unvisited)
