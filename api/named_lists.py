"""Lists with names for a browser: the workbook after its audit row, for the pages and the API."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from api.current import actor, current_staff, language, reader, steps
from api.media import EXCEL
from api.rows import joint_campaign
from services.named_lists import Taking, note_taken, overdue_list, unvisited_list


def own_area(request: web.Request, wanted: str) -> str:
    """Digits within the reader's own area, else the own area."""
    own = current_staff(request).area
    return wanted if wanted.isdigit() and len(wanted) <= 12 and wanted.startswith(own) else own


async def send_unvisited(request: web.Request, campaign_id: UUID, area: str, reason: str) -> web.Response:
    """Whom nobody has seen yet in a campaign that concerns the caller's area.

    Raises:
        NotFound: no such campaign, or it does not concern the area. BadInput: no reason.
    """
    campaign, eyes = await joint_campaign(request, campaign_id), reader(request)
    order = Taking(own_area(request, area), reason, language(request))
    async with steps(request).look(eyes) as step:
        content, rows = await unvisited_list(step, campaign, eyes, order)
    await steps(request).run(
        actor(request), lambda step: note_taken(step, "unvisited", order, rows, str(campaign_id))
    )
    return _file(content, f"unvisited-{campaign.festival_on}.xlsx")


async def send_overdue(request: web.Request, area: str, reason: str) -> web.Response:
    """Whose contact is overdue in the caller's area. Raises BadInput without a reason."""
    order = Taking(own_area(request, area), reason, language(request))
    async with steps(request).look(reader(request)) as step:
        content, rows = await overdue_list(step, order)
        today = step.today
    await steps(request).run(actor(request), lambda step: note_taken(step, "overdue_contacts", order, rows))
    return _file(content, f"overdue-contacts-{today}.xlsx")


def _file(content: bytes, name: str) -> web.Response:
    return web.Response(
        body=content,
        headers={"Content-Type": EXCEL, "Content-Disposition": f'attachment; filename="{name}"'},
    )
