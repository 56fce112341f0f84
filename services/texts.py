"""The texts of a visit's way: which template, to whom, with which values. Wording is in the templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.announcing import Said, is_newest, is_said, renewed_key
from domain.masking import mask_name
from domain.messages import MessageStatus
from domain.reminders import same_day_reminder
from models.messages import Message
from models.retirees import Retiree
from models.visits import Offer, Seat, Visit
from models.volunteers import Volunteer
from notifications import wording
from notifications.templates import find_template, load_templates
from services.ladder import retiree_side
from services.messages import Recipient, end, look_up_intended, queue_message, sending_time
from services.people import division_names, staff_recipient, volunteer_recipient
from services.said import load_said
from services.steps import Step

PLACE_LENGTH = 20
CONFIRMED, DAY_BEFORE, SAME_DAY = frozenset({"V2"}), frozenset({"V3"}), frozenset({"V4", "V15"})
NOT_COMING = frozenset({"V5", "V13"})
# Locked as they are now: whoever is just claiming one for sending is waited for.
TEXTS_OF_OFFERS = (
    select(Message)
    .where(col(Message.offer_id).in_(bindparam("offers", expanding=True)))
    .order_by(col(Message.id))
    .with_for_update()
    .execution_options(populate_existing=True)
)
CARRIERS = sa.select(col(Message.id), col(Message.status)).where(
    col(Message.id).in_(bindparam("ids", expanding=True))
)
NEVER_LEFT = (MessageStatus.EXPIRED, MessageStatus.SUPPRESSED, MessageStatus.CANCELLED)


async def text_offer(step: Step, visit: Visit, offer: Offer, volunteer: Volunteer) -> None:
    """V1: half day, street, crew, code, deadline. No name, no address."""
    district, street, _ = await division_names(step, visit.place_division or visit.division_code)
    to = volunteer_recipient(volunteer)
    leaves = sending_time(step, "V1", to.audience)
    local = offer.starts_at.astimezone(step.zone)
    await queue_message(
        step,
        "V1",
        to,
        str(offer.id),
        {
            "when": f"{wording.day(local.date())}{wording.part_of_day(local.time())}",
            "place": (district + street)[:PLACE_LENGTH] or "本市",
            "party": wording.party(visit.crew_size),
            "code": offer.code,
            "deadline": wording.deadline(offer.expires_at, leaves, step.zone),
        },
        moment=min(offer.expires_at, _end_of_day(step, leaves)),
        send_at=leaves,
        visit=visit,
        offer=offer,
        code=offer.code,
    )


async def text_crew_confirmed(step: Step, visit: Visit, crew: list[tuple[Seat, Volunteer]]) -> None:
    """V2 to each with the companion's masked name; V3, V4 and V15 wait for their hour."""
    assert visit.starts_at is not None  # noqa: S101  # an accepted visit has its time
    district, street, community = await division_names(step, visit.place_division or visit.division_code)
    place = (community or street or district or "本市")[:PLACE_LENGTH]
    said = await load_said(step, visit, CONFIRMED | NOT_COMING | DAY_BEFORE | SAME_DAY)
    keys = [f"{seat.code}/{visit.starts_at:%Y%m%d%H%M}" for seat, _ in crew]
    await look_up_intended(
        step, [f"{t}/{key}" for key in keys for t in sorted(CONFIRMED | DAY_BEFORE | SAME_DAY)]
    )
    for seat, volunteer in crew:
        others = [mask_name(v.name) for s, v in crew if s is not seat]
        to = volunteer_recipient(volunteer)
        own = [s for s in said if s.code == seat.code]
        key = f"{seat.code}/{visit.starts_at:%Y%m%d%H%M}"
        if not is_newest(own, CONFIRMED, NOT_COMING, visit.starts_at):
            await queue_message(
                step,
                "V2",
                to,
                renewed_key(own, "V2", key),
                {
                    "code": seat.code,
                    "when": wording.moment(visit.starts_at, step.zone),
                    "place": place,
                    "companion": wording.companion(others[0] if others else None),
                },
                moment=visit.starts_at,
                visit=visit,
                code=seat.code,
            )
        await _text_reminders(step, visit, seat, to, own, street or district, place)


async def _text_reminders(
    step: Step, visit: Visit, seat: Seat, to: Recipient, said: list[Said], street: str, place: str
) -> None:
    """V3 the day before; on the day V4 two hours before, or V15 at the opening of the hours."""
    assert visit.starts_at is not None  # noqa: S101  # as in the caller
    day_before = _local(step, visit.starts_at - timedelta(days=1), step.policy.day_before_reminder)
    key = f"{seat.code}/{visit.starts_at:%Y%m%d%H%M}"
    if day_before > step.now and not is_said(said, DAY_BEFORE, visit.starts_at):
        leaves = sending_time(step, "V3", to.audience, day_before)
        deadline = _local(step, day_before, time(18))
        await queue_message(
            step,
            "V3",
            to,
            renewed_key(said, "V3", key),
            {
                "when": wording.near_moment(visit.starts_at, leaves, step.zone),
                "code": seat.code,
                "place": street[:PLACE_LENGTH] or place,
                "deadline": wording.deadline(deadline, leaves, step.zone),
            },
            moment=deadline,
            send_at=leaves,
            visit=visit,
            code=seat.code,
        )
    remind_at, is_early = same_day_reminder(visit.starts_at, step.policy, step.zone)
    template = "V15" if is_early else "V4"
    leaves = sending_time(step, template, to.audience, remind_at)
    # Whoever reads the confirmation only then needs no reminder beside it.
    is_apart = remind_at > step.now and leaves > sending_time(step, "V2", to.audience)
    if is_apart and not is_said(said, SAME_DAY, visit.starts_at):
        when = {"when": wording.clock(visit.starts_at.astimezone(step.zone).time())} if is_early else {}
        await queue_message(
            step,
            template,
            to,
            renewed_key(said, template, key),
            {"code": seat.code, "place": place, **when},
            moment=visit.starts_at,
            send_at=leaves,
            visit=visit,
            code=seat.code,
        )


async def text_volunteer(
    step: Step,
    template: str,
    volunteer: Volunteer,
    visit: Visit,
    code: str,
    key: str,
    *,
    moment: datetime | None = None,
) -> None:
    """The short ones that carry the code only: V5 cancelled, V7 filled, V8 waiting, V13 declined."""
    until_start = find_template(template).until == "visit_start"
    await queue_message(
        step,
        template,
        volunteer_recipient(volunteer),
        key,
        {"code": code},
        moment=moment or (visit.starts_at if until_start and visit.starts_at else step.now),
        visit=visit,
        code=code,
    )


async def text_report_missing(step: Step, visit: Visit, seat: Seat, volunteer: Volunteer) -> None:
    """V6: the result is still to be told, today."""
    leaves = sending_time(step, "V6", "volunteer")
    deadline = _local(step, leaves, step.policy.report_deadline)
    if leaves < deadline:
        await queue_message(
            step,
            "V6",
            volunteer_recipient(volunteer),
            f"{seat.code}/{step.today:%Y%m%d}",
            {"code": seat.code, "deadline": wording.deadline(deadline, leaves, step.zone)},
            moment=deadline,
            send_at=leaves,
            visit=visit,
            code=seat.code,
        )


async def text_retiree(
    step: Step,
    template: str,
    visit: Visit,
    retiree: Retiree,
    key: str,
    params: dict[str, str | int],
    moment: datetime,
) -> None:
    """R3, R4, R5, R7 with the masked name; to a relative in the relative's wording."""
    to = await retiree_side(step, retiree)
    chosen = f"{template}b" if to.audience == "contact" and f"{template}b" in load_templates() else template
    named = {"name": mask_name(retiree.name), **params} if "name" in find_template(chosen).values else params
    if to.phone:
        await queue_message(step, chosen, to, key, named, moment=moment, visit=visit)


async def text_staff(
    step: Step,
    template: str,
    responsible: str,
    visit: Visit,
    key: str,
    params: dict[str, str | int],
    moment: datetime,
) -> None:
    """C2 to C5 to whoever has the matter."""
    to = await staff_recipient(step, responsible, visit)
    if to is not None and to.phone:
        await queue_message(step, template, to, key, params, moment=moment, visit=visit)


async def text_unfilled(step: Step, visit: Visit, responsible: str, expected: datetime | None = None) -> None:
    """C4 to whoever now has the visit nobody took; `expected`: when it should have begun."""
    leaves = sending_time(step, "C4", "staff", stale_at=expected)
    end = _end_of_day(step, leaves)
    await text_staff(
        step,
        "C4",
        responsible,
        visit,
        f"{visit.id}/{step.today:%Y%m%d}",
        {"number": visit.number, "day": wording.day(visit.due_on)},
        expected if expected is not None and step.now < expected < end else end,
    )


async def were_told(step: Step, offers: Sequence[Offer]) -> set[UUID]:
    """Offers whose text left, or may have left. The other texts are taken back unsent."""
    if not offers:
        return set()
    told, carried = set(), {}
    with step.session.no_autoflush:  # an offer and its text are written before it can end
        messages = list(await step.session.scalars(TEXTS_OF_OFFERS, {"offers": [o.id for o in offers]}))
    for message in messages:
        if message.status is MessageStatus.QUEUED:
            end(message, MessageStatus.CANCELLED, "offer_ended", step.now)
        elif message.carrier_id is not None and message.offer_id is not None:
            carried[message.offer_id] = message.carrier_id
        elif message.status not in NEVER_LEFT and message.offer_id is not None:
            told.add(message.offer_id)
    if carried:
        rows = await step.session.execute(CARRIERS, {"ids": sorted(set(carried.values()))})
        left = {id_ for id_, status in rows if status not in (*NEVER_LEFT, MessageStatus.QUEUED)}
        told |= {offer for offer, carrier in carried.items() if carrier in left}
    return told


def announced_window(step: Step, starts_at: datetime) -> tuple[datetime, datetime]:
    """What the retiree is told: two hours from the half hour before the start."""
    local = starts_at.astimezone(step.zone)
    begin = local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)
    return begin, begin + timedelta(hours=2)


def day_of(step: Step, at: datetime) -> str:
    """11月26日."""
    return wording.day(step.local_date(at))


def _local(step: Step, day_of: datetime, at: time) -> datetime:
    """A local time of day on the local date of an instant."""
    return datetime.combine(day_of.astimezone(step.zone).date(), at, step.zone)


def _end_of_day(step: Step, of: datetime) -> datetime:
    return _local(step, of, time(23, 59))
