"""The Spring Festival 2027 of a small city, played: gifts, who was missed last time, three days of ice."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from config.clock import ManualClock
from domain.visits import FINAL, SeatStatus, VisitKind, VisitStatus
from models.campaigns import Campaign, GiftReceipt
from models.database import Database
from models.desk import DeskItem
from models.ids import seed_ids, unseed_ids
from models.migrate import migrate_async
from models.retirees import Retiree
from models.seal import KeyRing, use_keys
from models.staff import Role
from models.visits import Seat, Visit
from services.campaigns import CampaignForm, create_campaign
from services.due.campaigns import CARRIED_OVER
from services.gifts import GiftForm, record_gift
from services.pauses import PauseForm, pause_area
from services.steps import Step, Steps
from simulation.figures import collect
from simulation.gateway import SimulatedGateway
from simulation.inline_sqlite import INLINE
from simulation.world import World
from tests import factories
from tests.factories import (
    COMMUNITY,
    add_campaign,
    add_divisions,
    add_retiree,
    add_staff,
    add_visit,
    add_volunteer,
)

ZONE = ZoneInfo("Asia/Shanghai")
OLD = date(1940, 3, 15)
BEGIN = datetime(2027, 1, 5, 21, 0, tzinfo=UTC)  # five in the morning of the 6th: the window opens tomorrow
WINDOW = (date(2027, 1, 7), date(2027, 2, 5))
ICE = (date(2027, 1, 18), date(2027, 1, 20))
RETIREES, TARGETS, AT_RISK, MISSED, VOLUNTEERS, SEED = 60, 24, 1, 4, 15, 9


@dataclass
class Town:
    """The played city and its campaign."""

    steps: Steps
    clock: ManualClock
    gateway: SimulatedGateway
    world: World
    campaign_id: UUID

    async def visits(self) -> list[Visit]:
        async with self.steps.look() as step:
            rows = await step.session.scalars(
                select(Visit).where(col(Visit.campaign_id) == self.campaign_id).order_by(col(Visit.id))
            )
            return list(rows)


async def _fill(step: Step) -> None:
    """Sixty people of one community, a part of them targets, one of these at high risk; fifteen helpers."""
    await add_divisions(step)
    for name, role, area in (
        ("city", Role.CITY_ADMIN, "4301"),
        ("reviewer", Role.REVIEWER, "4301"),
        ("officer", Role.COMMUNITY_OFFICER, COMMUNITY),
    ):
        await add_staff(step, name, role, area)
    people = []
    for number in range(RETIREES):
        flags: tuple[str, ...] = ("injured", "hardship") if number < TARGETS else ()
        born = date(1963, 3, 15)
        if number < AT_RISK:
            flags, born = ("hardship", "living_alone"), OLD
        people.append(await add_retiree(step, flags=flags, born_on=born, sex=1 + number % 2))
    for number in range(VOLUNTEERS):
        await add_volunteer(step, sex=2 - number % 3 // 2, division_code=COMMUNITY)
    last = await add_campaign(
        step, name="2027年元旦慰问", festival="new_year", festival_on=date(2027, 1, 1),
        opens_on=date(2026, 12, 18), ends_on=date(2027, 1, 1),
    )  # fmt: skip
    for person in people[AT_RISK : AT_RISK + MISSED]:
        visit = await add_visit(step, VisitKind.CAMPAIGN, person.id, campaign_id=last.id)
        visit.status, visit.reason, visit.wake_at = VisitStatus.CANCELLED, {"code": "campaign_over"}, None


async def _open(step: Step) -> UUID:
    form = CampaignForm("spring_festival", 2027, "430111000000", gift="米油一份", gift_fen=10_000)
    campaign = await create_campaign(step, form)
    assert (campaign.opens_on, campaign.ends_on) == WINDOW
    return campaign.id


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.setattr(factories, "_serial", count(1))  # one history, whatever ran before
    use_keys(KeyRing(b"simulated people need no secrecy"))
    clock = ManualClock(BEGIN)
    seed_ids(SEED, lambda: int(clock.now().timestamp() * 1000))
    url = f"sqlite+aiosqlite:///{tmp_path / 'town.sqlite'}"
    db = Database(url, durable=False, driver=INLINE)
    await migrate_async(url)
    steps = Steps(db, clock, ZONE)
    gateway = SimulatedGateway(Random(f"{SEED}/gateway"))
    world = World(steps, clock, gateway, SEED)
    await steps.run("system", _fill)
    yield Town(steps, clock, gateway, world, await steps.run("staff:city", _open))
    await db.close()
    unseed_ids()


async def sign_for_gifts(town: Town, known: set[UUID]) -> None:
    """In the evening the officer writes down whose gift was handed over."""
    for visit in await town.visits():
        if visit.status is not VisitStatus.COMPLETED or visit.retiree_id in known:
            continue

        async def work(step: Step, visit: Visit = visit) -> None:
            person = await step.session.get(Retiree, visit.retiree_id)
            assert person is not None
            await record_gift(step, person, GiftForm(town.campaign_id, "self", visit_id=visit.id))

        await town.steps.run("staff:officer", work)
        assert visit.retiree_id is not None
        known.add(visit.retiree_id)


async def ice(step: Step) -> None:
    await pause_area(step, PauseForm("430111000000", *ICE, "冰冻红色预警"))


async def test_the_spring_festival_is_played_to_its_end(town: Town) -> None:
    signed: set[UUID] = set()
    day = BEGIN
    while day.astimezone(ZONE).date() <= WINDOW[1]:
        if day.astimezone(ZONE).date() == ICE[0] - timedelta(days=1):
            await town.steps.run("staff:officer", ice)
        day += timedelta(days=1)
        await town.world.run_until(day)
        await sign_for_gifts(town, signed)

    visits = await town.visits()
    by_person = Counter(visit.retiree_id for visit in visits)
    assert len(by_person) == TARGETS
    assert set(by_person.values()) == {1}, "one visit for each person and campaign"
    assert all(visit.status in FINAL for visit in visits), "after the window nothing is open"
    completed = [visit for visit in visits if visit.status is VisitStatus.COMPLETED]
    assert len(completed) >= 0.8 * TARGETS
    assert all(visit.reason.get("code") for visit in visits if visit.status is VisitStatus.CANCELLED)

    days = [visit.starts_at.astimezone(ZONE).date() for visit in completed if visit.starts_at]
    assert all(WINDOW[0] <= on <= WINDOW[1] for on in days)
    assert not [on for on in days if ICE[0] <= on <= ICE[1]], "nobody walks on ice"
    assert [on for on in days if on < ICE[0]]
    async with town.steps.look() as step:
        missed = await _missed(step)
        receipts = list(await step.session.scalars(select(GiftReceipt)))
        rung = await step.session.scalars(select(DeskItem).where(col(DeskItem.kind) == "weather_call"))
        called = {item.retiree_id for item in rung}
        at_risk = await step.session.scalars(select(Retiree).where(col(Retiree.born_on) == OLD))
        assert called == {person.id for person in at_risk}, "level A is rung while nobody can come"
        figures = await collect(step, town.gateway.truth, start=BEGIN, touches=town.world.staff.touches)
        gone = await _who_went(step, completed)
    assert len(missed) == MISSED
    weights = {visit.retiree_id: visit.weight for visit in visits}
    assert min(weights[person] for person in missed) >= CARRIED_OVER, "who was missed comes first"
    assert min(weights.values()) < CARRIED_OVER

    assert {receipt.retiree_id for receipt in receipts} == {visit.retiree_id for visit in completed}
    assert {(r.item, r.value_fen, r.signed_by) for r in receipts} == {("米油一份", 10_000, "self")}
    assert all(len(crew) == 2 for crew in gone.values()), "two go to every door"
    messages, doctor = figures["messages"], figures["doctor"]
    assert (messages["lost"], messages["twice"], messages["stale"]) == (0, 0, 0)
    assert doctor == {"ok": True, "problems": []}


async def _missed(step: Step) -> set[UUID]:
    rows = await step.session.scalars(
        select(Visit)
        .join(Campaign, col(Campaign.id) == col(Visit.campaign_id))
        .where(col(Campaign.festival) == "new_year")
    )
    return {visit.retiree_id for visit in rows if visit.retiree_id is not None}


async def _who_went(step: Step, visits: list[Visit]) -> dict[UUID, set[UUID]]:
    crews: dict[UUID, set[UUID]] = {visit.id: set() for visit in visits}
    for seat in await step.session.scalars(select(Seat).where(col(Seat.visit_id).in_(list(crews)))):
        if seat.status is SeatStatus.DONE and seat.volunteer_id is not None:
            crews[seat.visit_id].add(seat.volunteer_id)
    return crews
