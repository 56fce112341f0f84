"""The texts we send: each with its cost, its problems and its approval, and trying out another wording."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from aiohttp import web
from pydantic import AwareDatetime, Field

from api.current import context, reader, steps
from api.openapi import Given, Shown, operation
from api.rules import signed_in
from models.staff import Role
from notifications.kinds import Kind
from notifications.preview import Preview, preview
from notifications.templates import Template, TemplateError, find_template, load_templates, placeholders
from services.errors import BadInput, NotFound
from services.receipts import load_orphans
from services.text_costs import count_sent


class ProblemOut(Shown):
    """`rule` is a short stable name."""

    rule: str
    what: str


class TextOut(Shown):
    """`text` as it is read, with typical values or the given ones; `price` of one text, in `currency`.

    `state`: drafted, submitted, approved, refused, or missing where it was never handed in.
    """

    key: str
    about: str
    audience: str
    kind: str
    body: str
    text: str
    encoding: str
    units: int
    segments: int
    price: Decimal | None
    currency: str
    template: str
    state: str
    why_not: str
    problems: list[ProblemOut]


class TextList(Shown):
    """`gateway` says for whom approvals and prices hold."""

    gateway: str
    texts: list[TextOut]


class DraftIn(Given):
    """What is left out is as it stands. `params`: values instead of the typical ones."""

    key: str = Field(max_length=8)
    body: str = Field("", max_length=500)
    kind: str = Field("", pattern="^(notice|promotion)?$")
    params: dict[str, str] | None = Field(None, max_length=20)


@operation("GET", "/api/v1/texts", rule=signed_in(), tag="texts", response=TextList)
async def list_texts(request: web.Request) -> TextList:
    """All texts, filled with typical values."""
    shown = [_shown(request, template, None) for template in load_templates().values()]
    return TextList(gateway=context(request).gateway.name, texts=shown)


@operation(
    "POST",
    "/api/v1/texts/preview",
    rule=signed_in(),
    tag="texts",
    body=DraftIn,
    response=TextOut,
    errors=(404,),
)
async def preview_text(request: web.Request, body: DraftIn) -> TextOut:
    """How a text would read, and what a gateway's reviewers would say; nothing is kept."""
    try:
        standing = find_template(body.key)
    except TemplateError:
        raise NotFound("text", "There is nothing here, or it is outside your area.", "key") from None
    try:
        return _shown(request, _draft(standing, body), body.params)
    except TemplateError as error:
        raise BadInput("text", "This text cannot be filled with these values.", error.field) from error
    except ValueError as error:
        raise BadInput("text", "This wording does not fit the placeholders of the text.", "body") from error


def _draft(standing: Template, body: DraftIn) -> Template:
    """The text with another wording; its placeholders stay declared as they are."""
    draft = replace(standing, body=body.body or standing.body, kind=Kind(body.kind or standing.kind))
    if set(placeholders(draft.body)) != set(draft.values):
        raise ValueError("other placeholders")
    return draft


def _shown(request: web.Request, template: Template, params: dict[str, str] | None) -> TextOut:
    here = context(request)
    found: Preview = preview(
        template,
        signature=here.settings.signature,
        contract=here.gateway.contract,
        gateway=here.gateway.name,
        params=params,
    )
    approval = here.gateway.contract.find(template.key)
    return TextOut(
        key=found.key,
        about=template.about,
        audience=template.audience,
        kind=template.kind,
        body=template.body,
        text=found.text,
        encoding=found.segments.encoding,
        units=found.segments.units,
        segments=found.segments.parts,
        price=found.price,
        currency=here.gateway.contract.currency,
        template=found.template,
        state=str(approval.state) if approval else "missing",
        why_not=found.why_not,
        problems=[ProblemOut(rule=problem.rule, what=problem.what) for problem in found.problems],
    )


class CostQuery(Given):
    """Of a campaign, or of all texts that left on the days from `since` on."""

    campaign_id: UUID | None = None
    since: date | None = None


class CostOut(Shown):
    """`price` is None where the gateway's contract names none."""

    key: str
    texts: int
    segments: int
    price: Decimal | None


class CostList(Shown):
    currency: str
    total: Decimal | None
    costs: list[CostOut]


@operation(
    "GET",
    "/api/v1/texts/costs",
    rule=signed_in(Role.CITY_ADMIN, Role.AUDITOR),
    tag="texts",
    query=CostQuery,
    response=CostList,
)
async def list_costs(request: web.Request, query: CostQuery) -> CostList:
    """What the texts of a campaign or of some days cost, by text."""
    contract = context(request).gateway.contract
    async with steps(request).look(reader(request)) as step:
        counted = await count_sent(step, query.campaign_id, query.since)
    costs = [
        CostOut(
            key=key,
            texts=texts,
            segments=segments,
            price=contract.price(segments, find_template(key).kind),
        )
        for key, texts, segments in counted
    ]
    prices = [cost.price for cost in costs]
    total = None if None in prices else sum((p for p in prices if p is not None), Decimal())
    return CostList(currency=contract.currency, total=total, costs=costs)


class OrphanOut(Shown):
    """`gateway_ref`: the gateway's own name of the text; `status` and `code` as it told them."""

    gateway: str
    gateway_ref: str
    status: str
    code: str
    received_at: AwareDatetime


class OrphanList(Shown):
    reports: list[OrphanOut]


@operation(
    "GET",
    "/api/v1/texts/orphans",
    rule=signed_in(Role.CITY_ADMIN, Role.AUDITOR),
    tag="texts",
    response=OrphanList,
)
async def list_orphans(request: web.Request) -> OrphanList:
    """Reports about texts that nobody here has sent, older than five minutes: another system's, or a loss."""
    async with steps(request).look(reader(request)) as step:
        found = await load_orphans(step)
    return OrphanList(reports=[OrphanOut.model_validate(row) for row in found])


HANDLERS = (list_texts, preview_text, list_costs, list_orphans)
