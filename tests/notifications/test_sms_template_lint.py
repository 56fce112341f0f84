"""The lint finds each fault that it promises to find."""

from typing import Any

import pytest

from notifications.template_lint import lint
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
        ("任务{code}，{code}请回复{answer}。", "repeated"),
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
    assert rules(kind="promotion", body=greeting) == ["opt_out"]
    assert rules(kind="promotion", body=greeting + "，拒收请回复R") == []
    assert "word" in rules(body=greeting + "，拒收请回复R")


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
