"""Rows of the caller's own area: anything else is not there for the caller, and asking is written down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from aiohttp import web
from sqlmodel import col, select

from api.current import actor, context, current_staff, reader, steps
from api.problems import StaleVersion
from models.campaigns import Campaign
from models.life import Transfer
from models.scope import SYSTEM
from services.errors import NotFound
from services.life.transfers import sides
from services.looks import note_refused
from services.plan_pages import concerns
from services.steps import Step

T = TypeVar("T")


R = TypeVar("R", bound=Any)


async def own_row(request: web.Request, table: type[R], row_id: UUID) -> R:
    """The row as the caller may read it.

    Raises:
        NotFound: no such row, or outside the caller's area (then with an audit row).
    """
    async with context(request).db.read(reader(request)) as session:
        row: R | None = await session.scalar(select(table).where(col(table.id) == row_id))
    if row is None:
        async with context(request).db.read(SYSTEM) as session:
            is_foreign = await session.scalar(select(col(table.id)).where(col(table.id) == row_id))
        if is_foreign:
            await steps(request).run(actor(request), _refused(request, table, row_id))
        raise NotFound("not_found", "There is nothing here, or it is outside your area.")
    return row


async def joint_campaign(request: web.Request, campaign_id: UUID) -> Campaign:
    """A campaign that concerns the caller's area: a district takes part in the city's.

    Raises:
        NotFound: as `own_row`.
    """
    async with steps(request).look() as step:
        found = await step.session.get(Campaign, campaign_id)
    if found is not None and concerns(found, reader(request).prefix):
        return found
    return await own_row(request, Campaign, campaign_id)


async def own_transfer(request: web.Request, row_id: UUID) -> UUID:
    """The id of a move, if the caller speaks for one of its two sides.

    Raises:
        NotFound: no such move, or between other areas (then with an audit row).
    """
    async with context(request).db.read(SYSTEM) as session:
        row = await session.get(Transfer, row_id)
    if row is None or not sides(row, reader(request)):
        if row is not None:
            await steps(request).run(actor(request), _refused(request, Transfer, row_id))
        raise NotFound("not_found", "There is nothing here, or it is outside your area.")
    return row_id


def _refused(request: web.Request, table: Any, row_id: UUID) -> Callable[[Step], Awaitable[None]]:
    return lambda step: note_refused(step, current_staff(request), str(table.__tablename__), str(row_id))


async def change_row(
    request: web.Request,
    table: type[R],
    row_id: UUID,
    version: int | None,
    work: Callable[[Step, R], Awaitable[T]],
) -> T:
    """Run `work` on a row of the caller's area in one step, if it is still the version that was read.

    Raises:
        NotFound: as `own_row`.
        StaleVersion: somebody else changed it since.
    """
    await own_row(request, table, row_id)
    eyes = reader(request)

    async def run(step: Step) -> T:
        row = await step.session.get(table, row_id, with_for_update=True)
        # Looked at again inside the step: the row may have moved to another area.
        if row is None or not eyes.may_see(row.division_code, row.managing_agency):
            raise NotFound("not_found", "There is nothing here, or it is outside your area.")
        if version is not None and row.version != version:
            raise StaleVersion(row.version)
        return await work(step, row)

    return await steps(request).run(actor(request), run)
