"""How offices head their columns. Each key is a field of the import, its aliases are what stands above it.

Keys that begin with `keep_` are known columns without a rule: their cells are kept as they came.
"""

from __future__ import annotations

from enum import StrEnum

from domain.flags import Flag


class Kind(StrEnum):
    """What a register lists."""

    RETIREES = "retirees"
    VOLUNTEERS = "volunteers"


_PERSON: dict[str, str] = {
    "ignore": "序号 编号 行号 序 原行号 未导入原因 ORIGINALROW WHYNOTIMPORTED",
    "name": "姓名 人员姓名 姓名全称 AAC003",
    "sex": "性别 AAC004",
    "born_on": "出生年月 出生日期 出生年月日 生日 出生时间 AAC006",
    "id_type": "证件类型 身份证件类型 AAC043 AAC058",
    "id_number": "公民身份号码 公民身份证号码 身份证号 身份证号码 身份证 身份号码 居民身份证号码 居民身份证 "
    "证件号码 证件号 身份证件号码 证件类型/号码 AAC002 AAC044",
    "phone": "本人手机 手机 手机号 手机号码 本人手机号码 本人手机号 移动电话 联系电话 联系方式 本人电话 "
    "本人联系电话 电话 电话号码 本人联系方式",
    "district": "区县 区 县区 区县市 所在区县 所属区县 所在区 居住区县 现居住区县",
    "street": "街道 乡镇 街道乡镇 镇街 所在街道 所属街道 街道镇 乡镇街道 居住街道",
    "community": "社区 村 社区村 村社区 居委会 村居 居村委会 所在社区 所属社区 管理社区 社区居委会 居住社区 "
    "村居委会",
    "division_code": "行政区划 行政区划代码 区划代码 区划编码 社区代码 社区编码 AAB301",
    "address": "常住地址 现住址 现居住地址 居住地址 家庭住址 家庭地址 住址 地址 详细地址 现住地址 居住地 "
    "联系地址 常住地",
    "address_part": "小区 小区名称 小区楼栋 楼栋 楼栋号 栋 栋号 单元 单元号 室 室号 房号 门牌号",
    "latitude": "纬度 LATITUDE LAT",
    "longitude": "经度 LONGITUDE LNG LON",
    "managing_agency": "管理机构 管理单位 经办机构 主管机构 属地管理机构 代管机构",
    "notes": "备注 说明 其他说明",
}

RETIREE_COLUMNS: dict[str, str] = _PERSON | {
    "personal_number": "个人编号 社保编号 个人社保编号 社会保障号 人员编号 养老保险编号 AAC001",
    "insured_type": "参保类型 险种 参保险种 险种类型 AAE140",
    "employer": "原工作单位 工作单位 原单位 单位名称 退休单位 原单位名称 AAB004 AAB069",
    "retired_on": "退休时间 退休日期 退休年月 离退休时间 离退休日期",
    "category": "离退休类别 退休类别 人员类别 离退休类型",
    "benefit_state": "待遇领取状态 领取状态 待遇状态 人员状态 发放状态 养老金状态 AAC008",
    "first_benefit_on": "待遇享受开始年月 首次领取时间 待遇领取时间 首发年月 领取待遇时间 开始领取时间 "
    "待遇起始年月",
    "residence": "居住地类别 居住地类型 居住类别 居住状况",
    "register_address": "户籍地址 户籍所在地 户口所在地 户籍地",
    "landline": "固定电话 座机 住宅电话 固话 家庭电话 家庭固定电话",
    "living": "居住方式 居住情况 居住形式",
    "health": "健康状况 身体状况 健康状态 健康情况",
    "welfare": "优抚类别 优抚类型 救助类别 困难类别",
    "special": "特殊类别 特殊群体 特殊人群 人员特征 重点人群 特殊情况",
    "politics": "政治面貌",
    "disability_level": "失能等级 失能程度 能力等级 自理能力 老年人能力等级",
    "handicap_grade": "残疾等级 残疾级别 残疾证等级",
    "certified_on": "上次认证日期 上次认证时间 最近认证日期 最近认证时间 认证日期 认证时间 上年认证时间 "
    "最后认证日期",
    "channel": "认证方式 上次认证方式 认证渠道 最近认证方式",
    "ground": "是否需上门认证及原因 上门认证原因 上门原因 申请上门原因 是否需要上门认证及原因 是否上门认证",
    "needs_visit": "是否需上门认证 是否需要上门认证 需上门认证",
    "registered_on": "报到日期 报到时间 登记日期 移交日期 接收日期",
    "died_on": "死亡日期 死亡时间 去世日期 去世时间",
    "household": "户号 家庭编号 家庭户号",
    "keep_nation": "民族",
    "keep_card": "社保卡号 社会保障卡号 AAZ500",
    "keep_nature": "单位性质",
    "keep_payer": "养老金发放机构 发放机构",
    "keep_spouse": "配偶姓名 配偶状况 配偶 配偶身份证号 配偶身份证号码 配偶电话",
    "keep_marriage": "婚姻 婚姻状况",
    "keep_group": "自管小组 自管组",
    "keep_talent": "特长",
    "keep_hobby": "兴趣爱好 爱好",
    "keep_archive": "档案移交状态 档案状态",
    "keep_party": "党组织关系",
    "keep_employer_number": "单位编号 AAB001",
    "contact1_name": "AAE004",
    "contact1_phone": "AAE005",
}

VOLUNTEER_COLUMNS: dict[str, str] = _PERSON | {
    "pool": "所属库 志愿者库 库别 所属志愿者库 志愿库 库",
    "organisation": "所属组织 志愿组织 所属队伍 服务队 志愿服务组织 所属团队 组织名称",
    "registry_number": "志愿者编号 全国志愿者编号 志愿服务编号 注册编号",
    "registered_on": "注册日期 注册时间 登记日期 加入日期",
    "languages": "语言 语言能力 方言",
    "shifts": "可服务时段 可服务时间 服务时段 服务时间 空闲时间 可服务时间段",
    "max_km": "最大距离 最远距离 可接受距离 服务半径 服务距离 最大服务距离",
    "max_km_day": "每日最大里程 每日里程上限",
    "max_visits_day": "每日上限 每天上限 每日最多次数 日服务上限",
    "max_visits_week": "每周上限 每周最多次数 周服务上限",
    "transport": "交通方式 出行方式 交通工具",
    "health": "健康自述 健康状况 身体状况",
    "health_declared_on": "健康声明日期 健康自述日期",
    "skills": "技能 服务技能 专业技能 特长",
    "trainings": "培训记录 培训情况 培训",
    "trained_on": "培训日期 培训时间",
    "training_until": "培训有效期 培训有效期至 培训有效期止",
    "insured_period": "保险起止 保险起止日期 保险期限 保险有效期 保险期间 保险单号/起止",
    "insured_from": "保险起 保险起始日期 保险开始日期 保险生效日期 保险起期",
    "insured_to": "保险止 保险截止日期 保险到期日期 保险终止日期 保险止期 保险有效期至",
    "committed_on": "承诺书日期 承诺日期 承诺书签订日期 签署承诺书日期 承诺书签署日期",
    "status": "状态 志愿者状态 在册状态",
    "recused": "不宜服务对象 回避对象 不宜服务 回避人员",
    "is_staff": "是否工作人员 是否社区工作人员 工作人员",
    "keep_politics": "政治面貌",
    "keep_occupation": "职业",
    "keep_intent": "服务意向",
    "keep_area": "可服务区域 服务区域",
    "keep_policy": "保险单号 保单号",
    "keep_emergency": "紧急联系人 紧急联系电话 紧急联系人电话 紧急联系人姓名",
    "keep_hours": "累计时长 服务时长",
    "keep_stars": "星级",
}

# Columns that are a question: 是否独居 with 是 or √ below.
FLAG_COLUMNS: dict[str, Flag] = {
    "高龄": Flag.ADVANCED_AGE,
    "孤寡": Flag.CHILDLESS,
    "独居": Flag.LIVING_ALONE,
    "空巢": Flag.EMPTY_NEST,
    "留守": Flag.LEFT_BEHIND,
    "失能": Flag.DISABLED,
    "卧床": Flag.BEDRIDDEN,
    "重残": Flag.SEVERELY_HANDICAPPED,
    "伤残": Flag.INJURED,
    "工伤": Flag.INJURED,
    "重病": Flag.SERIOUSLY_ILL,
    "特困": Flag.HARDSHIP,
    "困难": Flag.HARDSHIP,
    "失独": Flag.SPECIAL_FAMILY,
    "计生特殊家庭": Flag.SPECIAL_FAMILY,
    "计划生育特殊家庭": Flag.SPECIAL_FAMILY,
    "退役军人": Flag.VETERAN,
    "党员": Flag.PARTY_MEMBER,
    "劳模": Flag.MODEL_WORKER,
    "失智": Flag.DEMENTIA,
    "低保": Flag.LOW_INCOME,
    "精神康复": Flag.REHABILITATION,
}

# What a register must have, by the heading that the message names; one key of each group is enough.
REQUIRED: dict[Kind, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Kind.RETIREES: (
        ("姓名", ("name",)),
        ("公民身份号码", ("id_number",)),
        ("社区/常住地址", ("community", "address", "division_code")),
    ),
    Kind.VOLUNTEERS: (
        ("姓名", ("name",)),
        ("证件号码", ("id_number",)),
        ("手机", ("phone",)),
        ("社区/常住地址", ("community", "address", "division_code", "street", "district")),
    ),
}
