"""Greetings and consents over the API: who may, what is told before, and that once is once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, func, select

from domain.flags import Flag
from models.messages import Message
from models.retirees import Retiree
from models.scope import SYSTEM
from notifications.contract import Contract
from notifications.gateways.protocol import Gateway
from notifications.kinds import Kind
from services import greetings
from services.consents import holders
from services.steps import Step, Steps
from tests.api.conftest import Client, SignIn
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_campaign, add_retiree

WANTS = (Flag.WANTS_GREETINGS,)
YUHUA = f"{COMMUNITY[:6]}000000"


async def fill(steps: Steps, division_code: str = YUHUA, people: int = 3) -> UUID:
    async def work(step: Step) -> UUID:
        for _ in range(people):
            await add_retiree(step, flags=WANTS)
        await add_retiree(step)
        await add_retiree(step, flags=WANTS, division_code=OTHER_DISTRICT)
        begun = step.today - timedelta(days=1)
        return (await add_campaign(step, division_code=division_code, opens_on=begun)).id

    return await steps.run("system", work)


async def written(steps: Steps) -> int:
    async with steps.db.read(SYSTEM) as session:
        query = select(func.count()).select_from(Message).where(col(Message.template) == "R8")
        return int(await session.scalar(query) or 0)


async def ask(browser: Client, campaign_id: UUID, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = await browser.post(f"/api/v1/campaigns/{campaign_id}/greetings", json=body)
    return answer.status, await answer.json()


async def test_a_look_tells_the_price_and_sending_is_once(
    steps: Steps, sign_in: SignIn, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced = Contract(prices={Kind.PROMOTION: 0.05}, is_assumed=True)  # type: ignore[dict-item]  # a number is enough
    monkeypatch.setattr(gateway, "contract", priced)
    campaign_id, browser = await fill(steps), await sign_in("yuhua")
    status, said = await ask(browser, campaign_id, only_count=True)
    assert (status, said["written"], said["refused"]) == (200, 3, {"no_consent": 1})
    assert (said["segments"], float(said["price"]), said["currency"]) == (1, pytest.approx(0.15), "CNY")
    assert "春节" in said["text"]
    assert await written(steps) == 0
    answers = await asyncio.gather(*(ask(browser, campaign_id) for _ in range(3)))
    assert [status for status, _ in answers] == [200] * 3
    assert sum(said["written"] for _, said in answers) == 3, "clicked three times at once"
    assert await written(steps) == 3
    status, said = await ask(browser, campaign_id)
    assert (said["written"], said["refused"]) == (0, {"no_consent": 1, "written_before": 3})


async def test_many_are_written_in_slices(
    steps: Steps, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (greetings, __import__("api.greetings", fromlist=["x"])):
        monkeypatch.setattr(module, "SLICE", 2)
    campaign_id, browser = await fill(steps, people=5), await sign_in("yuhua")
    status, said = await ask(browser, campaign_id)
    assert (status, said["written"], await written(steps)) == (200, 5, 5)


@pytest.mark.parametrize(
    ("who", "status"), [("furong", 404), ("reviewer", 403), ("auditor", 403), ("lead", 403), ("city", 200)]
)
async def test_only_whom_area_and_role_allow(steps: Steps, sign_in: SignIn, who: str, status: int) -> None:
    campaign_id, browser = await fill(steps), await sign_in(who)
    for body in ({"only_count": True}, {}):
        assert (await ask(browser, campaign_id, **body))[0] == status
    assert await written(steps) == (3 if status == 200 else 0)


async def test_a_district_does_not_send_the_citys(steps: Steps, sign_in: SignIn) -> None:
    campaign_id, browser = await fill(steps, "430100000000"), await sign_in("yuhua")
    assert (await ask(browser, campaign_id))[0] == 404
    assert await written(steps) == 0


async def test_too_early_is_a_conflict_with_its_reason(steps: Steps, sign_in: SignIn) -> None:
    async def work(step: Step) -> UUID:
        return (await add_campaign(step, division_code=YUHUA)).id

    campaign_id, browser = await steps.run("system", work), await sign_in("yuhua")
    status, said = await ask(browser, campaign_id)
    assert (status, said["error"]["code"]) == (409, "too_early")


async def person(steps: Steps) -> Retiree:
    return await steps.run("system", add_retiree)


async def willing(steps: Steps) -> set[UUID]:
    async with steps.db.read(SYSTEM) as session:
        return set(await session.scalars(holders(Flag.WANTS_GREETINGS)))


async def test_a_consent_is_given_shown_and_taken_back(steps: Steps, sign_in: SignIn) -> None:
    someone, browser = await person(steps), await sign_in("yuhua")
    path = f"/api/v1/retirees/{someone.id}/consents"
    made = await browser.post(path, json={"way": "visit", "given_by": "guardian"})
    assert made.status == 201
    (given,) = (await made.json())["consents"]
    assert (given["way"], given["given_by"], given["recorded_by"]) == ("visit", "guardian", "staff:yuhua")
    assert "问候短信" in given["wording"]
    assert await willing(steps) == {someone.id}
    assert (await browser.post(path, json={"way": "phone"})).status == 409
    ended = await browser.post(f"{path}/take-back", json={"way": "phone"})
    (taken,) = (await ended.json())["consents"]
    assert (taken["withdrawn_way"], taken["withdrawn_by"]) == ("phone", "staff:yuhua")
    assert await willing(steps) == set()
    assert (await (await browser.get(path)).json())["consents"] == [taken]


@pytest.mark.parametrize(
    "body", [{}, {"way": "text"}, {"way": "phone", "on": "2026-03-03"}, {"way": "phone", "wording": "好"}]
)
async def test_what_proves_nothing_is_refused(steps: Steps, sign_in: SignIn, body: dict[str, Any]) -> None:
    someone, browser = await person(steps), await sign_in("yuhua")
    answer = await browser.post(f"/api/v1/retirees/{someone.id}/consents", json=body)
    assert answer.status == 422
    assert await willing(steps) == set()


async def test_the_flag_alone_is_refused(steps: Steps, sign_in: SignIn) -> None:
    someone, browser = await person(steps), await sign_in("yuhua")
    answer = await browser.post(f"/api/v1/retirees/{someone.id}/flags", json={"add": ["wants_greetings"]})
    assert (answer.status, (await answer.json())["error"]["code"]) == (422, "consent")
