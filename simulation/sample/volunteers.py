"""Sample volunteers: near the retirees, certifiers in every street, insured and trained for the next year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from simulation.sample.numbers import NumberBook
from simulation.sample.places import Area, Home, make_home
from simulation.sample.retirees import Row
from simulation.sample.words import OCCUPATIONS, ORGANISATIONS, REMARK, person_name

CITY_POOL_SHARE = 0.15
CERTIFIER = "上门认证"
STREETS_A_STAFF = 6  # of so many streets one has a member of the communities' staff among its volunteers
STAFF = {
    "是否工作人员": "是",
    "职业": "社区工作者",
    "健康自述": "良好，可参加上门服务",
    "最大距离": "45公里",
    "交通方式": "汽车",
}
_WEEKDAYS = "一二三四五六日"
_SKILLS = ("护理", "急救", "心理", "手机操作")
_STARS = ((1500, "五星"), (1000, "四星"), (600, "三星"), (300, "二星"), (100, "一星"))
_LAPSED = ("暂停", "待审", "退出")


def make_volunteers(rng: Random, areas: Sequence[Area], book: NumberBook, today: date) -> Iterator[Row]:
    """One row for each volunteer of the areas, street by street in turn."""
    number = 0
    for area in areas:
        city_pool = round(area.volunteers * CITY_POOL_SHARE)
        for i in range(area.volunteers):
            street, communities = area.streets[i % len(area.streets)]
            home = make_home(rng, area, street, rng.choice(communities))
            place_in_street = i // len(area.streets)
            number += 1
            is_city = i >= area.volunteers - city_pool
            row = _who(rng, home, book, today, is_female=place_in_street % 5 in (0, 2, 3))
            row |= _serves(rng, home, today, place_in_street % 5 in (0, 1, 4), is_city)
            row |= _papers(rng, number, today)
            # people of the communities' own staff: who goes where an identity is in doubt
            if place_in_street == 0 and i % STREETS_A_STAFF == 0:
                row |= STAFF
            # the first five of a street are always there, so that every street can be served
            if place_in_street >= 5 and rng.random() < 0.06:
                row["状态"] = rng.choice(_LAPSED)
            yield {"序号": number, **row}


def _who(rng: Random, home: Home, book: NumberBook, today: date, is_female: bool) -> Row:
    age = min(75, round(rng.triangular(20, 76, 63)))
    born_on = date(today.year - age, today.month, 1) - timedelta(days=rng.randint(1, 330))
    kin = person_name(rng, not is_female, age)
    return {
        "姓名": person_name(rng, is_female, age),
        "性别": "女" if is_female else "男",
        "出生日期": born_on,
        "证件类型": "居民身份证",
        "证件号码": book.identity(born_on, is_female),
        "手机": book.mobile(),
        "区县": home.district,
        "街道": home.street,
        "社区": home.community,
        "常住地址": home.address,
        "政治面貌": rng.choices(("中共党员", "共青团员" if age < 28 else "群众", "群众"), (4, 2, 4))[0],
        "职业": "退休" if age >= 60 else rng.choice(OCCUPATIONS),
        "健康自述": "良好，可参加上门服务" if age >= 70 else "良好",
        "紧急联系人": f"{kin} {book.mobile()}",
    }


def _serves(rng: Random, home: Home, today: date, is_certifier: bool, is_city: bool) -> Row:
    walks = not is_city and rng.random() < 0.2
    kilometres = rng.choice((35, 40, 45)) if is_city else rng.choice((6, 8) if walks else (20, 25, 30))
    skills = [CERTIFIER] * is_certifier + [skill for skill in _SKILLS if rng.random() < 0.25]
    wishes = [CERTIFIER] * is_certifier + ["日常探访", "节日走访"] + ["助医"] * ("护理" in skills)
    trained = [_training(rng, "入户探访", today)] + [
        _training(rng, skill, today) for skill in skills if skill in (CERTIFIER, "急救")
    ]
    return {
        "所属库": "市" if is_city else "区",
        "所属组织": rng.choice(ORGANISATIONS),
        "语言": rng.choices(("普通话、长沙话", "普通话"), (7, 3))[0],
        "服务意向": "、".join(wishes),
        "可服务时段": "、".join(_shifts(rng)),
        "可服务区域": "全市" if is_city else home.district,
        "最大距离": f"{kilometres}公里",
        "交通方式": "步行" if walks else "电动车",
        "是否工作人员": "否",
        "技能": "、".join(skills) or "无",
        "培训记录": "；".join(trained),
    }


def _shifts(rng: Random) -> list[str]:
    """Four to seven half-days a week, seldom an evening."""
    parts = [f"周{day}{part}" for day in _WEEKDAYS for part in ("上午", "下午")]
    chosen = sorted(rng.sample(range(len(parts)), rng.randint(4, 7)))
    evening = [f"周{rng.choice(_WEEKDAYS)}晚上"] if rng.random() < 0.1 else []
    return [parts[i] for i in chosen] + evening


def _training(rng: Random, name: str, today: date) -> str:
    done = today - timedelta(days=rng.randint(20, 300))
    return f"{name}培训 {done}（有效期至{done.replace(year=done.year + 3, day=min(done.day, 28))}）"


def _papers(rng: Random, number: int, today: date) -> Row:
    served = rng.random() < 0.9
    registered_on = today - timedelta(days=rng.randint(400, 3200) if served else rng.randint(30, 300))
    insured_from = today - timedelta(days=rng.randint(10, 200))
    hours = round((today - registered_on).days * rng.uniform(0.02, 0.35)) if served else rng.randint(0, 20)
    return {
        "志愿者编号": f"4301990000{number:06}",
        "注册日期": registered_on,
        "保险单号": f"YB{today.year}{number:06}",
        "保险起止": f"{insured_from}至{insured_from + timedelta(days=730)}",
        "承诺书日期": min(registered_on + timedelta(days=rng.randint(0, 20)), today),
        "累计时长": hours,
        "星级": next((star for least, star in _STARS if hours >= least), "无"),
        "状态": "在册",
        "不宜服务对象": "无",
        "备注": REMARK,
    }
