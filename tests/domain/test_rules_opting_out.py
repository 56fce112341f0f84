"""What an opt-out is about: the text that was read last, and what it asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.opting_out import TextBefore, only_greetings
from domain.replies import read_reply

NOW = datetime(2026, 2, 15, 3, 0, tzinfo=UTC)
LETTERS, WORDS, OF_ALL = ("R", "T", "TD"), ("退订", "拒收"), ("STOP", "不要再发短信了", "quit")


def greeting(days: float) -> TextBefore:
    return TextBefore(NOW - timedelta(days=days), is_promotion=True)


def confirmation(days: float) -> TextBefore:
    return TextBefore(NOW - timedelta(days=days), is_confirmation=True)


def notice(days: float) -> TextBefore:
    return TextBefore(NOW - timedelta(days=days))


@pytest.mark.parametrize(
    ("before", "letters", "words"),
    [
        ([], False, False),
        ([notice(0.1)], False, False),
        ([greeting(0.1)], True, True),
        ([greeting(100)], True, True),
        ([notice(0.1), greeting(1)], True, False),
        ([notice(0.1), greeting(2)], True, False),
        ([notice(0.1), greeting(2.1)], False, False),
        ([greeting(0.1), notice(1)], True, True),
        ([confirmation(0.1), greeting(0.2)], True, False),
        ([confirmation(50)], True, False),
        ([notice(0.1), confirmation(1)], True, False),
        ([notice(0.1), confirmation(3)], False, False),
    ],
)
def test_letters_belong_to_greetings_and_words_to_the_last_text(
    before: list[TextBefore], letters: bool, words: bool
) -> None:
    assert {only_greetings(read_reply(said), before, NOW) for said in LETTERS} == {letters}
    assert {only_greetings(read_reply(said), before, NOW) for said in WORDS} == {words}
    assert not any(only_greetings(read_reply(said), before, NOW) for said in OF_ALL)


@pytest.mark.parametrize("before", [[], [notice(0.1)], [greeting(0.1)]])
def test_greetings_that_are_named_are_meant(before: list[TextBefore]) -> None:
    assert only_greetings(read_reply("别再给我发祝福了"), before, NOW)


@pytest.mark.parametrize("said", ["1", "2", "不要", "R 1", "救命", ""])
def test_what_is_no_opt_out_ends_nothing(said: str) -> None:
    assert not only_greetings(read_reply(said), [greeting(0.1)], NOW)
