"""What a check returns."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Problem:
    """One broken invariant: which, where, what."""

    invariant: str
    table: str
    id: str
    what: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass
class Check:
    """Rows looked at and (table, id, what) of each fault."""

    rows: int = 0
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, table: str, row_id: object, what: str) -> None:
        self.faults.append((table, str(row_id), what))
