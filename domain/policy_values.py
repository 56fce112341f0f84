"""What a policy value may be: its types, its JSON form, its range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, time
from enum import Enum
from typing import Any, Generic, TypeVar, cast

V = TypeVar("V")


class PolicyValueError(ValueError):
    """A policy value that cannot be in force: `key`, `value` and `why` say what is wrong."""

    def __init__(self, key: str, value: object, why: str) -> None:
        super().__init__(f"{key} = {value!r}: {why}")
        self.key, self.value, self.why = key, value, why


@dataclass(frozen=True)
class PolicyItem:
    """One line of the policy table: unit, source, mark ('S' read in a source, 'dec', 'rec') and range."""

    key: str
    default: object
    unit: str
    source: str
    mark: str
    minimum: int | None
    maximum: int | None
    description: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The allowed words, when the value is a word or a list of words."""
        sample = self.default[0] if isinstance(self.default, tuple) else self.default
        return tuple(str(member.value) for member in type(sample)) if isinstance(sample, Enum) else ()


def parse_time(text: str) -> time:
    """'08:30' as a local time of day; ValueError for anything finer than a minute or with a zone."""
    moment = time.fromisoformat(text)
    if moment.second or moment.microsecond or moment.tzinfo:
        raise ValueError("a time of day is written HH:MM")
    return moment


@dataclass(frozen=True, order=True)
class TimeSpan:
    """From `start` (included) to `end` (not included), local time of one day."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def __contains__(self, moment: time) -> bool:
        return self.start <= moment < self.end

    @classmethod
    def parse(cls, text: str) -> TimeSpan:
        """'08:30-12:00' as a span; ValueError when it is not one or does not move forward."""
        start, dash, end = text.partition("-")
        span = cls(parse_time(start.strip()), parse_time(end.strip()))
        if not dash or span.start >= span.end:
            raise ValueError("a span runs forward within one day, as in 08:30-12:00")
        return span


class Named(Generic[V]):
    """Base of small records that are also looked up by name: `policy.crew_size[visit.kind]`."""

    def __getitem__(self, name: str) -> V:
        if name not in self.as_dict():
            raise KeyError(name)
        return cast(V, getattr(self, name))

    def as_dict(self) -> dict[str, V]:
        return {f.name: getattr(self, f.name) for f in fields(cast(Any, self))}


@dataclass(frozen=True)
class PerKind(Named[int]):
    """A number for each kind of visit."""

    certification: int
    care: int
    campaign: int
    event: int
    task: int


@dataclass(frozen=True)
class PerLevel(Named[int]):
    """A number for each care level."""

    A: int
    B: int
    C: int


@dataclass(frozen=True)
class PerPart(Named[TimeSpan]):
    """A span of the day for each part of a shift."""

    morning: TimeSpan
    afternoon: TimeSpan
    evening: TimeSpan


@dataclass(frozen=True)
class PerFestival(Named[int]):
    """A number of days for each festival whose campaign is counted from the festival day."""

    new_year: int
    spring_festival: int
    dragon_boat: int
    party_day: int
    army_day: int
    mid_autumn: int
    national_day: int


def to_json_value(value: object) -> object:
    """The JSON form of a policy value: words, numbers, 'HH:MM', 'HH:MM-HH:MM', ISO dates, lists, objects."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, TimeSpan):
        return str(value)
    if isinstance(value, tuple):
        return [to_json_value(part) for part in value]
    if isinstance(value, Named):
        return {name: to_json_value(part) for name, part in value.as_dict().items()}
    return value


def from_json_value(item: PolicyItem, raw: object) -> object:
    """The policy value for a JSON (or already typed) value; raises PolicyValueError."""
    default = item.default
    if isinstance(default, tuple):
        if not isinstance(raw, list | tuple):
            raise PolicyValueError(item.key, raw, "a list is expected")
        return tuple(_scalar(item, default[0], part) for part in raw)
    if isinstance(default, Named):
        parts: Mapping[str, object] = default.as_dict()
        given = raw.as_dict() if isinstance(raw, Named) else raw
        if not isinstance(given, Mapping) or set(given) != set(parts):
            raise PolicyValueError(item.key, raw, f"an object with exactly {', '.join(parts)} is expected")
        return cast(Any, type(default))(**{name: _scalar(item, parts[name], given[name]) for name in parts})
    return _scalar(item, default, raw)


def _scalar(item: PolicyItem, sample: object, raw: object) -> object:
    if type(raw) is type(sample):
        return _in_range(item, raw)
    try:
        if isinstance(sample, Enum):
            return type(sample)(raw)
        if isinstance(sample, time) and isinstance(raw, str):
            return parse_time(raw)
        if isinstance(sample, date) and isinstance(raw, str):
            return date.fromisoformat(raw)
        if isinstance(sample, TimeSpan) and isinstance(raw, str):
            return TimeSpan.parse(raw)
    except ValueError as error:
        why = f"one of {', '.join(item.choices)} is expected" if item.choices else str(error)
        raise PolicyValueError(item.key, raw, why) from None
    raise PolicyValueError(item.key, raw, f"a value of type {type(sample).__name__} is expected")


def _in_range(item: PolicyItem, value: object) -> object:
    if isinstance(value, time) and (value.second or value.microsecond or value.tzinfo):
        raise PolicyValueError(item.key, value, "a time of day is written HH:MM")
    if isinstance(value, int):
        if item.minimum is not None and value < item.minimum:
            raise PolicyValueError(item.key, value, f"at least {item.minimum} {item.unit}".rstrip())
        if item.maximum is not None and value > item.maximum:
            raise PolicyValueError(item.key, value, f"at most {item.maximum} {item.unit}".rstrip())
    return value
