"""While the gateway would not take the text of an offer, nobody is planned: nobody could be asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from domain.visits import PLANNABLE
from models.visits import Visit
from notifications.contract import Contract
from services.messages import tell_unapproved
from services.steps import Step

# Without these nobody can be asked, nor told when and where to come.
NEEDED = ("V1", "V2")
LOOK_AGAIN = timedelta(hours=1)


def missing_texts(contract: Contract) -> dict[str, str]:
    """The texts that the gateway would not take, with the reason."""
    return {key: reason for key in NEEDED if (reason := contract.why_not(key))}


async def refuse(step: Step) -> None:
    """Those who talk to the gateway are told once; visits keep the reason and are looked at again."""
    missing = missing_texts(step.contract)
    for template, reason in missing.items():
        await tell_unapproved(step, template, reason)
    template, reason = next(iter(missing.items()))
    why: dict[str, Any] = {"code": reason, "template": template}
    await step.session.execute(
        update(Visit)
        .where(col(Visit.status).in_(PLANNABLE), col(Visit.wake_at) <= step.now + timedelta(minutes=10))
        .values(wake_at=step.now + LOOK_AGAIN, step_attempts=0, reason=why)
        .execution_options(synchronize_session=False)
    )
