"""Understanding a reply: never a guess. Unclear texts go to a person with the whole text.

`read_reply` reads one text; `choose` decides, given what the sender has open, what it is about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.reply_words import (
    ACCEPT_WORDS,
    ALARM_WORDS,
    ARRIVED_WORDS,
    AUTO_REPLY_MARKS,
    DECLINE_WORDS,
    DONE_WORDS,
    ECHO_MARKS,
    HEDGES,
    NEGATIONS,
    NOBODY_WORDS,
    OPT_OUT_TEXTS,
    WRONG_NUMBER_WORDS,
)


class Meaning(StrEnum):
    """What a text says, without knowing what it is about."""

    ACCEPT = "accept"
    DECLINE = "decline"
    ARRIVED = "arrived"
    DONE = "done"
    NOBODY_HOME = "nobody_home"
    OPT_OUT = "opt_out"
    AUTO_REPLY = "auto_reply"
    WRONG_NUMBER = "wrong_number"
    UNCLEAR = "unclear"
    EMPTY = "empty"


class Action(StrEnum):
    """What to do about it."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    ARRIVED = "arrived"
    DONE = "done"
    NOBODY_HOME = "nobody_home"
    ASK = "ask"  # several are open: ask with the codes
    NOTHING_OPEN = "nothing_open"
    TO_PERSON = "to_person"
    IGNORE = "ignore"


@dataclass(frozen=True)
class Reading:
    """A text understood as far as it goes. `code`: eight digits or a shorter ending of them."""

    meaning: Meaning
    code: str = ""
    tail: str = ""
    alarm: bool = False


@dataclass(frozen=True)
class OpenItem:
    """Something the sender may be writing about. `phase`: offered, accepted, checked_in, ended."""

    id: str
    code: str
    phase: str
    starts_at: datetime


@dataclass(frozen=True)
class Decision:
    """An action on one item, or on none."""

    action: Action
    item_id: str = ""
    codes: tuple[str, ...] = ()


LONGEST = 160  # characters that are read; the rest is kept and shown
_HIDDEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\u20e3\ufeff\u00ad]")
_CODE = re.compile(r"(?<![0-9])[tT]?\s*([4-9][0-9]{3})\s*[-—–−‐ ]?\s*([0-9]{4})(?![0-9])")
_PART = re.compile(r"(?<![0-9])([0-9]{2,8})(?![0-9])")
_EDGE = " \t\r\n.。,，!！~～、;；:：-—…·'\"“”‘’()（）[]【】"
_DIGITS = str.maketrans(
    {"一": "1", "壹": "1", "二": "2", "贰": "2", "三": "3", "叁": "3", "四": "4", "肆": "4"}
)
_ANSWERS = {
    "1": Meaning.ACCEPT,
    "2": Meaning.DECLINE,
    "3": Meaning.ARRIVED,
    "4": Meaning.DONE,
}
_LEADS = re.compile(r"^(?:我)?(?:回复|回|选择|选|按|答复|答)\s*")


def normalise(text: str) -> str:
    """NFKC, hidden characters gone, mojibake of UTF-8 read as Latin-1 repaired, first 160 characters."""
    text = _repair(text[: 4 * LONGEST])
    text = _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).replace("\u0000", "")
    return re.sub(r"\s+", " ", text).strip()[:LONGEST]


def _repair(text: str) -> str:
    if not any("\u0080" <= c <= "\u00ff" for c in text):
        return text
    try:
        repaired = text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        try:
            repaired = text.encode("cp1252").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            return text
    return repaired


def read_reply(text: str) -> Reading:
    """Read one text. Alarm words are flagged whatever else it says."""
    clean = normalise(text)
    alarm = any(word in clean for word in ALARM_WORDS)
    body = clean.strip(_EDGE)
    if not body:
        return Reading(Meaning.EMPTY, alarm=alarm)
    if body.casefold() in OPT_OUT_TEXTS or any(w in body for w in ("退订", "不要再发", "别再发")):
        return Reading(Meaning.OPT_OUT, alarm=alarm)
    if any(mark in clean for mark in AUTO_REPLY_MARKS) or any(mark in clean for mark in ECHO_MARKS):
        return Reading(Meaning.AUTO_REPLY, alarm=alarm)
    if any(word in body for word in WRONG_NUMBER_WORDS):
        return Reading(Meaning.WRONG_NUMBER, alarm=alarm)
    code, rest = _take_code(body)
    meaning, tail = _meaning(rest)
    if alarm and meaning in (Meaning.ACCEPT, Meaning.DECLINE):
        meaning = Meaning.UNCLEAR  # somebody in need is not answering an offer
    return Reading(meaning, code, tail, alarm)


def _take_code(body: str) -> tuple[str, str]:
    """The code and the text without it. A short ending of a code counts only beside a one-digit answer."""
    full = _CODE.search(body)
    if full:
        return full[1] + full[2], _without(body, full)
    parts = list(_PART.finditer(body))
    others = _PART.sub(" ", body).strip(_EDGE)
    if len(parts) == 1 and others and _meaning(others)[0] is not Meaning.UNCLEAR:
        return parts[0][1], _without(body, parts[0])
    return "", body


def _without(body: str, match: re.Match[str]) -> str:
    return f"{body[: match.start()]} {body[match.end() :]}".strip(_EDGE)


def _meaning(rest: str) -> tuple[Meaning, str]:
    """The meaning of a text without its code, and what follows the answer."""
    rest = _LEADS.sub("", rest.strip(_EDGE)).strip(_EDGE)
    if not rest:
        return Meaning.UNCLEAR, ""
    digit = re.match(r"^([1-4一壹二贰三叁四肆])(?![0-9])(.*)$", rest, re.DOTALL)
    if digit and _stands_alone(digit[1], digit[2]):
        answer = _ANSWERS[digit[1].translate(_DIGITS)]
        return _with_tail(answer, digit[2].strip(_EDGE))
    trailing = re.match(r"^(.*?)[\s,，。:：]([12])$", rest, re.DOTALL)
    if trailing and _word_meaning(trailing[1].strip(_EDGE)) is Meaning.UNCLEAR:
        return _with_tail(_ANSWERS[trailing[2]], trailing[1].strip(_EDGE))
    return _word_meaning(rest), ""


def _stands_alone(digit: str, after: str) -> bool:
    """一 begins many words (一会儿, 一定), so it must stand alone; 1 may be followed by words."""
    return digit.isascii() or not after.strip(_EDGE) or after[0] in _EDGE


def _with_tail(answer: Meaning, tail: str) -> tuple[Meaning, str]:
    """A digit and words: neutral words are kept, contradicting or hedging ones make it unclear."""
    if not tail:
        return answer, ""
    if any(h in tail for h in HEDGES) or re.search(r"(?<![0-9])[1-4](?![0-9])", tail):
        return Meaning.UNCLEAR, tail
    says_no = any(n in tail for n in NEGATIONS)
    if answer in (Meaning.ACCEPT, Meaning.ARRIVED, Meaning.DONE) and says_no:
        return Meaning.UNCLEAR, tail
    return answer, tail


def _word_meaning(rest: str) -> Meaning:
    """Words alone. A hedge or a question is never an answer."""
    word = rest.casefold()
    if any(h in word for h in HEDGES):
        return Meaning.UNCLEAR
    if any(w in word for w in NOBODY_WORDS):
        return Meaning.NOBODY_HOME
    if word in DONE_WORDS:
        return Meaning.DONE
    if word in ARRIVED_WORDS:
        return Meaning.ARRIVED
    if word in ACCEPT_WORDS:
        return Meaning.ACCEPT
    pieces = [p for p in re.split(r"[ ,，。.!！;；]+", word) if p]
    kinds = {_piece(p) for p in pieces} - {None}
    return kinds.pop() or Meaning.UNCLEAR if len(kinds) == 1 and len(pieces) <= 4 else Meaning.UNCLEAR


def _piece(piece: str) -> Meaning | None:
    """One piece of a sentence: only pieces known by heart have a meaning; polite filler has none."""
    if piece in ACCEPT_WORDS:
        return Meaning.ACCEPT
    if piece in DECLINE_WORDS:
        return Meaning.DECLINE
    if piece in DONE_WORDS:
        return Meaning.DONE
    if piece in ARRIVED_WORDS:
        return Meaning.ARRIVED
    if piece in ("谢谢", "不好意思", "你好", "您好", "抱歉", "对不起", "感谢"):
        return None
    return Meaning.UNCLEAR


# Phases in which a meaning can be acted upon, and as what.
_FITS: dict[Meaning, dict[str, Action]] = {
    Meaning.ACCEPT: {"offered": Action.ACCEPT},
    Meaning.DECLINE: {"offered": Action.DECLINE, "accepted": Action.WITHDRAW},
    Meaning.ARRIVED: {"accepted": Action.ARRIVED, "checked_in": Action.ARRIVED},
    Meaning.DONE: {"accepted": Action.DONE, "checked_in": Action.DONE},
    Meaning.NOBODY_HOME: {"accepted": Action.NOBODY_HOME, "checked_in": Action.NOBODY_HOME},
}
# Arrival and results concern visits of about now.
_AROUND_START = timedelta(hours=2)


def choose(reading: Reading, items: Sequence[OpenItem], now: datetime) -> Decision:
    """What to do, given what the sender has open.

    A code decides. Without one, exactly one fitting item is acted upon; several are asked about with their
    codes. An open offer takes precedence over ended ones; among promised visits only those of about now are
    meant by "arrived" and "done".
    """
    if reading.meaning in (Meaning.AUTO_REPLY, Meaning.EMPTY):
        return Decision(Action.IGNORE if reading.meaning is Meaning.AUTO_REPLY else Action.TO_PERSON)
    if reading.meaning not in _FITS:
        return Decision(Action.TO_PERSON)
    fits = _FITS[reading.meaning]
    if reading.code:
        return _by_code(reading, items, fits)
    fitting = [i for i in items if i.phase in fits and _is_timely(reading.meaning, i, now)]
    if reading.meaning is Meaning.DECLINE and any(i.phase == "offered" for i in fitting):
        fitting = [i for i in fitting if i.phase == "offered"]
    if len(fitting) == 1:
        return Decision(fits[fitting[0].phase], fitting[0].id)
    if len(fitting) > 1:
        return Decision(Action.ASK, codes=tuple(i.code for i in fitting))
    ended = [i for i in items if i.phase == "ended"]
    if reading.meaning is Meaning.ACCEPT and len(ended) == 1:
        return Decision(Action.ACCEPT, ended[0].id)
    if reading.meaning is Meaning.ACCEPT and not ended:
        # A plain yes to a confirmation or reminder needs no answer.
        return Decision(Action.IGNORE if any(i.phase == "accepted" for i in items) else Action.NOTHING_OPEN)
    return Decision(Action.TO_PERSON if items else Action.NOTHING_OPEN)


def _by_code(reading: Reading, items: Sequence[OpenItem], fits: dict[str, Action]) -> Decision:
    named = [i for i in items if re.sub(r"\D", "", i.code).endswith(reading.code)]
    if len(named) != 1:
        return Decision(Action.TO_PERSON)
    item = named[0]
    if item.phase in fits:
        return Decision(fits[item.phase], item.id)
    if reading.meaning in (Meaning.ACCEPT, Meaning.DECLINE):
        # Said again, or too late: the step that answers knows the true wording.
        return Decision(Action(reading.meaning), item.id)
    return Decision(Action.TO_PERSON)


def _is_timely(meaning: Meaning, item: OpenItem, now: datetime) -> bool:
    if meaning in (Meaning.ACCEPT, Meaning.DECLINE):
        return True
    return item.starts_at - _AROUND_START <= now <= item.starts_at + timedelta(hours=30)
