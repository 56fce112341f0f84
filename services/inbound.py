"""Texts that come in: stored raw and once, then understood, one phone at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import BindParameter, bindparam
from sqlalchemy import text as sql
from sqlmodel import col, select

from domain.replies import Action, Decision, Meaning, Reading, choose, read_reply, says_more
from models.base import InArea
from models.messages import Inbound
from models.retirees import Contact, Retiree
from models.seal import blind_index
from models.volunteers import Volunteer
from notifications.gateways.protocol import Inbound as Received
from services import absences, answers, opting_out, replying, retiree_replies, visiting
from services.errors import ServiceError
from services.inbound_desk import to_desk
from services.steps import Step

log = structlog.get_logger()
MAX_ATTEMPTS = 5
MAX_TEXT = 2_000
CITY = "430100000000"
# Without an id of the gateway's own, the same words within this time are one text that was handed on twice.
SAME_TEXT_WITHIN = timedelta(minutes=1)
# So many times the same words that answer nothing, and nobody is at the other end.
LOOP_TEXTS, LOOP_WITHIN = 3, timedelta(minutes=10)
ANSWERS_NOTHING = (Meaning.UNCLEAR, Meaning.EMPTY, Meaning.AUTO_REPLY, Meaning.WRONG_NUMBER)
SAME_TEXT = select(Inbound).where(col(Inbound.dedupe_key) == bindparam("key"))
OF_PHONE = (
    select(Inbound)
    .where(col(Inbound.phone_index) == bindparam("index"), col(Inbound.received_at) > bindparam("since"))
    .order_by(col(Inbound.id))
)
IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
INDEXES: BindParameter[bytes] = bindparam("indexes", expanding=True)
PHONES_OF = (
    select(col(Inbound.phone_index))
    .where(col(Inbound.id).in_(IDS), col(Inbound.read_at).is_(None))
    .distinct()
)
UNREAD = (
    select(Inbound)
    .where(col(Inbound.read_at).is_(None), col(Inbound.id).in_(IDS) | col(Inbound.phone_index).in_(INDEXES))
    .order_by(col(Inbound.id))
    .with_for_update()
)
OWNERS = select(Volunteer).where(col(Volunteer.phone_index).in_(INDEXES)).order_by(col(Volunteer.id))
OWNERS_AREAS = tuple(
    select(col(table.division_code), col(table.managing_agency))
    .where(col(table.phone_index) == bindparam("index"))
    .limit(1)
    for table in (Volunteer, Retiree, Contact)
)


async def receive_all(step: Step, gateway: str, texts: Sequence[Received]) -> None:
    """Store what a gateway's webhook or list tells; what our own number sent to itself goes nowhere."""
    for text in texts:
        if text.sender and text.sender == text.to:
            log.warning("inbound.own_number", gateway=gateway)
            continue
        if text.ref or not await _is_handed_on_again(step, gateway, text):
            await receive(step, gateway, text.sender, text.text, f"{gateway}/{text.dedupe_key}")


async def _is_handed_on_again(step: Step, gateway: str, text: Received) -> bool:
    since = {"index": blind_index("phone", text.sender), "since": step.now - SAME_TEXT_WITHIN}
    rows = await step.session.scalars(OF_PHONE, since)
    return any(row.gateway == gateway and row.text == text.text[:MAX_TEXT] for row in rows)


async def receive(step: Step, gateway: str, phone: str, text: str, dedupe_key: str) -> Inbound:
    """Store a text as it came; the same `dedupe_key` again is the same text. Understanding comes later."""
    known = step.received.get(dedupe_key[:96])
    with step.session.no_autoflush:  # what this step itself has received stands in `step.received`
        found: Inbound | None = known or await step.session.scalar(SAME_TEXT, {"key": dedupe_key[:96]})
        if found is not None:
            return found
        area = await _area_of(step, phone)
    row = Inbound(
        dedupe_key=dedupe_key[:96],
        gateway=gateway,
        received_at=step.now,
        wake_at=step.now,
        division_code=area.division_code if area else CITY,
        managing_agency=area.managing_agency if area else "",
    )
    row.phone, row.text = phone, text[:MAX_TEXT]
    step.session.add(row)
    step.received[row.dedupe_key] = row
    step.hint("inbound.read", row.id)
    return row


async def _area_of(step: Step, phone: str) -> InArea | None:
    """Whose coordinators may read the text: the area of whoever has that number."""
    index = blind_index("phone", phone)
    for owners in OWNERS_AREAS:
        row = (await step.session.execute(owners, {"index": index})).first()
        if row is not None:
            return InArea(division_code=row.division_code, managing_agency=row.managing_agency)
    return None


async def read_inbound(step: Step, inbound_id: UUID) -> str:
    """Understand a stored text and act on it, after those of the same phone that came before it.

    Returns what was done.
    """
    return (await read_many(step, [inbound_id]))[0]


async def read_many(step: Step, inbound_ids: Sequence[UUID]) -> list[str]:
    """`read_inbound` for several texts in one step, in the order in which they came."""
    rows = await _unread(step, inbound_ids)
    owners: defaultdict[bytes | None, list[Volunteer]] = defaultdict(list)
    indexes = sorted({row.phone_index for row in rows if row.phone_index is not None})
    for volunteer in await step.session.scalars(OWNERS, {"indexes": indexes}) if indexes else ():
        owners[volunteer.phone_index].append(volunteer)
        step.people[volunteer.id] = volunteer
    await replying.look_up_open(step, [v.id for found in owners.values() for v in found])
    done = {row.id: await _read(step, row, owners[row.phone_index]) for row in rows}
    await step.session.flush()
    return [done.get(inbound_id, "nothing_to_read") for inbound_id in inbound_ids]


async def _unread(step: Step, inbound_ids: Sequence[UUID]) -> list[Inbound]:
    """The texts, and those of the same phones that came before them, in order."""
    ids = list(inbound_ids)
    phones = await step.session.scalars(PHONES_OF, {"ids": ids})
    indexes = sorted(index for index in phones if index is not None)
    if not step.is_alone:
        # Two texts of one person are understood one after the other, whoever works on them.
        for index in indexes:
            await step.session.execute(
                sql("SELECT pg_advisory_xact_lock(:key)"), {"key": int.from_bytes(index[:7], "big")}
            )
    rows = list(await step.session.scalars(UNREAD, {"ids": ids, "indexes": indexes}))
    last = {row.phone_index: row.id for row in rows if row.id in set(ids)}
    return [row for row in rows if row.id <= last[row.phone_index]]


async def _read(step: Step, row: Inbound, volunteers: list[Volunteer]) -> str:
    reading = read_reply(row.text)
    row.meaning = reading.meaning
    result = (
        await _act(step, row, reading, volunteers)
        if row.read_attempts <= MAX_ATTEMPTS
        else await _give_up(step, row)
    )
    row.read_at, row.wake_at, row.result = step.now, None, result[:32]
    log.info("inbound.read", inbound=str(row.id), meaning=row.meaning, result=row.result)
    return row.result


async def _give_up(step: Step, row: Inbound) -> str:
    await to_desk(step, row, "reply")
    return "unreadable"


async def _act(step: Step, row: Inbound, reading: Reading, volunteers: list[Volunteer]) -> str:
    if len(volunteers) == 1:
        row.volunteer_id = volunteers[0].id
    retirees = [] if volunteers else await retiree_replies.find_retirees(step, row)
    if len(retirees) == 1:
        row.retiree_id = retirees[0].id
    if reading.alarm:
        # Whatever else the text says, a person looks at once.
        await to_desk(step, row, "alarm")
    elif reading.meaning in ANSWERS_NOTHING and await _is_loop(step, row):
        log.warning("inbound.loop", inbound=str(row.id))
        return "loop"
    if done := await opting_out.end_greetings(step, row, reading):
        return done
    if len(volunteers) == 1:
        return await _volunteer_wrote(step, row, reading, volunteers[0])
    if len(volunteers) > 1:
        return await _shared_number(step, row, reading, volunteers)
    if retirees:
        return await retiree_replies.retiree_wrote(step, row, reading, retirees)
    if not reading.alarm:
        await to_desk(step, row, "reply", who="stranger")
    if reading.meaning not in (Meaning.AUTO_REPLY, Meaning.OPT_OUT):
        await replying.answer_stranger(step, row)
    return "stranger"


async def _is_loop(step: Step, row: Inbound) -> bool:
    since = {"index": row.phone_index, "since": row.received_at - LOOP_WITHIN}
    rows = [r for r in await step.session.scalars(OF_PHONE, since) if r.id < row.id]
    return sum(r.text == row.text for r in rows) >= LOOP_TEXTS


async def _shared_number(step: Step, row: Inbound, reading: Reading, volunteers: list[Volunteer]) -> str:
    """Only a code tells who of several people with one number has written."""
    items = [i for v in volunteers for i in await replying.open_items(step, v.id)]
    decision = choose(reading, [i.item for i in items], step.now)
    if reading.code and decision.action in replying.ON_ONE:
        owner = next(i.volunteer_id for i in items if i.item.id == decision.item_id)
        volunteer = next(v for v in volunteers if v.id == owner)
        row.volunteer_id = volunteer.id
        return await _volunteer_wrote(step, row, reading, volunteer)
    if not reading.alarm:
        await to_desk(step, row, "reply", who="shared_number")
    return "shared_number"


async def _volunteer_wrote(step: Step, row: Inbound, reading: Reading, volunteer: Volunteer) -> str:
    if reading.meaning is Meaning.OPT_OUT:
        return await opting_out.opt_out(step, row, volunteer)
    if reading.meaning is Meaning.AUTO_REPLY:
        return "ignored"
    if volunteer.opted_out_at is not None and reading.meaning is Meaning.ACCEPT:
        await to_desk(step, row, "reply", who="opted_out")  # only a person switches texts on again
        return "to_person"
    items = await replying.open_items(step, volunteer.id)
    decision = choose(reading, [i.item for i in items], step.now)
    chosen = next((i for i in items if i.item.id == decision.item_id), None)
    if chosen is not None:
        row.visit_id = chosen.visit_id
    try:
        return await _carry_out(step, row, reading, volunteer, decision, chosen)
    except ServiceError as refusal:
        if refusal.code == absences.TWO_PERSONS and chosen is not None:
            await absences.keep_report(step, chosen.rows[1], volunteer, row)
            return absences.KEPT
        await replying.say_unclear(step, volunteer, row)
        await to_desk(step, row, "reply", refused=refusal.code)
        return f"refused:{refusal.code}"


async def _carry_out(
    step: Step,
    row: Inbound,
    reading: Reading,
    volunteer: Volunteer,
    decision: Decision,
    chosen: replying.OpenThing | None,
) -> str:
    if chosen is None or decision.action not in replying.ON_ONE:
        return await _no_single_meaning(step, row, reading, volunteer, decision)
    if decision.action is Action.ACCEPT:
        if chosen.item.phase == "declined" and await replying.is_offered_again(step, chosen):
            await to_desk(step, row, "reply", refused="offered_to_others")
            await replying.say_unclear(step, volunteer, row)
            return "to_person"
        answer = await answers.accept_offer(step, chosen.offer_id, "sms")
        await replying.confirm_answer(step, volunteer, chosen, answer, row)
        await replying.keep_tail(step, row, reading, chosen)
        await replying.close_questions(step, volunteer, chosen)
        return answer
    if decision.action is Action.DECLINE:
        answer = await answers.decline_offer(step, chosen.offer_id, "sms")
        await replying.confirm_answer(step, volunteer, chosen, answer, row)
        await replying.close_questions(step, volunteer, chosen)
        return answer
    if decision.action is Action.WITHDRAW:
        return await answers.withdraw(step, chosen.visit_id, volunteer.id, "sms", reading.tail)
    if decision.action is Action.ARRIVED:
        await visiting.check_in(step, chosen.visit_id, volunteer.id, channel="sms")
        return "arrived"
    outcome = "nobody_home" if decision.action is Action.NOBODY_HOME else "done_evidence"
    form = visiting.ReportForm(f"sms/{row.id}", outcome, text=row.text)
    await visiting.report(step, chosen.visit_id, volunteer.id, form, channel="sms")
    return f"reported:{outcome}"


async def _no_single_meaning(
    step: Step, row: Inbound, reading: Reading, volunteer: Volunteer, decision: Decision
) -> str:
    """Never a guess: ask once with the codes, say that nothing is open, or give the full text to a person."""
    if decision.action is Action.ASK and await replying.ask_which(step, volunteer, decision, row):
        return "asked"
    if decision.action is Action.NOTHING_OPEN:
        await replying.say_nothing_open(step, volunteer, row)
    if decision.action in (Action.NOTHING_OPEN, Action.IGNORE):
        # The answer has no effect; what is said beside it has.
        if reading.alarm or not (reading.meaning is Meaning.NOBODY_HOME or says_more(row.text)):
            return "nothing_open" if decision.action is Action.NOTHING_OPEN else "ignored"
        await to_desk(step, row, "reply")
        return "to_person"
    if not reading.alarm:
        # A person's, unless a clear answer to what is asked back comes after all.
        is_asked = await replying.say_unclear(step, volunteer, row)
        if says_more(row.text):
            await to_desk(step, row, "reply")
            return "to_person"
        wait = await replying.may_wait(step, volunteer, row) if is_asked else timedelta()
        await to_desk(
            step, row, "reply", wait=wait, asked="which" if decision.action is Action.ASK else "again"
        )
    return "to_person"
