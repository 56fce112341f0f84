"""Bodies of texts and photos go when their time is over; rows and the audit trail stay (PIPL art. 6, 19)."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from domain.messages import MessageStatus
from domain.visits import VisitKind
from models.audit import AuditEntry
from models.desk import DeskItem
from models.messages import Inbound, Message
from models.retirees import CertificationEvent
from models.visits import EvidenceFile, Visit
from services.retention import forget
from services.steps import Step
from tests.factories import add_retiree, add_visit
from tests.nasty.scenes import asked
from tests.services.play import Play
from tests.services.scenes import row, rows

DAYS = timedelta(days=180)


async def deletions(play: Play) -> list[AuditEntry]:
    query = select(AuditEntry).where(col(AuditEntry.action) == "forget").order_by(col(AuditEntry.seq))
    async with play.steps.look() as step:
        return list(await step.session.scalars(query))


async def test_words_of_texts_go_after_their_days_and_the_rows_stay(play: Play) -> None:
    found = await asked(play, volunteers=3)
    await play.say(found.phone, "1 门口见")
    sent = await rows(play, Message, col(Message.submitted_at).is_not(None))
    assert sent
    play.clock.advance(DAYS - timedelta(days=1))
    assert (await forget(play.steps))["messages"] == 0
    play.clock.advance(timedelta(days=2))
    cleared = await forget(play.steps)
    assert cleared["messages"] >= len(sent)
    assert cleared["inbound"] == 1
    after = await row(play, Message, sent[0].id)
    assert (after.text, after.params, after.template, after.phone) == (
        "",
        "",
        sent[0].template,
        sent[0].phone,
    )
    assert {(e.table_name, *e.fields) for e in await deletions(play)} == {
        ("messages", "text", "params"),
        ("inbound", "text"),
    }
    assert sum((await forget(play.steps)).values()) == 0


async def test_what_waits_or_lies_on_a_desk_is_kept(play: Play) -> None:
    found = await asked(play, volunteers=3)
    await play.say(found.phone, "王奶奶昨天说她腿疼想换个时间")
    (message, *_) = await rows(play, Message)

    async def doubt(step: Step) -> None:
        held = await step.session.get(Message, message.id)
        assert held is not None
        held.status = MessageStatus.UNKNOWN

    await play.steps.run("system", doubt)
    play.clock.advance(DAYS * 2)
    await forget(play.steps)
    assert (await row(play, Message, message.id)).text
    (came_in,) = await rows(play, Inbound)
    assert came_in.text
    (item,) = await rows(play, DeskItem, col(DeskItem.inbound_id) == came_in.id)

    async def close(step: Step) -> None:
        held = await step.session.get(DeskItem, item.id)
        assert held is not None
        held.closed_at = step.now

    await play.steps.run("system", close)
    assert (await forget(play.steps))["inbound"] == 1


@pytest.mark.parametrize(
    ("event", "goes_on"),
    [
        ({}, date(2029, 3, 2)),  # certified again on 2 March 2027: 24 months later
        ({"is_own": True}, None),  # the very visit's event is not the next one
        ({"voided": True}, None),
        ({"on": date(2020, 3, 2)}, None),  # an old one, entered late
    ],
)
async def test_photos_go_24_months_after_the_next_certification(
    play: Play, event: dict[str, Any], goes_on: date | None
) -> None:
    async def fill(step: Step) -> tuple[Visit, EvidenceFile]:
        retiree = await add_retiree(step)
        visit = await add_visit(step, VisitKind.CERTIFICATION, retiree.id)
        photo = EvidenceFile(
            visit_id=visit.id,
            kind="dated_photo",
            sha256="ab" * 32,
            media_type="image/png",
            uploaded_at=step.now,
            division_code=visit.division_code,
        )
        photo.content = base64.b64encode(b"picture").decode()
        step.session.add(photo)
        return visit, photo

    visit, photo = await play.steps.run("system", fill)
    play.clock.set(play.clock.now().replace(year=2027))

    async def certify(step: Step) -> None:
        step.session.add(
            CertificationEvent(
                retiree_id=visit.retiree_id,
                occurred_on=event.get("on", step.today),
                channel="app",
                visit_id=visit.id if event.get("is_own") else None,
                recorded_at=step.now,
                recorded_by="system",
                voided_at=step.now if event.get("voided") else None,
                division_code=visit.division_code,
            )
        )

    await play.steps.run("system", certify)
    play.clock.set(play.clock.now().replace(year=2029) - timedelta(days=1))
    assert (await forget(play.steps))["evidence_files"] == 0
    play.clock.advance(timedelta(days=1))
    assert (await forget(play.steps))["evidence_files"] == (goes_on is not None)
    after = await row(play, EvidenceFile, photo.id)
    assert (after.content == "") == (goes_on is not None)
    assert after.sha256 == "ab" * 32
    assert [e.row_id for e in await deletions(play) if e.table_name == "evidence_files"] == (
        [str(photo.id)] if goes_on else []
    )
