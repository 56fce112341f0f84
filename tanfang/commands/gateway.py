"""The SMS gateway: what it can do, what to enter at its console, which texts it will not send."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from tanfang.commands.common import JSON_OPTION, console, print_json, start

if TYPE_CHECKING:
    from notifications.gateways.protocol import Gateway
    from notifications.gateways.simulator import StoredText


def register(app: typer.Typer) -> None:
    app.command()(gateway)


def gateway(as_json: bool = JSON_OPTION) -> None:
    """Addresses for the gateway's console, and texts it will not send. Example: tanfang gateway"""
    from notifications.factory import create_gateway, webhook_addresses
    from notifications.preview import check_texts

    settings = start()
    chosen: Gateway = create_gateway(settings, NoPhones())
    problems = check_texts(chosen, settings.signature)
    addresses = webhook_addresses(settings)
    if as_json:
        abilities = asdict(chosen.capabilities)
        told = [asdict(problem) for problem in problems]
        print_json(
            {"gateway": chosen.name, "addresses": addresses, "capabilities": abilities, "problems": told}
        )
    else:
        console.print(f"{chosen.name}: {len(problems)} problems")
        for purpose, address in addresses.items():
            console.print(f"{purpose}: {address}", soft_wrap=True)
    raise typer.Exit(1 if problems else 0)


class NoPhones:
    """Nothing is sent here."""

    async def deliver(self, ref: str, to: str, text: str, at: object) -> None:
        raise NotImplementedError

    async def find(self, to: str, since: object) -> list[StoredText]:
        return []
