"""What came of a scenario: rows, desks, timelines, texts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlmodel import col, select

from domain.messages import MessageStatus
from models.audit import AuditEntry
from models.desk import DeskItem
from models.divisions import Division
from models.messages import Message
from models.retirees import Retiree
from models.scope import SYSTEM
from models.staff import Staff
from models.visits import TimelineEntry, Visit
from models.volunteers import Volunteer
from tests.services.play import Play


class Rows(Play):
    """`Play` with questions to the database."""

    async def rows(self, table: type[Any], *where: Any) -> list[Any]:
        async with self.steps.db.read(SYSTEM) as session:
            order = col(table.seq) if table is AuditEntry else col(table.id)
            return list(await session.scalars(select(table).where(*where).order_by(order)))

    async def row(self, table: type[Any], row_id: Any) -> Any:
        (found,) = await self.rows(table, col(table.id) == row_id)
        return found

    async def retiree(self, retiree_id: UUID | None) -> Retiree:
        found: Retiree = await self.row(Retiree, retiree_id)
        return found

    async def crew(self, visit_id: UUID) -> list[Volunteer]:
        """The visitors, lead first."""
        return [
            await self.row(Volunteer, s.volunteer_id) for s in await self.seats(visit_id) if s.volunteer_id
        ]

    async def visits_of(self, retiree_id: UUID, *where: Any) -> list[Visit]:
        return await self.rows(Visit, col(Visit.retiree_id) == retiree_id, *where)

    async def the_visit(self, retiree_id: UUID, *where: Any) -> Visit:
        """The one that there is."""
        (found,) = await self.visits_of(retiree_id, *where)
        return found

    async def matters(self, *kinds: str) -> list[DeskItem]:
        """What lies open on desks."""
        items = await self.rows(DeskItem, col(DeskItem.closed_at).is_(None))
        return [item for item in items if not kinds or item.kind in kinds]

    async def audited(self, action: str) -> list[AuditEntry]:
        return await self.rows(AuditEntry, col(AuditEntry.action) == action)

    async def events(self, visit_id: UUID) -> list[str]:
        """The visit's timeline."""
        lines = await self.rows(TimelineEntry, col(TimelineEntry.visit_id) == visit_id)
        return [line.event for line in sorted(lines, key=lambda line: line.position)]

    async def sent(self, *templates: str) -> list[Message]:
        """Texts that left."""
        found = await self.rows(Message, col(Message.template).in_(templates))
        return [m for m in found if m.status is MessageStatus.DELIVERED]

    async def rows_of_divisions(self) -> list[Division]:
        async with self.steps.db.read(SYSTEM) as session:
            return list(await session.scalars(select(Division)))

    async def staff_rows(self) -> list[Staff]:
        return await self.rows(Staff)

    async def volunteers(self, *, is_staff: bool = False) -> list[Volunteer]:
        return await self.rows(Volunteer, col(Volunteer.is_staff) == is_staff)

    async def staff_phone(self, username: str) -> str:
        (found,) = await self.rows(Staff, col(Staff.username) == username)
        return str(found.phone)
