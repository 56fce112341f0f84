"""A volunteer wants no more texts."""

from __future__ import annotations

from models.messages import Inbound
from models.volunteers import Volunteer
from notifications.gateways.codes import confirms_opt_out
from services.answers import decline_offer
from services.inbound_desk import to_desk
from services.messages import queue_message
from services.people import volunteer_recipient
from services.replying import open_items
from services.steps import Step


async def opt_out(step: Step, row: Inbound, volunteer: Volunteer) -> str:
    """No more texts: open offers go to others, promised visits stay and a person talks to the volunteer.

    Confirmed once, unless gateway or carrier has done so by itself.
    """
    first_time = volunteer.opted_out_at is None
    promised = []
    for thing in await open_items(step, volunteer.id):
        if thing.item.phase == "offered":
            await decline_offer(step, thing.offer_id, "sms")
        elif thing.item.phase in ("accepted", "checked_in"):
            promised.append(thing.visit_id)
    if promised:
        row.visit_id = row.visit_id or promised[0]
        await to_desk(step, row, "call", about="opted_out")
    if first_time:
        if not confirms_opt_out(row.gateway, row.text.strip()):
            await queue_message(
                step, "V14", volunteer_recipient(volunteer), str(volunteer.id), {}, moment=step.now
            )
        volunteer.opted_out_at = volunteer.updated_at = step.now
    return "opted_out"
