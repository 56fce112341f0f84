"""The texts: what they cost, what speaks against them, and other wordings tried out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from config.clock import ManualClock
from models.messages import Receipt
from notifications.templates import load_templates
from services.steps import Step, Steps
from tests.api.conftest import Client, SignIn


async def tried(browser: Client, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = await browser.post("/api/v1/texts/preview", json=body)
    return answer.status, await answer.json()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_all_texts_with_what_they_cost(sign_in: SignIn) -> None:
    browser = await sign_in("furong")
    listed = await (await browser.get("/api/v1/texts")).json()
    assert listed["gateway"] == "simulator"
    assert [text["key"] for text in listed["texts"]] == list(load_templates())
    offer = next(text for text in listed["texts"] if text["key"] == "V1")
    assert offer["text"].startswith("【长沙退管】您有上门任务待确认：")
    assert (offer["encoding"], offer["segments"], offer["units"]) == ("ucs2", 1, len(offer["text"]))
    assert (offer["price"], offer["why_not"], offer["problems"]) == ("0", "", [])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_another_wording_is_checked_and_not_kept(sign_in: SignIn) -> None:
    browser = await sign_in("yuhua")
    status, shown = await tried(browser, key="V5", body="任务{code}取消。祝您节日快乐，链接www.example.cn")
    assert status == 200
    assert shown["text"] == "【长沙退管】任务T2611-0042取消。祝您节日快乐，链接www.example.cn"
    assert {problem["rule"] for problem in shown["problems"]} == {"greeting", "word", "link"}
    status, shown = await tried(browser, key="V5", params={"code": "T9999-0000"})
    assert "T9999-0000" in shown["text"]
    assert "无需前往" in shown["text"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"key": "NONE"}, 404, "key"),
        ({"key": "V5", "body": "没有任务号"}, 422, "body"),
        ({"key": "V5", "body": "{code!r}"}, 422, "body"),
        ({"key": "V5", "body": "{"}, 422, "body"),
        ({"key": "V5", "params": {}}, 422, "code"),
        ({"key": "V5", "params": {"code": "13812345678"}}, 422, "code"),
        ({"key": "V5", "kind": "letter"}, 422, "kind"),
        ({"key": "V5", "body": "长" * 501}, 422, "body"),
    ],
)
async def test_what_cannot_be_shown_names_the_field(
    sign_in: SignIn, body: dict[str, Any], status: int, field: str
) -> None:
    answered, shown = await tried(await sign_in("yuhua"), **body)
    assert (answered, shown["error"]["field"]) == (status, field)


async def test_strangers_see_none(client: Client) -> None:
    assert (await client.get("/api/v1/texts")).status == 401


async def test_reports_of_nobodys_text_are_listed_after_five_minutes(
    steps: Steps, clock: ManualClock, sign_in: SignIn
) -> None:
    def at(minutes: int) -> dict[str, Any]:
        return {"received_at": clock.now() - timedelta(minutes=minutes)}

    async def fill(step: Step) -> None:
        one = {"gateway": "twilio", "status": "delivered"}
        step.session.add(Receipt(gateway_ref="SM1", **one, **at(4)))
        step.session.add(Receipt(gateway_ref="SM2", **one, **at(6)))
        step.session.add(Receipt(gateway_ref="SM3", **one, **at(60), applied_at=clock.now()))

    await steps.run("system", fill)
    browser = await sign_in("city")
    (found,) = (await (await browser.get("/api/v1/texts/orphans")).json())["reports"]
    assert (found["gateway_ref"], found["status"]) == ("SM2", "delivered")
    assert (await (await sign_in("yuhua")).get("/api/v1/texts/orphans")).status == 403
