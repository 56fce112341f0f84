"""What came of a list: the figures, and the rows somebody has to look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from services.certified_lists.reading import Line, ListKind, ListSheet


@dataclass(frozen=True)
class ListResult:
    """Named as the figures of a register's import. `accepted`: new certifications; `updated` stays 0."""

    kind: ListKind
    rows: int
    accepted: int
    updated: int
    unchanged: int
    rejected: int
    superseded: int  # home visits that are no longer needed
    report: Path | None = None


@dataclass
class ListLog:
    """Grows batch by batch."""

    kind: ListKind
    file: str
    dry_run: bool
    read_at: str
    counts: Counter[str] = field(default_factory=Counter)
    superseded: int = 0
    rejected: list[Line] = field(default_factory=list)
    sheets: dict[str, ListSheet] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        fate = "rejected" if line.fault else "accepted" if line.changed else "unchanged"
        self.counts[fate] += 1
        if line.fault:
            self.rejected.append(line)

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    def result(self, report: Path | None) -> ListResult:
        return ListResult(
            self.kind,
            self.rows,
            self.counts["accepted"],
            0,
            self.counts["unchanged"],
            self.counts["rejected"],
            self.superseded,
            report,
        )
