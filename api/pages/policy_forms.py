"""Policy values as form fields and as words: what a person types becomes the JSON form of the value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from typing import Any

from api.pages.forms import Form, text
from api.pages.words import WORDS, word
from config.i18n import translate
from domain.policy import POLICY_ITEMS, PolicyItem, PolicyValueError, TimeSpan
from domain.policy_values import Named

COMMAS = re.compile(r"[\s,，、]+")
Sample = object


@dataclass(frozen=True)
class Field:
    """One input. `kind`: number, time, date, text, choice or ticks; `value` is what stands in it."""

    name: str
    label: str
    kind: str
    value: Any
    low: int | None = None
    high: int | None = None
    choices: tuple[tuple[str, str], ...] = ()


def kind_of(sample: Sample) -> str:
    """Which input a value of this type gets."""
    if isinstance(sample, bool | Enum):
        return "choice"
    if isinstance(sample, int):
        return "number"
    if isinstance(sample, time):
        return "time"
    return "date" if isinstance(sample, date) else "text"


def fields_of(item: PolicyItem, value: Any, lang: str) -> list[Field]:
    """The inputs for a value in its JSON form."""
    default = item.default
    if isinstance(default, Named):
        parts = default.as_dict()
        return [
            Field(
                f"value_{name}",
                part_word(name, lang),
                kind_of(parts[name]),
                value[name],
                item.minimum,
                item.maximum,
            )
            for name in parts
        ]
    if isinstance(default, tuple):
        if item.choices:
            ticks = tuple((choice, choice_word(choice, lang)) for choice in item.choices)
            return [Field("value", "", "ticks", set(value), choices=ticks)]
        return [Field("value", "", "text", ", ".join(str(part) for part in value))]
    if isinstance(default, bool):
        answers = (("yes", translate("yes", lang)), ("no", translate("no", lang)))
        return [Field("value", "", "choice", "yes" if value else "no", choices=answers)]
    words = tuple((choice, choice_word(choice, lang)) for choice in item.choices)
    return [Field("value", "", kind_of(default), value, item.minimum, item.maximum, words)]


def read_value(item: PolicyItem, form: Form) -> Any:
    """The JSON form of what was typed.

    Raises:
        PolicyValueError: a number that is none.
    """
    default = item.default
    if isinstance(default, Named):
        return {
            name: _scalar(item, part, text(form, f"value_{name}", 40))
            for name, part in default.as_dict().items()
        }
    if isinstance(default, tuple):
        if item.choices:
            return [choice for choice in item.choices if text(form, f"value_{choice}", 8)]
        pieces = [piece for piece in COMMAS.split(text(form, "value", 400)) if piece]
        return [_scalar(item, default[0], piece) for piece in pieces]
    return _scalar(item, default, text(form, "value", 40))


def _scalar(item: PolicyItem, sample: Sample, typed: str) -> Any:
    if isinstance(sample, bool):
        return typed == "yes"
    if not isinstance(sample, int) or isinstance(sample, Enum):
        return typed
    try:
        return int(typed)
    except ValueError as error:
        raise PolicyValueError(item.key, typed, "a whole number is expected") from error


def value_words(item: PolicyItem, value: Any, lang: str) -> str:
    """A value as people read it, with its unit."""
    default = item.default
    unit = translate(item.unit, lang) if item.unit else ""
    if isinstance(default, Named) and isinstance(value, Mapping):
        return "　".join(f"{part_word(n, lang)} {_with_unit(str(v), unit, lang)}" for n, v in value.items())
    if isinstance(default, tuple):
        if item.choices:
            return "、".join(choice_word(str(part), lang) for part in value)
        return _with_unit("、".join(str(part) for part in value), unit, lang)
    if isinstance(default, bool):
        return translate("yes", lang) if value else translate("no", lang)
    return choice_word(str(value), lang) if item.choices else _with_unit(str(value), unit, lang)


def _with_unit(value: str, unit: str, lang: str) -> str:
    if not unit:
        return value
    return f"{value}{unit}" if unit == "%" else f"{value} {unit}"


def choice_word(choice: str, lang: str) -> str:
    """A word that a value may be."""
    for group in ("flag", "cycle"):
        if choice in WORDS[group]:
            return word(group, choice, lang)
    return translate(choice.replace("_", " "), lang)


def part_word(name: str, lang: str) -> str:
    """The name of a part of a value: a kind of visit, a level, a festival, a part of the day."""
    return translate(name.replace("_", " "), lang) if name.islower() else name


def source_words(source: str, lang: str) -> str:
    """Where a rule comes from: an article, a rule of practice, another text, or the city itself."""
    if source == "decision":
        return translate("Decided by the city", lang)
    for prefix, text_ in (
        ("Regulation art. ", translate("Regulation art. {where}", lang, where="{where}")),
        ("rule ", translate("rule {where}", lang, where="{where}")),
    ):
        if source.startswith(prefix):
            return text_.replace("{where}", source.removeprefix(prefix))
    return translate(source, lang)


def allowed_words(item: PolicyItem, lang: str) -> str:
    """What a value of this rule may be, for whoever was refused."""
    sample = item.default[0] if isinstance(item.default, tuple) else item.default
    if item.minimum is not None and item.maximum is not None:
        unit = translate(item.unit, lang) if item.unit else ""
        text_ = translate("%(low)s to %(high)s %(unit)s", lang)
        return (text_ % {"low": item.minimum, "high": item.maximum, "unit": unit}).strip()
    if isinstance(sample, TimeSpan) or (isinstance(sample, Named) and not item.minimum):
        return translate("times as in 08:30-12:00, one after the other", lang)
    if item.choices and isinstance(item.default, tuple):
        return translate("any of those listed, at least one", lang)
    if isinstance(sample, bool):
        return translate("yes or no", lang)
    kinds = {"number": "a whole number", "time": "a time of day", "date": "a date"}
    return translate(kinds.get(kind_of(sample), "one of those listed"), lang)


def refusal_words(error: PolicyValueError, lang: str) -> str:
    """The rule's name, what is wrong, and the way out."""
    item = POLICY_ITEMS.get(error.key)
    if item is None:
        return translate("There is no such policy value.", lang)
    why = translate("a value of another kind is expected", lang)
    if error.why.startswith(("at least", "at most", "a whole number")):
        why = translate("a number within the range is expected", lang)
    elif error.why.startswith("must "):
        other = error.why.removeprefix("must not exceed ")
        named = POLICY_ITEMS[other].description if other in POLICY_ITEMS else other
        why = translate("it contradicts another rule: {what}", lang, what=translate(named, lang))
    return translate(
        "Rule POLICY-01: {rule}: {why}. Allowed: {allowed}.",
        lang,
        rule=translate(item.description, lang),
        why=why,
        allowed=allowed_words(item, lang),
    )
