"""A city's plan through the product: rows in, districts, the join, proposals written down.

`python -m bench product --visits 10000`: fills a SQLite file with made-up people and a campaign of 14 days,
then plans as the evening does, all in this process: every district as a worker would, one after the other,
then the join. Seconds are of processor time beside the wall's; peak memory is this process's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import tempfile
import time
from collections import deque
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from sqlmodel import col, select

from config.clock import SystemClock
from domain.visits import VisitKind
from models.database import Database
from models.divisions import Division
from models.migrate import migrate_async
from models.plans import PlanRun
from models.retirees import Retiree
from models.seal import KeyRing, use_keys
from models.volunteers import Pool, Volunteer, VolunteerShift, VolunteerSkill
from planner.solve import load_machine_code
from services.divisions import load_divisions
from services.due.new_visits import add_visits, kind_values
from services.planning.parts import plan_part
from services.planning.planning import plan_visits
from services.steps import Step, Steps

AT_ONCE = 1_000  # rows in a transaction
VISITS_EACH = 10  # a volunteer
DAYS = 14
BORN = date(1950, 5, 1)
PARTS = ("morning", "afternoon")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench product", description=__doc__)
    parser.add_argument("--visits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    use_keys(KeyRing(b"measurements need a key of 32 bytes"))
    load_machine_code()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        asyncio.run(_measure(Path(name), options.visits, options.seed))
    return 0


async def _measure(folder: Path, visits: int, seed: int) -> None:
    url = f"sqlite+aiosqlite:///{folder / 'bench.sqlite'}"
    await migrate_async(url)
    db = Database(url, durable=False)
    queue: deque[UUID] = deque()
    zone = ZoneInfo("Asia/Shanghai")
    steps = Steps(
        db, SystemClock(), zone, lambda actor, ids: queue.extend(ids if actor == "plan.part" else ())
    )
    await steps.run("system", load_divisions)
    began = time.process_time()
    await _fill(steps, visits, np.random.default_rng(seed))
    _tell("fill", began, visits=visits, volunteers=visits // VISITS_EACH)
    began, wall = time.process_time(), time.perf_counter()
    await plan_visits(steps, "evening")
    _tell("read and open", began)
    number = 0
    while queue:
        part, began_part = queue.popleft(), time.process_time()
        await plan_part(steps, part)
        number += 1
        _tell("join" if not queue and number > 1 else f"district {number}", began_part)
    async with steps.look() as step:
        run = (await step.session.scalars(select(PlanRun).order_by(col(PlanRun.started_at).desc()))).first()
    assert run is not None
    districts = run.figures.get("districts", [])
    _tell(
        "whole", began, wall_seconds=round(time.perf_counter() - wall, 1), status=str(run.status),
        planned=run.planned, unserved=run.unserved, weight_percent=run.figures.get("weight_percent"),
        planned_by_districts=sum(row["planned"] for row in districts), districts=len(districts),
    )  # fmt: skip  # figures
    await db.close()


def _tell(what: str, began: float, **more: Any) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = round(time.process_time() - began, 1)
    print(
        json.dumps({"bench": "product", "what": what, "cpu_seconds": seconds, "peak_mb": peak, **more}),
        flush=True,
    )


async def _fill(steps: Steps, visits: int, random: np.random.Generator) -> None:
    """Retirees and volunteers round the communities of all districts, a visit for each retiree."""
    async with steps.look() as step:
        rows = await step.session.scalars(
            select(Division).where(Division.level == "community", col(Division.latitude).is_not(None))
        )
        communities = [(d.code, float(d.latitude or 0), float(d.longitude or 0)) for d in rows]
    for begin in range(0, visits, AT_ONCE):
        count = min(AT_ONCE, visits - begin)
        await steps.run("system", partial(_add_retirees, places=communities, count=count, random=random))
    for begin in range(0, visits // VISITS_EACH, AT_ONCE):
        count = min(AT_ONCE, visits // VISITS_EACH - begin)
        await steps.run("system", partial(_add_volunteers, places=communities, count=count, random=random))


Places = list[tuple[str, float, float]]


def _homes(places: Places, count: int, random: np.random.Generator) -> list[tuple[str, str]]:
    """Community and own coordinates of so many people."""
    chosen = [places[number] for number in random.integers(0, len(places), count).tolist()]
    away = random.normal(0, 0.004, (count, 2)).tolist()
    return [
        (code, f"{lat + a:.5f},{lon + b:.5f}") for (code, lat, lon), (a, b) in zip(chosen, away, strict=True)
    ]


async def _add_retirees(step: Step, places: Places, count: int, random: np.random.Generator) -> None:
    people = []
    for code, place in _homes(places, count, random):
        row = Retiree(
            name="样本甲", sex=2, born_on=BORN, division_code=code, created_at=step.now, updated_at=step.now
        )
        row.place = place
        people.append(row)
    step.session.add_all(people)
    await step.session.flush()
    plain = kind_values(step.policy, VisitKind.CAMPAIGN)
    opens = random.integers(1, DAYS, count).tolist()
    drafts = [
        {
            **plain,
            "crew_size": 2 if random.random() < 0.08 else 1,
            "natural_key": f"bench/{row.id}",
            "kind": VisitKind.CAMPAIGN,
            "retiree_id": row.id,
            "opens_on": step.today + timedelta(days=first),
            "due_on": step.today + timedelta(days=min(DAYS, first + int(random.integers(0, 8)))),
            "division_code": row.division_code,
            "weight": int(random.choice([1, 2, 5, 10], p=[0.5, 0.3, 0.15, 0.05])),
        }
        for row, first in zip(people, opens, strict=True)
    ]
    await add_visits(step, drafts)


async def _add_volunteers(step: Step, places: Places, count: int, random: np.random.Generator) -> None:
    people = []
    for code, place in _homes(places, count, random):
        row = Volunteer(
            name="样本志", sex=int(random.integers(1, 3)), born_on=date(1975, 5, 1), division_code=code,
            pool=Pool.CITY if random.random() < 0.15 else Pool.DISTRICT, registered_on=date(2020, 1, 1),
            insured_from=date(2020, 1, 1), insured_to=date(2040, 1, 1), committed_on=date(2020, 1, 1),
            max_km_day=int(random.integers(12, 31)), phone_kind="mobile", created_at=step.now,
            updated_at=step.now,
        )  # fmt: skip  # as declared
        row.place = place
        people.append(row)
    step.session.add_all(people)
    await step.session.flush()
    for row in people:
        step.session.add(VolunteerSkill(volunteer_id=row.id, skill="certifier"))
        for day in random.choice(7, 3, replace=False).tolist():
            part = PARTS[int(random.integers(0, 2))]
            step.session.add(VolunteerShift(volunteer_id=row.id, weekday=day, part=part))
    await step.session.flush()
