"""The words that are read out before somebody agrees (`consents.toml`)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("consents.toml")


def consent_words(purpose: str, signature: str) -> str:
    """What is agreed to today. Raises KeyError for a purpose that needs no consent."""
    return _words()[purpose].format(signature=signature)


@cache
def _words() -> dict[str, str]:
    with FILE.open("rb") as source:
        return {purpose: str(row["wording"]) for purpose, row in tomllib.load(source).items()}
