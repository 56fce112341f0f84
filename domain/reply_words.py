"""Words of replies, known by heart. Data, not rules: `domain.reply_reading` says what to do with them."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACCEPT_WORDS = _words(
    """
    好 好的 好滴 好嘞 好吧 好呀 好啊 行 行的 可以 可以的 可以去 没问题 没有问题 收到 接受 同意 确认 愿意 参加
    去 能去 我去 会去 会来 准时到 准时参加 ok okay yes y 是 是的 嗯 嗯嗯 收到谢谢 好的谢谢 好的收到 收到好的
    """
)
DECLINE_WORDS = _words(
    """
    不 不去 不了 不行 不能 不可以 不参加 不同意 不接受 拒绝 没空 没时间 没有空 没有时间 来不了 去不了 不能去
    不能来 参加不了 有事 有事来不了 有事去不了 没空去 家里有事 no n 不方便 不去了 不来了 取消 去不成 来不成
    """
)
ARRIVED_WORDS = _words("到了 已到 到达 已到达 我到了 已经到了 我们到了 我们已到")
DONE_WORDS = _words(
    """
    完成 完成了 已完成 已经完成 做完了 做好了 结束 结束了 已结束 访问完成 走访完成 探访完成 走访结束 探访结束
    探访完了 走访完了
    """
)
NOBODY_WORDS = (
    *("没人在家", "家里没人", "家里没有人", "没有人在家", "无人在家", "老人不在家", "家中无人", "不在家"),
    *("没人应门", "无人应门", "没人应", "无人应", "没人开门", "无人开门", "敲门没人", "敲门无人"),
)
# Said before an answer without changing it.
OPENERS = ("我们", "我", "实在", "临时", "这次", "真的", "确实")
FILLERS = _words(
    "谢谢 谢谢您 谢谢你 谢了 多谢 感谢 不好意思 你好 您好 抱歉 对不起 辛苦 辛苦了 老师 麻烦您了 请放心 放心"
)
# Hold a no in them and do not say no.
NOT_NEGATIVE = ("没问题", "没有问题", "没事", "没关系", "不好意思", "不客气", "不用谢", "不见不散", "不迟到")
HEDGES = (
    *("?", "吗", "么", "要晚点", "晚点再", "不一定", "可能", "也许", "看情况", "再说", "考虑", "但", "不过"),
    *("如果", "要是", "商量", "问问", "不是不", "除非", "改成", "换成", "改到", "换到"),
)
NEGATIONS = ("不", "没", "无", "取消", "拒绝")
ALARM_WORDS = (
    *(
        "救命",
        "摔倒",
        "跌倒",
        "摔伤",
        "晕倒",
        "昏倒",
        "昏迷",
        "倒在地",
        "倒地",
        "不省人事",
        "没反应",
        "没有反应",
    ),
    *(
        "没人开门",
        "无人开门",
        "没有呼吸",
        "没呼吸",
        "呼吸困难",
        "叫不醒",
        "出血",
        "流血",
        "抽搐",
        "中风",
        "骨折",
    ),
    *(
        "胸痛",
        "着火",
        "起火",
        "火灾",
        "冒烟",
        "煤气",
        "漏气",
        "报警",
        "急救",
        "救护车",
        "自杀",
        "轻生",
        "走失",
    ),
    *("打人", "被打", "持刀", "去世", "过世"),
)
# Answering machines of telephones. "正在开会" alone is not one: people write it who cannot come.
AUTO_REPLY_MARKS = (
    *("自动回复", "自动答复", "稍后回复", "稍后联系", "稍后给您回", "稍后回电", "稍后与您联系", "稍后再联系"),
    *("再和您联系", "再与您联系", "现在不方便接", "请留言"),
)
ECHO_MARKS = ("回复1接受", "1接受、2拒绝", "1接受,2拒绝", "1接受 2拒绝", "【长沙")
WRONG_NUMBER_WORDS = ("打错了", "发错了", "不认识", "你是谁", "你谁啊", "搞错了", "错号")
# Letters that a promotion asks for, and words for it; the others mean every text, wherever they are said.
OPT_OUT_LETTERS = frozenset(("td", "t", "r"))
OPT_OUT_WORDS = frozenset(("退订", "拒收"))
OPT_OUT_TEXTS = OPT_OUT_LETTERS | OPT_OUT_WORDS | {"stop", "unsubscribe", "quit", "stopall", "optout"}
