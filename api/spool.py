"""Texts that came in while the database took nothing, kept sealed on disk until it does.

For gateways that call again for some minutes only and cannot be asked later (Aliyun): without it a longer
outage would lose replies. The gateway's own id makes one text of what it says again meanwhile.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import orjson
import structlog

from models.seal import SealError, keys
from notifications.gateways.protocol import Inbound

log = structlog.get_logger()
CONTEXT = "spool|inbound|texts"
MOST = 10_000  # calls; more than a gateway's day


class Spool:
    """A folder with one file for each call; the same call again is the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, gateway: str, texts: Sequence[Inbound]) -> bool:
        """Returns whether they are on disk now. Blocks; nothing is raised."""
        told = orjson.dumps({"gateway": gateway, "texts": [_plain(text) for text in texts]})
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            place = self.folder / f"{hashlib.sha256(told).hexdigest()}.sealed"
            if not place.exists():
                if sum(1 for _ in self.folder.glob("*.sealed")) >= MOST:
                    log.error("spool.full", calls=MOST)
                    return False
                self._write(place, keys().seal(told.decode(), CONTEXT))
        except OSError as error:  # no disk either: the gateway calls again
            log.error("spool.not_kept", error=type(error).__name__)
            return False
        return True

    def _write(self, place: Path, content: bytes) -> None:
        part = place.with_suffix(".part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)

    def waiting(self) -> list[Path]:
        """The calls to be stored, the oldest first."""
        found = [(path.stat().st_mtime_ns, path) for path in self.folder.glob("*.sealed")]
        return [path for _, path in sorted(found)]

    def read(self, path: Path) -> tuple[str, list[Inbound]] | None:
        """Gateway and texts of a call; one that cannot be opened is set aside and logged."""
        try:
            call = orjson.loads(keys().open(path.read_bytes(), CONTEXT))
        except FileNotFoundError:  # another server of this machine was first
            return None
        except (SealError, ValueError):
            log.error("spool.unreadable", file=path.name)
            path.replace(path.with_suffix(".unreadable"))
            return None
        return call["gateway"], [_text(row) for row in call["texts"]]


def _plain(text: Inbound) -> dict[str, object]:
    return {
        "sender": text.sender,
        "to": text.to,
        "text": text.text,
        "ref": text.ref,
        "at": text.at.isoformat() if text.at else None,
        "extension": text.extension,
        "extra": dict(text.extra),
    }


def _text(row: dict[str, object]) -> Inbound:
    at = row["at"]
    return Inbound(**{**row, "at": datetime.fromisoformat(at) if isinstance(at, str) else None})  # type: ignore[arg-type]  # as `_plain` wrote it
