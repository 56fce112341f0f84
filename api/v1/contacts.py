"""The contact mechanism (art. 17): how people are reached, and who waits too long for a contact."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field

from api.current import reader, steps
from api.media import EXCEL
from api.named_lists import own_area, send_overdue
from api.openapi import Given, Shown, operation
from api.rules import EDITORS, KNOW_RETIREES, signed_in
from api.v1.campaign_progress import TakeIn
from domain.masking import mask_name, mask_phone
from services.contact_list import Line, load_clocks, load_lines


class ContactsQuery(Given):
    area: str = Field("", pattern=r"^\d{0,12}$", description="leading digits of a division code")
    only_overdue: bool = False
    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class NextVisitOut(Shown):
    visit_id: UUID
    number: str
    status: str
    starts_at: AwareDatetime | None
    due_on: date


class ContactLine(Shown):
    """`channel`: text, text_relative, call, call_relative, visit. `due_on`: of the next contact, by level."""

    retiree_id: UUID
    name: str
    division_code: str
    level: str | None
    channel: str
    number: str
    relation: str
    answered_at: AwareDatetime | None = Field(description="when a number of the ladder answered last")
    last_contact_at: AwareDatetime | None
    last_contact_form: str
    due_on: date | None
    overdue_days: int
    next_visit: NextVisitOut | None


class ContactList(Shown):
    total: int
    overdue: int
    persons: list[ContactLine]


@operation(
    "GET",
    "/api/v1/contacts",
    rule=signed_in(*KNOW_RETIREES),
    tag="care",
    query=ContactsQuery,
    response=ContactList,
)
async def list_contacts(request: web.Request, query: ContactsQuery) -> ContactList:
    """The people of an area with how to reach them and their last contact, the longest overdue first."""
    async with steps(request).look(reader(request)) as step:
        clocks = await load_clocks(step, own_area(request, query.area))
        late = [clock for clock in clocks if clock.overdue_days]
        chosen = late if query.only_overdue else clocks
        lines = await load_lines(step, chosen[query.offset : query.offset + query.limit])
    return ContactList(total=len(chosen), overdue=len(late), persons=[_line(line) for line in lines])


def _line(line: Line) -> ContactLine:
    clock, channel, coming = line.clock, line.channel, line.next
    return ContactLine(
        retiree_id=clock.id,
        name=mask_name(line.retiree.name),
        division_code=clock.division_code,
        level=clock.level,
        channel=channel.way,
        number=mask_phone(channel.number),
        relation=channel.contact.relation if channel.contact else "",
        answered_at=line.retiree.answered_at,
        last_contact_at=clock.last.at if clock.last else None,
        last_contact_form=clock.last.form if clock.last else "",
        due_on=clock.due_on,
        overdue_days=clock.overdue_days,
        next_visit=NextVisitOut.model_validate(coming) if coming else None,
    )


@operation(
    "POST", "/api/v1/contacts/overdue", rule=signed_in(*EDITORS), tag="care", body=TakeIn, media_type=EXCEL
)
async def take_overdue(request: web.Request, body: TakeIn) -> web.Response:
    """The overdue contacts as Excel, with names; who takes the list and why is kept."""
    return await send_overdue(request, body.area, body.reason)


HANDLERS = (list_contacts, take_overdue)
