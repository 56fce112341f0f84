"""Gateways' calls to us: verified, stored raw, and answered; understanding them comes later."""

from __future__ import annotations

import structlog
from aiohttp import web

from api.current import address, context, language, request_id, steps
from api.problems import problem
from api.rules import gateway_signed
from models.audit import append_audit
from notifications.gateways.protocol import Gateway
from notifications.gateways.webhooks import MalformedWebhook, WebhookReply, WebhookRequest
from services import inbound, receipts
from services.steps import Step

log = structlog.get_logger()


async def _read(request: web.Request, name: str) -> tuple[Gateway, WebhookRequest]:
    """The call as plain values, once it is known to come from the gateway."""
    gateway = context(request).gateway
    if gateway.name != name:
        raise web.HTTPNotFound
    call = WebhookRequest(request.method, request.raw_path, dict(request.headers), await request.read())
    if gateway.verify(call):
        return gateway, call

    async def write(step: Step) -> None:
        await append_audit(
            step.session,
            at=step.now,
            who=f"gateway:{name}",
            action="webhook.refused",
            why="signature",
            request_id=request_id(request),
            address=address(request),
        )

    await steps(request).run("system", write)
    raise web.HTTPForbidden


@gateway_signed
async def twilio_status(request: web.Request) -> web.Response:
    """A report about a text."""
    gateway, call = await _read(request, "twilio")
    try:
        reports, reply = gateway.parse_receipts(call)
    except MalformedWebhook:
        raise web.HTTPBadRequest from None

    async def store(step: Step) -> None:
        for report in reports:
            await receipts.record(
                step, gateway.name, report.ref, report.attempt_id, report.status, report.code
            )

    await steps(request).run("system", store)
    return _response(reply)


@gateway_signed
async def twilio_inbound(request: web.Request) -> web.Response:
    """A text from a phone."""
    gateway, call = await _read(request, "twilio")
    try:
        texts, reply = gateway.parse_inbound(call)
    except MalformedWebhook:
        raise web.HTTPBadRequest from None

    async def store(step: Step) -> None:
        for text in texts:
            await inbound.receive(
                step, gateway.name, text.sender, text.text, f"{gateway.name}/{text.dedupe_key}"
            )

    await steps(request).run("system", store)
    return _response(reply)


@gateway_signed
async def aliyun(request: web.Request) -> web.Response:
    """The address is kept for the domestic gateway, which this version does not speak."""
    return problem(404, "gateway_not_configured", "This gateway is not configured here.", language(request))


def _response(reply: WebhookReply) -> web.Response:
    if reply.status == 204:
        return web.Response(status=204)
    return web.Response(status=reply.status, text=reply.body, content_type=reply.content_type)


def setup(app: web.Application) -> None:
    app.router.add_post("/webhooks/twilio/status/{attempt}", twilio_status)
    app.router.add_post("/webhooks/twilio/inbound", twilio_inbound)
    app.router.add_route("*", "/webhooks/aliyun/{tail:.*}", aliyun)
