"""Replies of a long outage: kept sealed, stored once when the database is back, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_app
from api.context import ApiContext
from api.spool import Spool
from api.webhooks import SPOOL, store_spooled
from config.settings import Settings
from models.messages import Inbound
from models.seal import KeyRing, use_keys
from notifications.factory import create_gateway
from notifications.gateways.protocol import Gateway
from notifications.gateways.protocol import Inbound as Received
from services import inbound
from services.phones import DatabasePhones
from services.steps import Step, Steps
from tests.api import test_aliyun_calls, test_webhook_trouble, test_webhooks

REPLY = test_aliyun_calls.REPLY


@pytest.fixture
def settings(database_url: str) -> Settings:
    return test_aliyun_calls.make_settings(database_url)


@pytest.fixture
def gateway(settings: Settings, steps: Steps) -> Gateway:
    return create_gateway(settings, DatabasePhones(steps.db))


async def test_an_outage_longer_than_the_gateways_patience_loses_nothing(
    app_context: ApiContext, steps: Steps, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = create_app(app_context, with_pages=False)
    async with TestClient(TestServer(app)) as client:
        with monkeypatch.context() as trouble:
            test_webhook_trouble.fail_with(trouble, steps, ConnectionRefusedError("down"))
            for number in (1, 1, 2):  # the first is said again by the gateway
                batch = [{**REPLY, "sequence_id": number, "content": f"不去了{number}"}]
                assert (await client.post(test_aliyun_calls.REPLIES, json=batch)).status == 503
            assert await store_spooled(app) == 0, "still down: the files stay"
        (first, second) = app[SPOOL].waiting()
        content = first.read_bytes() + second.read_bytes()
        assert "不去了".encode() not in content, "sealed"
        assert REPLY["phone_number"].encode() not in content
        assert first.stat().st_mode & 0o077 == 0 or first.parent.stat().st_mode & 0o077 == 0
        again = [{**REPLY, "sequence_id": 2, "content": "不去了2"}]
        assert (await client.post(test_aliyun_calls.REPLIES, json=again)).status == 200
        assert await store_spooled(app) == 2
        assert app[SPOOL].waiting() == []
        assert await store_spooled(app) == 0
    stored = await test_webhooks.rows(steps, Inbound)
    assert sorted(row.text for row in stored) == ["不去了1", "不去了2"], "each once"
    assert all(row.gateway == "aliyun" and row.wake_at is not None for row in stored)


async def test_a_call_that_cannot_be_stored_holds_up_none_behind_it(
    app_context: ApiContext, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(app_context, with_pages=False)
    first, second = (Received(sender="+8613912345678", to="1069", text=n, ref=n) for n in ("1", "2"))
    assert app[SPOOL].keep("aliyun", [first])
    assert app[SPOOL].keep("aliyun", [second])
    bad, good = app[SPOOL].waiting()
    receive_all = inbound.receive_all

    async def refuse(step: Step, gateway: str, texts: Sequence[Received]) -> int:
        if texts[0].text == "1":
            raise ValueError("this one never")
        return await receive_all(step, gateway, texts)

    with monkeypatch.context() as trouble:
        trouble.setattr(inbound, "receive_all", refuse)
        assert await store_spooled(app) == 1
        assert app[SPOOL].waiting() == [bad]
    assert not good.exists()
    assert await store_spooled(app) == 1
    assert sorted(row.text for row in await test_webhooks.rows(steps, Inbound)) == ["1", "2"]


async def test_a_server_that_starts_stores_what_the_last_one_kept(
    app_context: ApiContext, steps: Steps, settings: Settings
) -> None:
    text = Received(sender="+8613912345678", to="1069", text="1", ref="77")
    assert Spool(settings.var_dir / "spool").keep("aliyun", [text])
    async with TestClient(TestServer(create_app(app_context, with_pages=False))):
        for _ in range(200):
            if await test_webhooks.rows(steps, Inbound):
                break
    (row,) = await test_webhooks.rows(steps, Inbound)
    assert (row.phone, row.text) == ("+8613912345678", "1")


def test_what_cannot_be_opened_is_set_aside_and_a_full_disk_is_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keys(KeyRing(b"tests need a key of thirty-two bytes"))
    spool = Spool(tmp_path / "kept")
    text = Received(sender="+8613912345678", to="1069", text="1", ref="77")
    assert spool.keep("aliyun", [text])
    assert spool.keep("aliyun", [text])
    (path,) = spool.waiting()
    assert spool.read(path) == ("aliyun", [text])
    path.write_bytes(b"damaged")
    assert spool.read(path) is None
    assert spool.waiting() == []
    assert [p.suffix for p in spool.folder.iterdir()] == [".unreadable"]
    blocked = Spool(tmp_path / "a file")
    (tmp_path / "a file").write_text("not a folder")
    assert not blocked.keep("aliyun", [text])
    monkeypatch.setattr("api.spool.MOST", 0)
    assert not Spool(tmp_path / "full").keep("aliyun", [text])
