"""Lists of visits: filters, local days, masked names."""

from __future__ import annotations

from api.v1.visit_views import masked
from domain.visits import VisitKind
from services.steps import Step, Steps
from tests.api.conftest import SignIn
from tests.factories import OTHER_DISTRICT, add_retiree, add_visit


async def one_visit(step: Step) -> None:
    retiree = await add_retiree(step, name="样本王小英")
    await add_visit(step, VisitKind.CERTIFICATION, retiree.id)


async def test_list_filters(sign_in: SignIn, steps: Steps) -> None:
    browser = await sign_in("city")

    async def more(step: Step) -> None:
        await one_visit(step)
        retiree = await add_retiree(step, division_code=OTHER_DISTRICT)
        visit = await add_visit(step, VisitKind.CARE, retiree.id, division_code=OTHER_DISTRICT)
        visit.starts_at = step.now.replace(hour=17)  # one in the morning of the next day, there

    await steps.run("system", more)

    async def count(**params: str) -> int:
        found = await (await browser.get("/api/v1/visits", params=params)).json()
        assert found["total"] == len(found["visits"])
        return int(found["total"])

    assert await count() == 2
    assert await count(kind="care") == 1
    assert await count(status="completed") == 0
    assert await count(area="430111") == 1
    assert await count(day="2026-03-03") == 1, "days are local"
    assert await count(day="2026-03-02") == 0
    assert await count(text="2603-") == 2
    assert await count(text="%") == 0, "no wildcards"
    for bad in ({"status": "nonsense"}, {"limit": "1000"}, {"day": "2026-13-01"}, {"unknown": "1"}):
        assert (await browser.get("/api/v1/visits", params=bad)).status == 422


async def test_names_are_masked_in_lists(sign_in: SignIn, steps: Steps) -> None:
    await steps.run("system", one_visit)
    browser = await sign_in("yuhua")
    text = await (await browser.get("/api/v1/visits")).text()
    assert "样**英" in text
    assert "样本王小英" not in text


def test_numbers_of_people_are_masked_and_ids_of_rows_are_not() -> None:
    row_id = "01a22988-34f2-7000-be8c-a13800138000"
    given = {"change": {"volunteer": row_id}, "text": ["rang 13800138000"]}
    assert masked(given) == {"change": {"volunteer": row_id}, "text": ["rang 138****8000"]}
