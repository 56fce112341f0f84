"""A gateway's call to us as plain values, so that gateways need no web framework."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from multidict import MultiDict

MAX_FIELDS = 200
FORM = "application/x-www-form-urlencoded"


class MalformedWebhook(ValueError):  # noqa: N818  # says what is wrong; the house's names for errors do
    """A verified call that does not hold what it should: to be answered with 400."""


def read_code(text: str) -> str:
    """A gateway's error code as it may be stored and shown: short, plain, without what is not a code."""
    return re.sub(r"[^0-9A-Za-z._:/-]", "", text)[:48]


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """`target` is path and query exactly as received, percent signs and all (aiohttp: `raw_path`)."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    _read: list[MultiDict[str]] = field(default_factory=list, init=False, repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """A header's value, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), None)

    def form(self) -> MultiDict[str]:
        """The fields of a form, empty ones too.

        Raises:
            MalformedWebhook: not a form, too many fields, or not UTF-8.
        """
        if self._read:
            return self._read[0]
        content_type = (self.header("Content-Type") or "").partition(";")[0].strip().lower()
        if content_type != FORM:
            raise MalformedWebhook("not a form")
        try:
            pairs = parse_qsl(
                self.body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"
            )
        except ValueError as error:
            raise MalformedWebhook("not a readable form") from error
        self._read.append(MultiDict(pairs))
        return self._read[0]


@dataclass(frozen=True, slots=True)
class WebhookReply:
    """What the gateway wants to hear when its call has been stored."""

    status: int = 204
    body: str = ""
    content_type: str = "text/plain"
