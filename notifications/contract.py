"""What was agreed with a gateway: which texts it has approved under which code, and what a segment costs.

Template codes belong to an account, so they come from a file of the installation
(`TANFANG_SMS_CONTRACT_FILE`, form: docs/gateways.md); the prices of `contract.toml` are list prices.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from notifications.kinds import Kind
from notifications.templates import load_templates

FILE = Path(__file__).with_name("contract.toml")


class ApprovalState(StrEnum):
    """How far a text is with a gateway's reviewers."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Approval:
    """A text at a gateway: its code there and its state."""

    template: str
    state: ApprovalState


class ContractError(ValueError):
    """The file cannot be used; the text names the place."""


@dataclass(frozen=True, slots=True)
class Contract:
    """One gateway's. `is_assumed`: every text counts as approved as `SMS_<key>` (stand-ins on loopback)."""

    approvals: Mapping[str, Approval] = field(default_factory=dict)
    prices: Mapping[Kind, Decimal] = field(default_factory=dict)
    currency: str = "CNY"
    is_assumed: bool = False

    def find(self, key: str) -> Approval | None:
        """The text's approval, or None when it was never handed in."""
        if self.is_assumed:
            return Approval(f"SMS_{key}", ApprovalState.APPROVED)
        return self.approvals.get(key)

    def why_not(self, key: str) -> str:
        """Why a text may not be sent: `template_missing`, `template_submitted` …, or an empty string."""
        approval = self.find(key)
        if approval is None:
            return "template_missing"
        return "" if approval.state is ApprovalState.APPROVED else f"template_{approval.state}"

    def price(self, segments: int, kind: Kind) -> Decimal | None:
        """What so many segments cost in `currency`; None where no price is known."""
        each = self.prices.get(kind)
        return None if each is None else each * segments


def read_contract(gateway: str, file: Path | None = None, *, is_assumed: bool = False) -> Contract:
    """The gateway's contract: list prices, with what the installation's file says put over them.

    Raises:
        ContractError: the file is missing, is not TOML, or names an unknown text, state or kind.
    """
    rows = dict(_list_prices().get(gateway, {}))
    if file is not None:
        try:
            rows |= tomllib.loads(file.read_text("utf-8")).get(gateway, {})
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ContractError(f"{file}: {error}") from error
    try:
        return Contract(
            approvals={key: _approval(key, row) for key, row in rows.get("templates", {}).items()},
            prices={Kind(kind): Decimal(str(price)) for kind, price in rows.get("prices", {}).items()},
            currency=str(rows.get("currency", "CNY")),
            is_assumed=is_assumed,
        )
    except (ValueError, KeyError, TypeError, ArithmeticError, AttributeError) as error:
        raise ContractError(f"{file or FILE}: {gateway}: {error}") from error


def _approval(key: str, row: Mapping[str, Any]) -> Approval:
    if key not in load_templates():
        raise ContractError(f"there is no text {key}")
    return Approval(str(row["template"]), ApprovalState(row.get("state", ApprovalState.DRAFTED)))


@cache
def _list_prices() -> dict[str, Any]:
    with FILE.open("rb") as source:
        return tomllib.load(source)
