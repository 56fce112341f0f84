"""Who moves, or whose community is merged, takes along what is about them; trips of a household part."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col

from domain.care import ContactForm
from domain.visits import VisitKind
from models.care import CareContact, Referral
from models.desk import DeskItem
from models.life import Incident, IncidentStep
from models.messages import Message
from models.pools import Tie
from models.retirees import Retiree
from models.scope import Reader
from models.staff import Role
from models.trips import PartStatus, VisitPart
from models.visits import Visit
from services.contacts import ContactEntry, record_contact
from services.due.generate import generate_due
from services.life import incidents
from services.life.matters import open_matter
from services.life.merges import merge_division
from services.life.transfers import MoveTo, confirm, request_transfer
from services.referrals import ReferralForm, open_referral
from services.steps import Step
from services.volunteers.ties import set_tie
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_staff, add_volunteer
from tests.scenarios.people import add_certified
from tests.services.play import Play
from tests.services.scenes import row, rows

ABOUT: tuple[Any, ...] = (CareContact, Referral, Incident, IncidentStep, Tie)


async def run(play: Play, work: Callable[[Step], Awaitable[Any]], who: str = "staff:city") -> Any:
    return await play.steps.run(who, work)


async def known_person(play: Play) -> Retiree:
    """Somebody of whom much is recorded, and a call that waits."""

    async def fill(step: Step) -> Retiree:
        await add_staff(step, "officer", Role.COMMUNITY_OFFICER, COMMUNITY)
        await add_staff(step, "furong", Role.DISTRICT_AGENCY, OTHER_DISTRICT[:6])
        person = await add_certified(step, date(2025, 8, 10))
        await record_contact(step, person, ContactEntry(ContactForm.PHONE, True, step.now))
        await open_referral(step, person, ReferralForm("medical", "社区卫生服务中心"))
        incident = await incidents.begin(step, "emergency", step.now, retiree=person)
        await incidents.note_step(step, incident, "called_120", step.now)
        await set_tie(step, person, (await add_volunteer(step)).id, "known_face")
        await open_matter(step, "call", f"test/{person.id}", person, about="nobody_home")
        return person

    found: Retiree = await run(play, fill)
    return found


async def move(play: Play, person_id: UUID, to: MoveTo) -> None:
    async def work(step: Step) -> None:
        person = await step.session.get(Retiree, person_id)
        assert person is not None
        transfer = await request_transfer(step, person, to)
        await confirm(step, transfer.id, "from", Reader("staff:officer", COMMUNITY, ""))
        if to.division_code:
            await confirm(step, transfer.id, "to", Reader("staff:furong", OTHER_DISTRICT[:6], ""))

    await run(play, work)


async def codes(play: Play) -> set[str]:
    return {line.division_code for table in ABOUT for line in await rows(play, table)}


async def test_8_6_whoever_moves_is_wholly_known_to_the_new_community(play: Play) -> None:
    person = await known_person(play)
    await move(play, person.id, MoveTo(division_code=OTHER_DISTRICT, address="新址样本楼8栋"))
    assert await codes(play) == {OTHER_DISTRICT}
    (item,) = await rows(play, DeskItem, col(DeskItem.closed_at).is_(None))
    assert (item.kind, item.division_code, item.responsible) == ("call", OTHER_DISTRICT, "staff:furong")


async def test_8_28_nothing_about_a_person_stays_under_a_revoked_code(play: Play) -> None:
    person = await known_person(play)

    async def text_waits(step: Step) -> None:
        text = Message(
            natural_key="test",
            template="R1",
            priority=5,
            audience="retiree",
            person_id=person.id,
            send_at=step.now,
            expires_at=step.now + timedelta(days=1),
            created_at=step.now,
            division_code=COMMUNITY,
        )
        text.phone, text.text, text.params = "+8613800000000", "样本", "{}"
        step.session.add(text)

    await run(play, text_waits)
    await run(play, lambda step: merge_division(step, COMMUNITY, OTHER_DISTRICT, step.today, "社区合并"))
    assert await codes(play) == {OTHER_DISTRICT}
    (item,) = await rows(play, DeskItem)
    (text,) = await rows(play, Message)
    assert {item.division_code, text.division_code} == {OTHER_DISTRICT}


@pytest.mark.parametrize("leads", [True, False])
@pytest.mark.parametrize("to", [MoveTo(division_code=OTHER_DISTRICT), MoveTo(where_to="abroad")])
async def test_8_29_a_couple_s_trip_parts_when_one_of_them_moves(play: Play, leads: bool, to: MoveTo) -> None:
    """Nobody goes to the old door for whoever has left, nor to the new one for whoever has stayed."""

    async def couple(step: Step) -> list[UUID]:
        await add_staff(step, "officer", Role.COMMUNITY_OFFICER, COMMUNITY)
        ids = []
        for last, number in ((date(2025, 4, 10), "430121192802290019"), (date(2025, 5, 10), None)):
            values = {"id_number": number} if number else {}
            person = await add_certified(step, last, household="一户", **values)
            ids.append(person.id)
        return ids

    first, second = await run(play, couple)
    play.clock.set(datetime(2026, 3, 5, 1, tzinfo=UTC))
    await run(play, generate_due, "system")
    (visit,) = await rows(play, Visit)
    (part,) = await rows(play, VisitPart)
    assert (visit.retiree_id, part.retiree_id) == (first, second)
    mover, stays = (first, second) if leads else (second, first)
    await move(play, mover, to)
    assert (await row(play, VisitPart, part.id)).status is PartStatus.RELEASED
    play.clock.set(datetime(2026, 4, 20, 1, tzinfo=UTC))
    await run(play, generate_due, "system")
    open_visits = await rows(
        play, Visit, col(Visit.kind) == VisitKind.CERTIFICATION, col(Visit.status) == "due"
    )
    expected = {stays: COMMUNITY} | ({mover: OTHER_DISTRICT} if to.division_code else {})
    assert {v.retiree_id: v.division_code for v in open_visits} == expected
