"""Takes a list over batch by batch: good rows are certifications, home visits end, people are told."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlmodel import col, select

from domain.visits import FINAL, VisitKind
from models.retirees import LifeStatus, Retiree
from models.seal import blind_index
from models.visits import Visit
from services.audit import audit
from services.certified_lists.reading import Fault, Line, ListKind, open_list, read_lines
from services.certified_lists.report import write_list_report
from services.certified_lists.results import ListLog, ListResult
from services.life.fraud import suspect
from services.registers.errors import RegisterError
from services.retirees import load_events, record_certification
from services.steps import Step, Steps

BATCH_ROWS = 200
NO_ROWS = "{file} has a heading row but no persons below it."
Seen = dict[tuple[str, date | None, str], int]
Progress = Callable[[int, int], None]


async def import_list(
    steps: Steps,
    path: Path,
    kind: ListKind,
    *,
    dry_run: bool = False,
    report_path: Path | None = None,
    progress: Progress | None = None,
    language: str = "zh-CN",
    actor: str = "system",
) -> ListResult:
    """Good rows are kept, bad ones reported; the same list again changes nothing.

    Raises:
        RegisterError: the file cannot be read or has no rows; nothing was written then.
    """
    now = steps.clock.now().astimezone(steps.zone)
    log = ListLog(kind, path.name, dry_run, f"{now:%Y-%m-%d %H:%M}")
    seen: Seen = {}
    with closing(open_list(path)) as sheets:  # type: ignore[type-var]  # a generator
        while (sheet := await asyncio.to_thread(next, sheets, None)) is not None:
            log.sheets[sheet.name] = sheet
            lines = read_lines(sheet, kind, now.date())
            while batch := list(itertools.islice(lines, BATCH_ROWS)):
                _mark_repeated(batch, seen)
                work = partial(_take_over, batch=batch, dry_run=dry_run)
                log.superseded += await steps.run(actor, work)
                for line in batch:
                    log.add(line)
                if progress:
                    progress(log.rows, max(log.rows, sheet.height))
    if not log.rows:
        raise RegisterError(NO_ROWS, file=path.name)
    if report_path is not None:
        await asyncio.to_thread(write_list_report, report_path, log, language)
    return log.result(report_path)


def _mark_repeated(batch: Sequence[Line], seen: Seen) -> None:
    for line in batch:
        if line.fault is not None:
            continue
        key = (line.id_number or line.personal_number, line.occurred_on, line.channel)
        if key in seen:
            line.fault, line.same_as = Fault.TWICE, seen[key]
        else:
            seen[key] = line.row.number


async def _take_over(step: Step, *, batch: Sequence[Line], dry_run: bool) -> int:
    """Returns how many home visits ended."""
    for line in batch:  # a step that runs again begins from the start
        line.changed = False
        if line.fault in AFTER_LOOKING:
            line.fault = None
    people = await _load_people(step, batch)
    ended = 0
    for line in batch:
        if line.fault is not None:
            continue
        retiree = _who(line, people)
        if retiree is not None and await _is_possible(step, line, retiree, dry_run):
            ended += await _record(step, line, retiree, dry_run)
    return ended


AFTER_LOOKING = frozenset(
    {Fault.UNKNOWN, Fault.AMBIGUOUS, Fault.OTHER_NAME, Fault.AFTER_DEATH, Fault.BEFORE_BIRTH}
)


async def _load_people(step: Step, batch: Sequence[Line]) -> dict[str, list[Retiree]]:
    """Registered persons by ID number and by personal number."""
    numbers = {blind_index("id_number", n): n for line in batch if (n := line.id_number)}
    personal = {n for line in batch if (n := line.personal_number)}
    rows = await step.session.scalars(
        select(Retiree).where(
            col(Retiree.id_number_index).in_(list(numbers)) | col(Retiree.personal_number).in_(personal)
        )
    )
    people: dict[str, list[Retiree]] = {}
    for row in rows:
        for key in {numbers.get(row.id_number_index or b"", ""), row.personal_number} - {""}:
            people.setdefault(key, []).append(row)
    return people


def _who(line: Line, people: dict[str, list[Retiree]]) -> Retiree | None:
    found = people.get(line.id_number or line.personal_number, [])
    if len(found) != 1:
        line.fault = Fault.AMBIGUOUS if found else Fault.UNKNOWN
        return None
    if line.name and line.name != "".join(found[0].name.split()):
        line.fault = Fault.OTHER_NAME
        return None
    return found[0]


async def _is_possible(step: Step, line: Line, retiree: Retiree, dry_run: bool) -> bool:
    assert line.occurred_on is not None  # noqa: S101  # lines without a day have a fault
    if line.occurred_on < retiree.born_on:
        line.fault = Fault.BEFORE_BIRTH
    elif retiree.life_status is LifeStatus.DECEASED and (
        retiree.died_on is None or line.occurred_on > retiree.died_on
    ):
        line.fault = Fault.AFTER_DEATH
        if not dry_run:
            await suspect(step, retiree, "certified_after_death", since_on=retiree.died_on)
    return line.fault is None


async def _record(step: Step, line: Line, retiree: Retiree, dry_run: bool) -> int:
    assert line.occurred_on is not None  # noqa: S101  # as above
    known = {(event.occurred_on, event.channel) for event in await load_events(step, retiree.id)}
    line.changed = (line.occurred_on, line.channel) not in known
    if dry_run or not line.changed:
        return 0
    before = await _open_certifications(step, retiree.id)
    event = await record_certification(step, retiree, line.channel, line.occurred_on, source="list")
    await audit(step, "certification.list", event, fields=["occurred_on", "channel"])
    return len(before - await _open_certifications(step, retiree.id))


async def _open_certifications(step: Step, retiree_id: UUID) -> set[UUID]:
    return set(
        await step.session.scalars(
            select(col(Visit.id)).where(
                col(Visit.retiree_id) == retiree_id,
                col(Visit.kind) == VisitKind.CERTIFICATION,
                col(Visit.status).not_in(FINAL),
            )
        )
    )
