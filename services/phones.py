"""The simulated phones' texts, in the database, so that they survive a restart (embedded default only)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from models.database import Database
from models.messages import PhoneText
from models.scope import SYSTEM
from notifications.gateways.simulator import StoredText


class DatabasePhones:
    """`PhoneStore` of the simulator gateway."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def deliver(self, ref: str, to: str, text: str, at: datetime) -> None:
        async with self._db.write() as session:
            known = await session.scalar(select(col(PhoneText.id)).where(col(PhoneText.ref) == ref))
            if known is None:
                session.add(PhoneText(phone=to, ref=ref, text=text, at=at))

    async def find(self, to: str, since: datetime) -> Sequence[StoredText]:
        async with self._db.read(SYSTEM) as session:
            rows = await session.scalars(
                select(PhoneText)
                .where(
                    col(PhoneText.phone) == to,
                    col(PhoneText.at) >= since,
                    col(PhoneText.is_from_phone).is_(False),
                )
                .order_by(col(PhoneText.at).desc())
            )
            return [StoredText(row.ref, row.text, row.at) for row in rows]
