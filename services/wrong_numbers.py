"""A number is somebody else's: no more texts to it, and whoever we meant by it is found another way."""

from __future__ import annotations

from sqlmodel import col, select

from domain.messages import MessageStatus
from models.messages import Inbound, Message
from models.retirees import Retiree
from services import desk, phone_states
from services.audit import audit_other
from services.steps import Step

LEFT = (MessageStatus.ACCEPTED, MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNKNOWN)


async def note_wrong_number(step: Step, row: Inbound, retirees: list[Retiree]) -> None:
    """Void for everybody who has it; one matter and one audit row for each of them.

    The audit row names the texts that the stranger got about the person: their templates, never their words.
    """
    await phone_states.declare_void(step, row.phone_index)
    texts = list(
        await step.session.scalars(
            select(Message).where(col(Message.phone_index) == row.phone_index).order_by(col(Message.id))
        )
    )
    for message in texts:
        if message.status is MessageStatus.QUEUED:
            message.status, message.failure = MessageStatus.CANCELLED, "wrong_number"
            message.closed_at = step.now
    for retiree in retirees:
        got = [m.template for m in texts if m.person_id == retiree.id and m.status in LEFT]
        await audit_other(
            step,
            "phone.wrong",
            area=retiree.division_code,
            table_name="retirees",
            row_id=str(retiree.id),
            fields=["phone"],
            why=f"texts that left: {', '.join(got) or 'none'}",
        )
        await desk.open_item(
            step,
            "verify_phone",
            f"wrong/{row.id}/{retiree.id}",
            retiree.division_code,
            managing_agency=retiree.managing_agency,
            retiree_id=retiree.id,
            inbound_id=row.id,
        )
