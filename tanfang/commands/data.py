"""Registers in, checks over them, and the database's upkeep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tanfang.commands.common import JSON_OPTION, console, opened, print_json, progress_bar, run, start

if TYPE_CHECKING:
    from config.settings import Settings
    from services.certified_lists import ListResult
    from services.doctor import Report
    from services.registers import ImportResult

audit_app = typer.Typer(help="The audit trail.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command()(due)
    app.command()(doctor)
    app.command()(migrate)
    app.command()(backup)
    audit_app.command("verify")(audit_verify)
    app.add_typer(audit_app, name="audit")


def import_(
    file: Path = typer.Argument(..., help="an .xlsx or .csv register"),
    kind: str = typer.Option(
        "", help="retirees or volunteers (found from the headers), silent_match or face_list"
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="check everything, write nothing"),
    report: Path | None = typer.Option(None, help="where to write the row report (.xlsx)"),
    as_json: bool = JSON_OPTION,
) -> None:
    """Import a register, or a list of certifications. Example: tanfang import 退休人员.xlsx --dry-run"""
    from services.registers import RegisterError

    settings = start()
    where = report or file.with_name(f"{file.stem}-report.xlsx")
    try:
        result = run(_import(settings, file, kind or None, dry_run, where))
    except RegisterError as error:
        typer.echo(error.in_language(settings.language), err=True)
        raise typer.Exit(2) from error
    values = {
        "rows": result.rows,
        "accepted": result.accepted,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "rejected": result.rejected,
        "report": str(result.report) if result.report else None,
    }
    if as_json:
        print_json(values)
    else:
        for name, value in values.items():
            console.print(f"{name:10} {value}")
    if result.rejected:
        raise typer.Exit(1)


async def _import(
    settings: Settings, file: Path, kind: str | None, dry_run: bool, report: Path
) -> ImportResult | ListResult:
    from services.certified_lists import ListKind, import_list
    from services.divisions import load_divisions
    from services.registers import import_file

    async with opened(settings) as runtime:
        await runtime.steps.run("system", load_divisions)
        with progress_bar(file.name) as progress:
            if kind in set(ListKind):
                return await import_list(
                    runtime.steps,
                    file,
                    ListKind(kind),
                    dry_run=dry_run,
                    report_path=report,
                    language=settings.language,
                    progress=lambda done, rows: progress(done / max(1, rows), ""),
                )
            return await import_file(
                runtime.steps,
                file,
                kind=kind,
                dry_run=dry_run,
                report_path=report,
                language=settings.language,
                progress=lambda done, rows: progress(done / max(1, rows), ""),
            )


def due(
    plan: bool = typer.Option(True, help="plan what fell due at once"), as_json: bool = JSON_OPTION
) -> None:
    """Write down what falls due now, and plan it. Example: tanfang due"""
    from services.due.generate import generate_due
    from services.planning.planning import plan_visits

    settings = start()

    async def work() -> dict[str, int]:
        async with opened(settings) as runtime:
            counts = await runtime.steps.run("system", generate_due)
            if plan:
                figures = await plan_visits(runtime.steps, "command", may_fan_out=False)
                counts |= {"planned": figures.planned, "unserved": figures.unserved}
            return counts

    counts = run(work())
    if as_json:
        print_json(counts)
    else:
        for name, value in counts.items():
            console.print(f"{name:16} {value}")


def doctor(as_json: bool = JSON_OPTION) -> None:
    """Check the invariants on a live database; exit 1 with the rows at fault. Example: tanfang doctor"""
    from services.doctor import examine

    settings = start()

    async def work() -> Report:
        async with opened(settings) as runtime, runtime.steps.look() as step:
            return await examine(step)

    report = run(work())
    if as_json:
        print_json(report.to_json())
    else:
        for name, rows in report.checked.items():
            console.print(f"{rows:8}  {name}")
        for problem in report.problems:
            console.print(f"[red]{problem.invariant}[/]: {problem.table} {problem.id}: {problem.what}")
        console.print("[green]clean[/]" if report.ok else f"[red]{len(report.problems)} problems[/]")
    if not report.ok:
        raise typer.Exit(1)


def migrate() -> None:
    """Bring the database to the newest schema. Example: tanfang migrate"""
    from services.divisions import load_divisions

    settings = start()

    async def work() -> None:
        async with opened(settings) as runtime:
            await runtime.steps.run("system", load_divisions)

    run(work())
    console.print("migrated")


def backup(target: Path = typer.Argument(..., help="file to write")) -> None:
    """Copy a running SQLite database safely. Example: tanfang backup var/backup.sqlite"""
    from tanfang.backup import back_up

    settings = start()
    back_up(settings, target)
    console.print(f"written: {target}")


def audit_verify(as_json: bool = JSON_OPTION) -> None:
    """Check the audit trail's hash chain; exit 1 if it is broken. Example: tanfang audit verify"""
    from sqlmodel import col, select

    from models.audit import AuditEntry, broken_links

    settings = start()

    async def work() -> tuple[int, list[tuple[int, str]]]:
        async with opened(settings) as runtime, runtime.steps.look() as step:
            rows = list(await step.session.scalars(select(AuditEntry).order_by(col(AuditEntry.seq))))
            return len(rows), broken_links(rows)

    count, faults = run(work())
    if as_json:
        print_json({"ok": not faults, "rows": count, "faults": [{"seq": s, "what": w} for s, w in faults]})
    else:
        console.print(f"{count} rows, {'unbroken' if not faults else f'{len(faults)} faults'}")
        for seq, what in faults:
            console.print(f"[red]row {seq}: {what}[/]")
    if faults:
        raise typer.Exit(1)
