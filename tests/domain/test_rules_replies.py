# ruff: noqa: E501  # long lists of texts are easier to read in one line
"""Replies: the cases 39 to 68 that concern understanding, by their number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.replies import Meaning, Reading, normalise, read_reply

A, D, U = Meaning.ACCEPT, Meaning.DECLINE, Meaning.UNCLEAR
CASES = [
    *((39, text, A) for text in (
        "1", "１", "１。", " 1 ", "①", "1️⃣", "⒈", "⑴", "一", "壹", "回1", "回复１", "\u200b1", "1\ufeff", "1！", "选1", "“1”",
    )),
    *((40, text, D) for text in (
        "2", "２", "②", "二", "贰", "不行", "没空", "不好意思，没空", "来不了", "我来不了", "不好意思，我去不了，抱歉", "拒绝", "回复2",
    )),
    *((41, text, A) for text in ("好的", "收到", "可以", "没问题", "OK", "ＯＫ", "ok!", "好的，谢谢", "收到，谢谢！", "我可以", "好的👍")),
    (42, "没问题", A), (42, "不是不行", U), (42, "没问题吗", U), (42, "1没问题", A), (42, "1 不好意思刚看到", A),
    *((43, text, U) for text in (
        "可以吗？", "可以，但是要晚点", "不行，但两小时后可以", "1 但要晚点", "1？", "可能可以", "1 可以晚点吗", "2，不过下周可以", "再说",
        "1 R", "R 1", "TD 1", "考虑一下", "2不去了 1", "不1", "1不去了", "1 没空", "2 可以", "1或2", "1 2", "12", "1、2", "11",
    )),
    *((57, text, Meaning.DONE) for text in ("完成", "已完成", "做完了", "4", "４", "四", "④", "已完成，一切正常", "4 老人很好")),
    *((57, text, Meaning.NEXT_STEP) for text in ("3", "３", "三", "③", "回3")),
    *((57, text, Meaning.ARRIVED) for text in ("到了", "我到了", "已到达", "我们到了")),
    *((57, text, U) for text in ("没完成", "还没到", "完成了吗", "完成了，老人不舒服", "到", "3 还没到")),
    *((57, text, Meaning.NOBODY_HOME) for text in ("没人在家", "家里没人", "敲门没人应", "老人不在家", "没人应门")),
    *((55, text, Meaning.OPT_OUT) for text in (
        "TD", "ＴＤ", "td", "T", "R", "退订", "STOP", "Stop.", "不要再发短信了", "别再发了", "请退订", "回复R", "R，谢谢", "拒收",
        "不要再发祝福短信了", "别给我发节日问候了",
    )),
    *((61, text, Meaning.EMPTY) for text in ("", ".", "。。。", "  ", "\u200b", "[微笑]", "👍", "👍🏻👍🏻", "[OK]")),
    *((62, text, U) for text in ("要", "妖", "亿", "一会儿", "一定", "1点到", "1点半", "1个人去", "一个人")),
    *((63, text, Meaning.AUTO_REPLY) for text in (
        "我正在开会，稍后回复", "[自动回复]您好，我现在有事不在", "回复1接受 2拒绝", "【长沙退管】您有上门任务待确认：请今日18点前回复1接受、2拒绝。",
    )),
    (63, "正在开会，去不了", U), (63, "请今日安排别人", U),
    (65, "å¥½", A), (65, "好的".encode().decode("latin-1"), A), (65, "没空".encode().decode("cp1252"), D), (65, "é", U),
    *((0, text, Meaning.WRONG_NUMBER) for text in ("打错了", "你是谁？", "您发错了")),
    (68, "不在家", Meaning.NOBODY_HOME),
]  # fmt: skip


@pytest.mark.parametrize(("number", "text", "meaning"), CASES)
def test_meaning(number: int, text: str, meaning: Meaning) -> None:
    assert read_reply(text).meaning is meaning, number


FULL = "48291742"


@pytest.mark.parametrize(
    ("text", "meaning", "code"),
    [
        ("T4829-1742 1", A, FULL),
        ("t4829-1742 1", A, FULL),
        ("1 T4829-1742", A, FULL),
        ("1 4829-1742", A, FULL),
        ("14829-1742", A, FULL),
        ("148291742", A, FULL),
        ("48291742 1", A, FULL),
        ("48291742好", A, FULL),
        ("48291742,2", D, FULL),
        ("T4829 1742 不行", D, FULL),
        ("４８２９１７４２１", A, FULL),
        ("482917422", D, FULL),
        ("Ｔ４８２９－１７４２　１", A, FULL),
        ("任务T4829-1742 3", U, FULL),
        ("T4829-1742完成", Meaning.DONE, FULL),
        ("T4829-1742，没人在家", Meaning.NOBODY_HOME, FULL),
        ("T4829-1742", U, FULL),
        ("1742 1", A, "1742"),
        ("1 1742", A, "1742"),
        ("1742好", A, "1742"),
        ("17421", A, "1742"),
        ("T4829 1", A, "4829"),
        ("4829 2", D, "4829"),
        ("1742", U, ""),
        ("1742 1742 1", U, ""),
        ("13812345678", U, ""),
        ("1 电话13812345678", A, ""),
    ],
)
def test_44_codes(text: str, meaning: Meaning, code: str) -> None:
    reading = read_reply(text)
    assert (reading.meaning, reading.code) == (meaning, code)


@pytest.mark.parametrize(
    ("text", "meaning", "tail"),
    [
        ("1 我准时到", A, "我准时到"),
        ("1 明天下午晚点到", A, "明天下午晚点到"),
        ("1，下午3点到", A, "下午3点到"),
        ("1 9:15到", A, "9:15到"),
        ("2 家里有事", D, "家里有事"),
        ("2，没空", D, "没空"),
        ("2不去了", D, "不去了"),
        ("T4829-1742 2 孙子生病", D, "孙子生病"),
        ("4 老人很好", Meaning.DONE, "老人很好"),
        ("3 到了", Meaning.ARRIVED, "到了"),
        ("3 做完了", Meaning.DONE, "做完了"),
        ("已完成，一切正常", Meaning.DONE, "一切正常"),
        ("明天见 1", A, "明天见"),
    ],
)
def test_words_beside_an_answer_are_kept(text: str, meaning: Meaning, tail: str) -> None:
    reading = read_reply(text)
    assert (reading.meaning, reading.tail) == (meaning, tail)


@pytest.mark.parametrize(
    "text",
    ["王奶奶摔倒了，快来", "没人开门", "救命", "1 老人晕倒了", "完成，但是煤气味很重", "打了120", "2 王奶奶摔倒", "4 老人去世了", "ｊ１２０",
     "好的 着火了", "退订 救命", "没有摔倒"],
)  # fmt: skip
def test_60_alarm_words_are_always_seen(text: str) -> None:
    reading = read_reply(text)
    assert reading.alarm
    assert reading.meaning not in (A, D, Meaning.DONE, Meaning.ARRIVED)


def test_60_an_alarm_at_the_end_of_a_long_text_is_seen() -> None:
    reading = read_reply("1 " + "路上遇到邻居说了几句，" * 30 + "王奶奶摔倒了")
    assert (reading.alarm, reading.meaning) == (True, U)


@pytest.mark.parametrize(
    "text", ["1", "T4120-1199 1", "4110-1120 1", "41201100 2", "我快来了", "1 快来了", "13811012012"]
)
def test_60_codes_and_numbers_are_no_alarm(text: str) -> None:
    assert not read_reply(text).alarm


def test_61_a_picture_message_is_for_a_person() -> None:
    assert read_reply("iVBORw0KGgoAAAANSUhEUgAAAAUA" * 40).meaning is U


def test_64_long_and_hostile_texts() -> None:
    assert read_reply("1 " + "很好" * 1000) == Reading(A, "", ("很好" * 1000)[:158])
    assert len(normalise("好" * 2000)) == 160
    for text in (
        "'; DROP TABLE visits; --",
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        "{{1}}",
        "\x00\x00",
    ):
        assert read_reply(text).meaning in (U, Meaning.EMPTY)
    assert read_reply("1\x00").meaning is A


def test_65_broken_mojibake_is_left_to_a_person() -> None:
    assert read_reply("å¥").meaning is U
    assert read_reply("ä¸è¡Œ").meaning in (U, D)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = read_reply(text)
    assert reading.code == "" or reading.code.isdigit()
    assert len(reading.tail) <= 160


WORDS = st.sampled_from(
    ["1", "2", "好的", "不行", "可以", "没空", "但", "吗", "?", "不", "没", "可能", " ", ",", "到了", "完成"]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6).map("".join))
def test_a_hedge_or_both_answers_is_never_taken_for_one(text: str) -> None:
    reading = read_reply(text)
    meaning = reading.meaning
    if any(hedge in text for hedge in ("但", "吗", "?", "可能")):
        assert meaning not in (A, D)
    if "1" in text and "2" in text and not reading.code:  # "11112": the offer ending in 1111, declined
        assert meaning not in (A, D)
    if meaning is A:
        assert "不" not in text
        assert "没" not in text
