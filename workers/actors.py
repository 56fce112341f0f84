"""The actors: each takes ids and runs one step per id. The rows decide whether there is anything to do.

`ACTORS` is the one visible list; services and scheduler name actors by these strings.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import structlog

from services import desk
from services.campaign_stopping import call_off
from services.draining import FULL
from services.due.generate import generate_due
from services.due.reminders import remind_certifications
from services.inbound import read_inbound, read_many
from services.life.incidents import pass_welfare
from services.missing_receipts import ask_receipt
from services.periods import finish_period
from services.planning.forecast import forecast_campaigns
from services.planning.parts import plan_part
from services.planning.planning import plan_freed, plan_visits
from services.polling import poll_inbound
from services.retention import forget
from services.sending import send_message, send_messages
from services.settling import settle_message, settle_messages
from services.steps import Step
from services.visit_step import step_visit, step_visits
from workers.context import WorkerContext

log = structlog.get_logger()
Work = Callable[[WorkerContext, UUID], Awaitable[object]]
WorkMany = Callable[[WorkerContext, list[UUID]], Awaitable[object]]


@dataclass(frozen=True)
class ActorSpec:
    """An actor's coroutine for one id (for many, where cheaper), queue, priority (lower first)."""

    work: Work
    queue: str
    priority: int
    seconds: int = 60
    work_many: WorkMany | None = None


async def _step_visit(context: WorkerContext, visit_id: UUID) -> object:
    return await context.steps.run("system", lambda step: step_visit(step, visit_id))


async def _send(context: WorkerContext, message_id: UUID) -> object:
    return await send_message(context.steps, context.gateway, message_id)


async def _send_many(context: WorkerContext, message_ids: list[UUID]) -> object:
    return await send_messages(context.steps, context.gateway, message_ids)


async def _send_and_go_on(context: WorkerContext, message_ids: list[UUID]) -> None:
    """A full handful says that more may wait than ticks hand over."""
    await send_messages(context.steps, context.gateway, message_ids)
    if len(message_ids) >= FULL:
        await context.drain.run(context.steps, context.gateway)


async def _settle(context: WorkerContext, message_id: UUID) -> object:
    return await settle_message(context.steps, context.gateway, message_id)


async def _ask(context: WorkerContext, message_id: UUID) -> object:
    return await ask_receipt(context.steps, context.gateway, message_id)


async def _settle_many(context: WorkerContext, message_ids: list[UUID]) -> object:
    return await settle_messages(context.steps, context.gateway, message_ids)


async def _poll(context: WorkerContext, _nothing: UUID) -> object:
    return await poll_inbound(context.steps, context.gateway)


async def _read(context: WorkerContext, inbound_id: UUID) -> object:
    return await context.steps.run("system", lambda step: read_inbound(step, inbound_id))


async def _step_visits(context: WorkerContext, visit_ids: list[UUID]) -> object:
    return await context.steps.run("system", lambda step: step_visits(step, visit_ids))


async def _read_many(context: WorkerContext, inbound_ids: list[UUID]) -> object:
    return await context.steps.run("system", lambda step: read_many(step, inbound_ids))


async def _pass_on(context: WorkerContext, item_id: UUID) -> object:
    async def work(step: Step) -> object:
        item = await desk.pass_on(step, item_id)
        if item is not None and item.kind == "welfare":
            await pass_welfare(step, item)
        return item

    return await context.steps.run("system", work)


async def _plan(context: WorkerContext, _visit_id: UUID) -> object:
    return await plan_freed(context.steps, "wake")


async def _plan_part(context: WorkerContext, part_id: UUID) -> None:
    await plan_part(context.steps, part_id)


async def _plan_imported(context: WorkerContext, _nothing: UUID) -> object:
    await context.steps.run("system", generate_due)
    return await plan_visits(context.steps, "import")


async def _generate(context: WorkerContext, period_id: UUID) -> object:
    await context.steps.run("system", generate_due)
    return await _plan_period(context, period_id, "morning")


async def _plan_period(context: WorkerContext, period_id: UUID, cause: str) -> object:
    """While another plan is at work the period stays open: it is taken again when its lease ends."""
    figures = await plan_visits(context.steps, cause)
    if not figures.was_busy:
        await context.steps.run("system", lambda step: finish_period(step, period_id))
    return figures


async def _remind(context: WorkerContext, period_id: UUID) -> object:
    async def work(step: Step) -> int:
        count = await remind_certifications(step)
        await finish_period(step, period_id)
        return count

    return await context.steps.run("system", work)


async def _forget(context: WorkerContext, period_id: UUID) -> object:
    cleared = await forget(context.steps)
    await context.steps.run("system", lambda step: finish_period(step, period_id))
    return cleared


async def _plan_evening(context: WorkerContext, period_id: UUID) -> object:
    figures = await _plan_period(context, period_id, "evening")
    await forecast_campaigns(context.steps)
    return figures


async def _call_off(context: WorkerContext, campaign_id: UUID) -> object:
    return await context.steps.run("system", lambda step: call_off(step, campaign_id))


ACTORS: dict[str, ActorSpec] = {
    "inbound.read": ActorSpec(_read, "replies", 0, work_many=_read_many),
    "inbound.poll": ActorSpec(_poll, "messages", 5),
    "messages.answer": ActorSpec(_send, "replies", 2, work_many=_send_many),
    "messages.send": ActorSpec(_send, "messages", 10, work_many=_send_and_go_on),
    "messages.settle": ActorSpec(_settle, "messages", 20, work_many=_settle_many),
    "messages.ask": ActorSpec(_ask, "messages", 25),
    "visits.step": ActorSpec(_step_visit, "visits", 30, work_many=_step_visits),
    "desk.pass_on": ActorSpec(_pass_on, "visits", 40),
    "campaigns.call_off": ActorSpec(_call_off, "visits", 35),
    "plan.run": ActorSpec(_plan, "plans", 50, seconds=1800),
    "plan.part": ActorSpec(_plan_part, "plans", 45, seconds=1800),
    "plan.imported": ActorSpec(_plan_imported, "plans", 50, seconds=1800),
    "plan.evening": ActorSpec(_plan_evening, "plans", 50, seconds=3600),
    "due.generate": ActorSpec(_generate, "plans", 50, seconds=1800),
    "due.remind": ActorSpec(_remind, "plans", 60, seconds=1800),
    "records.forget": ActorSpec(_forget, "plans", 70, seconds=3600),
}
QUEUES = sorted({spec.queue for spec in ACTORS.values()})


async def run_actor(context: WorkerContext, name: str, ids: list[UUID]) -> None:
    """Work through the ids; one that fails is logged and falls due again when its lease ends."""
    spec = ACTORS[name]
    if spec.work_many is not None and len(ids) > 1:
        try:
            await spec.work_many(context, ids)
        except Exception:  # tried one by one below
            # One bad row must not hold up the others: they are worked on one by one.
            log.exception("actor.batch_failed", actor=name, rows=len(ids))
        else:
            return
    for row_id in ids:
        try:
            await spec.work(context, row_id)
        except Exception:  # logged; the row falls due again with its lease
            log.exception("actor.failed", actor=name, row=str(row_id))
