"""What a row says of a retiree besides who it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from domain.certification import Channel, Ground
from domain.flags import Flag
from models.retirees import LifeStatus
from services.registers.rows.drafts import Draft
from services.registers.rows.life import life_of, next_life
from tests.registers.samples import RETIREE

Read = Callable[..., Draft]


def codes(draft: Draft) -> list[str]:
    return [finding.problem.code for finding in draft.findings]


def test_flags_of_all_columns_come_together(read: Read) -> None:
    draft = read(
        RETIREE,
        居住方式="独居",
        健康状况="生活不能自理",
        优抚类别="低保",
        特殊类别="高龄、失独",
        政治面貌="中共党员",
        残疾等级="二级",
        是否劳模="√",
        退役军人="否",
    )
    assert draft.flags == {
        Flag.LIVING_ALONE,
        Flag.DISABLED,
        Flag.LOW_INCOME,
        Flag.ADVANCED_AGE,
        Flag.SPECIAL_FAMILY,
        Flag.PARTY_MEMBER,
        Flag.SEVERELY_HANDICAPPED,
        Flag.MODEL_WORKER,
    }
    assert draft.values["disability_level"] == 2
    assert draft.values["health"] == "生活不能自理"
    assert Flag.VETERAN in draft.stated_flags
    assert codes(draft) == []


def test_the_level_column_decides_whether_somebody_counts_as_disabled(read: Read) -> None:
    assert Flag.DISABLED not in read(RETIREE, 失能等级="轻度").flags
    severe = read(RETIREE, 失能等级="3级")
    assert (severe.values["disability_level"], severe.flags) == (3, {Flag.DISABLED})
    assert read(RETIREE, 失能等级=0).values["disability_level"] == 0


@pytest.mark.parametrize("health", ["健康", "一般", "长年有病"])
def test_other_states_of_health_are_text_only(read: Read, health: str) -> None:
    draft = read(RETIREE, 健康状况=health)
    assert (draft.flags, draft.values["health"], codes(draft)) == (set(), health, [])


def test_an_unknown_word_is_a_warning_and_kept(read: Read) -> None:
    draft = read(RETIREE, 优抚类别="某某补贴")
    assert (codes(draft), draft.extra["优抚类别"]) == (["word_unknown"], "某某补贴")


def test_the_ground_of_a_home_visit(read: Read) -> None:
    assert read(RETIREE, 是否需上门认证及原因="是：行动不便").values["home_visit_ground"] == Ground.IMMOBILE
    assert read(RETIREE, 是否需上门认证及原因="否").values["home_visit_ground"] == ""
    asked = read(RETIREE, 是否需上门认证="是")
    assert (asked.values["home_visit_ground"], codes(asked)) == (Ground.OTHER_PHYSICAL, ["ground_missing"])
    both = read(RETIREE, 是否需上门认证="是", 上门原因="入住精神康复医院")
    assert both.values["home_visit_ground"] == Ground.PSYCHIATRIC_HOSPITAL


def test_bedridden_without_a_ground_is_a_warning(read: Read) -> None:
    assert codes(read(RETIREE, 特殊类别="卧床")) == ["ground_wanted"]
    assert codes(read(RETIREE, 特殊类别="卧床", 上门原因="重病卧床")) == []


def test_the_last_certification(read: Read) -> None:
    draft = read(RETIREE, 上次认证日期="2026-03-05", 认证方式="静默认证")
    assert (draft.certified_on, draft.channel, codes(draft)) == (date(2026, 3, 5), Channel.SILENT, [])
    month = read(RETIREE, 上次认证日期="2026.03", 认证方式="静默认证")
    assert (month.certified_on, codes(month)) == (date(2026, 3, 1), ["date_month_only"])
    unknown = read(RETIREE, 上次认证日期="2026-03-05")
    assert (unknown.channel, codes(unknown)) == (Channel.OFFLINE_FACE, ["channel_missing"])
    future = read(RETIREE, 上次认证日期="2099-01-01")
    assert (future.certified_on, codes(future)) == (None, ["date_future"])
    assert future.extra["上次认证日期"] == "2099-01-01"


def test_office_fields(read: Read) -> None:
    draft = read(
        RETIREE,
        社保编号=99000001.0,
        参保类型="企业职工",
        原工作单位="样本机械厂",
        退休时间="1997.04",
        报到日期=date(1997, 6, 1),
        待遇领取状态="正常",
        备注="虚拟样本数据",
        社保卡号="Y1",
        没听说过="某事",
    )
    expected = {
        "personal_number": "99000001",
        "insured_type": "enterprise",
        "employer": "样本机械厂",
        "retired_on": date(1997, 4, 1),
        "registered_on": date(1997, 6, 1),
        "benefit_state": "normal",
        "notes": "虚拟样本数据",
    }
    assert {key: draft.values[key] for key in expected} == expected
    assert draft.extra == {"退休时间": "1997.04", "社保卡号": "Y1", "没听说过": "某事"}


def test_veteran_cadres_are_told_apart_and_long_texts_are_cut(read: Read) -> None:
    assert read(RETIREE, 离退休类别="离休", 参保类型="机关事业").values["insured_type"] == "veteran_cadre"
    cut = read(RETIREE, 原工作单位="厂" * 200)
    assert (len(cut.values["employer"]), codes(cut)) == (128, ["text_cut"])


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("正常", "normal"),
        ("1", "normal"),
        ("暂停-未认证", "suspended_uncertified"),
        ("暂停-失踪", "suspended_missing"),
        ("暂停-服刑", "suspended_imprisoned"),
        ("暂停-重复领取", "suspended_double"),
        ("停止-死亡", "stopped_death"),
        (2.0, "suspended_other"),
    ],
)
def test_benefit_states(read: Read, text: object, state: str) -> None:
    assert read(RETIREE, 待遇领取状态=text).values["benefit_state"] == state


def test_a_day_of_death_is_a_death(read: Read) -> None:
    assert read(RETIREE, 死亡日期="2026-10-01").values["benefit_state"] == "stopped_death"


def test_life_follows_the_register_only_where_the_register_speaks() -> None:
    living, away, hospital = LifeStatus.LIVING, LifeStatus.AWAY, LifeStatus.HOSPITALISED
    dead = LifeStatus.DECEASED
    assert life_of("other_province", "normal") is away
    assert life_of("local", "suspended_missing") is LifeStatus.MISSING
    assert next_life(living, living, away) is away
    assert next_life(away, away, living) is living  # the register had said away, now it does not
    assert next_life(away, living, living) is away  # visitors had said so
    assert next_life(hospital, living, away) is hospital
    assert next_life(hospital, living, dead) is dead
    assert next_life(dead, dead, living) is dead
