"""What an opt-out is about: every text, or greetings only (MIIT order 31; §5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.reply_reading import GREETINGS_NAMED, Meaning, Reading
from domain.reply_words import OPT_OUT_LETTERS, OPT_OUT_WORDS

# No notice names a letter: so soon after a greeting it is the greeting's, also when a notice came later.
INVITED = timedelta(days=2)


@dataclass(frozen=True)
class TextBefore:
    """A text that the number was sent: a greeting (or another promotion), the answer that those have ended,
    or anything else.
    """

    at: datetime
    is_promotion: bool = False
    is_confirmation: bool = False


def only_greetings(reading: Reading, before: Sequence[TextBefore], at: datetime) -> bool:
    """Whether an opt-out is of greetings only; `before`: what the number was sent until `at`, newest first.

    A letter (R, T, TD) belongs to the text that asks for it: the last, or a greeting of the last two days.
    Said once more after the confirmation it is the same. "退订" belongs to the last text. Whatever else stops
    texts (STOP, "不要再发短信了") stops all of them: the gateway, too, would refuse every further text.
    """
    if reading.meaning is not Meaning.OPT_OUT:
        return False
    if reading.word == GREETINGS_NAMED:
        return True
    last = before[0] if before else None
    if last is None:
        return False
    if reading.word in OPT_OUT_WORDS:
        return last.is_promotion
    if reading.word not in OPT_OUT_LETTERS:
        return False
    lately = [text for text in before if at - text.at <= INVITED]
    return any(text.is_promotion or text.is_confirmation for text in (last, *lately))
