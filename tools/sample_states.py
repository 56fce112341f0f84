"""Visits of the sample city brought to every status, and to every state of the phone page."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

from sqlmodel import col, select

from domain.certification import Channel
from domain.outcomes import Outcome
from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.messages import Message
from models.retirees import Retiree
from models.scope import SYSTEM
from models.visits import EvidenceFile, Offer, Seat, Visit
from services import answers, closing, desk
from services.offering import give_up
from services.people import load_seats
from services.phone_page import load_phone_page
from services.phone_reports import report_with_photo
from services.reviewing import review
from services.steps import Step, Steps
from services.timeline import move
from services.visiting import ReportForm, check_in, report

CHECKED = {"health": "normal", "mood": "normal", "safety": "abnormal", "hygiene": "normal", "needs": "unseen"}


def _photo(width: int = 320, height: int = 240) -> bytes:
    """A plain grey PNG."""
    rows = (b"\0" + b"\xd5\xda\xdd" * width) * height
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


async def _arrive(step: Step, visit: Visit) -> Seat:
    """The whole crew is there, half an hour ago."""
    visit.starts_at = step.now - timedelta(minutes=30)
    seats = [s for s in await load_seats(step, visit) if s.volunteer_id]
    for seat in seats:
        assert seat.volunteer_id is not None  # noqa: S101  # filtered just above
        await check_in(step, visit.id, seat.volunteer_id, place="定位误差 12 米")
    return seats[0]


async def _report(step: Step, visit: Visit) -> None:
    visit.with_certification = visit.kind is not VisitKind.CERTIFICATION
    seat = await _arrive(step, visit)
    offer = await step.session.scalar(
        select(Offer).where(col(Offer.visit_id) == visit.id, col(Offer.volunteer_id) == seat.volunteer_id)
    )
    retiree = await step.session.get(Retiree, visit.retiree_id)
    evidence = {
        "id_checked": "yes",
        "signature": "yes",
        "id_last_four": (retiree.id_number if retiree else "")[-4:],
    }
    form = ReportForm(
        f"sample-{visit.id}", Outcome.DONE_EVIDENCE, CHECKED, evidence, "老人精神很好，厨房水龙头漏水。"
    )
    if offer is not None:
        await report_with_photo(step, offer, form, _photo())


async def _return(step: Step, visit: Visit) -> None:
    await _report(step, visit)
    await review(step, visit.id, approve=False, reason="照片看不清，请重新拍摄")


async def _complete(step: Step, visit: Visit) -> None:
    await _report(step, visit)
    await review(step, visit.id, approve=True)


async def _forget(step: Step, visit: Visit) -> None:
    """Long ago: words of texts and the photo are kept no longer (`services.retention`)."""
    await _complete(step, visit)
    await step.session.flush()
    for file in await step.session.scalars(
        select(EvidenceFile).where(col(EvidenceFile.visit_id) == visit.id)
    ):
        file.content_sealed = None
    for text in await step.session.scalars(select(Message).where(col(Message.visit_id) == visit.id)):
        text.text_sealed = text.params_sealed = None


async def _miss(step: Step, visit: Visit) -> None:
    visit.starts_at = step.now - timedelta(hours=20)
    await closing.call_missed(step, visit)


async def _half_withdraw(step: Step, visit: Visit) -> None:
    """One of two cannot come: the other one waits."""
    seats = [s for s in await load_seats(step, visit) if s.volunteer_id]
    assert seats[-1].volunteer_id is not None  # noqa: S101  # filtered just above
    await answers.withdraw(step, visit.id, seats[-1].volunteer_id, "sms", "孩子生病")


async def _refused(step: Step, visit: Visit) -> None:
    seat = await _arrive(step, visit)
    assert seat.volunteer_id is not None  # noqa: S101  # of the crew
    await report(step, visit.id, seat.volunteer_id, ReportForm(f"no-{visit.id}", Outcome.REFUSED))


async def _near(step: Step, visit: Visit) -> None:
    visit.starts_at = step.now + timedelta(minutes=50)


async def _supersede(step: Step, visit: Visit) -> None:
    await closing.cancel_visit(step, visit, f"certified_by_{Channel.SELF_FACE}", to=VisitStatus.SUPERSEDED)


async def _cancel(step: Step, visit: Visit) -> None:
    await closing.cancel_visit(step, visit, "cancelled_by_staff")
    visit.reason = {"code": "cancelled_by_staff", "text": "家属已接走，暂住外地"}


OF_ACCEPTED: tuple[Callable[[Step, Visit], Awaitable[object]], ...] = (
    _report,
    _return,
    _complete,
    _miss,
    _half_withdraw,
    _refused,
    _near,
    _near,
    _supersede,
    _cancel,
    _arrive,
    _forget,
)


async def _give_up(step: Step, visit: Visit) -> None:
    visit.due_on = step.today
    await give_up(step, visit, {"code": "nobody_left_to_ask"})


async def _plan(step: Step, visit: Visit) -> None:
    visit.starts_at = step.now + timedelta(days=20)
    await move(step, visit, VisitStatus.PLANNED, "visit.planned", starts_at=visit.starts_at.isoformat())


async def fill_states(steps: Steps) -> None:
    """Each change in its own step, on its own visit; pairs first."""
    for status, changes in (
        (VisitStatus.ACCEPTED, OF_ACCEPTED),
        (VisitStatus.OFFERED, (_give_up,)),
        (VisitStatus.DUE, (_plan,)),
    ):
        async with steps.db.read(SYSTEM) as session:
            query = select(col(Visit.id)).where(
                col(Visit.status) == status, col(Visit.retiree_id).is_not(None)
            )
            ids = list(
                await session.scalars(query.order_by(col(Visit.crew_size).desc(), col(Visit.id)).limit(30))
            )
        for visit_id, change in zip(ids, changes, strict=False):

            async def work(
                step: Step, visit_id: object = visit_id, change: Callable[..., Awaitable[object]] = change
            ) -> None:
                visit = await step.session.get(Visit, visit_id)
                await change(step, visit)

            await steps.run("staff:reviewer", work)


async def fill_desk(step: Step) -> None:
    """A small city runs smoothly: matters of several kinds, one of them late, for the board to show."""
    query = select(Visit).where(col(Visit.status).in_((VisitStatus.ACCEPTED, VisitStatus.OFFERED)))
    visits = await step.session.scalars(query.order_by(col(Visit.id)).limit(5))
    minutes = {"no_show": -20, "alarm": 15, "unfilled": 95, "call": 240, "reply": 600}
    for visit, (kind, left) in zip(visits, minutes.items(), strict=False):
        detail = {"about": "R2"} if kind == "call" else {}
        await desk.open_visit_item(step, visit, kind, due_at=step.now + timedelta(minutes=left), **detail)
        await _doubt_numbers(step, visit)


async def _doubt_numbers(step: Step, visit: Visit) -> None:
    """A retiree's and a volunteer's number that texts do not reach, once."""
    retiree = await step.session.get(Retiree, visit.retiree_id) if visit.retiree_id else None
    volunteer_id = next(
        (seat.volunteer_id for seat in await load_seats(step, visit) if seat.volunteer_id), None
    )
    if retiree is None or volunteer_id is None:
        return
    known = select(col(DeskItem.id)).where(col(DeskItem.kind) == "verify_phone").limit(1)
    if await step.session.scalar(known) is not None:
        return
    due_at = step.now + timedelta(hours=3)
    await desk.open_visit_item(
        step, visit, "verify_phone", due_at=due_at, audience="retiree", fault="bad_number"
    )
    await desk.open_item(
        step,
        "verify_phone",
        str(volunteer_id),
        visit.division_code,
        due_at=due_at,
        volunteer_id=volunteer_id,
        detail={"audience": "volunteer", "fault": "not_mobile"},
    )


async def visits_of(steps: Steps) -> dict[str, str]:
    """Status → path, of the newest visit in it."""
    found = {}
    async with steps.db.read(SYSTEM) as session:
        for status in VisitStatus:
            query = select(col(Visit.id)).where(col(Visit.status) == status)
            order = (
                col(Visit.retiree_id).is_(None),
                col(Visit.with_certification).desc(),
                col(Visit.crew_size).desc(),
            )
            row = await session.scalar(query.order_by(*order).limit(1))
            if row is not None:
                found[str(status)] = f"/visits/{row}"
        gone = select(col(EvidenceFile.visit_id)).where(col(EvidenceFile.content_sealed).is_(None))
        if (row := await session.scalar(gone.limit(1))) is not None:
            found["forgotten"] = f"/visits/{row}"
    return found


async def codes_of(steps: Steps) -> dict[str, tuple[str, str]]:
    """State of the phone page → a code that shows it, and the last digits of that volunteer's number."""
    found: dict[str, tuple[str, str]] = {}
    async with steps.look() as step:
        offers = await step.session.scalars(select(Offer).order_by(col(Offer.id).desc()))
        for offer in offers:
            if not offer.code:
                continue
            shown = await load_phone_page(step, offer)
            for state in _states(shown.phase, shown.is_near, shown.visit):
                found.setdefault(state, (offer.code, shown.last_four))
    return found


def _states(phase: str, is_near: bool, visit: Visit) -> Iterator[str]:
    yield phase
    if phase == "agreed" and is_near:
        yield "near"
    if visit.status in (VisitStatus.RETURNED, VisitStatus.CHECKED_IN):
        yield f"{phase}-{visit.status}"
    if phase == "arrived" and (visit.with_certification or visit.kind is VisitKind.CERTIFICATION):
        yield "certifies"
