"""Words of registers and the codes they stand for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from domain.certification import Channel, Ground
from services.registers.files.raw import Cell, cell_text

_SPACES = re.compile(r"\s+")
_YES = frozenset(("是", "有", "需要", "需", "要", "√", "✓", "✔", "v", "对", "1", "y", "yes", "true", "已"))
_NO = frozenset((
    "否", "无", "没有", "不", "不是", "不需要", "不需", "不要", "未", "×", "✗", "x", "0", "n", "no", "false",
    "/", "-", "--",
))  # fmt: skip
NOTHING = frozenset((
    "无", "否", "没有", "暂无", "未知", "不详", "不清楚", "正常", "/", "-", "--", "—", "\\", "0", "n/a", "na",
    "null", "none",
))  # fmt: skip

# Tried in this order, the first word that the cell contains wins: longer and rarer ones first.
SEX = {"1": 1, "2": 2, "男": 1, "女": 2, "male": 1, "female": 2, "m": 1, "f": 2}
INSURED_TYPE = {
    "离休": "veteran_cadre",
    "机关": "government",
    "事业": "government",
    "灵活": "flexible",
    "个体": "flexible",
    "企业": "enterprise",
    "职工": "enterprise",
}
BENEFIT_STATE = {
    "死亡": "stopped_death",
    "死": "stopped_death",
    "终止": "stopped_other",
    "停止": "stopped_other",
    "失踪": "suspended_missing",
    "服刑": "suspended_imprisoned",
    "判刑": "suspended_imprisoned",
    "重复": "suspended_double",
    "未认证": "suspended_uncertified",
    "暂停": "suspended_other",
    "停发": "suspended_other",
    "正常": "normal",
    "在领": "normal",
    "享受": "normal",
    "1": "normal",
    "2": "suspended_other",
    "3": "stopped_other",
}
RESIDENCE = {
    "港": "hk_mo_tw",
    "澳": "hk_mo_tw",
    "台": "hk_mo_tw",
    "境外": "abroad",
    "国外": "abroad",
    "省外": "other_province",
    "外省": "other_province",
    "市外": "other_city",
    "外市": "other_city",
    "省内": "other_city",
    "异地": "other_city",
    "本市": "local",
    "市内": "local",
    "本地": "local",
    "本区": "local",
}
# Codes of the certification channels (rule table of channels, Regulation art. 27).
CHANNEL: dict[str, str] = {
    "亲友": Channel.ASSISTED_FACE,
    "协助刷脸": Channel.ASSISTED_FACE,
    "志愿者协助": Channel.ASSISTED_FACE,
    "代刷": Channel.ASSISTED_FACE,
    "静默": Channel.SILENT,
    "大数据": Channel.SILENT,
    "数据比对": Channel.SILENT,
    "信息比对": Channel.SILENT,
    "社会化": Channel.SOCIAL_SERVICE,
    "体检": Channel.SOCIAL_SERVICE,
    "上门": Channel.HOME_VISIT,
    "入户": Channel.HOME_VISIT,
    "非人脸": Channel.OFFLINE_NONFACE,
    "委托": Channel.OFFLINE_NONFACE,
    "领事": Channel.OVERSEAS,
    "境外": Channel.OVERSEAS,
    "使馆": Channel.OVERSEAS,
    "养老机构": Channel.INSTITUTION,
    "养老院": Channel.INSTITUTION,
    "康复": Channel.INSTITUTION,
    "机构": Channel.INSTITUTION,
    "原单位": Channel.EMPLOYER,
    "单位": Channel.EMPLOYER,
    "异地": Channel.REMOTE_AGENCY,
    "协助认证": Channel.REMOTE_AGENCY,
    "视频": Channel.PHONE_VIDEO,
    "电话": Channel.PHONE_VIDEO,
    "窗口": Channel.OFFLINE_FACE,
    "线下": Channel.OFFLINE_FACE,
    "现场": Channel.OFFLINE_FACE,
    "大厅": Channel.OFFLINE_FACE,
    "社区": Channel.OFFLINE_FACE,
    "刷脸": Channel.SELF_FACE,
    "人脸": Channel.SELF_FACE,
    "自助": Channel.SELF_FACE,
    "手机": Channel.SELF_FACE,
    "app": Channel.SELF_FACE,
    "网上": Channel.SELF_FACE,
}
# The five grounds of Regulation art. 7(3)3.
GROUND: dict[str, str] = {
    "卧床": Ground.BEDRIDDEN,
    "重病": Ground.BEDRIDDEN,
    "精神": Ground.PSYCHIATRIC_HOSPITAL,
    "养老": Ground.CARE_INSTITUTION,
    "敬老院": Ground.CARE_INSTITUTION,
    "福利院": Ground.CARE_INSTITUTION,
    "行动不便": Ground.IMMOBILE,
    "行走不便": Ground.IMMOBILE,
    "不能行走": Ground.IMMOBILE,
    "其他": Ground.OTHER_PHYSICAL,
    "不能自主": Ground.OTHER_PHYSICAL,
    "身体原因": Ground.OTHER_PHYSICAL,
    "不能自理": Ground.OTHER_PHYSICAL,
}
STATUS = {
    "待审": "pending",
    "审核": "pending",
    "暂停": "paused",
    "停": "paused",
    "退出": "left",
    "注销": "left",
    "离队": "left",
    "在册": "active",
    "正常": "active",
    "在岗": "active",
    "有效": "active",
    "注册": "active",
}
SKILL = {
    "上门认证": "certifier",
    "资格认证": "certifier",
    "认证": "certifier",
    "护理": "nurse",
    "护士": "nurse",
    "医护": "nurse",
    "照护": "nurse",
    "长沙话": "dialect",
    "方言": "dialect",
    "急救": "first_aid",
    "救护": "first_aid",
    "心肺复苏": "first_aid",
    "心理": "counselling",
    "手机": "phone_help",
}
RELATION = {
    "本人": "本人",
    "配偶": "配偶",
    "丈夫": "配偶",
    "妻子": "配偶",
    "老伴": "配偶",
    "爱人": "配偶",
    "孙": "孙辈",
    "媳": "子",
    "女婿": "女",
    "儿子": "子",
    "女儿": "女",
    "父": "父母",
    "母": "父母",
    "兄": "兄弟姐妹",
    "弟": "兄弟姐妹",
    "姐": "兄弟姐妹",
    "妹": "兄弟姐妹",
    "邻居": "邻居",
    "单位": "单位",
    "机构": "机构",
    "养老院": "机构",
    "子": "子",
    "女": "女",
    "夫": "配偶",
    "妻": "配偶",
}


def plain_word(cell: Cell) -> str:
    """Half-width, lower case, without blanks."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", cell_text(cell))).lower()


def read_word(cell: Cell, words: Mapping[str, str]) -> str | None:
    """The code of the first word that the cell contains; None when it has none of them."""
    text = plain_word(cell)
    if text in words:
        return words[text]
    return next((code for word, code in words.items() if not word.isdigit() and word in text), None)


def read_sex(cell: Cell) -> int | None:
    """GB/T 2261.1: 1 male, 2 female; None when the cell says neither."""
    text = plain_word(cell)
    return SEX.get(text) or SEX.get(text[:1])


def read_yes(cell: Cell) -> bool | None:
    """Yes or no; None when it is neither."""
    text = plain_word(cell).rstrip("。.")
    if text in _YES:
        return True
    return False if text in _NO else None


def is_nothing(cell: Cell) -> bool:
    """无, /, 不详 and the like: the office has filled the cell to say that there is nothing."""
    return plain_word(cell) in NOTHING


def read_ground(cell: Cell) -> str | None:
    """'' for no, the code of the ground, `yes` when no ground is named; None for other words."""
    text = plain_word(cell)
    answer = read_yes(text)
    if answer is not None:
        return "yes" if answer else ""
    if text.startswith(("否", "不需", "无需", "不用")):
        return ""
    ground = read_word(text, GROUND)
    if ground is None and text.startswith(("是", "需")):
        return "yes" if text.lstrip("是需要:,;()") == "" else Ground.OTHER_PHYSICAL
    return ground


def read_pool(cell: Cell) -> str | None:
    """`city` or `district` (Regulation art. 22); 浏阳市 is a district-level pool too."""
    text = plain_word(cell)
    if text.startswith(("市", "长沙市", "全市", "city")):
        return "city"
    return "district" if any(word in text for word in ("区", "县", "市", "district")) else None


def read_relation(cell: Cell) -> str:
    """One of the relations of the code set, 其他 for unknown words, '' for none."""
    text = plain_word(cell)
    if not text or text in NOTHING:
        return ""
    return read_word(text, RELATION) or "其他"
