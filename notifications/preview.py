"""A text as somebody will read it, with what it costs and what speaks against sending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import structlog

from notifications.contract import Contract
from notifications.gateways.protocol import Gateway
from notifications.segments import Segments
from notifications.template_lint import Problem, lint, lint_all
from notifications.templates import Template, fill, load_templates

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Preview:
    """`template`: its code at the gateway, or empty. `why_not`: why it may not be sent, or empty."""

    key: str
    text: str
    segments: Segments
    template: str
    why_not: str
    price: Decimal | None
    problems: tuple[Problem, ...]


def preview(
    template: Template,
    *,
    signature: str,
    contract: Contract,
    gateway: str = "",
    params: Mapping[str, str | int] | None = None,
) -> Preview:
    """The text with these values, or with typical ones; also for a draft that is in no file.

    Raises:
        TemplateError: it cannot be filled.
    """
    filled = fill(template, template.sample if params is None else params, signature=signature)
    approval = contract.find(template.key)
    return Preview(
        key=template.key,
        text=filled.text,
        segments=filled.segments,
        template=approval.template if approval else "",
        why_not=contract.why_not(template.key),
        price=contract.price(filled.segments.parts, template.kind),
        problems=tuple(lint(template, signature=signature, gateway=gateway)),
    )


def check_texts(gateway: Gateway, signature: str) -> list[Problem]:
    """At start: what is wrong with our texts under this signature at this gateway, each logged once."""
    found = lint_all(signature=signature, gateway=gateway.name)
    for key in load_templates():
        if reason := gateway.contract.why_not(key):
            found.append(Problem(key, reason, f"{gateway.name} has not approved it: it will not be sent"))
    for problem in found:
        log.warning("template.problem", key=problem.key, rule=problem.rule, what=problem.what)
    return found
