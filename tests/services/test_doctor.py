"""The doctor finds each broken invariant, and nothing on a sound database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from config.clock import ManualClock
from domain.visits import VisitKind, VisitStatus
from models.audit import AuditEntry
from models.messages import Attempt, Message
from models.retirees import CertificationEvent
from models.visits import Seat, Visit
from models.volunteers import MinutesEntry
from services.audit import audit
from services.doctor import INVARIANTS, examine
from services.reviewing import review
from services.steps import Steps
from services.visiting import ReportForm, check_in, report
from tests.factories import add_visit
from tests.services.play import Play
from tests.services.scenes import agreed, crew, rows

Break = Callable[[AsyncSession], Awaitable[object]]
EVIDENCE = {"dated_photo": "x", "id_checked": True, "id_last_four": "1", "signature": "present"}
LONG_AGO = timedelta(days=3)


class Undo(Exception):  # noqa: N818  # not an error: it ends the transaction
    """Takes the damage back."""


def table(entity: Any) -> Table:
    return entity.__table__  # type: ignore[no-any-return]  # a mapped class has one


@pytest.fixture
async def play(steps: Steps, clock: ManualClock) -> Play:
    """A completed certification, an agreed visit of a pair, a visit that waits."""
    play = Play(steps, clock)
    done = await agreed(play, kind=VisitKind.CERTIFICATION)
    await agreed(play, volunteers=3)
    assert done.starts_at is not None
    clock.set(done.starts_at)
    for one in await crew(play, done.id):
        await steps.run("v", partial(check_in, visit_id=done.id, volunteer_id=one.id))
    clock.advance(timedelta(minutes=40))
    lead = (await crew(play, done.id))[0]
    form = ReportForm("form", "done_evidence", evidence=EVIDENCE)
    await steps.run("v", lambda step: report(step, done.id, lead.id, form))
    await steps.run("staff:r", lambda step: review(step, done.id, approve=True))

    async def more(step: Any) -> None:
        waiting = await add_visit(step)
        await audit(step, "visit.look", waiting)
        waiting.wake_at = step.now + timedelta(days=1)

    await steps.run("staff:a", more)
    clock.advance(timedelta(minutes=1))
    await play.tick()
    return play


async def findings(play: Play, damage: Break) -> set[tuple[str, str, str]]:
    """(number of the invariant, table, id) of what the doctor finds while the damage is there."""
    found: set[tuple[str, str, str]] = set()
    with suppress(Undo):
        async with play.steps.open() as step:
            await damage(step.session)
            step.session.expire_all()
            found = {(p.invariant.split()[0], p.table, p.id) for p in (await examine(step)).problems}
            raise Undo
    return found


def set_values(entity: Any, row_id: Any, **values: Any) -> Break:
    statement = update(table(entity)).where(table(entity).c.id == row_id).values(values)
    return lambda session: session.execute(statement)


async def test_nothing_is_found_on_a_sound_database(play: Play) -> None:
    async with play.steps.look() as step:
        found = await examine(step)
    assert (found.ok, found.problems) == (True, [])
    assert set(found.checked) == set(INVARIANTS)
    assert all(count > 0 for count in found.checked.values()), found.checked
    assert found.to_json() == {"ok": True, "checked": found.checked, "problems": []}


async def test_each_broken_invariant_is_found_with_its_row(play: Play) -> None:
    visits = {v.status: v for v in await rows(play, Visit)}
    waiting, pair, done = (visits[s] for s in (VisitStatus.DUE, VisitStatus.ACCEPTED, VisitStatus.COMPLETED))
    seats = [s for s in await rows(play, Seat) if s.visit_id == pair.id]
    done_seats = [s for s in await rows(play, Seat) if s.visit_id == done.id]
    (event,) = await rows(play, CertificationEvent)
    (attempt, *_) = await rows(play, Attempt)
    entry = (await rows(play, MinutesEntry))[0]
    twin = {**attempt.model_dump(), "id": entry.id}
    now = play.clock.now()
    w, p, d = str(waiting.id), str(pair.id), str(done.id)
    message = str(attempt.message_id)

    async def both_seats(session: AsyncSession) -> None:
        await set_values(Seat, seats[1].id, volunteer_id=seats[0].volunteer_id)(session)

    async def at_the_same_time(session: AsyncSession) -> None:
        other = {s.position: s.volunteer_id for s in done_seats}
        await set_values(Visit, pair.id, starts_at=done.starts_at + timedelta(minutes=5))(session)
        for seat in seats:
            await set_values(Seat, seat.id, volunteer_id=other[seat.position])(session)

    forged = AuditEntry(seq=99, at=now, who="x", action="x", previous="", digest="0" * 64).model_dump()
    cases: list[tuple[str, Break, set[tuple[str, str, str]]]] = [
        ("no wake-up", set_values(Visit, waiting.id, wake_at=None), {("1", "visits", w)}),
        ("overslept", set_values(Visit, waiting.id, wake_at=now - LONG_AGO), {("1", "visits", w)}),
        ("nobody's", set_values(Visit, waiting.id, responsible=""), {("1", "visits", w)}),
        ("one on both seats", both_seats, {("2a", "visits", p), ("2b", "visits", p)}),
        (
            "open but taken",
            set_values(Seat, seats[1].id, status="open"),
            {("2a", "seats", str(seats[1].id))},
        ),
        ("too large a crew", set_values(Visit, pair.id, crew_size=1), {("2a", "visits", p)}),
        ("half a pair",
            set_values(Seat, seats[1].id, status="open", volunteer_id=None), {("3", "visits", p)}),
        (
            "never sent",
            set_values(Message, attempt.message_id, status="queued", send_at=now - LONG_AGO),
            {("4a", "messages", message)},
        ),
        (
            "in doubt for days",
            set_values(Message, attempt.message_id, status="unknown", submitted_at=now - LONG_AGO),
            {("4a", "messages", message)},
        ),
        (
            "accepted twice",
            lambda session: session.execute(insert(table(Attempt)).values(twin)),
            {("4a", "messages", message)},
        ),
        (
            "sent stale",
            set_values(Message, attempt.message_id, expires_at=attempt.started_at - LONG_AGO),
            {("4b", "messages", message)},
        ),
        (
            "another day",
            set_values(Visit, done.id, starts_at=done.starts_at - timedelta(days=1)),
            {("5", "certification_events", str(event.id))},
        ),
        (
            "not certified",
            set_values(CertificationEvent, event.id, visit_id=None),
            {("5", "visits", d)},
        ),
        (
            "no minutes",
            lambda session: session.execute(
                delete(table(MinutesEntry)).where(table(MinutesEntry).c.id == entry.id)
            ),
            {("6", "visits", d)},
        ),
        (
            "forged audit",
            lambda session: session.execute(insert(table(AuditEntry)).values(forged)),
            {("7", "audit", "99")},
        ),
    ]  # fmt: skip
    assert {name: await findings(play, damage) for name, damage, _ in cases} == {
        name: expected for name, _, expected in cases
    }
    overlapping = await findings(play, at_the_same_time)
    assert {("2b", "visits", p), ("2b", "visits", d)} & overlapping
    assert {invariant for invariant, _, _ in overlapping} == {"2b"}
