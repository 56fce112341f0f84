"""The lint finds each fault that it promises to find."""

from typing import Any

import pytest

from notifications.template_lint import lint, lint_all
from notifications.templates import read_template


def rules(**changes: Any) -> list[str]:
    row = {
        "about": "a test",
        "audience": "volunteer",
        "priority": "offer",
        "until": "trigger",
        "body": "任务{code}请回复{answer}。",
        "values": {"code": {"max": 12, "sample": "T4829-1742"}, "answer": {"max": 5, "sample": "1"}},
    }
    return [problem.rule for problem in lint(read_template("X1", {**row, **changes}))]


def test_a_good_text_has_no_problem() -> None:
    assert rules() == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("任务{code}{answer}请回复。", "adjacent"),
        ("任务{code} {answer}请回复。", "adjacent"),
        ("任务{code}，{code}请回复{answer}。", "repeated"),
        ("任务{code}，祝您节日快乐，请回复{answer}。", "greeting"),
        ("任务{code}问卷，请回复{answer}。", "word"),
        ("{code}，{answer}", "all_variable"),
        ("【长沙】任务{code}请回复{answer}。", "brackets"),
        ("任务{code}\n请回复{answer}。", "blanks"),
        (" 任务{code}请回复{answer}。", "blanks"),
        ("任务{code}请看www.example.cn回复{answer}。", "link"),
        ("任务{code}请打13812345678，{answer}。", "mobile"),
        ("任务{code}证430102195803054，{answer}。", "id_number"),
        ("任务{code}请打12333、95588或0731-84512345，{answer}。", "contacts"),
        ("任务{code}老人卧床，请回复{answer}。", "word"),
        ("任务{code}回复{answer}，退订回T。", "word"),
        ("保险任务{code}请回复{answer}。", "word"),
        ("★任务{code}请回复{answer}。", "sign"),
        ("任务{code}请回复{answer}。" + "很长" * 30, "segments"),
    ],
)
def test_each_fault_of_a_body(body: str, rule: str) -> None:
    assert rule in rules(body=body)


def test_faults_of_values() -> None:
    code = {"max": 12, "sample": "T4829-1742"}
    assert "value_length" in rules(values={"code": code, "answer": {"max": 36, "sample": "1"}})
    assert "sample" in rules(values={"code": code, "answer": {"max": 5, "sample": "123456"}})
    assert "typical" in rules(values={"code": code, "answer": {"max": 5, "sample": "a\nb"}})


def test_a_waived_word_is_let_through() -> None:
    assert rules(body="保险任务{code}请回复{answer}。", waived=["保险"]) == []


def test_a_promotion_must_offer_a_way_out_and_a_notice_must_not() -> None:
    greeting = "祝您{code}节日快乐{answer}"
    promotion = {"kind": "promotion", "priority": "campaign"}
    assert rules(**promotion, body=greeting) == ["opt_out"]
    assert rules(**promotion, body=greeting + "，拒收请回复R") == []
    assert {"word", "greeting"} <= set(rules(body=greeting + "，拒收请回复R"))


def test_a_promotion_keeps_the_hours_of_promotions() -> None:
    body = "祝您{code}节日快乐{answer}，拒收请回复R"
    assert rules(kind="promotion", body=body) == ["hours"], "an offer's priority would not wait"
    assert rules(kind="promotion", priority="campaign", audience="staff", body=body) == ["audience"]


def test_words_are_refused_by_the_gateways_that_refuse_them() -> None:
    row = {"about": "", "audience": "staff", "priority": "reply", "until": "trigger"}
    text = read_template("X1", {**row, "body": "培训讲座改期，请处理。"})
    found = {name: [p.rule for p in lint(text, gateway=name)] for name in ("", "aliyun", "huawei", "twilio")}
    assert found == {"": ["word"], "aliyun": [], "huawei": ["word"], "twilio": []}


def test_our_own_texts_fit_every_gateway() -> None:
    assert lint_all() == []
    for gateway in ("aliyun", "twilio", "simulator"):
        assert lint_all(gateway=gateway) == []


def test_a_long_signature_is_told_for_the_texts_that_grow_over_a_segment() -> None:
    assert {problem.rule for problem in lint_all(signature="长沙市退休人员管理中心")} == {"segments"}


def test_an_unfit_signature_is_a_problem() -> None:
    row = {"about": "", "audience": "staff", "priority": "reply", "until": "trigger", "body": "请处理。"}
    assert [p.rule for p in lint(read_template("X1", row), signature="【x】")] == ["signature"]


@pytest.mark.parametrize("body", ["任务{code!r}", "任务{code:>9}", "任务{code.real}", "任务{}", "任务{0}"])
def test_only_plain_placeholders_are_read(body: str) -> None:
    with pytest.raises(ValueError, match="placeholder"):
        rules(body=body, values={"code": {"max": 12, "sample": "x"}})


def test_undeclared_and_unused_placeholders_are_refused() -> None:
    with pytest.raises(ValueError, match="declared"):
        rules(body="任务{code}")
    with pytest.raises(ValueError, match="declared"):
        rules(values={})
