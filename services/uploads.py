"""Registers that arrive by the web: kept for the length of the import, reports for a day."""

from __future__ import annotations

import asyncio
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from models.ids import new_id
from models.staff import Staff
from services.audit import audit_other
from services.certified_lists import ListKind, ListResult, import_list
from services.errors import BadInput
from services.registers.importing import import_file
from services.registers.results import ImportResult
from services.sign_in import people_clock
from services.steps import Step, Steps

SUFFIXES = (".xlsx", ".csv")
KEPT = timedelta(days=1)


async def import_upload(
    steps: Steps,
    folder: Path,
    name: str,
    content: bytes,
    staff: Staff,
    *,
    kind: str | None,
    dry_run: bool,
    language: str,
) -> tuple[UUID, ImportResult | ListResult]:
    """Import the bytes of a register, or of a list of certifications (`ListKind`).

    The report can be fetched for a day under the id that is returned.

    Raises:
        BadInput: not a name of an Excel or CSV file.
        RegisterError: the file cannot be used.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise BadInput("file", "Send an Excel (.xlsx) or CSV file.", "file")
    await asyncio.to_thread(forget_old, folder, people_clock(steps.clock).now())
    import_id = new_id()
    place = folder / str(import_id)
    place.mkdir(parents=True)
    register = place / f"register{suffix}"
    try:
        await asyncio.to_thread(register.write_bytes, content)
        (place / "owner").write_text(staff.username)
        result = await _import(steps, register, kind, staff, dry_run=dry_run, language=language)
        await steps.run(f"staff:{staff.username}", lambda step: _note(step, staff, import_id, dry_run))
    finally:
        register.unlink(missing_ok=True)  # the report is all that stays of it
    return import_id, result


async def _import(
    steps: Steps, register: Path, kind: str | None, staff: Staff, *, dry_run: bool, language: str
) -> ImportResult | ListResult:
    report, actor = register.with_name("report.xlsx"), f"staff:{staff.username}"
    if kind in set(ListKind):
        return await import_list(
            steps,
            register,
            ListKind(kind),
            dry_run=dry_run,
            report_path=report,
            language=language,
            actor=actor,
        )
    return await import_file(
        steps, register, kind=kind, dry_run=dry_run, report_path=report, language=language, actor=actor
    )


async def _note(step: Step, staff: Staff, import_id: UUID, dry_run: bool) -> None:
    await audit_other(
        step,
        "register.dry_run" if dry_run else "register.import",
        role=staff.role,
        area=staff.area,
        row_id=str(import_id),
    )


def report_of(folder: Path, import_id: UUID, username: str) -> Path | None:
    """The report of one's own import, if it is still there."""
    place = folder / str(import_id)
    owner, report = place / "owner", place / "report.xlsx"
    if not report.is_file() or not owner.is_file() or owner.read_text() != username:
        return None
    return report


def forget_old(folder: Path, now: datetime) -> None:
    """Remove what is older than a day."""
    if not folder.is_dir():
        return
    for place in folder.iterdir():
        if now.timestamp() - place.stat().st_mtime > KEPT.total_seconds():
            shutil.rmtree(place, ignore_errors=True)
