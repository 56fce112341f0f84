"""What a reply is about: the cases that depend on what the sender has open, by their number."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.replies import Action, Decision, OpenItem, choose, read_reply

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def item(code: str, phase: str, hours: float = 24) -> OpenItem:
    return OpenItem(f"id-{code}", code, phase, NOW + hours * HOUR)


OFFER = item("T4829-1742", "offered")
OTHER = item("T5210-3386", "offered", 48)
PROMISED = item("T6005-9001", "accepted", 24)
TODAY = item("T7313-2824", "accepted", 0.25)
INSIDE = item("T8118-6440", "checked_in", -0.5)
ARRIVED_LATELY = OpenItem("a", "T8221-3434", "checked_in", NOW, NOW - HOUR / 20, NOW + HOUR)
ARRIVED_LONG_AGO = OpenItem("b", "T8332-4545", "checked_in", NOW - HOUR, NOW - HOUR / 2, NOW)
OVER = OpenItem("c", "T8443-5656", "accepted", NOW - 2 * HOUR, None, NOW - HOUR)
ENDED = item("T9444-1313", "ended", 20)
DECLINED = item("T4333-2121", "declined", 30)


@pytest.mark.parametrize(
    ("number", "text", "items", "action", "target"),
    [
        (39, "1", [OFFER], Action.ACCEPT, OFFER),
        (40, "没空", [OFFER], Action.DECLINE, OFFER),
        (41, "好的", [OFFER], Action.ACCEPT, OFFER),
        (41, "好的", [], Action.NOTHING_OPEN, None),
        (43, "可以吗？", [OFFER], Action.TO_PERSON, None),
        (44, "4829-1742 1", [OFFER, OTHER], Action.ACCEPT, OFFER),
        (44, "1742好", [OFFER, OTHER], Action.ACCEPT, OFFER),
        (44, "5210 2", [OFFER, OTHER], Action.DECLINE, OTHER),
        (44, "９９９９ 1", [OFFER, OTHER], Action.TO_PERSON, None),
        (44, "T4829-1742", [OFFER, OTHER], Action.TO_PERSON, None),
        (45, "1", [OFFER, INSIDE], Action.ACCEPT, OFFER),
        (45, "4", [OFFER, INSIDE], Action.DONE, INSIDE),
        (45, "完成", [OFFER, TODAY], Action.DONE, TODAY),
        (46, "1", [ENDED], Action.ACCEPT, ENDED),
        (47, "1", [ENDED, OFFER], Action.ACCEPT, OFFER),
        (47, "T9444-1313 1", [ENDED, OFFER], Action.ACCEPT, ENDED),
        (46, "1", [ENDED, item("T9555-1414", "ended")], Action.NOTHING_OPEN, None),
        (46, "2", [ENDED], Action.NOTHING_OPEN, None),
        (49, "1", [PROMISED], Action.IGNORE, None),
        (49, "T6005-9001 1", [PROMISED], Action.ACCEPT, PROMISED),
        (50, "2", [PROMISED], Action.WITHDRAW, PROMISED),
        (50, "来不了", [TODAY], Action.WITHDRAW, TODAY),
        (50, "T6005-9001 2", [PROMISED, OFFER], Action.WITHDRAW, PROMISED),
        (50, "2", [PROMISED, OFFER], Action.DECLINE, OFFER),
        (51, "1", [DECLINED], Action.ACCEPT, DECLINED),
        (51, "1", [DECLINED, ENDED], Action.ACCEPT, DECLINED),
        (51, "1", [DECLINED, PROMISED], Action.ACCEPT, DECLINED),
        (51, "1", [DECLINED, OFFER], Action.ACCEPT, OFFER),
        (51, "T4333-2121 1", [DECLINED, OFFER], Action.ACCEPT, DECLINED),
        (51, "2", [DECLINED], Action.IGNORE, None),
        (51, "2", [DECLINED, OFFER], Action.DECLINE, OFFER),
        (51, "到了", [DECLINED, TODAY], Action.ARRIVED, TODAY),
        (57, "到了", [TODAY], Action.ARRIVED, TODAY),
        (57, "到了", [PROMISED], Action.TO_PERSON, None),
        (57, "3", [PROMISED, TODAY], Action.ARRIVED, TODAY),
        (57, "3", [ARRIVED_LATELY], Action.ARRIVED, ARRIVED_LATELY),
        (57, "3", [ARRIVED_LONG_AGO], Action.DONE, ARRIVED_LONG_AGO),
        (57, "8332-4545 3", [ARRIVED_LONG_AGO, TODAY], Action.DONE, ARRIVED_LONG_AGO),
        (57, "3", [OVER], Action.DONE, OVER),
        (57, "3", [PROMISED], Action.TO_PERSON, None),
        (57, "已完成", [INSIDE, PROMISED], Action.DONE, INSIDE),
        (57, "完成", [PROMISED], Action.TO_PERSON, None),
        (57, "完成", [], Action.NOTHING_OPEN, None),
        (57, "没人在家", [INSIDE], Action.NOBODY_HOME, INSIDE),
        (60, "王奶奶摔倒了，快来", [INSIDE], Action.TO_PERSON, None),
        (61, "👍", [OFFER], Action.TO_PERSON, None),
        (62, "要", [OFFER], Action.TO_PERSON, None),
        (63, "我正在开会，稍后回复", [OFFER], Action.IGNORE, None),
        (55, "TD", [OFFER], Action.TO_PERSON, None),
    ],
)
def test_choice(
    number: int, text: str, items: list[OpenItem], action: Action, target: OpenItem | None
) -> None:
    assert choose(read_reply(text), items, NOW) == Decision(action, target.id if target else ""), number


def test_44_two_open_offers_are_asked_about_with_their_codes() -> None:
    decision = choose(read_reply("1"), [OFFER, OTHER, ENDED], NOW)
    assert decision == Decision(Action.ASK, codes=("T4829-1742", "T5210-3386"))
    assert choose(read_reply("不行"), [OFFER, OTHER, PROMISED], NOW).codes == decision.codes


def test_44_half_a_code_that_fits_two_offers_is_asked_about() -> None:
    twin = item("T4829-5555", "offered")
    assert choose(read_reply("4829 1"), [OFFER, twin], NOW).action is Action.ASK
    assert choose(read_reply("1742 1"), [OFFER, twin], NOW) == Decision(Action.ACCEPT, OFFER.id)


def test_50_two_promised_visits_are_asked_about_before_one_is_given_up() -> None:
    assert choose(read_reply("来不了"), [PROMISED, TODAY], NOW).action is Action.ASK


def test_51_the_same_no_once_more_gives_up_no_other_visit() -> None:
    decision = choose(read_reply("2"), [DECLINED, PROMISED], NOW)
    assert decision == Decision(Action.ASK, codes=("T6005-9001",))


def test_57_a_report_the_morning_after_still_counts() -> None:
    yesterday = item("T7313-2824", "accepted", -20)
    assert choose(read_reply("完成"), [yesterday], NOW) == Decision(Action.DONE, yesterday.id)
    old = item("T7313-2824", "accepted", -40)
    assert choose(read_reply("完成"), [old], NOW).action is Action.TO_PERSON
