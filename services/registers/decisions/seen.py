"""The persons that earlier rows of the same file were about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.registers.rows.drafts import Draft
from services.registers.rows.life import DEATH

Who = tuple[str, date, str]
Place = tuple[str, int, bool]  # sheet, row, has an ID number?


@dataclass
class Seen:
    """Looked up by ID number, by name, birth date and community, and by the registered person's id."""

    by_id: dict[str, Place] = field(default_factory=dict)
    by_who: dict[Who, Place] = field(default_factory=dict)
    by_person: dict[UUID, Place] = field(default_factory=dict)
    phones: dict[str, list[Place]] = field(default_factory=dict)
    doors: dict[str, set[Who]] = field(default_factory=dict)  # of the living

    def add(self, draft: Draft, person_id: UUID | None) -> None:
        """Remember a row that was taken."""
        place = (draft.sheet, draft.row.number, bool(draft.id_number))
        if draft.id_number:
            self.by_id.setdefault(draft.id_number, place)
        self.by_who.setdefault(draft.who, place)
        if person_id is not None:
            self.by_person.setdefault(person_id, place)
        for phone in draft.phones:
            self.phones.setdefault(phone, []).append(place)
        door = draft.values.get("household", "")
        if door and draft.values.get("benefit_state") != DEATH:
            self.doors.setdefault(door, set()).add(draft.who)

    def update(self, later: Seen) -> None:
        """Take over what a batch has added, once it is in the database."""
        for number, place in later.by_id.items():
            self.by_id.setdefault(number, place)
        for who, place in later.by_who.items():
            self.by_who.setdefault(who, place)
        for person, place in later.by_person.items():
            self.by_person.setdefault(person, place)
        for phone, places in later.phones.items():
            self.phones.setdefault(phone, []).extend(places)
        for door, people in later.doors.items():
            self.doors.setdefault(door, set()).update(people)


def row_label(place: Place, sheet: str) -> str:
    """`12`, or `Sheet!12` when it is on another sheet."""
    return f"{place[1]}" if place[0] == sheet else f"{place[0]}!{place[1]}"
