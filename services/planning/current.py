"""The plan as it stands in the rows, for drawing and for files."""

from __future__ import annotations

from planner.plan import Plan, Unserved
from planner.problem import Problem
from services.planning.problems import routes_of
from services.planning.scope import build, read_scope
from services.steps import Step


async def current_plan(step: Step) -> tuple[Problem, Plan]:
    """What is accepted, offered and proposed within the horizon, and who waits, with the reason kept."""
    built = await build(step, await read_scope(step))
    offered_or_proposed = [
        (visit, seat, volunteer, day, start)
        for (visit, seat), (volunteer, day, start) in built.start.seats().items()
    ]
    fixed = [tuple(int(value) for value in row) for row in built.problem.fixed.tolist()]
    unserved = tuple(
        Unserved(row, str(visit.reason.get("code", "not_planned")))
        for row, visit in enumerate(built.visits)
        if visit.id not in built.asked
    )
    seats = [*offered_or_proposed, *((v, s, k, d, at) for v, s, k, d, at in fixed)]
    return built.problem, Plan(routes_of(seats).routes, unserved)
