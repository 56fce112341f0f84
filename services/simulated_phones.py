"""The simulated phones: which there are, what they hold, and answering on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func
from sqlmodel import col, select

from domain.masking import mask_name
from models.messages import PhoneText
from models.retirees import Contact, Retiree
from models.seal import blind_index
from models.volunteers import Volunteer
from services.inbound import receive
from services.steps import Step

LISTED, KEPT = 60, 100


@dataclass(frozen=True)
class PhoneLine:
    """A phone with its last text."""

    phone: str
    text: str
    is_from_phone: bool
    at: datetime
    count: int


@dataclass(frozen=True)
class Phone:
    """One conversation, oldest first. `owner`: volunteer, retiree, contact, or '' for a stranger."""

    phone: str
    owner: str
    name: str
    texts: list[PhoneText]


async def list_phones(step: Step, search: str = "") -> list[PhoneLine]:
    """The phones with the newest texts; `search`: digits of the number."""
    newest = select(
        col(PhoneText.phone), func.max(PhoneText.at).label("at"), func.count().label("count")
    ).group_by(col(PhoneText.phone))
    if search:
        newest = newest.where(col(PhoneText.phone).contains(search))
    last = newest.order_by(func.max(PhoneText.at).desc()).limit(LISTED).subquery()
    rows = await step.session.execute(
        select(PhoneText, last.c.count)
        .join(last, and_(col(PhoneText.phone) == last.c.phone, col(PhoneText.at) == last.c.at))
        .order_by(col(PhoneText.at).desc(), col(PhoneText.id).desc())
    )
    found: dict[str, PhoneLine] = {}
    for row, count in rows:
        found.setdefault(row.phone, PhoneLine(row.phone, row.text, row.is_from_phone, row.at, count))
    return list(found.values())


async def load_phone(step: Step, phone: str) -> Phone:
    """One phone's texts and whose it is."""
    rows = await step.session.scalars(
        select(PhoneText)
        .where(col(PhoneText.phone) == phone)
        .order_by(col(PhoneText.at).desc(), col(PhoneText.id).desc())
        .limit(KEPT)
    )
    owner, name = await _owner(step, phone)
    return Phone(phone, owner, name, list(rows)[::-1])


async def _owner(step: Step, phone: str) -> tuple[str, str]:
    index = blind_index("phone", phone)
    tables: tuple[tuple[str, Any], ...] = (
        ("volunteer", Volunteer),
        ("retiree", Retiree),
        ("contact", Contact),
    )
    for kind, table in tables:
        name = await step.session.scalar(select(table.name).where(table.phone_index == index).limit(1))
        if name is not None:
            return kind, mask_name(name)
    return "", ""


async def reply(step: Step, phone: str, text: str, key: str) -> None:
    """The text goes to the system as any phone's would, and stays on the phone."""
    step.session.add(PhoneText(phone=phone, is_from_phone=True, ref=key, text=text, at=step.now))
    await receive(step, "simulator", phone, text, key)
