"""Approvals and prices of a gateway."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from notifications.contract import Contract, ContractError, read_contract
from notifications.kinds import Kind

GOOD = """
[aliyun]
prices = { notice = 0.041 }
[aliyun.templates]
V1 = { template = "SMS_154950909", state = "approved" }
V2 = { template = "SMS_154950910", state = "submitted" }
V3 = { template = "SMS_154950911" }
R1 = { template = "SMS_154950912", state = "refused" }
"""


def test_a_text_goes_out_only_when_it_is_approved(tmp_path: Path) -> None:
    (file := tmp_path / "contract.toml").write_text(GOOD, "utf-8")
    contract = read_contract("aliyun", file)
    reasons = {key: contract.why_not(key) for key in ("V1", "V2", "V3", "R1", "V4")}
    assert reasons == {
        "V1": "",
        "V2": "template_submitted",
        "V3": "template_drafted",
        "R1": "template_refused",
        "V4": "template_missing",
    }
    approval = contract.find("V1")
    assert approval is not None
    assert approval.template == "SMS_154950909"


def test_agreed_prices_stand_over_list_prices(tmp_path: Path) -> None:
    (file := tmp_path / "contract.toml").write_text(GOOD, "utf-8")
    assert read_contract("aliyun", file).price(3, Kind.NOTICE) == Decimal("0.123")
    listed = read_contract("aliyun")
    assert (listed.price(2, Kind.NOTICE), listed.price(2, Kind.PROMOTION)) == (
        Decimal("0.090"),
        Decimal("0.110"),
    )
    assert listed.currency == "CNY"
    assert read_contract("twilio").price(1, Kind.NOTICE) is None, "no price is better than a guessed one"
    assert read_contract("simulator").price(5, Kind.NOTICE) == 0


def test_a_gateway_for_free_text_asks_for_no_approval() -> None:
    assert read_contract("twilio", is_assumed=True).why_not("V1") == ""
    assert Contract().why_not("V1") == "template_missing"


@pytest.mark.parametrize(
    "text",
    [
        "[aliyun",
        "[aliyun.templates]\nNONE = { template = 'SMS_1' }",
        "[aliyun.templates]\nV1 = { state = 'approved' }",
        "[aliyun.templates]\nV1 = { template = 'SMS_1', state = 'perhaps' }",
        "[aliyun.templates]\nV1 = 'SMS_1'",
        "[aliyun]\ntemplates = 1",
        "[aliyun]\nprices = { notice = 'dear' }",
        "[aliyun]\nprices = { letter = 1 }",
        "aliyun = 1",
    ],
)
def test_a_file_that_cannot_be_used_says_where(tmp_path: Path, text: str) -> None:
    (file := tmp_path / "contract.toml").write_text(text, "utf-8")
    with pytest.raises(ContractError, match="contract"):
        read_contract("aliyun", file)
    with pytest.raises(ContractError, match="nowhere"):
        read_contract("aliyun", tmp_path / "nowhere.toml")
