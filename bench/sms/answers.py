"""How soon a volunteer's "1" is answered while a campaign of offers drains: real processes, real time.

`python -m bench sms-answers --campaign 100000`. PostgreSQL, Redis, a Twilio stand-in; signed webhooks bring
the answers, one at a time. Counted from the stored reply to the confirmation's hand-over to the gateway.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
from sqlalchemy import insert
from sqlmodel import col, select
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # the SDK ships no types

from bench.sms import rows
from bench.sms.stage import Stage, staged
from config.clock import SystemClock
from config.settings import Settings
from domain.offers import OfferStatus
from domain.visits import VisitKind, VisitStatus
from models.database import Database
from models.ids import new_id
from models.messages import Inbound, Message
from models.scope import SYSTEM
from models.seal import blind_index, keys
from models.visits import Offer
from models.volunteers import Volunteer
from services.numbers import volunteer_code
from services.steps import Step, Steps
from tests.factories import add_divisions, add_visit, add_volunteer

WORDS = "您有上门任务待确认：明日上午，雨花区，1人，任务号{code}。请今日20点前回复1接受、2拒绝。"


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench sms-answers", description=__doc__)
    parser.add_argument("--campaign", type=int, default=100_000)
    parser.add_argument("--answers", type=int, default=100)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two answers")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="sms-") as name:
        Path(name).chmod(0o755)
        with staged("postgres", Path(name), ["--latency", "0.05"], worker_threads="8") as stage:
            figures = asyncio.run(measure(stage, options))
    print(json.dumps(figures))
    return int(figures["answered"] < options.answers)


async def measure(stage: Stage, options: argparse.Namespace) -> dict[str, Any]:
    await rows.prepare(stage.settings)
    people = await fill(stage.settings, options)
    started = [stage.start("api"), *(stage.start("worker") for _ in range(options.workers))]
    started.append(stage.start("scheduler"))
    try:
        for process in started:
            await asyncio.to_thread(process.wait_until_ready, time.monotonic() + 240)
        await asyncio.sleep(5)  # the campaign is under way
        before = await rows.count(stage.settings)
        await answer(stage, people, options.every)
        waits = await confirmations(stage.settings, options.answers)
        after = await rows.count(stage.settings)
    finally:
        for process in started:
            await asyncio.to_thread(process.end)
    waits.sort()
    return {
        "bench": "sms-answers",
        "clock": "real",
        "campaign": options.campaign,
        "still_queued_at_begin": before["queued"],
        "still_queued_at_end": after["queued"],
        "answered": len(waits),
        "median_seconds": round(waits[len(waits) // 2], 2) if waits else None,
        "p99_seconds": round(waits[min(len(waits) - 1, int(len(waits) * 0.99))], 2) if waits else None,
        "workers": options.workers,
    }


async def fill(settings: Settings, options: argparse.Namespace) -> list[tuple[str, str]]:
    """A campaign's offers in the queue, and volunteers with an open offer: their numbers and codes."""
    db = Database(settings.database_url)
    people: list[tuple[str, str]] = []

    async def work(step: Step) -> None:
        await add_divisions(step)
        for _ in range(options.answers):
            volunteer = await add_volunteer(step)
            people.append((volunteer.phone, await _offer(step, volunteer)))
        for start in range(0, options.campaign, 2000):
            texts = [_text(step, n) for n in range(start, min(start + 2000, options.campaign))]
            await step.session.execute(insert(Message), texts)

    try:
        await Steps(db, SystemClock(), settings.zone).run("bench", work)
    finally:
        await db.close()
    return people


async def _offer(step: Step, volunteer: Volunteer) -> str:
    visit = await add_visit(step, VisitKind.TASK, crew_size=1)
    visit.status, visit.starts_at, visit.wake_at = VisitStatus.OFFERED, step.now + timedelta(days=1), None
    offer = Offer(
        visit_id=visit.id,
        volunteer_id=volunteer.id,
        position=0,
        wave=1,
        code=volunteer_code(),
        starts_at=visit.starts_at,
        offered_at=step.now,
        expires_at=step.now + timedelta(hours=9),
        status=OfferStatus.OFFERED,
        division_code=visit.division_code,
        managing_agency="",
    )
    step.session.add(offer)
    await step.session.flush()
    return offer.code


def _text(step: Step, number: int) -> dict[str, Any]:
    row_id, phone = new_id(), f"+86{15_000_000_000 + number}"
    code = f"T{4000 + number // 10_000}-{number % 10_000:04d}"
    values = {"when": "明日上午", "place": "雨花区", "party": "1人", "code": code, "deadline": "今日20点"}
    pattern = Message(
        id=row_id,
        natural_key=f"V1/bench/{number}",
        template="V1",
        priority=4,
        audience="volunteer",
        person_id=UUID(int=number + 1),
        code=code,
        send_at=step.now,
        expires_at=step.now + timedelta(hours=9),
        created_at=step.now,
        division_code=rows.COMMUNITY,
        managing_agency="",
    )
    made = {name: getattr(pattern, name) for name in Message.model_fields}
    for name, text in (
        ("phone", phone),
        ("params", json.dumps(values)),
        ("text", "【长沙退管】" + WORDS.format(code=code)),
    ):
        made[f"{name}_sealed"] = keys().seal(text, f"messages|{row_id}|{name}")
    made["phone_index"] = blind_index("phone", phone)
    return made


async def answer(stage: Stage, people: list[tuple[str, str]], every: float) -> None:
    """One "1" after the other, as Twilio brings them."""
    settings = stage.settings
    url = f"{settings.public_base_url}/webhooks/twilio/inbound"
    validator = RequestValidator(settings.twilio_auth_token.get_secret_value())
    async with aiohttp.ClientSession() as session:
        for number, (phone, code) in enumerate(people):
            form = {"MessageSid": f"SM{number:032x}", "From": phone, "To": settings.twilio_from}
            form |= {"Body": f"{code} 1", "NumMedia": "0"}
            headers = {"X-Twilio-Signature": validator.compute_signature(url, form)}
            async with session.post(url, data=form, headers=headers) as told:
                assert told.status == 200, told.status
            await asyncio.sleep(every)


async def confirmations(settings: Settings, wanted: int) -> list[float]:
    """Seconds from each stored reply to the moment its confirmation left; waits for the last for a minute."""
    db = Database(settings.database_url)
    try:
        for _ in range(60):
            async with db.read(SYSTEM) as session:
                came = {r.phone_index: r.received_at for r in await session.scalars(select(Inbound))}
                left = await session.scalars(
                    select(Message).where(
                        col(Message.template) == "V2", col(Message.submitted_at).is_not(None)
                    )
                )
                waits = [
                    (m.submitted_at - came[m.phone_index]).total_seconds()
                    for m in left
                    if m.submitted_at and m.phone_index in came
                ]
            if len(waits) >= wanted:
                break
            await asyncio.sleep(1)
        return waits
    finally:
        await db.close()
