"""Who would only have to be asked for a little more so that somebody goes to a visit; why the chosen one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.visits import TimelineEntry, Visit
from models.volunteers import Volunteer
from services.changing import assign
from services.planning.comparing import Choice, explain_crew
from services.planning.planning import plan_visits
from services.steps import Step, Steps
from services.visit_page import load_visit_page
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.plans import in_days, visit
from tests.services.play import Play
from tests.services.scenes import rows, say_yes

HERE = "28.171,112.991"
THERE = "28.191,112.991"  # about two kilometres away


async def visits_of_tomorrow(steps: Steps, count: int, **values: Any) -> list[Visit]:
    """So many at one place, to be made tomorrow by one person each."""
    on = in_days(steps, 1)

    async def work(step: Step) -> list[Visit]:
        made = []
        for _ in range(count):
            retiree = await add_retiree(step, place=HERE)
            more = {"crew_size": 1, "opens_on": on, "due_on": on, **values}
            made.append(await add_visit(step, VisitKind.CARE, retiree.id, **more))
        return made

    return await steps.run("system", work)


async def volunteer(steps: Steps, **values: Any) -> Volunteer:
    return await steps.run("system", lambda step: add_volunteer(step, **{"place": HERE, **values}))


async def unserved(steps: Steps, made: list[Visit]) -> dict[str, Any]:
    """The reason of the one visit that nobody goes to."""
    (row,) = [v for v in [await visit(steps, m.id) for m in made] if v.status is VisitStatus.UNFILLED]
    return row.reason


async def test_whose_day_is_full_is_asked_for_one_visit_more(steps: Steps) -> None:
    made = await visits_of_tomorrow(steps, 2)
    full = await volunteer(steps, max_visits_day=1)
    await plan_visits(steps, "test")
    reason = await unserved(steps, made)
    change = reason["change"]
    assert (reason["code"], change["kind"], change["amount"]) == ("all_full", "one_more_visit", 1)
    assert (change["volunteer"], change["day"]) == (str(full.id), in_days(steps, 1).isoformat())
    assert change["half"] == ("morning" if change["start"] < "12:00" else "afternoon")
    assert change["start"][2:] in (":00", ":15", ":30", ":45")
    assert "needs" in reason
    assert full.name not in json.dumps(reason, ensure_ascii=False), "no name is stored"


async def test_the_change_finds_room_beside_what_was_agreed(play: Play) -> None:
    (first,) = await visits_of_tomorrow(play.steps, 1)
    full = await volunteer(play.steps, max_visits_day=1)
    await plan_visits(play.steps, "test")
    await play.tick()
    agreed = await say_yes(play, first.id)
    assert agreed.starts_at is not None
    more = await visits_of_tomorrow(play.steps, 1)
    await plan_visits(play.steps, "test")
    change = (await unserved(play.steps, more))["change"]
    assert (change["kind"], change["volunteer"]) == ("one_more_visit", str(full.id))
    at = agreed.starts_at.astimezone(play.steps.zone)
    taken = {f"{at + timedelta(minutes=m):%H:%M}" for m in range(0, agreed.minutes, 15)}
    assert change["start"] not in taken


async def test_the_change_can_be_made_as_it_is_told(steps: Steps) -> None:
    made = await visits_of_tomorrow(steps, 2)
    full = await volunteer(steps, max_visits_day=1)
    await plan_visits(steps, "test")
    rows_ = [await visit(steps, m.id) for m in made]
    (left,) = [v for v in rows_ if v.status is VisitStatus.UNFILLED]
    hour, minute = (int(part) for part in left.reason["change"]["start"].split(":"))
    starts_at = steps.clock.now().astimezone(steps.zone) + timedelta(days=1)
    starts_at = starts_at.replace(hour=hour, minute=minute, second=0)

    async def told(step: Step) -> tuple[bool, Any]:
        page = await load_visit_page(step, await step.session.get(Visit, left.id) or left)
        return page.is_without_people, page.names.get(page.asked_more)

    assert await steps.run("system", told) == (True, "样*志")
    await steps.run("staff:city", lambda s: assign(s, left.id, 0, full.id, "agreed", starts_at=starts_at))
    assert (await visit(steps, left.id)).status is VisitStatus.ACCEPTED
    assert await steps.run("system", told) == (False, "样*志")


async def test_whose_shift_begins_too_late_is_asked_to_come_earlier(steps: Steps) -> None:
    made = await visits_of_tomorrow(steps, 1, windows=[["08:00", "08:00"]])
    late = await volunteer(steps)
    await plan_visits(steps, "test")
    reason = await unserved(steps, made)
    change = reason["change"]
    assert (reason["code"], change["kind"]) == ("no_shift_meets_window", "longer_shift")
    assert (change["amount"], change["start"], change["volunteer"]) == (1_800, "08:00", str(late.id))


async def test_whose_way_is_too_long_is_asked_to_go_farther(steps: Steps) -> None:
    made = await visits_of_tomorrow(steps, 1)
    far = await volunteer(steps, place=THERE, max_km_day=1)
    await plan_visits(steps, "test")
    change = (await unserved(steps, made))["change"]
    assert (change["kind"], change["volunteer"]) == ("longer_way", str(far.id))
    assert change["amount"] in (1_000, 2_000, 5_000)


async def test_without_the_skill_only_one_more_person_helps(steps: Steps) -> None:
    made = await visits_of_tomorrow(steps, 1, skills=["nurse"])
    await volunteer(steps, max_visits_day=1)
    await plan_visits(steps, "test")
    reason = await unserved(steps, made)
    assert reason["code"] == "no_one_with_skill"
    assert reason["needs"]["skills"] == ["nurse"]
    assert "change" not in reason


async def test_desks_and_timelines_keep_nobody_who_was_thought_of(play: Play) -> None:
    await visits_of_tomorrow(play.steps, 2)
    full = await volunteer(play.steps, max_visits_day=1)
    await plan_visits(play.steps, "test")
    (item,) = await rows(play, DeskItem)
    assert (item.kind, "needs" in item.detail, "change" in item.detail) == ("unfilled", True, False)
    told = [e.why for e in await rows(play, TimelineEntry) if e.event == "visit.unfilled"]
    assert len(told) == 1
    assert str(full.id) not in json.dumps(told)


async def explained(steps: Steps, made: Visit) -> Choice:
    async def work(step: Step) -> list[Choice]:
        row = await step.session.get(Visit, made.id)
        assert row is not None
        return await explain_crew(step, row, (await load_visit_page(step, row)).seats)

    (choice,) = await steps.run("system", work)
    return choice


async def test_the_nearer_of_two_is_told_to_be_the_nearer(steps: Steps) -> None:
    near = await volunteer(steps)
    far = await volunteer(steps, place=THERE)
    (made,) = await visits_of_tomorrow(steps, 1)
    await plan_visits(steps, "test")
    choice = await explained(steps, made)
    assert (choice.rank, choice.among, choice.chosen.volunteer_id) == (1, 2, near.id)
    assert choice.other is not None
    assert choice.other.volunteer_id == far.id
    assert set(choice.better) == {"km"}
    assert choice.better["km"] == choice.other.cost - choice.chosen.cost
    assert choice.worse == {}


async def test_somebody_farther_whom_a_person_chose_is_told_to_be_farther(steps: Steps) -> None:
    near = await volunteer(steps)
    far = await volunteer(steps, place=THERE)
    (made,) = await visits_of_tomorrow(steps, 1)
    await plan_visits(steps, "test")
    starts_at = (await visit(steps, made.id)).starts_at
    await steps.run("staff:city", lambda s: assign(s, made.id, 0, far.id, "agreed", starts_at=starts_at))
    choice = await explained(steps, made)
    assert (choice.rank, choice.among, choice.chosen.volunteer_id) == (2, 2, far.id)
    assert choice.other is not None
    assert choice.other.volunteer_id == near.id
    assert set(choice.worse) == {"km"}
    assert choice.better == {}
