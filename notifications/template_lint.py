"""What can be checked in a text before a gateway's reviewer or a reader sees it."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.messages import Priority
from notifications.kinds import Audience, Kind
from notifications.templates import (
    DEFAULT_SIGNATURE,
    MAX_TEXT,
    Template,
    TemplateError,
    fill,
    find_signature_fault,
    load_templates,
    placeholders,
)
from notifications.values import MAX_VALUE, find_fault, has_brackets, has_id_number, has_link, has_mobile

FILE = Path(__file__).with_name("template_words.toml")
MAX_VALUES = 20
_PLACEHOLDER = re.compile(r"\{\w+\}")
_CONTACT = re.compile(r"(?<!\d)(?:400\d{7}|0\d{2,3}-?\d{7,8}|1[02]\d{3}|95\d{3,6})(?!\d)")


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a text: `rule` is a short stable name, `what` says it in words."""

    key: str
    rule: str
    what: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What one gateway's reviewers refuse, or all of them together."""

    words: tuple[str, ...]
    longest_value: int
    most_values: int


def lint_all(*, signature: str = DEFAULT_SIGNATURE, gateway: str = "") -> list[Problem]:
    """The problems of every text in the file."""
    texts = load_templates().values()
    return [found for text in texts for found in lint(text, signature=signature, gateway=gateway)]


def lint(template: Template, *, signature: str = DEFAULT_SIGNATURE, gateway: str = "") -> list[Problem]:
    """The problems of one text; empty when it may be handed in for approval at `gateway`, or at any."""
    rules = rules_of(gateway)
    checks = (_shape(template), _values(template, rules), _words(template, rules), _sort(template))
    found = [problem for check in checks for problem in check]
    return [Problem(template.key, rule, what) for rule, what in (*found, *_length(template, signature))]


def rules_of(gateway: str) -> Rules:
    """A gateway's rules; the strictest of all for an empty name, the loosest for one that is not listed."""
    rows = _word_lists()["gateways"]
    chosen = list(rows.values()) if not gateway else [rows[gateway]] if gateway in rows else []
    return Rules(
        words=tuple(dict.fromkeys(word for row in chosen for word in row["words"])),
        longest_value=min([MAX_VALUE, *(row["longest_value"] for row in chosen)]),
        most_values=min([MAX_VALUES, *(row["most_values"] for row in chosen)]),
    )


def _shape(template: Template) -> Iterator[tuple[str, str]]:
    body = template.body
    if re.search(r"\}\s*\{", body):
        yield "adjacent", "two placeholders stand side by side"
    for name, times in Counter(placeholders(body)).items():
        if times > 1:
            yield "repeated", f"placeholder {name} stands {times} times"
    if not re.search(r"\w", _PLACEHOLDER.sub("", body)):
        yield "all_variable", "nothing but placeholders"
    if has_brackets(body):
        yield "brackets", "signature brackets inside the text"
    if "\n" in body or "\r" in body or body != body.strip():
        yield "blanks", "line break, or blanks at the ends"
    if has_link(body):
        yield "link", "a link"
    if has_mobile(body):
        yield "mobile", "a mobile number"
    if has_id_number(body):
        yield "id_number", "digits that read as an identity number"
    if len(_CONTACT.findall(body)) > 2:
        yield "contacts", "more than two contact numbers"


def _values(template: Template, rules: Rules) -> Iterator[tuple[str, str]]:
    if len(template.values) > rules.most_values:
        yield "too_many", f"more than {rules.most_values} placeholders"
    for name, value in template.values.items():
        if not 1 <= value.max <= rules.longest_value:
            allowed = f"1 to {rules.longest_value}"
            yield "value_length", f"placeholder {name} allows {value.max} characters, not {allowed}"
        elif problem := find_fault(value.sample, value.max):
            yield "sample", f"the typical value of {name} {problem}"


def _words(template: Template, rules: Rules) -> Iterator[tuple[str, str]]:
    lists, body = _word_lists(), template.body
    is_notice = template.kind is Kind.NOTICE
    banned = [*lists["never"], *(lists["not_in_notice"] if is_notice else ())]
    banned += [word for word in rules.words if word not in template.waived]
    for word in banned:
        if word in body:
            yield "word", f"the word {word}"
    for sign in sorted(set(lists["signs"]) & set(body)):
        yield "sign", f"the sign {sign}"


def _sort(template: Template) -> Iterator[tuple[str, str]]:
    """A promotion needs a way out and the hours of promotions, which only its own priority keeps."""
    lists, body = _word_lists(), template.body
    if template.kind is Kind.NOTICE:
        for word in lists["greetings"]:
            if word in body:
                yield "greeting", f"{word} makes it a promotion"
        return
    if not body.endswith(lists["promotion_ending"]):
        yield "opt_out", f"a promotion must end with {lists['promotion_ending']}"
    if template.priority != Priority.CAMPAIGN:
        yield "hours", "a promotion has the priority campaign, so that it waits for its hours"
    if template.audience is Audience.STAFF:
        yield "audience", "a promotion is not for staff"


def _length(template: Template, signature: str) -> Iterator[tuple[str, str]]:
    if problem := find_signature_fault(signature):
        yield "signature", f"the signature {problem}"
        return
    try:
        segments = fill(template, template.sample, signature=signature).segments
    except TemplateError as error:
        yield "typical", f"cannot be filled with typical values: {error.field} {error.problem}"
        return
    if segments.parts > 1:
        yield "segments", f"{segments.units} units in {segments.parts} segments with typical values"
    bare = len(_PLACEHOLDER.sub("", template.body)) + len(signature) + 2
    if bare + sum(value.max for value in template.values.values()) > MAX_TEXT:
        yield "longest", f"may grow longer than {MAX_TEXT} characters"


@cache
def _word_lists() -> dict[str, Any]:
    with FILE.open("rb") as source:
        return tomllib.load(source)
