"""Care of a retiree: facts, contacts, serious events, referrals, ties, gifts; districts that rest."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from sqlmodel import col, select

from api.current import actor, context, reader, steps
from api.openapi import operation, path_id
from api.rows import change_row
from api.rules import EDITORS, KNOW_RETIREES, signed_in
from api.v1.care_models import (
    ContactIn,
    FlagList,
    FlagOut,
    FlagsIn,
    GiftIn,
    Made,
    PauseIn,
    PauseList,
    PauseOut,
    ReferralIn,
    ReferralList,
    ReferralOut,
    ReferralQuery,
    ResultIn,
    SeriousIn,
    SeriousOut,
    TieIn,
)
from models.campaigns import DistrictPause
from models.care import Referral
from models.pools import Tie
from models.retirees import Retiree, RetireeFlag
from models.volunteers import Volunteer
from services import referrals
from services.contacts import ContactEntry, record_contact, record_serious_event
from services.errors import NotFound
from services.gifts import GiftForm, record_gift
from services.pauses import PauseForm, current_pauses, end_pause, pause_area
from services.retiree_flags import change_flags
from services.steps import Step
from services.volunteers.ties import end_tie, set_tie

EDIT = signed_in(*EDITORS)


@operation(
    "POST", "/api/v1/retirees/{retiree_id}/flags", rule=EDIT, tag="care", body=FlagsIn, response=FlagList
)
async def set_flags(request: web.Request, body: FlagsIn) -> FlagList:
    """Set and end facts; what contradicts is refused (rule CARE-01)."""

    async def run(step: Step, row: Retiree) -> FlagList:
        rows = await change_flags(step, row, add=body.add, end=body.end, on=body.on)
        return FlagList(flags=[_flag(row) for row in rows])

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


async def need_volunteer(request: web.Request, volunteer_id: UUID) -> None:
    """Raises `NotFound` unless the caller may see the volunteer."""
    async with context(request).db.read(reader(request)) as session:
        if await session.scalar(select(col(Volunteer.id)).where(col(Volunteer.id) == volunteer_id)) is None:
            raise NotFound("volunteer", "There is no such volunteer.")


def _flag(row: RetireeFlag) -> FlagOut:
    return FlagOut(**{name: getattr(row, name) for name in FlagOut.model_fields})


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/contacts",
    rule=EDIT,
    tag="care",
    body=ContactIn,
    response=Made,
    status=201,
)
async def add_contact(request: web.Request, body: ContactIn) -> Made:
    """Note a contact between visits (rule CARE-04)."""

    async def run(step: Step, row: Retiree) -> Made:
        return Made(id=(await record_contact(step, row, ContactEntry(**body.model_dump()))).id)

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/events",
    rule=EDIT,
    tag="care",
    body=SeriousIn,
    response=SeriousOut,
    status=201,
)
async def add_event(request: web.Request, body: SeriousIn) -> SeriousOut:
    """Note a serious event: the person is to be reached within 24 hours (rule CARE-03)."""

    async def run(step: Step, row: Retiree) -> SeriousOut:
        event = await record_serious_event(step, row, body.kind, body.occurred_at)
        return SeriousOut(id=event.id, contact_by=event.contact_by, visit_id=event.visit_id)

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/referrals",
    rule=EDIT,
    tag="care",
    body=ReferralIn,
    response=ReferralOut,
    status=201,
)
async def refer(request: web.Request, body: ReferralIn) -> ReferralOut:
    """Pass a need on (rule CARE-05)."""

    async def run(step: Step, row: Retiree) -> ReferralOut:
        return _referral(
            await referrals.open_referral(step, row, referrals.ReferralForm(**body.model_dump()))
        )

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


def _referral(row: Referral) -> ReferralOut:
    return ReferralOut(**{name: getattr(row, name) for name in ReferralOut.model_fields})


@operation(
    "GET",
    "/api/v1/referrals",
    rule=signed_in(*KNOW_RETIREES),
    tag="care",
    query=ReferralQuery,
    response=ReferralList,
)
async def list_referrals(request: web.Request, query: ReferralQuery) -> ReferralList:
    """Referrals of the caller's area, the most pressing first."""
    async with steps(request).look(reader(request)) as step:
        found = await referrals.load_referrals(step, **query.model_dump())
        percent = await referrals.in_time_percent(step)
        return ReferralList(referrals=[_referral(row) for row, _ in found], closed_in_time_percent=percent)


@operation(
    "POST",
    "/api/v1/referrals/{referral_id}/close",
    rule=EDIT,
    tag="care",
    body=ResultIn,
    response=ReferralOut,
    errors=(409,),
)
async def close_referral(request: web.Request, body: ResultIn) -> ReferralOut:
    """It was taken up."""

    async def run(step: Step, row: Referral) -> ReferralOut:
        return _referral(await referrals.close_referral(step, row.id, body.result))

    return await change_row(request, Referral, path_id(request, "referral_id"), None, run)


@operation(
    "POST", "/api/v1/retirees/{retiree_id}/ties", rule=EDIT, tag="care", body=TieIn, response=Made, status=201
)
async def add_tie(request: web.Request, body: TieIn) -> Made:
    """Recusal either way, relatives, a known face (rule VOL-13)."""

    async def run(step: Step, row: Retiree) -> Made:
        await need_volunteer(request, body.volunteer_id)
        return Made(id=(await set_tie(step, row, body.volunteer_id, body.kind, body.reason)).id)

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@operation("POST", "/api/v1/ties/{tie_id}/end", rule=EDIT, tag="care", response=Made, errors=(409,))
async def close_tie(request: web.Request) -> Made:
    """The tie holds no longer."""

    async def run(step: Step, row: Tie) -> Made:
        return Made(id=(await end_tie(step, row.id)).id)

    return await change_row(request, Tie, path_id(request, "tie_id"), None, run)


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/gifts",
    rule=EDIT,
    tag="care",
    body=GiftIn,
    response=Made,
    status=201,
    errors=(409,),
)
async def add_gift(request: web.Request, body: GiftIn) -> Made:
    """The receipt of a campaign's gift, one per person (rule CAMP-02)."""

    async def run(step: Step, row: Retiree) -> Made:
        return Made(id=(await record_gift(step, row, GiftForm(**body.model_dump()))).id)

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


@operation("GET", "/api/v1/pauses", rule=EDIT, tag="care", response=PauseList)
async def list_pauses(request: web.Request) -> PauseList:
    """Areas that rest now or soon."""
    async with steps(request).look(reader(request)) as step:
        return PauseList(pauses=[_pause(row) for row in await current_pauses(step)])


def _pause(row: DistrictPause) -> PauseOut:
    return PauseOut(**{name: getattr(row, name) for name in PauseOut.model_fields})


@operation(
    "POST",
    "/api/v1/pauses",
    rule=EDIT,
    tag="care",
    body=PauseIn,
    response=PauseOut,
    status=201,
    errors=(404,),
)
async def pause(request: web.Request, body: PauseIn) -> PauseOut:
    """Visits of an area rest in extreme weather (rule CARE-06)."""
    if not reader(request).may_see(body.division_code, reader(request).agency):
        raise NotFound("division", "There is nothing here, or it is outside your area.", "division_code")

    async def run(step: Step) -> PauseOut:
        return _pause(await pause_area(step, PauseForm(**body.model_dump())))

    return await steps(request).run(actor(request), run)


@operation("POST", "/api/v1/pauses/{pause_id}/end", rule=EDIT, tag="care", response=PauseOut, errors=(409,))
async def resume(request: web.Request) -> PauseOut:
    """Visits are planned again from tomorrow."""

    async def run(step: Step, row: DistrictPause) -> PauseOut:
        return _pause(await end_pause(step, row.id))

    return await change_row(request, DistrictPause, path_id(request, "pause_id"), None, run)


HANDLERS = (
    set_flags, add_contact, add_event, refer, list_referrals, close_referral, add_tie, close_tie, add_gift,
    list_pauses, pause, resume,
)  # fmt: skip
