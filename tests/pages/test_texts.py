"""Every text of the pages has its Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2.ext import babel_extract

from api.pages.words import WORDS
from config.i18n import translations

API = Path(__file__).parents[2] / "api"
SAID = re.compile(r'(?:translate|say)\(\s*(?:request,\s*)?"([^"]+)"')
REFUSED = re.compile(r'(?:BadInput|NotFound|NotAllowed)\(\s*"[^"]+",\s*"([^"]+)"')


def _texts() -> Iterator[str]:
    for path in API.glob("templates/**/*.html"):
        with path.open("rb") as source:
            for _, _, message, _ in babel_extract(source, ("_",), [], {}):
                parts = [message] if isinstance(message, str) else message or []
                yield from [part for part in parts if part][:1]  # none where a value is translated
    for group in WORDS.values():
        yield from group.values()
    for path in API.glob("pages/*.py"):
        yield from SAID.findall(path.read_text())
        yield from REFUSED.findall(path.read_text())


def test_every_text_is_translated() -> None:
    chinese = translations("zh-CN")
    texts = set(_texts())
    assert len(texts) > 300
    assert sorted(text for text in texts if chinese.gettext(text) == text) == []


def test_placeholders_are_kept() -> None:
    chinese = translations("zh-CN")
    holes = re.compile(r"%\(\w+\)s|\{\w+\}")
    for text in set(_texts()):
        assert sorted(holes.findall(chinese.gettext(text))) == sorted(holes.findall(text)), text
