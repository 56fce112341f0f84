"""Sample retirees, household by household, as rows of a register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from models.division_data import DivisionRow
from simulation.sample import reach
from simulation.sample.numbers import NumberBook
from simulation.sample.places import Area, Home, make_home, share_out
from simulation.sample.profiles import PROFILES, Profile
from simulation.sample.words import EMPLOYERS, HOBBIES, REMARK, TALENTS, person_name

Cell = str | int | date | None
Row = dict[str, Cell]

_CHANNELS = ("自助刷脸", "亲友协助刷脸", "静默认证", "社会化服务", "窗口认证")
_OVERDUE_SHARE = 0.002
_INSTITUTIONS = {"养老机构": "样本颐养院", "康复医院": "样本康复医院"}


@dataclass
class Person:
    """What is drawn first, because a spouse's row needs it."""

    name: str
    is_female: bool
    born_on: date


def make_retirees(
    rng: Random, areas: Sequence[Area], book: NumberBook, today: date
) -> Iterator[tuple[Profile, Row]]:
    """One row for each retiree of the areas; spouses follow each other and share door and contact."""
    doors = _doors(rng, areas)
    households = _households(rng, sum(area.retirees for area in areas))
    number = 0
    for profile, size in households:
        area, street, community = next(doors)
        home = make_home(rng, area, street, community)
        people = _couple(rng, profile, today) if size == 2 else [_single(rng, profile, today)]
        contacts = reach.make_contacts(rng, people[0].name[0], book)
        for person in people:
            number += 1
            spouse = next((other for other in people if other is not person), None)
            row = _row(rng, profile, person, home, today)
            row |= {"序号": number, "个人编号": f"99{number:08}", "社保卡号": f"Y{number:08}"}
            row |= {"公民身份号码": book.identity(person.born_on, person.is_female)}
            row |= reach.phone_cells(rng, contacts, book)
            row |= _family(rng, profile, spouse)
            yield profile, row


def _doors(rng: Random, areas: Sequence[Area]) -> Iterator[tuple[Area, DivisionRow, DivisionRow]]:
    """A place for each retiree, in random order; a couple takes one, so some stay free."""
    places = []
    for area in areas:
        communities = [(street, member) for street, members in area.streets for member in members]
        places += [(area, *communities[i % len(communities)]) for i in range(area.retirees)]
    rng.shuffle(places)
    return iter(places)


def _households(rng: Random, total: int) -> list[tuple[Profile, int]]:
    households = []
    for profile, count in zip(PROFILES, share_out(total, [p.share for p in PROFILES]), strict=True):
        couples = int(count * profile.couples / 2)
        households += [(profile, 2)] * couples + [(profile, 1)] * (count - 2 * couples)
    rng.shuffle(households)
    return households


def _single(rng: Random, profile: Profile, today: date) -> Person:
    is_female = rng.random() < 0.55
    age = round(rng.triangular(*profile.ages, profile.ages[0]))
    return _person(rng, is_female, min(age, profile.ages[1]), today)


def _couple(rng: Random, profile: Profile, today: date) -> list[Person]:
    low, high = profile.ages
    wife = round(rng.triangular(low, high - 4, low))
    husband = min(high, wife + rng.randint(0, 4))
    return [_person(rng, False, husband, today), _person(rng, True, wife, today)]


def _person(rng: Random, is_female: bool, age: int, today: date) -> Person:
    age = max(age, 60 if is_female else 61)  # men retire at 60; nobody is in the first year of a pension
    born_on = date(today.year - age, today.month, 1) - timedelta(days=rng.randint(1, 330))
    return Person(person_name(rng, is_female, age), is_female, born_on)


def _row(rng: Random, profile: Profile, person: Person, home: Home, today: date) -> Row:
    employer, nature = rng.choice(EMPLOYERS)
    retired_on = date(person.born_on.year + (55 if person.is_female else 60), person.born_on.month, 1)
    reported_on = min(retired_on + timedelta(days=rng.randint(30, 150)), today - timedelta(days=30))
    is_member = rng.random() < 0.25
    special = [profile.special] if profile.special else []
    if profile.ages[0] >= 80:
        special.append("高龄")
    address = home.address
    if profile.living in _INSTITUTIONS:
        address = address.partition(home.community)[0] + home.community + _INSTITUTIONS[profile.living]
    row: Row = {
        "姓名": person.name,
        "性别": "女" if person.is_female else "男",
        "出生年月": person.born_on.isoformat(),
        "民族": rng.choices(("汉族", "土家族", "苗族"), (95, 3, 2))[0],
        "政治面貌": "中共党员" if is_member else "群众",
        "参保类型": "机关事业"
        if employer.endswith("中学")
        else rng.choices(("企业职工", "灵活就业"), (9, 1))[0],
        "原工作单位": employer,
        "单位性质": nature,
        "退休时间": f"{retired_on:%Y-%m}",
        "离退休类别": "退休",
        "待遇领取状态": "正常",
        "养老金发放机构": f"{home.district}社会保险经办机构",
        "户籍地址": home.address,
        "区县": home.district,
        "街道": home.street,
        "社区": home.community,
        "常住地址": address,
        "居住地类别": "本市",
        "健康状况": profile.health,
        "优抚类别": profile.welfare,
        "特殊类别": "、".join(special) or "无",
        "自管小组": f"{home.community.removesuffix('社区')}第{rng.randint(1, 4)}组",
        "特长": rng.choice(TALENTS),
        "兴趣爱好": rng.choice(HOBBIES),
        "档案移交状态": "已移交",
        "党组织关系": "已转入社区" if is_member else "",
        "报到日期": reported_on,
        "备注": REMARK,
    }
    return row | _certification(rng, profile, today)


def _certification(rng: Random, profile: Profile, today: date) -> Row:
    """The last one lies in one of the last twelve months, so due dates spread over the next twelve."""
    back, state = rng.randint(0, 11), "正常"
    if not profile.ground and not profile.level and rng.random() < _OVERDUE_SHARE:
        back, state = 13, "暂停-未认证"
    month = today.year * 12 + today.month - 1 - back
    last_day = today.day if back == 0 else 28
    on = date(month // 12, month % 12 + 1, rng.randint(1, min(last_day, 28)))
    return {
        "待遇领取状态": state,
        "上次认证日期": on,
        "认证方式": "上门认证" if profile.ground else rng.choice(_CHANNELS),
        "是否需上门认证及原因": f"是：{profile.ground}" if profile.ground else "否",
    }


def _family(rng: Random, profile: Profile, spouse: Person | None) -> Row:
    living = "" if profile.living in _INSTITUTIONS else profile.living
    if spouse is not None:
        return {"配偶姓名": spouse.name, "配偶状况": "退休", "婚姻": "已婚", "居住方式": living}
    marital = "丧偶" if profile.level == "A" else rng.choice(("丧偶", "离异", "丧偶"))
    if profile.special == "孤寡":
        marital = rng.choice(("未婚", "丧偶"))
    return {"婚姻": marital, "居住方式": living}
