"""Flags, contacts, serious events and referrals as steps (§2.1 to §2.3): what is kept, what is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from config.clock import ManualClock
from domain.visits import VisitKind
from models.desk import DeskItem
from models.retirees import LifeStatus, Retiree
from models.visits import Visit
from services.contacts import ContactEntry, record_contact, record_serious_event
from services.errors import BadInput, WrongMoment
from services.referrals import ReferralForm, close_referral, in_time_percent, load_referrals, open_referral
from services.retiree_flags import change_flags, load_flag_rows
from services.steps import Step, Steps
from tests.factories import add_retiree, add_visit
from tests.services.scenes import rows_of

OLD = date(1940, 3, 15)


async def test_2_1_a_flag_has_its_setter_and_day_and_is_ended_never_deleted(
    steps: Steps, clock: ManualClock
) -> None:
    async def run(step: Step) -> None:
        person = await add_retiree(step)
        await change_flags(step, person, add=["hardship"])
        (row,) = await load_flag_rows(step, person)
        assert (row.flag, row.set_by, row.set_on, row.ended_on) == ("hardship", "staff:a", step.today, None)
        await change_flags(step, person, add=["bedridden"], end=["hardship"])
        found = {r.flag: r for r in await load_flag_rows(step, person)}
        assert (found["hardship"].ended_on, found["hardship"].ended_by) == (step.today, "staff:a")
        assert found["bedridden"].ended_on is None
        again = await change_flags(step, person, add=["bedridden"])
        assert [r.flag for r in again] == ["bedridden"]

    await steps.run("staff:a", run)


@pytest.mark.parametrize(
    ("person", "add", "code"),
    [
        ({"flags": ("childless",)}, ["empty_nest"], "childless_and_empty_nest"),
        ({"flags": ("left_behind",)}, ["childless"], "childless_and_left_behind"),
        ({}, ["advanced_age"], "too_young_for_advanced_age"),
        ({"disability_level": 1}, ["disabled"], "disabled_below_level"),
        ({}, ["tall"], "flag"),
    ],
)
async def test_2_1_contradicting_flags_are_refused_with_the_rules_name(
    steps: Steps, person: dict[str, Any], add: list[str], code: str
) -> None:
    async def run(step: Step) -> None:
        row = await add_retiree(step, **person)
        before = [r.flag for r in await load_flag_rows(step, row)]
        with pytest.raises(BadInput) as caught:
            await change_flags(step, row, add=add)
        assert caught.value.code == code
        assert code == "flag" or caught.value.message.startswith("Rule CARE-01")
        assert [r.flag for r in await load_flag_rows(step, row)] == before

    await steps.run("staff:a", run)


async def test_2_1_nobody_lives_alone_behind_a_shared_door_and_nothing_is_set_for_the_future(
    steps: Steps,
) -> None:
    async def run(step: Step) -> None:
        he = await add_retiree(step, household="door", born_on=OLD)
        she = await add_retiree(step, household="door", born_on=OLD)
        with pytest.raises(BadInput, match="same door"):
            await change_flags(step, he, add=["living_alone"])
        she.life_status = LifeStatus.DECEASED
        await step.session.flush()
        await change_flags(step, he, add=["living_alone"])
        with pytest.raises(BadInput, match="CARE-02"):
            await change_flags(step, he, add=["hardship"], on=step.today + timedelta(days=1))

    await steps.run("staff:a", run)


async def test_vol_13_a_womans_open_visit_asks_for_a_woman_once_she_is_bedridden(steps: Steps) -> None:
    async def run(step: Step) -> None:
        person = await add_retiree(step, sex=2)
        visit = await add_visit(step, VisitKind.CARE, person.id)
        assert visit.lead_sex == 0
        await change_flags(step, person, add=["bedridden"])
        assert visit.lead_sex == 2
        await change_flags(step, person, end=["bedridden"])
        assert visit.lead_sex == 0

    await steps.run("staff:a", run)


@pytest.mark.parametrize(
    ("form", "hours", "match"),
    [
        ("home_visit", -1, "CARE-04"),
        ("pigeon", -1, "CARE-04"),
        ("phone", 1, "future"),
        ("phone", -24 * 63, "two months"),
    ],
)
async def test_2_2_contacts_that_cannot_be(steps: Steps, form: str, hours: int, match: str) -> None:
    async def run(step: Step) -> None:
        person = await add_retiree(step)
        entry = ContactEntry(form, True, step.now + timedelta(hours=hours))
        with pytest.raises(BadInput, match=match):
            await record_contact(step, person, entry)

    await steps.run("staff:a", run)


async def test_2_2_level_a_is_reached_within_24_hours_of_a_serious_event(
    steps: Steps, clock: ManualClock
) -> None:
    fell_at = clock.now() - timedelta(hours=2)

    async def fall(step: Step) -> Retiree:
        person = await add_retiree(step, flags=("dementia", "living_alone"), sex=2)
        event = await record_serious_event(step, person, "fall", fell_at)
        assert event.contact_by == fell_at + timedelta(hours=24)
        return person

    person = await steps.run("staff:a", fall)
    (visit,) = await rows_of(steps, Visit, col(Visit.kind) == VisitKind.EVENT)
    assert (visit.weight, visit.lead_sex, visit.retiree_id) == (10, 2, person.id)
    (item,) = await rows_of(steps, DeskItem, col(DeskItem.kind) == "serious_event")
    assert item.due_at == fell_at + timedelta(hours=24)
    assert item.detail == {"what": "fall", "strict": True}

    async def call(step: Step, with_person: bool) -> None:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        await record_contact(step, row, ContactEntry("phone", with_person, step.now))

    clock.advance(timedelta(hours=3))
    await steps.run("staff:a", lambda step: call(step, False))
    (item,) = await rows_of(steps, DeskItem, col(DeskItem.kind) == "serious_event")
    assert item.closed_at is None, "a neighbour's word is no contact"
    await steps.run("staff:a", lambda step: call(step, True))
    (item,) = await rows_of(steps, DeskItem, col(DeskItem.kind) == "serious_event")
    assert item.resolution == "contacted"


async def test_serious_events_in_the_future_unknown_or_of_the_dead_are_refused(steps: Steps) -> None:
    async def run(step: Step) -> None:
        person = await add_retiree(step)
        with pytest.raises(BadInput, match="CARE-03"):
            await record_serious_event(step, person, "fall", step.now + timedelta(hours=1))
        with pytest.raises(BadInput):
            await record_serious_event(step, person, "sneeze", step.now)
        person.life_status = LifeStatus.DECEASED
        with pytest.raises(WrongMoment):
            await record_serious_event(step, person, "fall", step.now)
        learnt_late = await add_retiree(step)
        event = await record_serious_event(step, learnt_late, "hospital", step.now - timedelta(days=3))
        assert event.contact_by == step.now + timedelta(hours=1)
        assert event.visit_id is None

    await steps.run("staff:a", run)


async def test_2_3_referrals_have_a_receiver_a_deadline_and_an_overdue_list(
    steps: Steps, clock: ManualClock
) -> None:
    async def begin(step: Step) -> Any:
        person = await add_retiree(step)
        row = await open_referral(step, person, ReferralForm("repair", "物业维修组", "厨房燃气软管老化"))
        await open_referral(step, person, ReferralForm("medical", "社区卫生服务中心"))
        return row

    row = await steps.run("staff:a", begin)
    assert (row.due_on, row.due_is_provisional) == (date(2026, 3, 9), False)
    clock.set(datetime.fromisoformat("2026-03-10T01:00:00+00:00"))

    async def later(step: Step) -> None:
        assert len(await load_referrals(step, only_overdue=True)) == 2
        with pytest.raises(BadInput, match="CARE-05"):
            await close_referral(step, row.id, " ")
        closed = await close_referral(step, row.id, "软管已更换")
        assert (closed.closed_on, closed.closed_by) == (step.today, "staff:a")
        with pytest.raises(WrongMoment):
            await close_referral(step, row.id, "again")
        ((left, _),) = await load_referrals(step, only_overdue=True)
        assert left.kind == "medical"
        assert len(await load_referrals(step)) == 2
        assert await in_time_percent(step) == 0.0, "one too late, one still open after its day"
        await open_referral(step, await add_retiree(step), ReferralForm("legal", "法律援助中心"))
        ((new, _), *_) = [pair for pair in await load_referrals(step) if pair[0].kind == "legal"]
        await close_referral(step, new.id, "已受理")
        assert await in_time_percent(step) == 33.33

    await steps.run("staff:a", later)


async def test_2_3_referrals_without_receiver_kind_or_of_another_visit_are_refused(steps: Steps) -> None:
    async def run(step: Step) -> None:
        person, other = await add_retiree(step), await add_retiree(step)
        visit = await add_visit(step, VisitKind.CARE, other.id)
        for form in (
            ReferralForm("repair", " "),
            ReferralForm("magic", "somebody"),
            ReferralForm("repair", "somebody", visit_id=visit.id),
        ):
            with pytest.raises(BadInput):
                await open_referral(step, person, form)
        assert (await step.session.scalar(select(Visit.id).where(col(Visit.id) == visit.id))) is not None

    await steps.run("staff:a", run)
