"""Days counted over the turn of a year: reviews, complaints and results move when the table arrives (§6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import col

from domain.outcomes import Outcome
from domain.visits import VisitKind, VisitStatus
from models.campaigns import Campaign
from models.desk import DeskItem
from models.trips import VisitPart
from services.campaigns import CampaignForm, create_campaign
from services.closing import ask_review
from services.complaints import file_complaint
from services.life.deadlines import load_year
from services.parts import report_part
from services.steps import Step
from services.visiting import ReportForm
from tests.factories import add_retiree, add_visit
from tests.services.play import Play
from tests.services.scenes import agreed, crew, rows
from tests.services.test_life import OFF


def local(item: DeskItem) -> tuple[int, int, int]:
    at = item.due_at.astimezone(UTC)
    return at.year, at.month, at.day


async def test_6_reviews_complaints_and_results_are_counted_again(play: Play) -> None:
    play.clock.set(datetime(2026, 12, 29, 1, tzinfo=UTC))

    async def fill(step: Step) -> None:
        person = await add_retiree(step)
        visit = await add_visit(step, VisitKind.CERTIFICATION, person.id)
        await ask_review(step, visit)
        await file_complaint(step, person, "service")
        await create_campaign(step, CampaignForm("spring_festival", 2027, "430100000000"))

    await play.steps.run("system", fill)
    before = {item.kind: local(item) for item in await rows(play, DeskItem)}
    assert before == {"review": (2027, 1, 4), "complaint": (2027, 1, 20)}
    (campaign,) = await rows(play, Campaign)
    assert (campaign.ends_on, campaign.results_by) == (date(2027, 2, 5), date(2027, 2, 11))

    moved = await play.steps.run("staff:city", lambda s: load_year(s, 2027, OFF, [], "国办发明电样本"))
    assert moved == 3
    items = await rows(play, DeskItem)
    after = {item.kind: local(item) for item in items if item.kind != "deadline_moved"}
    assert after == {"review": (2027, 1, 5), "complaint": (2027, 1, 21)}, "4 January is a day off as well"
    told = [item.detail["matter"] for item in items if item.kind == "deadline_moved"]
    assert sorted(told) == ["complaint", "review"]
    (campaign,) = await rows(play, Campaign)
    assert campaign.results_by == date(2027, 2, 17)
    again = await play.steps.run("staff:city", lambda s: load_year(s, 2027, OFF, [], "国办发明电样本"))
    assert again == 0


async def test_1_4_the_result_of_another_person_of_the_trip_has_three_working_days_too(play: Play) -> None:
    """A Friday's evidence waits for its review until Wednesday, not until Monday."""
    play.clock.set(datetime(2026, 3, 4, 1, tzinfo=UTC))
    visit = await agreed(play)

    async def friday(step: Step) -> Any:
        person = await add_retiree(step)
        row = await step.session.get(type(visit), visit.id)
        assert row is not None
        row.status, row.checked_in_at = VisitStatus.CHECKED_IN, step.now
        part = VisitPart(
            visit_id=visit.id,
            retiree_id=person.id,
            kind=VisitKind.CERTIFICATION,
            due_on=step.today + timedelta(days=9),
            created_at=step.now,
            division_code=person.division_code,
        )
        step.session.add(part)
        await step.session.flush()
        return part

    play.clock.set(datetime(2026, 3, 6, 2, tzinfo=UTC))
    part = await play.steps.run("system", friday)
    lead = (await crew(play, visit.id))[0]
    form = ReportForm("part", Outcome.DONE_EVIDENCE)
    await play.steps.run("volunteer", lambda step: report_part(step, part.id, lead.id, form))
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "review_part")
    assert local(item) == (2026, 3, 11)
