"""Lists with names as Excel for those who act on them: unvisited in a campaign, overdue contacts.

As with the agency's lists each has a reason, and an audit row before it leaves. Numbers stay masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from config.i18n import translate
from domain.masking import mask_phone
from models.campaigns import Campaign
from models.retirees import Retiree
from models.scope import Reader
from services.agency.lists import check_reason
from services.agency.words import list_word
from services.audit import audit_other
from services.campaign_progress import Unvisited, load_progress
from services.contact_list import load_clocks, load_lines
from services.people import division_names
from services.registers.files.raw import Cell
from services.steps import Step
from services.workbooks import Sheet, workbook_bytes

CHUNK = 500
PLACE = ("District", "Street", "Community")


@dataclass(frozen=True)
class Taking:
    """Who asks gives a reason. `area`: leading digits of a division code."""

    area: str
    reason: str
    language: str = "zh-CN"


async def names_of(step: Step, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of retirees of the reader's area, as they are in the register."""
    found: dict[UUID, str] = {}
    for start in range(0, len(ids), CHUNK):
        rows = await step.session.execute(
            select(col(Retiree.id), col(Retiree.name)).where(col(Retiree.id).in_(ids[start : start + CHUNK]))
        )
        found |= {row.id: row.name for row in rows}
    return found


def within(unvisited: Sequence[Unvisited], area: str) -> list[Unvisited]:
    """Those of an area."""
    return [one for one in unvisited if one.division_code.startswith(area)]


async def unvisited_list(step: Step, campaign: Campaign, eyes: Reader, order: Taking) -> tuple[bytes, int]:
    """The workbook of whom nobody has seen yet in a campaign, and how many they are.

    Raises:
        BadInput: no reason.
    """
    check_reason(order.reason)
    people = within((await load_progress(step, campaign, eyes)).unvisited, order.area)
    names = await names_of(step, [one.id for one in people])
    sheet = _sheet(step, order, "Unvisited list", (*PLACE, "Name", "Reason", "Visit", "Day", "Attempts"))
    sheet.above[0] = (*sheet.above[0], campaign.name)
    for one in people:
        why = list_word("unvisited", one.code, order.language)
        day = step.local_date(one.starts_at) if one.starts_at else ""
        place = await division_names(step, one.division_code)
        sheet.rows.append((*place, names.get(one.id, ""), why, one.visit_number, day, one.attempts))
    return workbook_bytes([sheet]), len(sheet.rows)


async def overdue_list(step: Step, order: Taking) -> tuple[bytes, int]:
    """The workbook of whose contact is overdue, the longest first, and how many they are.

    Raises:
        BadInput: no reason.
    """
    check_reason(order.reason)
    heads = (
        *PLACE, "Name", "Level", "Days overdue", "Due by", "Last contact", "How",
        "Preferred channel", "Relation", "Phone number", "Next visit", "Day",
    )  # fmt: skip
    sheet = _sheet(step, order, "Overdue contacts", heads)
    clocks = [clock for clock in await load_clocks(step, order.area) if clock.overdue_days]
    for line in await load_lines(step, clocks):
        clock, channel, coming = line.clock, line.channel, line.next
        place = await division_names(step, clock.division_code)
        day: Cell = ""
        if coming is not None:
            day = step.local_date(coming.starts_at) if coming.starts_at else coming.due_on
        facts: tuple[Cell, ...] = (
            str(clock.level or ""),
            clock.overdue_days,
            clock.due_on,
            step.local_date(clock.last.at) if clock.last else "",
            list_word("contact_form", clock.last.form, order.language) if clock.last else "",
            list_word("reached", channel.way, order.language),
            channel.contact.relation if channel.contact else "",
            mask_phone(channel.number),
            coming.number if coming else "",
            day,
        )
        sheet.rows.append((*place, line.retiree.name, *facts))
    return workbook_bytes([sheet]), len(sheet.rows)


async def note_taken(step: Step, what: str, order: Taking, rows: int, row_id: str = "") -> None:
    """Who took how many rows of what, and why; written before anything leaves."""
    await audit_other(
        step,
        f"list.{what}",
        area=order.area,
        table_name="retirees",
        row_id=row_id,
        fields=[f"{rows} rows"],
        why=order.reason.strip(),
    )


def _sheet(step: Step, order: Taking, title: str, heads: Sequence[str]) -> Sheet:
    lang = order.language
    at = f"{step.now.astimezone(step.zone):%Y-%m-%d %H:%M}"
    return Sheet(
        translate(title, lang),
        [translate(head, lang) for head in heads],
        above=[
            (translate(title, lang), order.area),
            (translate("Taken by", lang), step.actor, at, order.reason.strip()),
        ],
    )
