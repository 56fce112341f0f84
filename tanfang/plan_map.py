"""A plan as one page to look at: who goes where, and who is not visited, by reason. It loads nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html import escape

import numpy as np

from api.pages.words_of_visits import OF_VISITS
from config.i18n import translate
from planner.plan import Plan, Route
from planner.problem import Problem

WIDTH, MARGIN = 1200.0, 30.0
COLOURS = ("#c4302b", "#e08a00", "#7a3fa0", "#00695c", "#0b57d0", "#9c2f6b", "#5d4037", "#37474f")
STYLE = """
body{font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:1rem;color:#1a1a1a;background:#fff}
svg{width:100%;height:auto;border:1px solid #d0d0d0}
polyline{fill:none;stroke-width:1;opacity:.55}
polyline:hover{stroke-width:4;opacity:1}
.served{fill:#8a8a8a}
ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem}
li span{display:inline-block;width:.9em;height:.9em;border-radius:50%;margin-right:.4em;vertical-align:-.1em}
"""


def draw_plan(problem: Problem, plan: Plan, language: str, day: int | None = None) -> str:
    """The page: routes as lines from home to home, visits as dots; one day only if `day` is given."""
    routes = [route for route in plan.routes if day is None or route.day == day]
    unserved: dict[str, list[int]] = defaultdict(list)
    for left in plan.unserved:
        if day is None or problem.vday0[left.visit] <= day <= problem.vday1[left.visit]:
            unserved[left.reason].append(left.visit)
    scale = _Scale(problem)
    colour = {reason: COLOURS[number % len(COLOURS)] for number, reason in enumerate(sorted(unserved))}
    lines = [
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">',
        f"<title>{escape(problem.name)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(problem.name)}</h1>",
        f"<p>{escape(_summary(routes, unserved, language))}</p><ul>",
        *_legend(unserved, colour, language),
        f'</ul><svg viewBox="0 0 {WIDTH:.0f} {scale.height:.0f}" role="img">',
        *(_line(problem, scale, route) for route in routes),
        *_dots(scale, problem, routes, unserved, colour),
        "</svg></body></html>",
    ]
    return "\n".join(lines) + "\n"


class _Scale:
    """Metres to places on the page, north up."""

    def __init__(self, problem: Problem) -> None:
        east, north = np.concatenate([problem.vx, problem.kx]), np.concatenate([problem.vy, problem.ky])
        self._west = float(east.min(initial=0))
        self._north = float(north.max(initial=0))
        wide = max(float(east.max(initial=0)) - self._west, 1.0)
        high = max(self._north - float(north.min(initial=0)), 1.0)
        self._factor = (WIDTH - 2 * MARGIN) / wide
        self.height = min(high * self._factor, 3 * WIDTH) + 2 * MARGIN
        self._factor_north = (self.height - 2 * MARGIN) / high

    def place(self, east: float, north: float) -> str:
        """`x,y` of a place."""
        x = MARGIN + (east - self._west) * self._factor
        y = MARGIN + (self._north - north) * self._factor_north
        return f"{x:.1f},{y:.1f}"


def _summary(routes: list[Route], unserved: dict[str, list[int]], language: str) -> str:
    served = len({stop.visit for route in routes for stop in route.stops})
    return translate(
        "{served} visits on {routes} routes, {unserved} not served",
        language,
        served=served,
        routes=len(routes),
        unserved=sum(map(len, unserved.values())),
    )


def _legend(unserved: dict[str, list[int]], colour: dict[str, str], language: str) -> Iterator[str]:
    for reason in sorted(unserved):
        source = OF_VISITS["cause"].get(reason, reason)
        words = translate(source, language)
        dot = f'<span style="background:{colour[reason]}"></span>'
        yield f"<li>{dot}{escape(words)}: {len(unserved[reason])}</li>"


def _line(problem: Problem, scale: _Scale, route: Route) -> str:
    k = route.volunteer
    home = scale.place(problem.kx[k], problem.ky[k])
    stops = [scale.place(problem.vx[stop.visit], problem.vy[stop.visit]) for stop in route.stops]
    told = " → ".join(f"{s.visit} {s.start // 3600:02}:{s.start // 60 % 60:02}" for s in route.stops)
    points = " ".join([home, *stops, home])
    look = f'stroke="hsl({k * 47 % 360} 65% 40%)"'
    return f'<polyline points="{points}" {look}><title>{k}, {route.day}: {told}</title></polyline>'


def _dots(
    scale: _Scale,
    problem: Problem,
    routes: list[Route],
    unserved: dict[str, list[int]],
    colour: dict[str, str],
) -> Iterator[str]:
    for visit in sorted({stop.visit for route in routes for stop in route.stops}):
        yield _dot(scale, problem, visit, 'class="served" r="1.6"')
    for reason, visits in sorted(unserved.items()):
        for visit in visits:
            yield _dot(scale, problem, visit, f'fill="{colour[reason]}" r="4"')


def _dot(scale: _Scale, problem: Problem, visit: int, look: str) -> str:
    x, y = scale.place(problem.vx[visit], problem.vy[visit]).split(",")
    return f'<circle cx="{x}" cy="{y}" {look}><title>{visit}</title></circle>'
