"""Reading one reply: never a guess. What is not known by heart is unclear and goes to a person."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from domain.reply_words import (
    ACCEPT_WORDS,
    ALARM_WORDS,
    ARRIVED_WORDS,
    AUTO_REPLY_MARKS,
    DECLINE_WORDS,
    DONE_WORDS,
    ECHO_MARKS,
    FILLERS,
    HEDGES,
    NEGATIONS,
    NOBODY_WORDS,
    NOT_NEGATIVE,
    OPENERS,
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
    NEXT_STEP = "next_step"  # a plain 3: arrived, and later done
    OPT_OUT = "opt_out"
    AUTO_REPLY = "auto_reply"
    WRONG_NUMBER = "wrong_number"
    UNCLEAR = "unclear"
    EMPTY = "empty"  # no words: nothing, dots, an emoji, a sticker


@dataclass(frozen=True)
class Reading:
    """A text understood as far as it goes. `code`: eight digits, or four from its beginning or end.

    `word`: what an opt-out was said with, in lower case; '' when in a sentence.
    """

    meaning: Meaning
    code: str = ""
    tail: str = ""
    alarm: bool = False
    word: str = ""


GREETINGS_NAMED = "greetings"  # the word of an opt-out that names them
LONGEST = 160  # characters that are read; the rest is kept and shown
_HIDDEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\u20e3\ufeff\u00ad]")
_EDGE = " \t\r\n.。,，!！~～、;；:：-—…·'\"“”‘’()（）[]【】"
_STICKER = re.compile(r"\[[^\[\]\d]{1,6}\]")
_CODE = re.compile(r"(?<![0-9])[tT]?\s*([4-9][0-9]{3})\s*[-—–−‐ ]?\s*([0-9]{4})([1-4])?(?![0-9])")
_ANSWER_AND_CODE = re.compile(r"(?<![0-9])([1-3])([4-9][0-9]{3})-?([0-9]{4})(?![0-9])")
_SHORT_CODE = re.compile(r"(?<![0-9])[tT]?([0-9]{4})(?![0-9年])")
_SHORT_CODE_AND_ANSWER = re.compile(r"^[tT]?([0-9]{4})([12])$")
_DIGITS = str.maketrans("一壹二贰三叁四肆", "11223344")
_ANSWERS = {"1": Meaning.ACCEPT, "2": Meaning.DECLINE, "3": Meaning.NEXT_STEP, "4": Meaning.DONE}
_LEADS = re.compile(r"^(?:我)?(?:回复|回|选择|选|按|答复|答)\s*")
# an answer's digit, not a time, date or number of people
_LONE_ANSWER = re.compile(r"(?<![0-9:.])[1-4]+(?![0-9:.点时号日月年人个位楼栋分岁小])")
_EMERGENCY_NUMBER = re.compile(r"(?<![0-9])(?:110|119|120)(?![0-9])")
_COME_QUICKLY = re.compile(r"快来(?!了)")
_STOP_TEXTING = re.compile(r"退订|(?:不要|别)(?:再)?(?:给我)?发(?:短信|信息|消息|了)|(?:不要|别)再发$")
_STOP_GREETING = re.compile(
    r"(?:不要|别|不用|不必)(?:再)?(?:给我)?(?:发|送)(?:这种|这类|这些|节日|过节|拜年)*(?:的)?(?:问候|祝福|拜年|贺)"
)
_PIECES = re.compile(r"[ ,，。.!！;；、~～]+")


def normalise(text: str) -> str:
    """NFKC, hidden characters gone, mojibake of UTF-8 read as Latin-1 repaired, first 160 characters."""
    return _whole(text)[:LONGEST]


def _whole(text: str) -> str:
    text = unicodedata.normalize("NFKC", _repair(text))
    text = _HIDDEN.sub("", text).replace("\u0000", "")
    return re.sub(r"\s+", " ", text).strip()


def _repair(text: str) -> str:
    if not any("\u0080" <= c <= "\u00ff" for c in text):
        return text
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def read_reply(text: str) -> Reading:
    """Read one text. Alarm words are flagged whatever else it says, and however far down."""
    whole = _whole(text)
    clean = whole[:LONGEST]
    alarm = _is_alarm(clean) or any(word in whole for word in ALARM_WORDS)
    spoken = "".join(c for c in _STICKER.sub(" ", clean) if unicodedata.category(c) not in ("So", "Sk", "Cs"))
    body = spoken.strip(_EDGE)
    if not body:
        return Reading(Meaning.EMPTY, alarm=alarm)
    word = _opt_out_word(body)
    if word or _STOP_TEXTING.search(body):
        return Reading(Meaning.OPT_OUT, alarm=alarm, word=word)
    if any(mark in clean for mark in (*AUTO_REPLY_MARKS, *ECHO_MARKS)):
        return Reading(Meaning.AUTO_REPLY, alarm=alarm)
    if any(word in body for word in WRONG_NUMBER_WORDS):
        return Reading(Meaning.WRONG_NUMBER, alarm=alarm)
    code, rest = _take_code(body)
    meaning, tail = _meaning(rest)
    if alarm and meaning is not Meaning.NOBODY_HOME:
        meaning = Meaning.UNCLEAR  # somebody in need is not answering an offer
    return Reading(meaning, code, tail, alarm)


def _opt_out_word(body: str) -> str:
    """R, "回复R", "退订，谢谢": the one word that says it; greetings that are named count as one."""
    if _STOP_GREETING.search(body):
        return GREETINGS_NAMED
    pieces = [_LEADS.sub("", piece).strip(_EDGE) for piece in _PIECES.split(body.casefold())]
    said = {piece.removeprefix("请") for piece in pieces if piece and piece not in FILLERS}
    return said.pop() if len(said) == 1 and said <= OPT_OUT_TEXTS else ""


def _is_alarm(clean: str) -> bool:
    return (
        any(word in clean for word in ALARM_WORDS)
        or _EMERGENCY_NUMBER.search(clean) is not None
        or _COME_QUICKLY.search(clean) is not None
    )


def _take_code(body: str) -> tuple[str, str]:
    """The code, and the text without it. Half a code counts only beside an answer."""
    joined = _ANSWER_AND_CODE.search(body)
    if joined:
        return joined[2] + joined[3], f"{joined[1]} {_without(body, joined)}"
    full = _CODE.search(body)
    if full:
        # "482917421": the answer typed straight after the code
        return full[1] + full[2], f"{full[3] or ''} {_without(body, full)}".strip()
    short = _SHORT_CODE_AND_ANSWER.match(body)
    if short:
        return short[1], short[2]
    parts = list(_SHORT_CODE.finditer(body))
    if len(parts) == 1:
        rest = _without(body, parts[0])
        if rest and _meaning(rest)[0] is not Meaning.UNCLEAR:
            return parts[0][1], rest
    return "", body


def _without(body: str, match: re.Match[str]) -> str:
    return f"{body[: match.start()]} {body[match.end() :]}".strip(_EDGE)


def _meaning(rest: str) -> tuple[Meaning, str]:
    """The meaning of a text without its code, and what follows the answer."""
    rest = _LEADS.sub("", rest.strip(_EDGE)).strip(_EDGE)
    digit = re.match(r"^([1-4一壹二贰三叁四肆])(?![0-9])(.*)$", rest, re.DOTALL)
    if digit and _stands_alone(digit[1], digit[2]):
        answer = _ANSWERS[digit[1].translate(_DIGITS)]
        return _with_tail(answer, digit[2].strip(_EDGE))
    trailing = re.match(r"^(.*?)[\s,，。:：]([12])$", rest, re.DOTALL)
    if trailing and _words_meaning(trailing[1].strip(_EDGE))[0] is Meaning.UNCLEAR:
        return _with_tail(_ANSWERS[trailing[2]], trailing[1].strip(_EDGE))
    return _words_meaning(rest)


def _stands_alone(digit: str, after: str) -> bool:
    """一 begins many words (一会儿), 1 many times (1点到): an answer is set off from them."""
    if digit.isascii():
        return _LONE_ANSWER.match(digit + after) is not None
    return not after.strip(_EDGE) or after[0] in _EDGE


def _says_no(text: str) -> bool:
    for phrase in NOT_NEGATIVE:
        text = text.replace(phrase, "")
    return any(word in text for word in NEGATIONS)


def _with_tail(answer: Meaning, tail: str) -> tuple[Meaning, str]:
    """A digit and words: neutral words are kept, contradicting or hedging ones make it unclear."""
    if not tail:
        return answer, ""
    if any(hedge in tail for hedge in HEDGES) or _LONE_ANSWER.search(tail) or _SHORT_CODE.search(tail):
        return Meaning.UNCLEAR, tail
    said = _words_meaning(tail)[0]
    if answer is Meaning.NEXT_STEP and said in (Meaning.ARRIVED, Meaning.DONE):
        return said, tail  # "3 到了": the words say which step
    contradicts = said not in (Meaning.UNCLEAR, Meaning.EMPTY, answer) or _opt_out_word(tail) != ""
    if contradicts or (answer is not Meaning.DECLINE and _says_no(tail)):
        return Meaning.UNCLEAR, tail
    return answer, tail


def _words_meaning(rest: str) -> tuple[Meaning, str]:
    """Words alone, and what follows a report. A hedge or a question is never an answer."""
    words = rest.casefold()
    if any(hedge in words for hedge in HEDGES):
        return Meaning.UNCLEAR, ""
    if any(word in words for word in NOBODY_WORDS):
        return Meaning.NOBODY_HOME, ""
    pieces = [piece for piece in _PIECES.split(words) if piece]
    known = [_piece(piece) for piece in pieces]
    kinds = {kind for kind in known if kind is not None}
    if len(kinds) == 1 and len(pieces) <= 4:
        return kinds.pop(), ""
    if known and known[0] is Meaning.DONE:  # "已完成，一切正常"
        tail = rest[len(pieces[0]) :].strip(_EDGE)
        return (Meaning.UNCLEAR if _says_no(tail) else Meaning.DONE), tail
    return Meaning.UNCLEAR, ""


def _piece(piece: str) -> Meaning | None:
    """One piece of a sentence: only pieces known by heart have a meaning; polite filler has none."""
    if piece in FILLERS:
        return None
    for words, meaning in (
        (ACCEPT_WORDS, Meaning.ACCEPT),
        (DECLINE_WORDS, Meaning.DECLINE),
        (DONE_WORDS, Meaning.DONE),
        (ARRIVED_WORDS, Meaning.ARRIVED),
    ):
        if piece in words:
            return meaning
    for opener in OPENERS:
        if piece.startswith(opener) and len(piece) > len(opener):
            return _piece(piece[len(opener) :])
    return Meaning.UNCLEAR


_SAID_AT_THE_END = re.compile(r"[吗呢吧啊呀]+$")
_MUCH, _SOME = 8, 4  # characters that no answer has


def says_more(text: str) -> bool:
    """Does a text say more than an answer would, so that a person must read it whatever is answered later?

    Hesitation ("可以吗？", "我问问老伴") is over with the answer; anything else of some length is not.
    """
    clean = normalise(text)
    _, rest = _take_code(clean.strip(_EDGE))
    pieces = [piece.strip("?").lstrip("1234 ") for piece in _PIECES.split(_STICKER.sub(" ", rest).casefold())]
    words = [_SAID_AT_THE_END.sub("", piece) for piece in pieces]
    unknown = sum(len(word) for word in words if word and _piece(word) is Meaning.UNCLEAR)
    hesitates = any(hedge in clean for hedge in HEDGES)
    return unknown >= (_MUCH if hesitates else _SOME)
