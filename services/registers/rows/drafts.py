"""What one row says about one person, once its cells are understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.flags import Flag
from domain.policy import Policy
from models.division_index import DivisionIndex
from services.registers.cells.periods import Training
from services.registers.cells.shifts import Shift
from services.registers.columns import Kind
from services.registers.files.raw import Cell, RawRow, cell_text
from services.registers.findings import Finding, is_rejected, mask_cell
from services.registers.headers import Column, Header
from services.registers.problems.base import Problem


@dataclass(frozen=True)
class Context:
    """What the meaning of a cell depends on besides the cell."""

    index: DivisionIndex
    today: date
    policy: Policy


@dataclass(frozen=True)
class ContactDraft:
    """Somebody to reach the retiree by; `phone` in E.164 or ''."""

    name: str
    relation: str
    phone: str
    phone_kind: str


@dataclass
class Draft:
    """`values`: model attribute → value, only what the row states. Empty cells state nothing."""

    sheet: str
    row: RawRow
    header: Header
    findings: list[Finding] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    phones: list[str] = field(default_factory=list)  # the person's own, for the warning of shared ones
    # retirees
    contacts: list[ContactDraft] = field(default_factory=list)
    flags: set[Flag] = field(default_factory=set)
    stated_flags: set[Flag] = field(default_factory=set)  # the row's cells could have named these
    certified_on: date | None = None
    is_certified_month_only: bool = False
    channel: str = ""
    # volunteers
    trainings: dict[str, Training] = field(default_factory=dict)
    shifts: frozenset[Shift] | None = None
    recused: list[str] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        return self.header.kind

    @property
    def is_rejected(self) -> bool:
        return is_rejected(self.findings)

    @property
    def id_number(self) -> str:
        return str(self.values.get("id_number", ""))

    def finding(self, problem: Problem, key: str = "", **values: object) -> Finding:
        """A problem of this row, at the first column with the key."""
        columns = [column for column in self.header.columns if column.key == key] if key else []
        text = "/".join(filter(None, (cell_text(self.row[column.index]) for column in columns)))
        return Finding(
            problem,
            self.sheet,
            self.row.number,
            columns[0].letter if columns else "",
            columns[0].heading if columns else "",
            mask_cell(key, text),
            values,
        )

    @property
    def who(self) -> tuple[str, date, str]:
        """Name, birth date, community: recognises a person without an ID number."""
        return self.values["name"], self.values["born_on"], self.values["division_code"]


class RowReader:
    """The cells of one row by key, and the findings about them."""

    def __init__(self, draft: Draft, columns: Mapping[str, list[Column]]) -> None:
        self.draft, self._columns, self._row = draft, columns, draft.row

    def cell(self, key: str) -> Cell:
        """The first cell under a heading with this key that is not empty."""
        cells = (self._row[column.index] for column in self._columns.get(key, ()))
        return next((cell for cell in cells if cell is not None), None)

    def text(self, key: str) -> str:
        return cell_text(self.cell(key))

    def joined(self, key: str) -> str:
        """All cells under headings with this key."""
        return "/".join(text for _, text in self.parts(key))

    def has(self, key: str) -> bool:
        """Does the register have such a column?"""
        return key in self._columns

    def parts(self, key: str) -> list[tuple[str, str]]:
        """Heading and text of each filled cell under headings with this key."""
        cells = (
            (column.heading, cell_text(self._row[column.index])) for column in self._columns.get(key, ())
        )
        return [(heading, text) for heading, text in cells if text]

    def note(self, problem: Problem, key: str = "", **values: object) -> None:
        """Remember a problem of the cells under a key."""
        self.draft.findings.append(self.draft.finding(problem, key, **values))

    def keep(self, key: str) -> None:
        """Keep the cells of a key as they came."""
        self.draft.extra |= self.parts(key)


def columns_by_key(header: Header) -> dict[str, list[Column]]:
    """The columns of each key; those without a key under ''."""
    found: dict[str, list[Column]] = {}
    for column in header.columns:
        found.setdefault(column.key, []).append(column)
    return found
