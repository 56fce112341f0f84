"""A person's own copy of everything that is held."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from pydantic import Field

from api.current import current_staff
from api.openapi import Given, Shown, operation, path_id
from api.rows import change_row
from api.rules import LISTERS, signed_in
from models.retirees import Retiree
from services.person_copy import copy_of
from services.steps import Step


class CopyIn(Given):
    """`reason`: who asked, and how."""

    reason: str = Field(min_length=4, max_length=256)


class CopyOut(Shown):
    """The rows about the person, by table."""

    person: dict[str, Any]
    flags: list[dict[str, Any]]
    consents: list[dict[str, Any]]
    contacts: list[dict[str, Any]]
    certifications: list[dict[str, Any]]
    visits: list[dict[str, Any]]
    care_contacts: list[dict[str, Any]]
    referrals: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    reports: list[dict[str, Any]]


@operation(
    "POST",
    "/api/v1/retirees/{retiree_id}/copy",
    rule=signed_in(*LISTERS),
    tag="people",
    body=CopyIn,
    response=CopyOut,
)
async def copy(request: web.Request, body: CopyIn) -> CopyOut:
    """Everything held about one person in plain text, for the person; kept in the audit trail."""

    async def run(step: Step, row: Retiree) -> CopyOut:
        return CopyOut(**await copy_of(step, row, current_staff(request), body.reason))

    return await change_row(request, Retiree, path_id(request, "retiree_id"), None, run)


HANDLERS = (copy,)
