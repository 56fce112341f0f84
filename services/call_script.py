"""What the person who rings says: who calls and what for, with the values of the visit."""

from __future__ import annotations

from datetime import datetime

from domain.masking import mask_name
from models.desk import DeskItem
from models.retirees import Retiree
from models.visits import Visit
from notifications import wording
from notifications.call_scripts import script
from services import texts
from services.steps import Step


def lines(step: Step, item: DeskItem, visit: Visit | None, retiree: Retiree | None) -> list[str]:
    """The lines for a call, filled with what may be said; names stay masked on the list."""
    values = {
        "signature": step.signature,
        "name": mask_name(retiree.name) if retiree else "",
        "code": str(item.detail.get("code") or ""),
        "visit_code": visit.visit_code if visit else "",
        "people": str(visit.crew_size) if visit else "",
        **_times(step, item, visit),
        "due": _due(item),
    }
    return script(about_of(item), values)


def about_of(item: DeskItem) -> str:
    """What a call is about: the text it stands for, or what was written to us."""
    written = {"alarm": "alarm", "reply": "written"}
    return written.get(item.kind) or str(item.detail.get("about", ""))


def _times(step: Step, item: DeskItem, visit: Visit | None) -> dict[str, str]:
    told, at = item.detail.get("told"), item.detail.get("starts_at")
    starts_at = datetime.fromisoformat(at) if isinstance(at, str) else visit.starts_at if visit else None
    when = ""
    if starts_at is not None:
        is_volunteer = item.volunteer_id is not None
        when = (
            wording.moment(starts_at, step.zone)
            if is_volunteer
            else wording.window(*texts.announced_window(step, starts_at), step.zone)
        )
    old = texts.day_of(step, datetime.fromisoformat(told)) if isinstance(told, str) else ""
    return {"when": when, "old_day": old}


def _due(item: DeskItem) -> str:
    on = item.detail.get("due_on")
    return wording.day(datetime.fromisoformat(on).date()) if isinstance(on, str) else ""
