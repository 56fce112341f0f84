"""Gateways' calls to us: verified, stored raw, and answered; understanding them comes later.

A call that cannot be stored now is answered with 503. Twilio then calls again (`#rc=5&rp=all` in our
addresses) and is polled for replies; Aliyun calls again after 1, 5 and 10 minutes, and its replies are kept
on disk meanwhile (`api.spool`), because it cannot be asked for them later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from api.context import CONTEXT
from api.current import address, context, language, steps
from api.middleware.bodies import WEBHOOK
from api.problems import problem
from api.rules import gateway_signed
from api.spool import Spool
from api.together import Together
from notifications.gateways.protocol import Gateway, Receipt
from notifications.gateways.webhooks import MalformedWebhook, WebhookReply, WebhookRequest
from services import inbound, receipts
from services.audit import audit_other
from services.steps import Step, Steps
from services.throttle import Throttle, network_of
from services.usual_reports import Report

log = structlog.get_logger()

SECONDS_TO_STORE = 10.0  # Twilio waits for fifteen
# Refusals beyond this are logged and not audited: a flood of forged calls must not fill the trail.
AUDITED: web.AppKey[Throttle] = web.AppKey("audited_refusals", Throttle)
SPOOL: web.AppKey[Spool] = web.AppKey("spool", Spool)
SPOOL_SECONDS = 30.0
# By gateway: the reports of calls that come at the same time share a transaction.
REPORTS: web.AppKey[dict[str, Together[list[Receipt]]]] = web.AppKey("reports", dict)


async def _read(request: web.Request, name: str) -> tuple[Gateway, WebhookRequest]:
    """The call as plain values, once it is known to come from the gateway."""
    gateway = context(request).gateway
    if gateway.name != name:
        raise web.HTTPNotFound
    try:
        if request.content_length is not None and request.content_length > WEBHOOK:
            raise web.HTTPRequestEntityTooLarge(max_size=WEBHOOK, actual_size=request.content_length)
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        await _audit_refusal(request, name, "too_large")
        raise
    call = WebhookRequest(request.method, request.raw_path, dict(request.headers), body)
    if gateway.verify(call):
        return gateway, call
    log.warning("webhook.refused", gateway=name)
    await _audit_refusal(request, name, "signature")
    raise web.HTTPForbidden


async def _audit_refusal(request: web.Request, name: str, why: str) -> None:
    throttle, now = request.config_dict[AUDITED], steps(request).clock.now()
    key = network_of(address(request))
    if throttle.is_full(key, now):
        return
    throttle.add(key, now)

    async def write(step: Step) -> None:
        await audit_other(step, "webhook.refused", who=f"gateway:{name}", why=why)

    with suppress(web.HTTPServiceUnavailable):  # refused all the same; the log has it
        await _store(request, write)


async def _store(request: web.Request, work: Callable[[Step], Awaitable[None]]) -> None:
    """In one step."""
    await _in_time(steps(request).run("system", work))


async def _in_time(storing: Awaitable[None]) -> None:
    """503 when the database does not take it in time."""
    try:
        async with asyncio.timeout(SECONDS_TO_STORE):
            await storing
    except (SQLAlchemyError, OSError, TimeoutError) as error:  # TimeoutError: ours and the driver's
        log.error("webhook.not_stored", error=type(error).__name__)
        raise web.HTTPServiceUnavailable from error


async def _take_receipts(request: web.Request, name: str) -> web.Response:
    gateway, call = await _read(request, name)
    try:
        reports, reply = gateway.parse_receipts(call)
    except MalformedWebhook as error:
        raise await _malformed(request, name, error) from None

    together = request.config_dict[REPORTS].get(name)
    if together is None:
        together = request.config_dict[REPORTS][name] = Together(_recorder(context(request).steps, name))
    await _in_time(together.put(reports))
    return _response(reply)


def _recorder(steps: Steps, name: str) -> Callable[[Sequence[list[Receipt]]], Awaitable[None]]:
    """Stores the reports of several calls in one step."""

    async def record(calls: Sequence[list[Receipt]]) -> None:
        told = [Report(r.ref, r.attempt_id, r.status, r.code, r.fault or "") for call in calls for r in call]
        await steps.run("system", lambda step: receipts.record_many(step, name, told))

    return record


async def _take_texts(request: web.Request, name: str) -> web.Response:
    gateway, call = await _read(request, name)
    try:
        texts, reply = gateway.parse_inbound(call)
    except MalformedWebhook as error:
        raise await _malformed(request, name, error) from None

    async def store(step: Step) -> None:
        await inbound.receive_all(step, name, texts)

    try:
        await _store(request, store)
    except web.HTTPServiceUnavailable:
        if not gateway.capabilities.polls_inbound and texts:
            await asyncio.to_thread(request.config_dict[SPOOL].keep, name, texts)
        raise
    return _response(reply)


async def store_spooled(app: web.Application) -> int:
    """Store what waits on disk, the oldest first, as far as the database takes it; returns how many calls."""
    spool, steps = app[SPOOL], app[CONTEXT].steps
    stored = 0
    for path in await asyncio.to_thread(spool.waiting):
        call = await asyncio.to_thread(spool.read, path)
        if call is None:
            continue
        try:
            await _in_time(steps.run("system", partial(inbound.receive_all, gateway=call[0], texts=call[1])))
        except web.HTTPServiceUnavailable:
            break
        except Exception:  # any fault of one call: it stays on disk and holds up none behind it
            log.exception("spool.not_stored", file=path.name)
            continue
        await asyncio.to_thread(path.unlink, missing_ok=True)
        stored += 1
    if stored:
        log.info("spool.stored", calls=stored)
    return stored


async def _keep_storing(app: web.Application) -> AsyncIterator[None]:
    """While the server runs, look every half minute."""

    async def look() -> None:
        while True:
            try:
                await store_spooled(app)
            except OSError as error:  # the folder cannot be read just now: looked at again
                log.error("spool.failed", error=type(error).__name__)
            await asyncio.sleep(SPOOL_SECONDS)

    task = asyncio.create_task(look())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _malformed(request: web.Request, name: str, error: MalformedWebhook) -> web.HTTPBadRequest:
    log.warning("webhook.malformed", gateway=name, why=str(error))
    await _audit_refusal(request, name, "malformed")
    return web.HTTPBadRequest()


@gateway_signed
async def twilio_status(request: web.Request) -> web.Response:
    """A report about a text."""
    return await _take_receipts(request, "twilio")


@gateway_signed
async def twilio_inbound(request: web.Request) -> web.Response:
    """A text from a phone."""
    return await _take_texts(request, "twilio")


@gateway_signed
async def aliyun_receipts(request: web.Request) -> web.Response:
    """Reports about texts."""
    return await _take_receipts(request, "aliyun")


@gateway_signed
async def aliyun_replies(request: web.Request) -> web.Response:
    """Texts from phones."""
    return await _take_texts(request, "aliyun")


@gateway_signed
async def aliyun_elsewhere(request: web.Request) -> web.Response:
    """Without the secret part there is nothing here, whoever asks."""
    return problem(404, "gateway_not_configured", "This gateway is not configured here.", language(request))


def _response(reply: WebhookReply) -> web.Response:
    if reply.status == 204:
        return web.Response(status=204)
    return web.Response(status=reply.status, text=reply.body, content_type=reply.content_type)


def setup(app: web.Application) -> None:
    app[REPORTS] = {}
    app[SPOOL] = Spool(app[CONTEXT].settings.var_dir / "spool")
    app.cleanup_ctx.append(_keep_storing)
    app[AUDITED] = Throttle(60, timedelta(minutes=1))
    app.router.add_post("/webhooks/twilio/status/{attempt}", twilio_status)
    app.router.add_post("/webhooks/twilio/inbound", twilio_inbound)
    app.router.add_post("/webhooks/aliyun/{secret}/receipts", aliyun_receipts)
    app.router.add_post("/webhooks/aliyun/{secret}/replies", aliyun_replies)
    app.router.add_route("*", "/webhooks/aliyun/{tail:.*}", aliyun_elsewhere)
