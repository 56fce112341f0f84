"""Personal data leaves masked; looks at what is sealed have a reason and leave a trace."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlmodel import col, select

from models.audit import AuditEntry, broken_links
from models.scope import SYSTEM
from services.steps import Step, Steps
from tests.api.conftest import SignIn
from tests.factories import OTHER_DISTRICT, add_contact, add_retiree, add_volunteer

SECRETS = {
    "name": "样本王小英",
    "id_number": "430102194203150022",
    "phone": "+8613912345678",
    "address": "样本小区3栋402室",
    "health": "样本慢性病",
    "notes": "样本备注",
}


@pytest.fixture
async def retiree_id(steps: Steps) -> UUID:
    async def make(step: Step) -> UUID:
        row = await add_retiree(step, **SECRETS, flags=("living_alone", "disabled"))
        await add_contact(step, row, name="样本李女儿", phone="+8613887654321")
        await add_retiree(step, division_code=OTHER_DISTRICT, name="样本外区", phone="+8613700000001")
        return row.id

    return await steps.run("system", make)


async def test_nothing_personal_in_lists_and_views(sign_in: SignIn, retiree_id: UUID) -> None:
    browser = await sign_in("yuhua")
    for path in ("/api/v1/retirees", f"/api/v1/retirees/{retiree_id}"):
        text = await (await browser.get(path)).text()
        for secret in (*SECRETS.values(), "13912345678", "13887654321", "样本李女儿", "402"):
            assert secret not in text, (path, secret)
    found = await (await browser.get(f"/api/v1/retirees/{retiree_id}")).json()
    assert found["phone"] == "139****5678"
    assert found["id_number"] == "430***********0022"
    assert found["address"] == "样本小区***"
    assert found["flags"] == ["disabled", "living_alone"]
    assert found["contacts"][0]["phone"] == "138****4321"


async def test_a_look_shows_and_is_written_down(sign_in: SignIn, retiree_id: UUID, steps: Steps) -> None:
    browser = await sign_in("yuhua")
    path = f"/api/v1/retirees/{retiree_id}/look"
    answer = await browser.post(
        path, json={"fields": ["phone", "address"], "reason": "call before the visit"}
    )
    assert (await answer.json())["values"] == {"phone": SECRETS["phone"], "address": SECRETS["address"]}
    async with steps.db.read(SYSTEM) as session:
        entries = list(await session.scalars(select(AuditEntry).order_by(col(AuditEntry.seq))))
    last = entries[-1]
    assert (last.action, last.who, last.role, last.area) == (
        "look",
        "staff:yuhua",
        "district_agency",
        "430111",
    )
    assert (last.table_name, last.row_id) == ("retirees", str(retiree_id))
    assert (last.fields, last.why) == (["address", "phone"], "call before the visit")
    assert (last.address, len(last.request_id)) == ("127.0.0.1", 32)
    assert broken_links(entries) == []
    assert not any(secret in last.model_dump_json() for secret in SECRETS.values())


@pytest.mark.parametrize(
    "body",
    [
        {"fields": ["phone"], "reason": ""},
        {"fields": ["phone"], "reason": "      "},
        {"fields": [], "reason": "call before the visit"},
        {"fields": ["password_hash"], "reason": "call before the visit"},
        {"fields": ["phone_sealed"], "reason": "call before the visit"},
        {"fields": ["phone"]},
    ],
)
async def test_no_look_without_reason_or_at_other_fields(
    sign_in: SignIn, retiree_id: UUID, body: dict[str, object], steps: Steps
) -> None:
    browser = await sign_in("yuhua")
    assert (await browser.post(f"/api/v1/retirees/{retiree_id}/look", json=body)).status == 422
    async with steps.db.read(SYSTEM) as session:
        assert "look" not in [e.action for e in await session.scalars(select(AuditEntry))]


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("name", SECRETS["name"]),
        ("phone", "13912345678"),
        ("phone", SECRETS["phone"]),
        ("id_number", SECRETS["id_number"]),
    ],
)
async def test_exact_search_within_the_area(sign_in: SignIn, retiree_id: UUID, by: str, value: str) -> None:
    own, foreign = await sign_in("yuhua"), await sign_in("furong")
    body = {"by": by, "value": value}
    found = await (await own.post("/api/v1/retirees/search", json=body)).json()
    assert [r["id"] for r in found["retirees"]] == [str(retiree_id)]
    found = await (await foreign.post("/api/v1/retirees/search", json=body)).json()
    assert found == {"total": 0, "retirees": []}


async def test_volunteers_are_masked(sign_in: SignIn, steps: Steps) -> None:
    async def make(step: Step) -> None:
        await add_volunteer(step, name="样本志愿者", phone="+8613611112222")

    await steps.run("system", make)
    text = await (await (await sign_in("lead")).get("/api/v1/volunteers")).text()
    assert "136****2222" in text
    assert "样本志愿者" not in text
    assert '"skills":["certifier"]' in text
