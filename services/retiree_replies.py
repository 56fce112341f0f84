"""Texts from retirees and relatives: a yes is noted, a no moves the visit, the rest goes to a person."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from domain.replies import Meaning, Reading
from domain.visits import STAFFED, VisitStatus
from models.messages import Inbound
from models.retirees import Contact, Retiree
from models.visits import Visit
from services import inbound_desk, ladder, phone_states, retiree_answers, texts
from services.opting_out import close_number
from services.steps import Step
from services.wrong_numbers import note_wrong_number

# Words of somebody who wants another day; together with a plain "2" or "不行".
ANOTHER_DAY = ("改期", "改天", "换个时间", "换一天", "不在家", "住院", "出门", "外出", "改日")


async def find_retirees(step: Step, row: Inbound) -> list[Retiree]:
    """Whose number it is: the retirees' own, else those who named it as a contact."""
    own = list(await step.session.scalars(select(Retiree).where(col(Retiree.phone_index) == row.phone_index)))
    if own:
        return own
    return list(
        await step.session.scalars(
            select(Retiree)
            .join(Contact, col(Contact.retiree_id) == col(Retiree.id))
            .where(col(Contact.phone_index) == row.phone_index)
            .distinct()
        )
    )


async def retiree_wrote(step: Step, row: Inbound, reading: Reading, retirees: list[Retiree]) -> str:
    """Act on the person's next announced visit."""
    await phone_states.note_arrived(step, [row.phone_index])
    if reading.meaning is Meaning.OPT_OUT:
        return await _opt_out(step, row, retirees)
    if reading.meaning is Meaning.AUTO_REPLY:
        return "ignored"
    visits = list(
        await step.session.scalars(
            select(Visit)
            .where(
                col(Visit.retiree_id).in_([r.id for r in retirees]),
                col(Visit.status).in_(STAFFED),
                col(Visit.starts_at) > step.now - timedelta(hours=2),
            )
            .order_by(col(Visit.starts_at))
        )
    )
    if len(retirees) == 1:
        ladder.note_answer(step, retirees[0], row.phone_index)
    if reading.meaning is Meaning.ACCEPT and visits:
        await retiree_answers.confirm(step, visits[0])
        row.visit_id, row.retiree_id = visits[0].id, visits[0].retiree_id
        return "confirmed"
    wants_another_day = reading.meaning is Meaning.DECLINE or any(w in row.text for w in ANOTHER_DAY)
    if wants_another_day and len(visits) == 1 and visits[0].status is VisitStatus.ACCEPTED:
        return await _another_day(step, row, visits[0], retirees)
    if reading.meaning in (Meaning.ACCEPT, Meaning.EMPTY):
        return "noted"
    if reading.meaning is Meaning.WRONG_NUMBER:
        await note_wrong_number(step, row, retirees)
        return "wrong_number"
    if not reading.alarm and not _is_thanks(row.text):
        await inbound_desk.to_desk(step, row, "reply")
        await _acknowledge(step, row, visits, retirees)
    return "to_person"


def _is_thanks(text: str) -> bool:
    return text.strip(" 。.！!~") in ("谢谢", "感谢", "辛苦了", "谢谢你们")


async def _another_day(step: Step, row: Inbound, visit: Visit, retirees: list[Retiree]) -> str:
    """The person may always ask for another date (rule CERT-09): crew released, planned anew."""
    row.visit_id, row.retiree_id = visit.id, visit.retiree_id
    await inbound_desk.to_desk(step, row, "reply", about="another_day")
    await retiree_answers.ask_another_day(step, visit, inbound=str(row.id))
    return "another_day"


async def _opt_out(step: Step, row: Inbound, retirees: list[Retiree]) -> str:
    """No more texts to that number; a person telephones instead, once."""
    row.retiree_id = row.retiree_id or retirees[0].id  # of several any: they are rung at one number
    if await close_number(step, row):
        await inbound_desk.to_desk(step, row, "call", about="opted_out")
    return "opted_out"


async def _acknowledge(step: Step, row: Inbound, visits: list[Visit], retirees: list[Retiree]) -> None:
    """R7, at most once a day."""
    if visits and len(retirees) == 1:
        await texts.text_retiree(
            step, "R7", visits[0], retirees[0], f"{retirees[0].id}/{step.today:%Y%m%d}", {}, step.now
        )
