"""How many visits each district plans in a campaign; entered by whoever opened it (§2.4)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import col, select

from domain.divisions import prefix
from models.campaigns import Campaign
from models.divisions import Division
from services.audit import audit
from services.errors import BadInput
from services.steps import Step

MOST = 1_000_000


async def districts_of(step: Step, campaign: Campaign) -> dict[str, str]:
    """Names of the districts in a campaign's area by code; of the district that a smaller area lies in."""
    area = prefix(campaign.division_code)[:6]
    rows = await step.session.execute(
        select(col(Division.code), col(Division.name))
        .where(col(Division.code).startswith(area), col(Division.code).endswith("000000"))
        .order_by(col(Division.code))
    )
    return {code: name for code, name in rows if code[4:6] != "00"}


class BadQuota(BadInput):
    """`district`: the name to say before the message."""

    def __init__(self, code: str, district: str) -> None:
        super().__init__("quota", "A quota is a whole number from 0, or empty.", f"quotas.{code}")
        self.district = district


async def set_quotas(step: Step, campaign: Campaign, given: Mapping[str, int | str | None]) -> None:
    """All quotas of a campaign at once; a district left out or empty has none.

    Raises:
        BadInput: a district outside the campaign's area, or no whole number from 0; the field names it.
    """
    known = await districts_of(step, campaign)
    found: dict[str, int] = {}
    for code, value in given.items():
        if code not in known:
            raise BadInput(
                "district", "Rule CAMP-03: this is no district of the campaign's area.", f"quotas.{code}"
            )
        text = "" if value is None else str(value).strip()
        if not text:
            continue
        if isinstance(value, bool) or not text.isdecimal() or int(text) > MOST:
            raise BadQuota(code, known[code])
        found[code] = int(text)
    if found != campaign.quotas:
        campaign.quotas = found
        await step.session.flush()
        await audit(step, "campaign.quotas", campaign, fields=sorted(found))
