"""Levels A and B are seen at home once a quarter, whatever calls there were; refusing ends no duty (§2.2)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from sqlmodel import col, select

from domain.care import ContactForm
from domain.visits import VisitKind, VisitStatus
from models.retirees import Retiree
from models.visits import Visit
from services.contacts import ContactEntry, record_contact
from services.due.generate import generate_due
from services.steps import Step
from tests.factories import add_retiree, add_visit
from tests.services.play import Play
from tests.services.scenes import rows


async def test_2_2_calls_alone_do_not_put_off_the_first_home_visit_for_ever(play: Play) -> None:
    """Rung every two weeks and never visited: within a quarter somebody goes."""
    begun = play.clock.now()
    person = await play.steps.run("system", lambda step: add_retiree(step, flags=("bedridden",)))

    async def ring(step: Step) -> None:
        row = await step.session.get(Retiree, person.id)
        assert row is not None
        await record_contact(step, row, ContactEntry(ContactForm.PHONE, True, step.now))

    found: list[Visit] = []
    while not found and play.clock.now() - begun < timedelta(days=120):
        await play.steps.run("staff:officer", ring)
        await play.steps.run("system", generate_due)
        found = await rows(play, Visit)
        play.clock.advance(timedelta(days=14))
    (visit,) = found
    assert date(2026, 4, 20) < visit.due_on <= date(2026, 6, 1), "91 days from the first day of the duty"


async def test_2_2_who_refuses_at_the_door_is_asked_again_after_the_interval(play: Play) -> None:
    """Also once the last home visit lies further back than a quarter."""
    person = await play.steps.run("system", lambda step: add_retiree(step, flags=("bedridden",)))

    async def visited(step: Step) -> None:
        visit = await add_visit(step, VisitKind.CARE, person.id)
        visit.status, visit.outcome, visit.starts_at = VisitStatus.COMPLETED, "done_evidence", step.now
        visit.wake_at = None

    async def refuse(step: Step) -> None:
        await generate_due(step)
        for row in await step.session.scalars(select(Visit).where(col(Visit.status) == VisitStatus.DUE)):
            row.status, row.reason, row.wake_at = VisitStatus.CANCELLED, {"code": "refused"}, None

    await play.steps.run("system", visited)
    for _ in range(70):
        play.clock.advance(timedelta(days=3))
        await play.steps.run("system", refuse)
    due = sorted(v.due_on for v in await rows(play, Visit, col(Visit.status) == VisitStatus.CANCELLED))
    assert len(due) >= 6, due
    assert max((b - a).days for a, b in pairwise(due)) <= 31
