"""Invented names for sample people, estates and employers; every sample row is marked with REMARK."""

from __future__ import annotations

from random import Random

REMARK = "虚拟样本数据"

SURNAMES = (
    "王李张刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
    "叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
_MALE = "国建志文德明华伟军平光春永福贵祥树林家庆长新立正怀大学义忠良"
_FEMALE = "秀桂玉淑美兰珍芳丽英梅凤云霞翠金月素红惠爱春菊香琴荣莲娥巧雪"
_YOUNG_MALE = "浩宇轩杰俊鹏博涛磊超凯阳睿铭哲翔晨宁航毅"
_YOUNG_FEMALE = "婷雅欣怡雯琳静颖佳慧倩璐悦晴萌思瑶洁妍彤"

ESTATES = (
    "金桂苑",
    "和顺苑",
    "湘水苑",
    "松鹤苑",
    "银杏苑",
    "梅岭苑",
    "枫林苑",
    "春晓苑",
    "向阳院",
    "机械厂宿舍",
)
EMPLOYERS = (
    ("样本机械厂", "市属"),
    ("样本纺织厂", "市属"),
    ("样本铁路机务段", "央企"),
    ("样本有色冶炼厂", "央企"),
    ("样本汽车运输公司", "省属"),
    ("样本地质队", "省属"),
    ("样本百货公司", "区属"),
    ("样本中学", "区属"),
    ("样本印刷厂", "区属"),
)
ORGANISATIONS = ("样本银龄志愿服务队", "样本社区邻里互助队", "样本青年志愿者协会", "样本巾帼志愿服务队")
HOBBIES = ("书法", "广场舞", "象棋", "花鼓戏", "太极拳", "种花", "钓鱼", "合唱", "无")
TALENTS = ("电工", "裁缝", "会计", "教学", "木工", "厨艺", "无")
OCCUPATIONS = ("教师", "医护人员", "社区工作者", "公司职员", "个体经营", "公务员")


def person_name(rng: Random, is_female: bool, age: int, surname: str = "") -> str:
    """A surname and one or two characters fitting sex and generation."""
    old, young = (_FEMALE, _YOUNG_FEMALE) if is_female else (_MALE, _YOUNG_MALE)
    pool = old if age >= 45 else young
    given = rng.choice(pool)
    if rng.random() < 0.75:
        given += rng.choice(pool)
    return (surname or rng.choice(SURNAMES)) + given
