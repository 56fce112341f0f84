"""What came of an import: the figures, and the log that the report is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config.i18n import translate
from services.registers.columns import Kind
from services.registers.decisions.planning import Action, Decision
from services.registers.files.raw import RawRow
from services.registers.findings import Finding
from services.registers.headers import Header
from services.registers.problems.base import Severity


@dataclass(frozen=True)
class ImportResult:
    """The figures that `tanfang import --json` prints, and the kind that was found."""

    kind: Kind
    rows: int
    accepted: int
    updated: int
    unchanged: int
    rejected: int
    report: Path | None = None

    def as_json(self) -> dict[str, int | str | None]:
        """For other programs; the names are a contract."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "report": str(self.report) if self.report else None,
        }


@dataclass
class RowFate:
    """A row somebody may want to read about; `row` is kept for rejected ones only."""

    sheet: str
    number: int
    is_rejected: bool
    findings: list[Finding]
    row: RawRow | None = None

    def why(self, language: str) -> str:
        """The problems that kept the row out, in one text."""
        errors = [f for f in self.findings if f.problem.severity is Severity.ERROR]
        return " ".join(translate(f.problem.text, language, **f.values) for f in errors)


@dataclass
class ImportLog:
    """Grows batch by batch; rows without findings leave only a count."""

    file: str
    dry_run: bool
    read_at: str
    kind: Kind = Kind.RETIREES
    counts: Counter[str] = field(default_factory=Counter)
    fates: list[RowFate] = field(default_factory=list)
    phone_columns: dict[str, tuple[str, str]] = field(default_factory=dict)  # sheet → letter, heading
    headings: dict[str, list[tuple[int, str]]] = field(default_factory=dict)  # sheet → index, heading
    skipped_sheets: list[str] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, path: Path, *, dry_run: bool, now: datetime) -> ImportLog:
        """`now` in the local zone."""
        return cls(path.name, dry_run, f"{now:%Y-%m-%d %H:%M}")

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    def add_sheet(self, name: str, header: Header) -> None:
        """A sheet that is a register."""
        self.kind = header.kind
        self.headings[name] = [(c.index, c.heading) for c in header.columns if c.key != "ignore"]
        phone = next((column for column in header.columns if column.key == "phone"), None)
        self.phone_columns[name] = (phone.letter, phone.heading) if phone else ("", "")
        self.unknown_columns += [
            column.heading
            for column in header.columns
            if not column.key and column.heading not in self.unknown_columns
        ]

    def add(self, decisions: Iterable[Decision]) -> None:
        """The fate of each row of a batch."""
        for decision in decisions:
            self.counts[decision.action] += 1
            is_rejected = decision.action is Action.REJECTED
            if decision.findings:
                draft = decision.draft
                row = draft.row if is_rejected else None
                self.fates.append(RowFate(draft.sheet, draft.row.number, is_rejected, decision.findings, row))

    def add_finding(self, finding: Finding) -> None:
        """A finding that shows only when the whole file has been read; its row was imported."""
        self.fates.append(RowFate(finding.sheet, finding.row, False, [finding]))

    def in_order(self) -> list[RowFate]:
        """By sheet and row."""
        order = list(self.headings)
        return sorted(self.fates, key=lambda fate: (order.index(fate.sheet), fate.number))

    def problem_counts(self) -> list[tuple[str, int]]:
        """The English text of each problem and how many rows have it, the most frequent first."""
        counts = Counter(
            text for fate in self.fates for text in {finding.problem.text for finding in fate.findings}
        )
        return counts.most_common()

    def result(self, report: Path | None) -> ImportResult:
        """The figures."""
        return ImportResult(
            self.kind,
            self.rows,
            self.counts[Action.ACCEPTED],
            self.counts[Action.UPDATED],
            self.counts[Action.UNCHANGED],
            self.counts[Action.REJECTED],
            report,
        )
