"""What a register may say about a retiree's situation, and the groups the rules derive from it."""

from __future__ import annotations

from enum import StrEnum


class Flag(StrEnum):
    """One fact about a person, set by somebody on a day; a person may carry several."""

    ADVANCED_AGE = "advanced_age"  # 高龄
    CHILDLESS = "childless"  # 孤寡
    LIVING_ALONE = "living_alone"  # 独居
    EMPTY_NEST = "empty_nest"  # 空巢
    LEFT_BEHIND = "left_behind"  # 留守
    DISABLED = "disabled"  # 失能, with a level 0-4 of GB/T 42195
    BEDRIDDEN = "bedridden"  # 卧床
    SEVERELY_HANDICAPPED = "severely_handicapped"  # 重残
    INJURED = "injured"  # 伤残
    SERIOUSLY_ILL = "seriously_ill"  # 重病
    HARDSHIP = "hardship"  # 特困, read as 特别困难
    HARDSHIP_LEGAL = "hardship_legal"  # 法定特困人员
    SPECIAL_FAMILY = "special_family"  # 计划生育特殊家庭
    VETERAN = "veteran"  # 退役军人
    PARTY_MEMBER = "party_member"  # 党员
    MODEL_WORKER = "model_worker"  # 劳模
    DEMENTIA = "dementia"  # 失智
    LOW_INCOME = "low_income"  # 低保
    REHABILITATION = "rehabilitation"  # 精神康复
