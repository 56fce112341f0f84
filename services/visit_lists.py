"""Lists of visits by status, kind, day, area, and what somebody types into the search box."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from domain.visits import FINAL, VisitKind, VisitStatus
from models.retirees import Retiree
from models.visits import Offer, Visit
from services.board import Line, lines_of, local_midnight
from services.steps import Step

PAGE = 50
CODE = re.compile(r"T?(\d{4})-?(\d{4})")


@dataclass(frozen=True)
class Filters:
    """All that are given must hold. `text`: visit number, volunteer's code, task title or retiree's name."""

    status: VisitStatus | None = None
    kind: VisitKind | None = None
    day: date | None = None
    area: str = ""
    text: str = ""


@dataclass(frozen=True)
class Found:
    """One page of a list, and how many there are in all."""

    total: int
    lines: list[Line]


def normal_code(text: str) -> str:
    """`t48291742` or full-width digits → `T4829-1742`; '' for what is not a volunteer's code."""
    plain = unicodedata.normalize("NFKC", text).upper().replace(" ", "").replace("—", "-")
    match = CODE.fullmatch(plain)
    return f"T{match[1]}-{match[2]}" if match else ""


async def find_visits(step: Step, filters: Filters, page: int = 1) -> Found:
    """Visits of the reader's area, open ones first, soonest first; `page` counts from 1."""
    where = _conditions(step, filters)
    total = await step.session.scalar(select(func.count()).select_from(Visit).where(*where)) or 0
    rows = await step.session.scalars(
        select(Visit)
        .where(*where)
        .order_by(
            col(Visit.status).in_(FINAL),
            col(Visit.starts_at).is_(None),
            col(Visit.starts_at),
            col(Visit.due_on),
            col(Visit.id),
        )
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return Found(total, await lines_of(step, list(rows)))


def _conditions(step: Step, filters: Filters) -> list[Any]:
    where: list[Any] = []
    if filters.status:
        where.append(col(Visit.status) == filters.status)
    if filters.kind:
        where.append(col(Visit.kind) == filters.kind)
    if filters.area:
        where.append(col(Visit.division_code).startswith(filters.area, autoescape=True))
    if filters.day:
        begin = local_midnight(step, filters.day)
        where.append(
            or_(
                and_(col(Visit.starts_at) >= begin, col(Visit.starts_at) < begin + timedelta(days=1)),
                and_(col(Visit.starts_at).is_(None), col(Visit.due_on) == filters.day),
            )
        )
    if filters.text:
        where.append(_matches(filters.text))
    return where


def _matches(text: str) -> Any:
    if code := normal_code(text):
        return col(Visit.id).in_(select(col(Offer.visit_id)).where(col(Offer.code) == code))
    named = select(col(Retiree.id)).where(col(Retiree.name).startswith(text, autoescape=True))
    return or_(
        col(Visit.number).contains(text, autoescape=True),
        col(Visit.title).contains(text, autoescape=True),
        col(Visit.retiree_id).in_(named),
    )
