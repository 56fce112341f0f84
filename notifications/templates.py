"""The texts (`templates.toml`): reading them, and filling them with checked values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from domain.messages import Priority
from notifications.kinds import Audience, Kind, Moment
from notifications.segments import Segments, count_segments
from notifications.values import MAX_VALUE, find_fault, has_brackets

FILE = Path(__file__).with_name("templates.toml")
DEFAULT_SIGNATURE = "长沙退管"
MAX_TEXT = 500  # characters with signature: more is refused by mainland gateways


class TemplateError(ValueError):
    """A text cannot be filled; `key` and `field` say where, never what was in it."""

    def __init__(self, key: str, field: str, problem: str) -> None:
        super().__init__(f"template {key}: {field} {problem}")
        self.key, self.field, self.problem = key, field, problem


@dataclass(frozen=True, slots=True)
class Value:
    """A placeholder: the longest value allowed, and a typical one."""

    max: int
    sample: str


@dataclass(frozen=True, slots=True)
class Template:
    """One text. `priority` as in `domain.messages.Priority`; stale `minutes` after the moment `until`.

    `at_any_hour`: somebody may be in danger, so it does not wait for the hours of its reader.
    """

    key: str
    about: str
    audience: Audience
    body: str
    priority: int
    until: Moment
    minutes: int = 0
    kind: Kind = Kind.NOTICE
    at_any_hour: bool = False
    values: Mapping[str, Value] = field(default_factory=dict)
    waived: frozenset[str] = frozenset()

    def stale_at(self, moment: datetime) -> datetime:
        """The instant after which this text must not be sent; `moment` is the instant of `until`."""
        return moment + timedelta(minutes=self.minutes)

    @property
    def sample(self) -> dict[str, str]:
        """Typical values for all placeholders."""
        return {name: value.sample for name, value in self.values.items()}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to send, signature in front."""

    text: str
    segments: Segments


@cache
def load_templates() -> Mapping[str, Template]:
    """All texts by key.

    Raises:
        ValueError, KeyError, TypeError: the file does not follow its form (a test reads it).
    """
    with FILE.open("rb") as source:
        return MappingProxyType({key: read_template(key, row) for key, row in tomllib.load(source).items()})


def read_template(key: str, row: Mapping[str, Any]) -> Template:
    """One table of the file; every placeholder of the body must be declared, and the reverse."""
    values = {name: Value(**value) for name, value in row.get("values", {}).items()}
    used = placeholders(row["body"])
    if sorted(set(used)) != sorted(values):
        raise ValueError(f"template {key}: the body uses {sorted(set(used))}, declared are {sorted(values)}")
    return Template(
        key=key,
        about=row["about"],
        audience=Audience(row["audience"]),
        body=row["body"],
        priority=int(getattr(Priority, str(row["priority"]).upper())),
        until=Moment(row["until"]),
        minutes=int(row.get("minutes", 0)),
        kind=Kind(row.get("kind", Kind.NOTICE)),
        at_any_hour=bool(row.get("at_any_hour", False)),
        values=MappingProxyType(values),
        waived=frozenset(row.get("waived", ())),
    )


def placeholders(body: str) -> list[str]:
    """Names of the placeholders in their order.

    Raises:
        ValueError: for anything but a plain `{name}`.
    """
    names = []
    for _, name, spec, conversion in Formatter().parse(body):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"only plain {{name}} placeholders are understood, not {name!r}")
        names.append(name)
    return names


def find_template(key: str) -> Template:
    """The text of that key.

    Raises:
        TemplateError: there is none.
    """
    try:
        return load_templates()[key]
    except KeyError:
        raise TemplateError(key, "key", "is not known") from None


def render(key: str, params: Mapping[str, str | int], *, signature: str = DEFAULT_SIGNATURE) -> Rendered:
    """Fill a text with values; the signature is put in front, in its brackets.

    Raises:
        TemplateError: unknown template; missing, unknown or unfit value (empty, too long, line break, hidden
            character, brackets, link, mobile number, identity number); unfit signature; too long in all.
    """
    return fill(find_template(key), params, signature=signature)


def fill(template: Template, params: Mapping[str, str | int], *, signature: str) -> Rendered:
    """As `render`, for a template at hand."""
    values = {name: str(value) for name, value in params.items()}
    for name in template.values.keys() - values.keys():
        raise TemplateError(template.key, name, "is missing")
    for name in values.keys() - template.values.keys():
        raise TemplateError(template.key, name, "is not a placeholder of this text")
    for name, value in values.items():
        if problem := find_fault(value, min(template.values[name].max, MAX_VALUE)):
            raise TemplateError(template.key, name, problem)
    if problem := find_signature_fault(signature):
        raise TemplateError(template.key, "signature", problem)
    text = f"【{signature}】{template.body.format_map(values)}"
    if len(text) > MAX_TEXT:
        raise TemplateError(template.key, "body", f"is longer than {MAX_TEXT} characters with these values")
    return Rendered(text, count_segments(text))


def find_signature_fault(signature: str) -> str:
    """Why a name may not sign texts, or an empty string: two to twelve characters, without brackets."""
    if not 2 <= len(signature.strip()) <= 12 or signature != signature.strip():
        return "must have 2 to 12 characters and no blanks around"
    return "must be given without brackets" if has_brackets(signature) else ""
