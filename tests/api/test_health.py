"""What machines ask."""

from __future__ import annotations

from sqlalchemy import text

from api.middleware.access import metrics_token
from services.steps import Step, Steps
from tests.api.conftest import Client
from tests.factories import add_retiree, add_visit


async def test_alive_and_ready(client: Client) -> None:
    assert await (await client.get("/healthz")).json() == {"status": "ok"}
    answer = await client.get("/readyz")
    assert (answer.status, await answer.json()) == (200, {"status": "ready"})


async def test_an_old_schema_is_not_ready(client: Client, steps: Steps) -> None:
    async def age(step: Step) -> None:
        await step.session.execute(text("UPDATE alembic_version SET version_num = 'old'"))

    await steps.run("system", age)
    answer = await client.get("/readyz")
    assert (answer.status, (await answer.json())["reason"]) == (503, "schema")
    assert (await client.get("/healthz")).status == 200


async def test_a_lost_database_is_not_ready(client: Client, steps: Steps) -> None:
    async def lose(step: Step) -> None:
        await step.session.execute(text("DROP TABLE alembic_version"))

    await steps.run("system", lose)
    assert (await client.get("/readyz")).status == 503


async def test_metrics_count_rows_and_requests(client: Client, steps: Steps) -> None:
    async def make(step: Step) -> None:
        await add_visit(step, retiree_id=(await add_retiree(step)).id)

    await steps.run("system", make)
    await client.get("/healthz")
    body = await (await client.get("/metrics")).text()
    assert 'tanfang_visits{status="due"} 1.0' in body
    assert 'tanfang_requests_total{method="GET",route="/healthz",status="200"} 1.0' in body


async def test_metrics_are_for_loopback_or_the_token(client: Client) -> None:
    far = {"X-Forwarded-For": "203.0.113.9"}
    assert (await client.get("/metrics", headers=far)).status == 404
    wrong = {**far, "Authorization": "Bearer é"}
    assert (await client.get("/metrics", headers=wrong)).status == 404
    right = {**far, "Authorization": f"Bearer {metrics_token()}"}
    assert (await client.get("/metrics", headers=right)).status == 200
