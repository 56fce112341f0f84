"""Every line of the policy table reads in Chinese: name, unit, range, source, value."""

from __future__ import annotations

import re

import pytest

from api.pages.policy_forms import allowed_words, source_words, value_words
from config.i18n import translate
from domain.policy import POLICY_ITEMS, to_json_value

ZH = "zh-CN"
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN_WORD = re.compile(r"[a-z]{3,}")
# Names of texts and bodies of rules that are written so in Chinese too.
SAME_IN_CHINESE = ("%", "GB/T 42195-2022")


@pytest.mark.parametrize("key", sorted(POLICY_ITEMS))
def test_a_value_has_a_chinese_name_unit_range_and_source(key: str) -> None:
    item = POLICY_ITEMS[key]
    name = translate(item.description, ZH)
    assert HAN.search(name), "a name"
    assert not LATIN_WORD.search(name), name
    if item.unit:
        unit = translate(item.unit, ZH)
        assert unit in SAME_IN_CHINESE or HAN.search(unit), "a unit"
    source = source_words(item.source, ZH)
    assert source in SAME_IN_CHINESE or HAN.search(source), "a source"
    allowed = allowed_words(item, ZH)
    assert HAN.search(allowed) or re.search(r"\d", allowed), "a range"
    assert not LATIN_WORD.search(allowed), allowed
    if isinstance(item.default, int) and not isinstance(item.default, bool):
        assert item.minimum is not None
        assert str(item.minimum) in allowed
        assert str(item.maximum) in allowed
    value = value_words(item, to_json_value(item.default), ZH)
    assert value
    assert not LATIN_WORD.search(value), value
