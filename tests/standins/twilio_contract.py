"""Twilio's published OpenAPI document, where it is at hand: requests and responses are checked against it."""

from __future__ import annotations

import json
from pathlib import Path

from aiohttp import web
from openapi_core import OpenAPI
from openapi_core.contrib.aiohttp import AIOHTTPOpenAPIWebRequest, AIOHTTPOpenAPIWebResponse
from openapi_core.exceptions import OpenAPIError

DOCUMENT = Path(__file__).resolve().parents[3] / "shared" / "twilio" / "messages_api.openapi.json"


class Contract:
    """Says what is wrong with a request or an answer, in the words of the document."""

    def __init__(self, document: Path) -> None:
        spec = json.loads(document.read_text("utf-8"))
        # The checker compares hosts without ports, and takes a path's own servers over those of the document.
        spec["servers"] = [{"url": "http://127.0.0.1"}]
        for path in spec["paths"].values():
            path.pop("servers", None)
        self._api = OpenAPI.from_dict(spec)

    def request_fault(self, request: web.Request, body: bytes) -> str:
        try:
            self._api.validate_request(AIOHTTPOpenAPIWebRequest(request, body=body))
        except OpenAPIError as error:
            return _tell(error)
        return ""

    def response_fault(self, request: web.Request, body: bytes, response: web.Response) -> str:
        try:
            self._api.validate_response(
                AIOHTTPOpenAPIWebRequest(request, body=body), AIOHTTPOpenAPIWebResponse(response)
            )
        except OpenAPIError as error:
            return _tell(error)
        return ""


def load_contract() -> Contract | None:
    """The document's checker, or None where the document is not at hand."""
    return Contract(DOCUMENT) if DOCUMENT.is_file() else None


def _tell(error: BaseException) -> str:
    errors = [str(found) for found in getattr(error.__cause__, "schema_errors", ())]
    return "; ".join([str(error), str(error.__cause__ or ""), *errors])
