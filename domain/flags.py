"""What a register may say about a retiree's situation, and the groups the rules derive from it."""

from __future__ import annotations

from collections.abc import Collection
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
    WANTS_GREETINGS = "wants_greetings"  # agreed to texts that are no notices; ended when taken back (§5.3)


class Contradiction(StrEnum):
    """Facts that cannot hold of one person at one time (rule CARE-01)."""

    CHILDLESS_AND_EMPTY_NEST = "childless_and_empty_nest"  # an empty nest is one that children have left
    CHILDLESS_AND_LEFT_BEHIND = "childless_and_left_behind"  # left behind by children
    TOO_YOUNG_FOR_ADVANCED_AGE = "too_young_for_advanced_age"
    DISABLED_BELOW_LEVEL = "disabled_below_level"  # the level on record says otherwise
    ALONE_IN_A_SHARED_HOME = "alone_in_a_shared_home"  # another retiree lives behind the same door


def contradictions(
    flags: Collection[str],
    *,
    age: int,
    advanced_age: int,
    disability_level: int,
    disabled_from_level: int,
    housemates: int = 0,
) -> list[Contradiction]:
    """What in a person's flags contradicts itself or the register; empty when all may hold together.

    `disability_level` 0 says nothing (nobody has assessed it, or no loss); `housemates`: other living
    retirees behind the same door.
    """
    held = set(flags)
    childless = Flag.CHILDLESS in held
    checks = (
        (childless and Flag.EMPTY_NEST in held, Contradiction.CHILDLESS_AND_EMPTY_NEST),
        (childless and Flag.LEFT_BEHIND in held, Contradiction.CHILDLESS_AND_LEFT_BEHIND),
        (Flag.ADVANCED_AGE in held and age < advanced_age, Contradiction.TOO_YOUNG_FOR_ADVANCED_AGE),
        (
            Flag.DISABLED in held and 0 < disability_level < disabled_from_level,
            Contradiction.DISABLED_BELOW_LEVEL,
        ),
        (Flag.LIVING_ALONE in held and housemates > 0, Contradiction.ALONE_IN_A_SHARED_HOME),
    )
    return [what for holds, what in checks if holds]
