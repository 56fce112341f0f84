"""The volunteers' page without a signal: a service worker, and the page that it shows then."""

from __future__ import annotations

import hashlib
import json

from aiohttp import web

from api.assets import OF_PHONE, STATIC, asset
from api.current import language
from api.pages.rendering import page, render
from api.rules import volunteer_code

SHELL = "/t/offline"


@volunteer_code
async def shell(request: web.Request) -> web.StreamResponse:
    """Nothing of any visit: only that there is no signal and what to do."""
    return await page(request, "phone/offline.html")


@volunteer_code
async def worker(request: web.Request) -> web.StreamResponse:
    """The script with its list of files; it changes when one of them, the page or the language does."""
    files = [SHELL, *(asset(name) for name in OF_PHONE)]
    parts = [*files, language(request), await render(request, "phone/offline.html")]
    version = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
    head = (
        f"const VERSION = {json.dumps(version)}, SHELL = {json.dumps(SHELL)}, FILES = {json.dumps(files)};\n"
    )
    return web.Response(
        text=head + (STATIC / "phone_worker.js").read_text(encoding="utf-8"),
        content_type="text/javascript",
        headers={"Service-Worker-Allowed": "/t"},  # the page itself is above the folder of the script
    )


ROUTES = [web.get(SHELL, shell), web.get("/t/worker.js", worker)]
