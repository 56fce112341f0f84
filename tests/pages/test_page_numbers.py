"""Which page of a list an address asks for."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from aiohttp.test_utils import make_mocked_request

from api.pages.forms import LAST_PAGE, page_number


@pytest.mark.parametrize(
    ("given", "page"),
    [
        (None, 1), ("", 1), ("1", 1), ("7", 7), ("0", 1), ("-2", 1), ("x", 1), ("1.5", 1), ("²", 1), ("٣", 1),
        ("9" * 20, LAST_PAGE), ("9" * 5_000, 1),
    ],
)  # fmt: skip  # a table
def test_a_page_is_a_number_from_one_whatever_is_asked_for(given: str | None, page: int) -> None:
    query = "" if given is None else f"?page={quote(given)}"
    assert page_number(make_mocked_request("GET", f"/visits{query}")) == page
