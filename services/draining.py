"""Texts that wait: whoever has sent a batch takes the next at once, so that no gateway idles between ticks.

A tick hands over so many texts at a time; where there are more, workers go on by themselves. What is taken
here was in nobody's hands: the rows are claimed by the transaction that writes their attempts.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import bindparam
from sqlmodel import col, select

from domain.messages import MessageStatus, Priority
from models.columns import UtcDateTime
from models.messages import Message
from notifications.gateways.protocol import Gateway, Outgoing
from services import sending
from services.steps import Step, Steps

log = structlog.get_logger()
FULL = 50  # texts of one hint: where so many come together, more may wait
BATCH = 100  # texts of two commits
AT_WORK = 3  # batches that a process has under way; its other threads are for answers and visits
LONGEST = timedelta(seconds=15)  # with the calls of a last batch that all hang: within an actor's minute
# Answers and warnings have a queue of their own (`services.messages.is_urgent`).
WAITING = (
    select(Message)
    .where(
        col(Message.status) == MessageStatus.QUEUED,
        col(Message.send_at) <= bindparam("now", type_=UtcDateTime()),
        col(Message.closed_at).is_(None),
        col(Message.priority) > Priority.SAFETY,
    )
    .order_by(col(Message.priority), col(Message.send_at), col(Message.id))
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


class Drain:
    """The batches that a process takes by itself; `stop` it before the process ends."""

    def __init__(self) -> None:
        self.at_work, self.is_stopping = 0, False

    def stop(self) -> None:
        """Take no more."""
        self.is_stopping = True

    async def run(self, steps: Steps, gateway: Gateway) -> int:
        """Batch after batch, the most urgent first, until few are due or none may leave.

        Returns how many texts were handed to the gateway. What fails is logged: the rows are due, and the
        next tick hands them over.
        """
        if self.at_work >= AT_WORK:
            return 0
        self.at_work += 1
        until, called = steps.clock.now() + LONGEST, 0
        try:
            while not self.is_stopping and steps.clock.now() < until:
                seen: list[Message] = []
                claimed, results = await sending.hand_over(
                    steps, gateway, partial(take_waiting, gateway, seen)
                )
                called += len(results)
                if not claimed or len(seen) < BATCH:
                    break
        except Exception:  # any fault of a batch: the worker lives on, a tick hands its rows over
            log.exception("drain.failed")
        finally:
            self.at_work -= 1
        return called


async def take_waiting(gateway: Gateway, seen: list[Message], step: Step) -> list[Outgoing]:
    """Claim texts that are due and in nobody's hands; `seen`: becomes all that were looked at."""
    seen[:] = await step.session.scalars(WAITING, {"now": step.now, "most": BATCH})
    return await sending.claim_locked(step, gateway, seen) if seen else []
