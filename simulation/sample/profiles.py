"""What kinds of retirees there are, and how many of each: about 5 % need level A, 15 % B, 20 % C."""

from __future__ import annotations

from dataclasses import dataclass

BEDRIDDEN, HARDLY_MOBILE = "重病卧床", "行动不便"
IN_HOME, IN_HOSPITAL, OTHER = "入住养老服务机构", "入住精神康复医院", "其他身体原因不能自主完成"


@dataclass(frozen=True)
class Profile:
    """One kind of situation, in the words of the register."""

    level: str  # the care level that the policy derives from it, '' = none
    share: float  # of all retirees, in percent
    ages: tuple[int, int]
    living: str = "与子女"
    health: str = "一般"
    welfare: str = "无"
    special: str = ""
    ground: str = ""  # why the certification must be done at home, '' = can go out
    couples: float = 0.0  # share who live with a spouse of the same profile


PROFILES = (
    Profile("A", 2.9, (80, 99), living="独居"),
    Profile("A", 1.2, (80, 94), living="空巢", couples=0.8),
    Profile("A", 0.5, (80, 94), living="留守"),
    Profile("A", 0.4, (72, 95), special="失智", health="长年有病", ground=OTHER),
    Profile("B", 10.0, (80, 97), couples=0.3),
    Profile("B", 0.8, (65, 93), health="生活不能自理", special="失能2级", ground=HARDLY_MOBILE),
    Profile("B", 1.0, (68, 95), health="生活不能自理", special="失能4级、卧床", ground=BEDRIDDEN),
    Profile("B", 0.4, (78, 97), living="养老机构", health="生活不能自理", special="失能3级", ground=IN_HOME),
    Profile("B", 1.6, (60, 79), welfare="重病", health="长年有病"),
    Profile("B", 0.7, (66, 79), living="独居", special="孤寡"),
    Profile("B", 0.5, (60, 79), living="空巢", special="失独"),
    Profile("C", 7.0, (62, 79), living="独居"),
    Profile("C", 8.5, (60, 79), living="空巢", couples=0.7),
    Profile("C", 1.0, (60, 79), special="工伤"),
    Profile("C", 0.5, (60, 79), special="伤残"),
    Profile("C", 0.5, (60, 79), special="重残", ground=HARDLY_MOBILE),
    Profile("C", 1.3, (60, 79), welfare="低保"),
    Profile("C", 1.0, (60, 79), welfare="特困"),
    Profile("C", 0.2, (60, 79), special="精神康复", living="康复医院", ground=IN_HOSPITAL),
    Profile("", 56.0, (60, 79), health="健康", couples=0.35),
    Profile("", 2.5, (60, 79), health="健康", special="退役军人"),
    Profile("", 1.5, (60, 79), health="健康", special="劳模"),
)
