"""Addresses of static files that change with their content, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
# What the volunteers' page needs, also without a signal.
OF_PHONE = ("base.css", "phone.css", "phone_queue.js", "phone.js", "icon.svg")


@cache
def asset(name: str) -> str:
    """`/static/phone.css?v=1a2b3c4d`; a file that is not there keeps its plain address."""
    path = STATIC / name
    if not path.is_file():
        return f"/static/{name}"
    return f"/static/{name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"
