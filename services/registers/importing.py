"""Imports a register: reads, decides and writes it batch by batch, then writes the row report."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from uuid import UUID

from sqlmodel import select

from domain.policy import Policy
from models.division_data import DivisionRow
from models.division_index import DivisionIndex
from models.divisions import Division
from services.registers.columns import Kind
from services.registers.decisions.planning import ImportPlan, plan_import
from services.registers.decisions.seen import Seen
from services.registers.errors import RegisterError
from services.registers.files.opening import open_register
from services.registers.findings import Finding, mask_cell
from services.registers.problems import persons as person_problems
from services.registers.report import write_report
from services.registers.results import ImportLog, ImportResult
from services.registers.rows.drafts import Context, Draft
from services.registers.rows.reading import RegisterSheet, read_drafts, recognise
from services.registers.store.applying import apply_import
from services.registers.store.existing import count_phones, load_known
from services.steps import Step, Steps

# One transaction: long enough to be fast, short enough that on SQLite other writers wait half a second.
BATCH_ROWS = 1_000
# A couple and a sister may share a phone; more persons on one number look like a relative's or a slip.
# Volunteers answer by text: the number has to say who.
MOST_SHARING = {Kind.RETIREES: 3, Kind.VOLUNTEERS: 1}
LISTED_ROWS = 10
NO_ROW = UUID(int=0)

NO_REGISTER = "{file} has no heading row with 姓名 and other known columns: check the sheet and its headings."
NO_DIVISIONS = "The database has no divisions: load them before {file} is imported."
NO_ROWS = "{file} has a heading row but no persons below it."
NO_USABLE_ROW = "None of the {rows} rows of {file} can be used. The first: {why} The report names every row."


BAD_KIND = "There is no kind of register called {kind}: state retirees or volunteers, or leave it out."
BAD_REPORT = "The report {file} cannot be written: choose another folder."

Progress = Callable[[int, int], None]  # rows done, rows expected


async def import_file(
    steps: Steps,
    path: Path,
    *,
    kind: Kind | str | None = None,
    dry_run: bool = False,
    report_path: Path | None = None,
    progress: Progress | None = None,
    language: str = "zh-CN",
    actor: str = "system",
) -> ImportResult:
    """Import one `.xlsx` or `.csv` register; good rows are kept, bad ones are reported.

    kind: `retirees`, `volunteers`, or None to tell it from the headings.
    dry_run: decide and report, write nothing to the database.
    Importing the same file again changes nothing.

    Raises:
        RegisterError: the file cannot be read or no row can be used; nothing was written then.
    """
    wanted = _kind(kind)
    if report_path is not None:
        _check_report(report_path)
    context = await _context(steps, path)
    log = ImportLog.begin(path, dry_run=dry_run, now=steps.clock.now().astimezone(steps.zone))
    seen = Seen()
    with closing(_register_sheets(path, wanted, log)) as sheets:
        while (sheet := await asyncio.to_thread(next, sheets, None)) is not None:
            drafts = read_drafts(sheet, context)
            done = log.rows
            while batch := await asyncio.to_thread(_take, drafts):
                work = partial(_import_batch, batch=batch, seen=seen, context=context, dry_run=dry_run)
                plan = await steps.run(actor, work)
                seen.update(plan.seen)
                log.add(plan.decisions)
                if progress:
                    progress(log.rows, max(log.rows, done + sheet.height))
    async with steps.open(actor) as step:
        for finding in await _shared_phones(step, log, seen):
            log.add_finding(finding)
        if not dry_run:
            step.hint("plan.imported", NO_ROW)  # what fell due with the new rows is planned at once
    if report_path is not None:
        await asyncio.to_thread(write_report, report_path, log, language)
    _refuse_if_useless(log, path, language)
    return log.result(report_path)


def _kind(kind: str | None) -> Kind | None:
    try:
        return Kind(kind) if kind else None
    except ValueError as error:
        raise RegisterError(BAD_KIND, kind=kind) from error


def _check_report(path: Path) -> None:
    """Find out now: after the import, its findings would be lost."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise RegisterError(BAD_REPORT, file=path.name) from error


async def _context(steps: Steps, path: Path) -> Context:
    async with steps.open() as step:
        rows = await step.session.scalars(select(Division))
        divisions = [
            DivisionRow(d.code, d.name, d.latitude or 0.0, d.longitude or 0.0, d.is_approximate)
            for d in rows
            if d.valid_to is None or d.valid_to > step.today
        ]
        policy: Policy = step.policy
        today = step.today
    if not divisions:
        raise RegisterError(NO_DIVISIONS, file=path.name)
    return Context(DivisionIndex(divisions), today, policy)


def _register_sheets(path: Path, kind: Kind | None, log: ImportLog) -> Generator[RegisterSheet]:
    """The sheets that are registers, all of the kind of the first; the others are named in the report.

    Raises:
        RegisterError: there is none; it names the missing columns if a sheet comes near.
    """
    fault = RegisterError(NO_REGISTER, file=path.name)
    for raw in open_register(path):
        try:
            sheet = recognise(raw, kind, path.name)
        except RegisterError as error:
            fault, sheet = error, None
        if sheet is None or (log.headings and sheet.header.kind is not log.kind):
            log.skipped_sheets.append(raw.name)
            for _ in raw.rows:
                pass
            continue
        log.add_sheet(sheet.name, sheet.header)
        yield sheet
    if not log.headings:
        raise fault


def _take(drafts: Iterator[Draft]) -> list[Draft]:
    return list(itertools.islice(drafts, BATCH_ROWS))


async def _import_batch(
    step: Step, *, batch: Sequence[Draft], seen: Seen, context: Context, dry_run: bool
) -> ImportPlan:
    known = await load_known(step, batch[0].kind, batch)
    plan = plan_import(batch, known, seen, context)
    if not dry_run:
        await apply_import(step, plan)
    return plan


async def _shared_phones(step: Step, log: ImportLog, seen: Seen) -> list[Finding]:
    """Rows whose own number belongs to too many persons, in the file or in the database."""
    registered = await count_phones(step, log.kind, seen.phones)
    findings = []
    for phone, places in seen.phones.items():
        count = max(len(places), registered.get(phone, 0))
        if count <= MOST_SHARING[log.kind]:
            continue
        rows = "、".join(str(row) for _, row, _ in places[:LISTED_ROWS])
        rows += "…" if len(places) > LISTED_ROWS else ""
        for sheet, row, _ in places:
            letter, heading = log.phone_columns[sheet]
            shown, values = mask_cell("phone", phone), {"count": count, "rows": rows}
            findings.append(
                Finding(person_problems.PHONE_SHARED, sheet, row, letter, heading, shown, dict(values))
            )
    return findings


def _refuse_if_useless(log: ImportLog, path: Path, language: str) -> None:
    if not log.rows:
        raise RegisterError(NO_ROWS, file=path.name)
    if log.counts["rejected"] == log.rows:
        why = log.fates[0].why(language)
        raise RegisterError(NO_USABLE_ROW, file=path.name, rows=log.rows, why=why)
