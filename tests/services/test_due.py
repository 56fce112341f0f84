"""What falls due: once, by level and festival, and not a whole city in one week."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col

from domain.care import Level, care_level, care_window
from domain.flags import Flag
from domain.policy import Policy
from domain.visits import VisitKind, VisitStatus
from models.campaigns import Campaign
from models.messages import Message
from models.retirees import LifeStatus, Retiree
from models.staff import Role
from models.visits import Visit
from services import retirees
from services.campaigns import CampaignForm, create_campaign
from services.due.generate import generate_due
from services.due.reminders import remind_certifications
from services.errors import BadInput
from services.steps import Step
from tests.factories import OTHER_DISTRICT, add_retiree, add_staff, add_visit
from tests.services.plans import decide
from tests.services.play import Play
from tests.services.scenes import rows

FIRST = date(2025, 3, 1)  # of the benefit: due by the end of this month
LEVELS = {"A": ("dementia",), "B": ("bedridden",), "C": ("hardship",)}


async def people(play: Play, number: int, **values: Any) -> list[UUID]:
    async def fill(step: Step) -> list[UUID]:
        return [(await add_retiree(step, **values)).id for _ in range(number)]

    return await play.steps.run("system", fill)


async def generate(play: Play) -> dict[str, int]:
    return await play.steps.run("system", generate_due)


async def test_the_same_duty_is_written_down_once(play: Play) -> None:
    await people(play, 5, flags=("dementia",))
    play.clock.advance(timedelta(days=7))
    first = await generate(play)
    assert first["care"] == 5
    assert await generate(play) == {"certification": 0, "campaign": 0, "care": 0}
    visits = await rows(play, Visit)
    assert len({v.number for v in visits}) == 5
    assert all(v.status is VisitStatus.DUE and v.wake_at and v.responsible for v in visits)


@pytest.mark.parametrize(("level", "interval"), [("A", 7), ("B", 30), ("C", 91)])
async def test_care_comes_round_by_level(play: Play, level: str, interval: int) -> None:
    (person,) = await people(play, 1, flags=LEVELS[level])

    async def visited(step: Step) -> None:
        visit = await add_visit(step, VisitKind.CARE, person)
        visit.status, visit.outcome, visit.starts_at = VisitStatus.COMPLETED, "done_evidence", step.now
        visit.wake_at = None

    await play.steps.run("system", visited)
    found = None
    for day in range(interval):
        play.clock.set(datetime(2026, 3, 2, 1, tzinfo=UTC) + timedelta(days=day))
        if (await generate(play))["care"]:
            found = await rows(play, Visit, col(Visit.status) == VisitStatus.DUE)
            break
    assert found is not None
    (visit,) = found
    assert visit.level == level
    days = (visit.due_on - date(2026, 3, 2)).days
    assert interval - 2 <= days <= interval
    assert visit.opens_on <= visit.due_on


async def test_a_register_taken_over_is_spread_over_the_interval(play: Play) -> None:
    await people(play, 60, flags=("bedridden",))
    per_day: Counter[date] = Counter()
    for _ in range(31):
        await generate(play)
        play.clock.advance(timedelta(days=1))
    for visit in await rows(play, Visit):
        per_day[visit.due_on] += 1
    assert sum(per_day.values()) == 60
    assert len(per_day) >= 15
    assert max(per_day.values()) <= 12


@pytest.mark.parametrize("life", [LifeStatus.DECEASED, LifeStatus.AWAY, LifeStatus.HOSPITALISED])
async def test_nobody_is_sent_to_who_is_not_at_home(play: Play, life: LifeStatus) -> None:
    await people(play, 2, flags=("dementia",), life_status=life)
    play.clock.advance(timedelta(days=30))
    assert await generate(play) == {"certification": 0, "campaign": 0, "care": 0}


async def test_the_new_year_campaign_visits_each_of_its_people_once(play: Play) -> None:
    play.clock.set(datetime(2026, 12, 24, 1, tzinfo=UTC))
    poor = await people(play, 2, flags=("hardship",))
    await people(play, 1, flags=("hardship",), division_code=OTHER_DISTRICT)
    await people(play, 1)

    async def start(step: Step) -> None:
        await create_campaign(step, CampaignForm("new_year", 2027, "430111000000", ["hardship"]))

    await play.steps.run("staff:a", start)
    assert (await generate(play))["campaign"] == 2
    play.clock.advance(timedelta(days=1))
    assert (await generate(play))["campaign"] == 0
    visits = await rows(play, Visit, col(Visit.kind) == VisitKind.CAMPAIGN)
    assert {v.retiree_id for v in visits} == set(poor)
    assert all(v.opens_on <= v.due_on for v in visits)
    with pytest.raises(BadInput, match="already"):
        await play.steps.run("staff:a", start)


async def certified_on(play: Play, day: date, **values: Any) -> UUID:
    async def fill(step: Step) -> UUID:
        person: Retiree = await add_retiree(step, **values)
        await retirees.record_certification(step, person, "self_face", day)
        return person.id

    return await play.steps.run("system", fill)


async def test_the_ladder_of_reminders_texts_each_step_once(play: Play) -> None:
    await certified_on(play, date(2025, 5, 10))
    sent: list[date] = []
    for day in range(92):
        play.clock.set(datetime(2026, 3, 2, 1, tzinfo=UTC) + timedelta(days=day))
        for _ in range(2):
            if await play.steps.run("system", remind_certifications):
                sent.append(play.clock.now().date())
    due = date(2026, 5, 31)
    assert sent == [due - timedelta(days=step) for step in (60, 30, 15, 7, 3, 1)]


async def test_after_a_standstill_the_step_that_passed_is_caught_up_once(play: Play) -> None:
    await certified_on(play, date(2025, 5, 10))
    play.clock.set(datetime(2026, 4, 3, 1, tzinfo=UTC))
    assert await play.steps.run("system", remind_certifications) == 1
    play.clock.set(datetime(2026, 4, 6, 1, tzinfo=UTC))
    assert await play.steps.run("system", remind_certifications) == 0


async def test_a_coordinator_is_warned_once_a_day_of_visits_nobody_takes(play: Play) -> None:
    await certified_on(play, date(2025, 3, 10), home_visit_ground="bedridden")
    await play.steps.run("system", lambda step: add_staff(step, "officer", Role.COMMUNITY_OFFICER, "430111"))
    play.clock.set(datetime(2026, 3, 26, 1, tzinfo=UTC))
    await generate(play)
    for _ in range(2):
        await play.steps.run("system", remind_certifications)
    (text,) = await rows(play, Message, col(Message.template) == "C1")
    assert (text.audience, text.code) == ("staff", "")
    play.clock.advance(timedelta(days=1))
    await play.steps.run("system", remind_certifications)
    assert len(await rows(play, Message, col(Message.template) == "C1")) == 2


async def test_somebody_long_overdue_is_visited_as_soon_as_can_be(play: Play) -> None:
    await certified_on(play, date(2024, 1, 10), home_visit_ground="bedridden")
    assert (await generate(play))["certification"] == 1
    (visit,) = await rows(play, Visit)
    assert visit.due_on == date(2026, 3, 9)
    assert visit.weight == 10
    play.clock.advance(timedelta(days=3))
    assert (await generate(play))["certification"] == 0


async def test_2_2_a_new_retiree_is_visited_within_five_working_days_where_the_city_wants_it(
    play: Play,
) -> None:
    today = date(2026, 3, 2)
    await people(play, 1, registered_on=today)
    await people(play, 1, registered_on=today - timedelta(days=30))
    await generate(play)
    assert await rows(play, Visit) == [], "off by default"
    await decide(play.steps, new_retiree_visit=True)
    await generate(play)
    play.clock.advance(timedelta(days=1))
    await generate(play)
    (visit,) = await rows(play, Visit)
    assert (visit.kind, visit.title) == (VisitKind.EVENT, "welcome")
    assert visit.due_on == date(2026, 3, 9), "five working days after Monday"


async def test_1_1_cert_01_veteran_cadres_keep_their_own_management(play: Play) -> None:
    await people(play, 1, home_visit_ground="bedridden", insured_type="veteran_cadre", first_benefit_on=FIRST)
    await people(play, 1, home_visit_ground="bedridden", first_benefit_on=FIRST)
    assert (await generate(play))["certification"] == 1
    (visit,) = await rows(play, Visit)
    (person,) = await rows(play, Retiree, col(Retiree.id) == visit.retiree_id)
    assert person.insured_type != "veteran_cadre"


async def test_3_1_a_certification_weighs_more_as_its_due_date_comes_closer(play: Play) -> None:
    await people(play, 1, home_visit_ground="bedridden", first_benefit_on=date(2025, 4, 10))  # until 30 April
    found = []
    for day in (date(2026, 3, 5), date(2026, 3, 31), date(2026, 4, 15), date(2026, 4, 23), date(2026, 4, 28)):
        play.clock.set(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
        await generate(play)
        (visit,) = await rows(play, Visit)
        found.append(visit.weight)
    assert found == [1, 2, 5, 10, 10]


async def test_2_4_mid_autumn_and_national_day_become_one_round_where_they_overlap(play: Play) -> None:
    async def both(step: Step, year: int, other: str = "national_day") -> Campaign:
        form = CampaignForm("mid_autumn", year, "430111000000", joined_with=other)
        return await create_campaign(step, form)

    made = await play.steps.run("staff:city", lambda step: both(step, 2026))
    assert (made.name, made.opens_on, made.ends_on) == (
        "2026年中秋国庆慰问",
        date(2026, 9, 11),
        date(2026, 10, 1),
    )
    with pytest.raises(BadInput, match="CAMP-01"):
        await play.steps.run("staff:city", lambda step: both(step, 2027))
    for other in ("mid_autumn", "carnival"):
        with pytest.raises(BadInput, match="another festival"):
            await play.steps.run("staff:city", lambda step, other=other: both(step, 2029, other))


async def test_art_25_1_the_six_groups_weigh_a_little_more_than_others(play: Play) -> None:
    first = date(2025, 4, 10)
    (poor,) = await people(play, 1, home_visit_ground="bedridden", first_benefit_on=first, flags=("injured",))
    (other,) = await people(
        play, 1, home_visit_ground="bedridden", first_benefit_on=first, flags=("low_income",)
    )
    found = []
    for day in (date(2026, 4, 15), date(2026, 4, 23)):
        play.clock.set(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
        await generate(play)
        weights = {v.retiree_id: v.weight for v in await rows(play, Visit)}
        found.append((weights[poor], weights[other]))
    assert found == [(6, 5), (11, 10)]


async def test_2_2_level_d_is_by_age_alone_where_the_city_wants_it(play: Play) -> None:
    """70 and older yearly, 80 and older half-yearly; who is younger, never."""
    (old,) = await people(play, 1, born_on=date(1950, 1, 1))
    (very_old,) = await people(play, 1, born_on=date(1940, 1, 1))
    await people(play, 1, born_on=date(1960, 1, 1))
    for _ in range(14):
        play.clock.advance(timedelta(days=7))
        await generate(play)
    assert {v.retiree_id for v in await rows(play, Visit)} == {very_old}, "level B by advanced age; D is off"
    policy = dataclasses.replace(Policy(), level_d_from_age=70)
    assert care_level({Flag.VETERAN}, policy, 70) is Level.D
    assert care_level({Flag.VETERAN}, policy, 69) is None
    assert care_level({Flag.VETERAN}, Policy(), 99) is None
    assert care_level({Flag.LIVING_ALONE}, policy, 75) is Level.C
    seen = date(2026, 3, 2)
    assert care_window(seen, Level.D, policy).due_on == date(2027, 3, 2)
    assert care_window(seen, Level.D, policy, {Flag.ADVANCED_AGE}).due_on == date(2026, 8, 31)
    await decide(play.steps, level_d_from_age=70)
    for _ in range(53):
        play.clock.advance(timedelta(days=7))
        await generate(play)
    levels = {v.retiree_id: v.level for v in await rows(play, Visit)}
    assert levels[old] == Level.D
    assert len(levels) == 2
