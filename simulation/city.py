"""A sample city in a fresh database: divisions, staff, registers imported from Excel, a campaign, tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlmodel import col, select

from models.divisions import Division
from models.retirees import Retiree
from models.staff import Role
from services.campaigns import CampaignForm, create_campaign
from services.divisions import load_divisions
from services.registers import import_file
from services.sign_in import create_staff
from services.steps import Step, Steps
from services.tasks import TaskForm, open_task
from simulation.sample import write_sample

# Sample accounts of the demo only; a real installation makes its own with `tanfang user add`.
DEMO_PASSWORD = "tanfang-demo-2026"  # noqa: S105  # printed by the demo, opens sample data only


@dataclass(frozen=True)
class Login:
    """A sample account."""

    username: str
    role: Role
    area: str
    name: str
    phone: str = ""


LOGINS = (
    Login("city", Role.CITY_ADMIN, "4301", "市级专员（样本）"),
    Login("yuhua", Role.DISTRICT_AGENCY, "430111", "雨花区专员（样本）"),
    Login("furong", Role.DISTRICT_AGENCY, "430102", "芙蓉区专员（样本）"),
    Login("houjiatang", Role.STREET_COORDINATOR, "430111001", "侯家塘街道专员（样本）"),
    Login("reviewer", Role.REVIEWER, "4301", "复核员（样本）"),
    Login("auditor", Role.AUDITOR, "4301", "审计员（样本）"),
)

TASKS = ("陪同就医", "手机操作辅导", "代购生活用品", "社区政策宣讲")


@dataclass(frozen=True)
class City:
    """What was loaded."""

    retirees: int
    volunteers: int
    divisions: int
    folder: Path


async def load_city(
    steps: Steps,
    folder: Path,
    *,
    retirees: int,
    volunteers: int,
    seed: int,
    say: Callable[[str], None] = lambda _text: None,
) -> City:
    """Fill an empty database the way an office would: by importing two Excel registers."""
    today = steps.clock.now().astimezone(steps.zone).date()
    divisions = await steps.run("system", load_divisions)
    say("divisions")
    await steps.run("system", _add_staff)
    write_sample(folder, retirees, volunteers, seed, today)
    say("registers written")
    first = await import_file(steps, folder / "retirees.xlsx", kind="retirees")
    second = await import_file(steps, folder / "volunteers.xlsx", kind="volunteers")
    say("registers imported")
    await steps.run("staff:city", lambda step: _add_campaign(step, today))
    await steps.run("staff:city", lambda step: _add_tasks(step, today))
    return City(first.accepted, second.accepted, divisions, folder)


async def _add_staff(step: Step) -> None:
    for login in LOGINS:
        await create_staff(
            step,
            username=login.username,
            display_name=login.name,
            password=DEMO_PASSWORD,
            role=login.role,
            area=login.area,
            phone=login.phone,
        )


async def _add_campaign(step: Step, today: date) -> None:
    """The next new year's round."""
    await create_campaign(
        step, CampaignForm(festival="new_year", year=today.year + 1, division_code="430100000000")
    )


async def _add_tasks(step: Step, today: date) -> None:
    """A few tasks in communities where retirees live."""
    codes = list(
        await step.session.scalars(
            select(col(Retiree.division_code)).distinct().order_by(col(Retiree.division_code)).limit(200)
        )
    )
    known = set(await step.session.scalars(select(col(Division.code)).where(col(Division.code).in_(codes))))
    chosen = [code for code in codes if code in known][:: max(1, len(codes) // len(TASKS))][: len(TASKS)]
    for title, code in zip(TASKS, chosen, strict=False):
        await open_task(
            step, TaskForm(title, code, today + timedelta(days=1), today + timedelta(days=10), minutes=60)
        )
