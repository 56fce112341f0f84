"""The texts for whoever registers them at a gateway: wording, placeholders, state, price."""

from __future__ import annotations

import csv
import io
import re
import sys
from typing import TYPE_CHECKING

import typer

from tanfang.commands.common import JSON_OPTION, print_json, start
from tanfang.commands.gateway import NoPhones

if TYPE_CHECKING:
    from notifications.gateways.protocol import Gateway
    from notifications.templates import Template

PLACEHOLDER = re.compile(r"\{(\w+)\}")
BOM = "\ufeff"  # spreadsheets read the file as UTF-8 only with it


def register(app: typer.Typer) -> None:
    app.command()(templates)


def templates(
    as_csv: bool = typer.Option(False, "--csv", help="a table for a spreadsheet"),
    as_json: bool = JSON_OPTION,
) -> None:
    """Texts to register at the gateway, with state and price. Example: tanfang templates --csv > texts.csv"""
    from notifications.factory import create_gateway
    from notifications.templates import load_templates

    settings = start()
    gateway: Gateway = create_gateway(settings, NoPhones())
    found = [row(text, gateway, settings.signature) for text in load_templates().values()]
    if as_json and not as_csv:
        print_json(found)
        return
    out = io.StringIO()
    writer = csv.DictWriter(out, list(found[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    sys.stdout.write((BOM if as_csv else "") + out.getvalue())


def row(text: Template, gateway: Gateway, signature: str) -> dict[str, object]:
    """One text as the gateway's form asks for it: `${name}` placeholders, an example, the longest values."""
    from notifications.preview import preview

    shown = preview(text, signature=signature, contract=gateway.contract, gateway=gateway.name)
    approval = gateway.contract.find(text.key)
    return {
        "key": text.key,
        "kind": str(text.kind),
        "audience": str(text.audience),
        "about": text.about,
        "signature": signature,
        "content": PLACEHOLDER.sub(r"${\1}", text.body),
        "values": "; ".join(f"{name} <= {value.max}" for name, value in text.values.items()),
        "example": shown.text,
        "segments": shown.segments.parts,
        "price": "" if shown.price is None else str(shown.price),
        "currency": gateway.contract.currency,
        "gateway": gateway.name,
        "template": shown.template,
        "state": str(approval.state) if approval else "missing",
        "problems": "; ".join(problem.what for problem in shown.problems),
    }
