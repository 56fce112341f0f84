"""Which texts a person must read although a clear answer follows, or nothing is open."""

from __future__ import annotations

import pytest

from domain.replies import says_more


@pytest.mark.parametrize(
    "text",
    [
        *("1", "２。", "好的，谢谢", "T4829-1742 1 好的，收到", "要", "妖", "谁啊", "[微笑]", "👍", "", "."),
        *("可以吗？", "可以，但要晚点", "我问问老伴"),
    ],
)
def test_an_answer_or_hesitation_says_no_more(text: str) -> None:
    assert not says_more(text)


@pytest.mark.parametrize(
    "text",
    [
        "老人搬家了",
        "请问要带什么证件？",
        "在哪里集合，要不要带工作证？",
        "王奶奶昨天说她腿疼想换个时间",
        "1 老人的门牌号和系统里的不一样",
        "4 老人身体很好，家里很干净，已经拍照了",
        "<script>alert(1)</script>" + "好" * 1000,
    ],
)
def test_anything_else_of_some_length_does(text: str) -> None:
    assert says_more(text)
