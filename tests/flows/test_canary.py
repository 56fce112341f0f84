"""Personal data planted in a visit is looked for where it must never be: logs, queue, plain columns.

The most talkative log level, the real queue and workers, a sealed database file.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from dramatiq import Middleware
from sqlmodel import col, select

from config.clock import ManualClock
from config.log import configure_logging
from config.settings import Settings, load_settings
from domain.messages import MessageStatus
from domain.visits import VisitKind, VisitStatus
from models.messages import Message
from models.migrate import migrate_async
from models.visits import Offer, Visit
from services import inbound
from services.steps import Step
from tanfang.runtime import Runtime, create_runtime, run_roles
from tests.factories import add_contact, add_divisions, add_retiree, add_visit, add_volunteer
from tests.flows.test_three_brokers import MONDAY, SECRET, eventually, read

SEALED = {
    "id_number": "430111196303150029",
    "phone": "+8613977770001",
    "address": "金丝雀小区九栋九九九室",
    "health": "金丝雀病史",
    "notes": "金丝雀备注",
}
CONTACT_PHONE, VOLUNTEER_PHONE = "+8613977770002", "+8613977770003"
NAMES = ("金丝雀甲", "金丝雀女", "金丝雀志")
ANSWER = "好的 金丝雀回复"
# A number may also be printed without its country code.
HIDDEN = [*SEALED.values(), ANSWER, "13977770001", "13977770002", "13977770003"]


class Payloads(Middleware):
    """Keeps what goes into the queue, byte for byte."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def before_enqueue(self, broker: Any, message: Any, delay: Any) -> None:
        self.sent.append(message.encode())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        database_url=f"sqlite:///{tmp_path / 'canary.sqlite'}",
        secret_key=SECRET,
        worker_threads=2,
        var_dir=tmp_path,
        log_level="DEBUG",
    )


@pytest.fixture
def log(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Everything that is logged, in a file."""
    path, root = tmp_path / "log", logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with path.open("w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        configure_logging(settings)
        yield path
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


@pytest.fixture
async def runtime(settings: Settings, log: Path) -> AsyncIterator[Runtime]:
    await migrate_async(settings.database_url)
    async with create_runtime(settings, clock=ManualClock(MONDAY)) as made, run_roles(made, ("worker",)):
        yield made


async def plant(step: Step) -> Visit:
    await add_divisions(step)
    retiree = await add_retiree(step, name=NAMES[0], phone=SEALED["phone"], address=SEALED["address"])
    for name in ("id_number", "health", "notes"):
        setattr(retiree, name, SEALED[name])
    await add_contact(step, retiree, name=NAMES[1], phone=CONTACT_PHONE)
    await add_volunteer(step, name=NAMES[2], phone=VOLUNTEER_PHONE)
    return await add_visit(step, VisitKind.CARE, retiree.id, crew_size=1)


async def say(runtime: Runtime, text: str) -> None:
    """The volunteer answers; the gateway's id of a text says nothing about anybody."""
    key = uuid4().hex
    await runtime.steps.run(
        "phone", lambda step: inbound.receive(step, "simulator", VOLUNTEER_PHONE, text, key)
    )


async def test_personal_data_stays_where_it_belongs(runtime: Runtime, log: Path, tmp_path: Path) -> None:
    payloads = Payloads()
    runtime.broker.add_middleware(payloads)
    visit = await runtime.steps.run("system", plant)

    async def status_is(wanted: VisitStatus) -> bool:
        (row,) = await read(runtime, select(Visit).where(col(Visit.id) == visit.id))
        return bool(row.status == wanted)

    async def is_delivered() -> bool:
        sent = await read(runtime, select(Message).where(col(Message.template) == "V1"))
        return [m.status for m in sent] == [MessageStatus.DELIVERED]

    await eventually(runtime, lambda: status_is(VisitStatus.OFFERED))
    await eventually(runtime, is_delivered)
    (offer,) = await read(runtime, select(Offer))
    await say(runtime, ANSWER)
    await say(runtime, f"{offer.code} 1")
    await eventually(runtime, lambda: status_is(VisitStatus.ACCEPTED))

    queued = b"\n".join(payloads.sent).decode()
    assert str(visit.id) in queued
    sys.stderr.flush()
    logged = log.read_text(encoding="utf-8")  # noqa: ASYNC240  # a small file of this test
    assert "process.started" in logged
    assert [word for word in (*HIDDEN, *NAMES) if word in queued] == []
    assert [word for word in (*HIDDEN, *NAMES) if word in logged] == []

    # The phone simulator's own table holds what the made-up phones hold.
    with sqlite3.connect(tmp_path / "canary.sqlite") as database:
        rows = [line for line in database.iterdump() if not line.startswith('INSERT INTO "phone_texts"')]
    dump = "\n".join(rows)
    assert str(visit.id).replace("-", "") in dump.lower().replace("-", "")
    assert [word for word in HIDDEN if word in dump or word.encode().hex() in dump.lower()] == []
