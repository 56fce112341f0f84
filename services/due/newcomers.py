"""The first visit to somebody who has just come under the community's care (§2.2), if the city wants it."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from domain.events import Event, event_window
from models.retirees import LifeStatus, Retiree
from services.calendars import working_days
from services.life.matters import event_visit
from services.steps import Step

WELCOME = "welcome"
CATCH_UP = timedelta(days=14)  # registered longer ago, somebody is no newcomer any more


async def welcome_newcomers(step: Step) -> int:
    """A visit for each who has registered lately, once; returns how many were opened."""
    if not step.policy.new_retiree_visit:
        return 0
    rows = await step.session.scalars(
        select(Retiree)
        .where(
            col(Retiree.registered_on) > step.today - CATCH_UP,
            col(Retiree.registered_on) <= step.today,
            col(Retiree.life_status) == LifeStatus.LIVING,
        )
        .order_by(col(Retiree.id))
    )
    table, opened = await working_days(step), 0
    for retiree in rows.all():
        assert retiree.registered_on is not None  # noqa: S101  # asked for in the question
        window = event_window(Event.NEW_RETIREE, retiree.registered_on, step.policy, table)
        due_on = max(window.due_on, step.today + timedelta(days=1))
        made = await event_visit(step, retiree, WELCOME, str(retiree.id), step.today, due_on)
        opened += made is not None
    return opened
