"""What the city keeps up: the table of days off, merged communities, staff on leave."""

from __future__ import annotations

from datetime import date

from aiohttp import web
from pydantic import AwareDatetime, Field
from sqlmodel import col, select

from api.current import actor, current_staff, steps
from api.openapi import Given, Shown, operation
from api.rules import EDITORS, signed_in
from models.staff import Role, Staff
from services.errors import NotAllowed, NotFound
from services.life.deadlines import load_year
from services.life.leave import set_leave
from services.life.merges import merge_division
from services.steps import Step


class YearIn(Given):
    """The State Council's table: days off (weekends among them may be left out), working weekends."""

    days_off: list[date] = Field(min_length=1, max_length=200)
    work_days: list[date] = Field(max_length=50)
    source: str = Field(min_length=4, max_length=128, description="where it is published")


class MovedOut(Shown):
    moved: int


class MergeIn(Given):
    successor: str = Field(pattern=r"^\d{12}$")
    on: date
    reason: str = Field(min_length=4, max_length=128)


class LeaveIn(Given):
    """`until`: left out for being back."""

    until: AwareDatetime | None = None


@operation(
    "POST",
    "/api/v1/holidays/{year}",
    rule=signed_in(Role.CITY_ADMIN),
    tag="upkeep",
    body=YearIn,
    response=MovedOut,
)
async def load_holidays(request: web.Request, body: YearIn) -> MovedOut:
    """A year's table arrives: deadlines that were provisional are counted again, their owners told."""
    year = request.match_info["year"]
    if not (year.isdigit() and len(year) == 4):
        raise NotFound("year", "There is nothing here, or it is outside your area.")

    async def run(step: Step) -> MovedOut:
        return MovedOut(moved=await load_year(step, int(year), body.days_off, body.work_days, body.source))

    return await steps(request).run(actor(request), run)


@operation(
    "POST",
    "/api/v1/divisions/{code}/merge",
    rule=signed_in(Role.CITY_ADMIN),
    tag="upkeep",
    body=MergeIn,
    response=MovedOut,
)
async def merge(request: web.Request, body: MergeIn) -> MovedOut:
    """A code is revoked in favour of another; how many people moved along."""
    code = request.match_info["code"]

    async def run(step: Step) -> MovedOut:
        return MovedOut(moved=await merge_division(step, code, body.successor, body.on, body.reason))

    return await steps(request).run(actor(request), run)


@operation(
    "POST",
    "/api/v1/staff/{username}/leave",
    rule=signed_in(*EDITORS),
    tag="upkeep",
    body=LeaveIn,
    response=MovedOut,
)
async def leave(request: web.Request, body: LeaveIn) -> MovedOut:
    """On leave until a moment, or back; open matters go to whoever is next. For oneself, or by the city."""
    username, staff = request.match_info["username"], current_staff(request)
    if staff.role is not Role.CITY_ADMIN and staff.username != username:
        raise NotAllowed("other", "You can enter your own leave only.")

    async def run(step: Step) -> MovedOut:
        row = await step.session.scalar(select(Staff).where(col(Staff.username) == username))
        if row is None:
            raise NotFound("staff", "There is no such account.")
        return MovedOut(moved=await set_leave(step, row, body.until))

    return await steps(request).run(actor(request), run)


HANDLERS = (load_holidays, merge, leave)
