"""Every community has a named person (Regulation art. 9); where none is, the office says so."""

from __future__ import annotations

from models.retirees import LifeStatus
from models.scope import Reader
from models.staff import Role
from services.office import Unnamed, load_unnamed
from services.steps import Step, Steps
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_retiree, add_staff

STREET, OTHER_STREET = "430111001000", "430102001000"


async def unnamed(steps: Steps, prefix: str = "") -> list[Unnamed]:
    async with steps.look(Reader("staff:x", prefix, "")) as step:
        return await load_unnamed(step)


async def test_art_9_streets_without_a_named_officer(steps: Steps) -> None:
    async def fill(step: Step) -> None:
        for code in (COMMUNITY, COMMUNITY, OTHER_DISTRICT):
            await add_retiree(step, division_code=code)
        await add_retiree(step, division_code=OTHER_DISTRICT, life_status=LifeStatus.DECEASED)
        await add_staff(step, "agency", Role.DISTRICT_AGENCY, "430111")

    await steps.run("system", fill)
    assert await unnamed(steps) == [Unnamed(OTHER_STREET, 1, 1), Unnamed(STREET, 1, 2)]
    assert await unnamed(steps, "430111") == [Unnamed(STREET, 1, 2)], "the own area"
    await steps.run("system", lambda step: add_staff(step, "street", Role.STREET_COORDINATOR, STREET[:9]))
    assert await unnamed(steps) == [Unnamed(OTHER_STREET, 1, 1)]

    async def away(step: Step) -> None:
        await add_staff(step, "gone", Role.COMMUNITY_OFFICER, OTHER_DISTRICT, is_active=False)

    await steps.run("system", away)
    assert len(await unnamed(steps)) == 1, "who has left answers for nothing"
    await steps.run("system", lambda step: add_staff(step, "new", Role.COMMUNITY_OFFICER, OTHER_DISTRICT))
    assert await unnamed(steps) == []
