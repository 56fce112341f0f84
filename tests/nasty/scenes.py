"""Where the nasty cases begin: somebody with an open offer, somebody with a promised visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.messages import Inbound, Message
from models.staff import Role, Staff
from models.visits import Offer, Visit
from models.volunteers import Volunteer
from services.planning.planning import plan_visits
from services.steps import Step
from tests.factories import add_retiree, add_staff, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import offered, row, rows

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class Asked:
    """One volunteer asked for a visit of one person; `phone` is the volunteer's."""

    visit: Visit
    offer: Offer
    phone: str
    volunteer_id: UUID


async def asked(play: Play, **values: Any) -> Asked:
    """A task for one person; the first of those who were asked."""
    visit = await offered(play, **{"kind": VisitKind.TASK, "crew_size": 1, **values})
    return await first_asked(play, visit)


async def first_asked(play: Play, visit: Visit, number: int = 0) -> Asked:
    offer = (await play.offers(visit.id))[number]
    volunteer: Volunteer = await row(play, Volunteer, offer.volunteer_id)
    return Asked(visit, offer, volunteer.phone, volunteer.id)


async def promised(play: Play, **values: Any) -> Asked:
    """As `asked`, and the volunteer has said yes."""
    found = await asked(play, **values)
    assert await play.say(found.phone, "1") == "accepted"
    play.clock.advance(MINUTE)
    return Asked(await play.visit(found.visit.id), found.offer, found.phone, found.volunteer_id)


async def asked_twice(play: Play) -> tuple[str, Offer, Offer]:
    """One volunteer, asked for two tasks at once."""

    async def fill(step: Step) -> str:
        volunteer = await add_volunteer(step)
        for _ in range(2):
            person = await add_retiree(step)
            await add_visit(step, VisitKind.TASK, person.id, crew_size=1)
        return volunteer.phone

    phone = await play.steps.run("system", fill)
    await plan_visits(play.steps, "test")
    await play.tick()
    first, second = await rows(play, Offer)
    return phone, first, second


async def officer(play: Play) -> Staff:
    """A person at work in the community's district."""
    return await play.steps.run(
        "system", lambda step: add_staff(step, "officer", Role.COMMUNITY_OFFICER, "430111")
    )


async def offer_of(play: Play, found: Asked) -> Offer:
    """The offer as it stands now."""
    offer: Offer = await row(play, Offer, found.offer.id)
    return offer


async def holders(play: Play, found: Asked) -> list[UUID | None]:
    """Who has the visit's seats."""
    return [seat.volunteer_id for seat in await play.seats(found.visit.id)]


async def texts_to(play: Play, phone: str, *templates: str) -> list[Message]:
    """What was written to a number, oldest first."""
    found = [m for m in await rows(play, Message) if m.phone == phone]
    return [m for m in found if not templates or m.template in templates]


def on_phone(play: Play, phone: str) -> list[str]:
    """The words that the gateway brought to a phone."""
    return [remote.text for remote in play.gateway.truth.texts.get(phone, [])]


async def on_desks(play: Play, kind: str) -> list[DeskItem]:
    """Open matters of a kind."""
    return await rows(play, DeskItem, col(DeskItem.kind) == kind, col(DeskItem.closed_at).is_(None))


async def reads_whole(play: Play, item: DeskItem, text: str) -> bool:
    """Whether the person who has the matter sees the text as it was written."""
    inbound: Inbound = await row(play, Inbound, item.inbound_id)
    return inbound.text == text


async def is_given_to_others(play: Play, found: Asked) -> bool:
    """Whether somebody was asked after the volunteer's answer."""
    offers = await play.offers(found.visit.id)
    at = (await offer_of(play, found)).answered_at
    assert at is not None
    later = [o for o in offers if o.volunteer_id != found.volunteer_id and o.offered_at >= at]
    return bool(later) and (await play.visit(found.visit.id)).status is VisitStatus.OFFERED
