"""What is kept no longer than needed: bodies of texts, photos (PIPL art. 6 and 19).

Rows stay, with who, when and what became of it; only the content goes, and the audit trail says so.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import structlog
from sqlalchemy import update
from sqlmodel import col, select

from domain.ages import add_months
from domain.messages import IN_DOUBT, WAITING
from models.audit import AuditNote
from models.desk import DeskItem
from models.messages import Inbound, Message, PhoneText
from models.retirees import CertificationEvent
from models.visits import EvidenceFile, Visit
from services.audit import audit_many, audit_other
from services.steps import Step, Steps

log = structlog.get_logger()
BATCH = 2_000  # rows a transaction
ACTION = "forget"


async def forget(steps: Steps) -> dict[str, int]:
    """Clear whatever is past its time, batch by batch; returns rows cleared by table."""
    cleared = dict.fromkeys(("messages", "inbound", "phone_texts", "evidence_files"), 0)
    works = (_clear_texts, _clear_replies, _clear_phones, _clear_files)
    for table, work in zip(cleared, works, strict=True):
        while (count := await steps.run("system", work)) == BATCH:
            cleared[table] += count
        cleared[table] += count
    log.info("retention.cleared", **cleared)
    return cleared


async def _clear_texts(step: Step) -> int:
    """Texts that were sent, or ended unsent."""
    table = Message
    old = (
        select(col(table.id))
        .where(
            col(table.created_at) < step.now - _text_days(step),
            col(table.status).not_in(WAITING | IN_DOUBT),
            col(table.text_sealed).is_not(None),
        )
        .limit(BATCH)
    )
    return await _blank(step, table, old, ["text", "params"])


async def _clear_replies(step: Step) -> int:
    """Texts that came in and are understood; not one that still lies on a desk."""
    table = Inbound
    on_desk = select(col(DeskItem.inbound_id)).where(
        col(DeskItem.closed_at).is_(None), col(DeskItem.inbound_id).is_not(None)
    )
    old = (
        select(col(table.id))
        .where(
            col(table.read_at) < step.now - _text_days(step),
            col(table.text_sealed).is_not(None),
            col(table.id).not_in(on_desk),
        )
        .limit(BATCH)
    )
    return await _blank(step, table, old, ["text"])


async def _clear_phones(step: Step) -> int:
    """What the simulated phones hold is no sealed column: these rows go as a whole."""
    limit = step.now - _text_days(step)
    rows = list(await step.session.scalars(select(PhoneText).where(col(PhoneText.at) < limit).limit(BATCH)))
    for row in rows:
        await step.session.delete(row)
    return len(rows)


async def _blank(step: Step, table: Any, old: Any, fields: list[str]) -> int:
    """Empty the sealed columns of the rows `old` selects; one audit row tells how many."""
    ids = list(await step.session.scalars(old))
    if ids:
        empty = {f"{field}_sealed": None for field in fields}
        await step.session.execute(
            update(table)
            .where(col(table.id).in_(ids))
            .values(empty)
            .execution_options(synchronize_session=False)
        )
        days = step.policy.message_body_days
        await audit_other(
            step,
            ACTION,
            table_name=str(table.__tablename__),
            fields=fields,
            why=f"{len(ids)} rows, {days} days after they were written (message_body_days)",
        )
    return len(ids)


async def _clear_files(step: Step) -> int:
    """Photos, so many months after the person's next certification; each with a line of its own."""
    limit = add_months(step.today, -step.policy.evidence_months)
    file, event = EvidenceFile, CertificationEvent
    next_one = (
        select(col(event.id))
        .where(
            col(event.retiree_id) == col(Visit.retiree_id),
            col(event.voided_at).is_(None),
            col(event.visit_id).is_distinct_from(col(file.visit_id)),
            col(event.occurred_on) >= col(Visit.opens_on),
            col(event.recorded_at) > col(file.uploaded_at),
            col(event.occurred_on) <= limit,
        )
        .exists()
    )
    rows = list(
        await step.session.scalars(
            select(file)
            .join(Visit, col(Visit.id) == col(file.visit_id))
            .where(col(file.content_sealed).is_not(None), next_one)
            .order_by(col(file.id))
            .limit(BATCH)
        )
    )
    for row in rows:
        row.content_sealed = None
    await audit_many(step, [_log_line(row, limit) for row in rows])
    return len(rows)


def _log_line(row: EvidenceFile, limit: date) -> AuditNote:
    return AuditNote(
        action=ACTION,
        area=row.division_code,
        table_name="evidence_files",
        row_id=str(row.id),
        fields=["content"],
        why=f"the next certification was on {limit} or before (evidence_months); sha256 {row.sha256}",
    )


def _text_days(step: Step) -> timedelta:
    return timedelta(days=step.policy.message_body_days)
