"""The call list and the costs of texts in the API."""

from __future__ import annotations

import pytest

from config.clock import ManualClock
from services.steps import Steps
from tests.api.conftest import SignIn
from tests.services.play import Play
from tests.services.scenes import agreed

LANDLINE = "+8673188880001"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_call_is_listed_looked_at_and_entered(
    sign_in: SignIn, steps: Steps, clock: ManualClock
) -> None:
    play = Play(steps, clock)
    visit = await agreed(play, retiree={"phone_kind": "landline", "phone": LANDLINE})
    browser = await sign_in("yuhua")
    (call,) = (await (await browser.get("/api/v1/calls")).json())["calls"]
    assert (call["about"], call["outcomes"]) == ("R2", ["told", "other_day", "in_vain", "wrong_number"])
    address = f"/api/v1/calls/{call['id']}"
    assert (await browser.post(f"{address}/numbers", json={"reason": ""})).status == 422
    looked = await (await browser.post(f"{address}/numbers", json={"reason": "call them"})).json()
    (person,) = looked["people"]
    assert person["numbers"] == [LANDLINE]
    entered = await browser.post(
        f"{address}/outcome", json={"outcome": "told", "person_id": person["person_id"]}
    )
    assert await entered.json() == {"result": "told"}
    assert (await play.visit(visit.id)).confirmed_by_retiree_at is not None
    assert (await browser.post(f"{address}/outcome", json={"outcome": "told"})).status == 409


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_another_district_neither_sees_nor_enters_a_call(
    sign_in: SignIn, steps: Steps, clock: ManualClock
) -> None:
    await agreed(Play(steps, clock), retiree={"phone_kind": "landline", "phone": LANDLINE})
    own = await sign_in("yuhua")
    (call,) = (await (await own.get("/api/v1/calls")).json())["calls"]
    other = await sign_in("furong")
    assert (await (await other.get("/api/v1/calls")).json())["calls"] == []
    for deed, body in (("numbers", {"reason": "curious"}), ("outcome", {"outcome": "told"})):
        assert (await other.post(f"/api/v1/calls/{call['id']}/{deed}", json=body)).status == 404
    lead = await sign_in("lead")
    assert (await lead.get("/api/v1/calls")).status == 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_texts_cost_is_told_to_the_city(sign_in: SignIn, steps: Steps, clock: ManualClock) -> None:
    play = Play(steps, clock)
    await agreed(play)
    await play.tick()
    browser = await sign_in("city")
    costs = await (await browser.get("/api/v1/texts/costs")).json()
    by_key = {row["key"]: row["texts"] for row in costs["costs"]}
    assert by_key["V2"] == 2
    assert by_key["V1"] >= 2
    assert (costs["currency"], costs["total"]) == ("CNY", "0")
    assert (await (await sign_in("yuhua")).get("/api/v1/texts/costs")).status == 403
