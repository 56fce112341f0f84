"""Who has said yes and is not insured on the day gives the seat back in time (rule VOL-05)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import col

from domain.visits import VisitStatus
from models.messages import Message
from models.volunteers import Volunteer
from services.due.generate import generate_due
from services.steps import Step
from tests.services.play import Play
from tests.services.scenes import agreed, crew, rows


async def insure(play: Play, volunteer: Volunteer, until: date | None, **values: object) -> None:
    async def work(step: Step) -> None:
        row = await step.session.get(Volunteer, volunteer.id)
        assert row is not None
        row.insured_to = until
        for name, value in values.items():
            setattr(row, name, value)

    await play.steps.run("staff:yuhua", work)


async def test_vol_05_the_seat_of_an_insurance_that_ends_before_the_day_is_offered_again(play: Play) -> None:
    visit = await agreed(play)
    assert visit.starts_at is not None
    day = visit.starts_at.date()
    lead, companion = await crew(play, visit.id)
    await insure(play, lead, day - timedelta(days=1))
    await play.steps.run("system", generate_due)
    await play.drain()
    after = await play.visit(visit.id)
    assert after.status is VisitStatus.OFFERED
    assert companion.id in {v.id for v in await crew(play, visit.id)}, "only that seat"
    assert lead.id not in {v.id for v in await crew(play, visit.id)}
    asked = [o for o in await play.offers(visit.id) if o.status == "offered"]
    assert asked
    assert lead.id not in {o.volunteer_id for o in asked}
    assert await rows(play, Message, col(Message.person_id) == lead.id, col(Message.template) == "V13")


@pytest.mark.parametrize(("days", "values"), [(0, {}), (None, {}), (-1, {"is_staff": True})])
async def test_vol_05_who_is_insured_on_the_day_or_is_staff_keeps_it(
    play: Play, days: int | None, values: dict[str, object]
) -> None:
    visit = await agreed(play)
    assert visit.starts_at is not None
    lead, _ = await crew(play, visit.id)
    until = None if days is None else visit.starts_at.date() + timedelta(days=days)
    await insure(play, lead, until, **values)
    await play.steps.run("system", generate_due)
    assert (await play.visit(visit.id)).status is VisitStatus.ACCEPTED
