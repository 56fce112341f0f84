"""How simulated people are: each phone's owner has habits drawn from a seed and the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

YES = ("1", "１", "1。", "好的", "收到", "可以", "没问题", "OK", "1 准时到", "一")
NO = ("2", "２", "没空", "来不了", "不行", "2 家里有事")
ARRIVED = ("3", "到了", "已到")
DONE = ("4", "完成", "已完成")
MUDDLED = ("可以吗？", "可以，但要晚点", "谁啊", "[微笑]", "我问问老伴")


@dataclass(frozen=True)
class Habits:
    """Shares of what a volunteer does, and how soon; sums of `accepts` and `declines` stay below one."""

    accepts: float
    declines: float
    muddles: float
    median_minutes: float
    names_code: float
    cancels: float
    forgets_check_in: float
    stays_away: float
    uses_page: float


def volunteer_habits(rng: Random) -> Habits:
    """Most are willing and answer within the hour; a few hardly ever do."""
    keen = rng.betavariate(6, 2)
    return Habits(
        accepts=0.45 + 0.45 * keen,
        declines=0.10,
        muddles=0.02,
        median_minutes=rng.choice((6, 15, 40, 90)),
        names_code=rng.choice((0.1, 0.3, 0.9)),
        cancels=0.02,
        forgets_check_in=0.03,
        stays_away=0.006,
        uses_page=rng.choice((0.3, 0.8)),
    )


def delay(rng: Random, median_minutes: float, most_minutes: float = 600) -> timedelta:
    """Log-normal: half within the median, a few much later."""
    minutes = median_minutes * float(rng.lognormvariate(0, 0.8))
    return timedelta(minutes=max(0.5, min(minutes, most_minutes)))
