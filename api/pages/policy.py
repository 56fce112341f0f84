"""Rules and figures: what holds today, who decided it, and deciding anew from a day on."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from aiohttp import web

from api.current import actor, context, current_staff, language, steps
from api.pages.forms import day, read_form, text
from api.pages.policy_forms import (
    allowed_words,
    fields_of,
    read_value,
    refusal_words,
    source_words,
    value_words,
)
from api.pages.rendering import page, say, see_other
from api.rules import signed_in
from config.i18n import translate
from domain.policy import POLICY_ITEMS, Policy, PolicyItem, PolicyValueError
from domain.policy_operations import OperationsPolicy
from domain.policy_planning import PlanningPolicy
from domain.policy_regulation import RegulationPolicy
from domain.policy_texts import TextsPolicy
from domain.policy_visits import VisitsPolicy
from models.scope import SYSTEM
from models.staff import Role
from services.errors import NotFound, ServiceError
from services.policies import Line, decide, load_lines
from services.steps import Step

GROUPS: tuple[tuple[str, type], ...] = (
    ("Certification, care, campaigns", VisitsPolicy),
    ("Volunteers, offers, the day of the visit", OperationsPolicy),
    ("Texts and calls", TextsPolicy),
    ("Plans", PlanningPolicy),
    ("Counted in the regulation", RegulationPolicy),
)


@dataclass(frozen=True)
class Shown:
    """One rule on the page, in words."""

    item: PolicyItem
    name: str
    value: str
    allowed: str
    source: str
    line: Line


def _show(line: Line, lang: str) -> Shown:
    item = line.item
    return Shown(
        item,
        translate(item.description, lang),
        value_words(item, line.value, lang),
        allowed_words(item, lang),
        source_words(item.source, lang),
        line,
    )


def _group_of(key: str) -> str:
    return next(name for name, base in GROUPS if key in {f.name for f in fields(base)})


async def _lines(request: web.Request) -> list[Line]:
    settings = context(request).settings
    today = context(request).clock.now().astimezone(settings.zone).date()
    async with context(request).db.read(SYSTEM) as session:
        return await load_lines(session, today)


@signed_in()
async def show(request: web.Request) -> web.StreamResponse:
    """All rules, grouped; `text` searches names and keys."""
    lang, wanted = language(request), request.query.get("text", "").strip()[:60]
    groups: dict[str, list[Shown]] = {name: [] for name, _ in GROUPS}
    for line in await _lines(request):
        shown = _show(line, lang)
        if wanted.lower() in f"{shown.name} {line.item.key} {shown.source}".lower():
            groups[_group_of(line.item.key)].append(shown)
    found = {name: lines for name, lines in groups.items() if lines}
    return await page(request, "policy.html", groups=found, wanted=wanted)


@signed_in()
async def show_one(request: web.Request) -> web.StreamResponse:
    return await _one(request, {}, "")


async def _one(request: web.Request, given: dict[str, Any], error: str) -> web.StreamResponse:
    key, lang = request.match_info["key"], language(request)
    line = next((line for line in await _lines(request) if line.item.key == key), None)
    if line is None:
        raise NotFound("policy", "There is no such policy value.")
    history = [(row, value_words(line.item, row.value["value"], lang)) for row in reversed(line.decisions)]
    return await page(
        request,
        "policy_one.html",
        status=422 if error else 200,
        shown=_show(line, lang),
        default=value_words(line.item, Policy().to_values()[key], lang),
        history=history,
        fields=fields_of(line.item, given.get("value", line.value), lang),
        given=given,
        error=error,
        may_decide=current_staff(request).role is Role.CITY_ADMIN,
    )


@signed_in(Role.CITY_ADMIN)
async def change(request: web.Request) -> web.StreamResponse:
    """A refusal shows the form again, with the rule's name and what would be right."""
    key = request.match_info["key"]
    if key not in POLICY_ITEMS:
        raise NotFound("policy", "There is no such policy value.")
    form = await read_form(request)
    given: dict[str, Any] = {name: text(form, name, 256) for name in ("effective_on", "reason")}
    try:
        value = read_value(POLICY_ITEMS[key], form)
        on = day(form, "effective_on")

        async def work(step: Step) -> None:
            await decide(step, key, value, on, given["reason"])

        await steps(request).run(actor(request), work)
    except PolicyValueError as refused:
        return await _one(request, given, refusal_words(refused, language(request)))
    except ServiceError as refused:
        return await _one(request, given, say(request, refused.message))
    raise see_other(f"/policy/{key}?done=value_decided")


ROUTES = [
    web.get("/policy", show),
    web.get("/policy/{key}", show_one),
    web.post("/policy/{key}", change),
]
