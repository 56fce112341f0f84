"""Runs of the planner: what they found, what is missing, and how to end one early."""

from __future__ import annotations

from aiohttp import web

from api.current import reader, steps
from api.pages.forms import path_id, read_form
from api.pages.rendering import page, see_other
from api.rules import signed_in
from models.plans import PlanRun
from models.staff import Role
from services.errors import NotFound
from services.plan_pages import find_shorts, load_runs
from services.planning.runs import ask_to_stop

PLANNERS = (Role.CITY_ADMIN, Role.AUDITOR)


@signed_in(*PLANNERS)
async def show_all(request: web.Request) -> web.StreamResponse:
    async with steps(request).look(reader(request)) as step:
        found = await load_runs(step)
    return await page(request, "plans.html", runs=found)


@signed_in(*PLANNERS)
async def show(request: web.Request) -> web.StreamResponse:
    async with steps(request).look(reader(request)) as step:
        run = await step.session.get(PlanRun, path_id(request))
    if run is None:
        raise NotFound("plan", "There is no such plan.")
    shorts = find_shorts(run.figures.get("shortages", []))
    return await page(request, "plan.html", run=run, shorts=shorts)


@signed_in(Role.CITY_ADMIN)
async def stop(request: web.Request) -> web.StreamResponse:
    await read_form(request)
    run_id = path_id(request)
    actor = reader(request).name
    await steps(request).run(actor, lambda step: ask_to_stop(step, run_id))
    raise see_other(f"/plans/{run_id}?done=plan_stopping")


ROUTES = [web.get("/plans", show_all), web.get("/plans/{id}", show), web.post("/plans/{id}/stop", stop)]
