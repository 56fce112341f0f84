"""What a row says that is not yet so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.flags import Flag
from models.retirees import Contact, RetireeFlag
from models.volunteers import VolunteerSkill
from services.registers.cells.periods import Training
from services.registers.cells.shifts import Shift
from services.registers.findings import Finding
from services.registers.rows.drafts import ContactDraft

IMPORT = "import"  # who sets flags and records certifications


@dataclass
class Changes:
    """What has to be written for one row; empty when the register says nothing new."""

    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] | None = None
    is_death: bool = False
    new_flags: set[Flag] = field(default_factory=set)
    ended_flags: list[RetireeFlag] = field(default_factory=list)
    new_contacts: list[ContactDraft] = field(default_factory=list)
    contacts: list[tuple[Contact, ContactDraft]] = field(default_factory=list)
    certified_on: date | None = None
    is_latest_certification: bool = False
    new_skills: list[Training] = field(default_factory=list)
    skills: list[tuple[VolunteerSkill, Training]] = field(default_factory=list)
    shifts: frozenset[Shift] | None = None
    findings: list[Finding] = field(default_factory=list)

    def fields(self) -> list[str]:
        """The names of what changes, for the audit."""
        others = {
            "extra": self.extra is not None,
            "flags": self.new_flags or self.ended_flags,
            "contacts": self.new_contacts or self.contacts,
            "certification": self.certified_on,
            "skills": self.new_skills or self.skills,
            "shifts": self.shifts is not None,
            "life_status": self.is_death,
        }
        return sorted({*self.values, *(name for name, changed in others.items() if changed)})

    def __bool__(self) -> bool:
        return bool(self.fields())
