"""A row of a register of retirees."""

from __future__ import annotations

from domain.ages import completed_years
from domain.certification import Channel, Ground
from domain.flags import Flag
from models.division_data import DivisionRow
from services.registers.cells.codes import BENEFIT_STATE, CHANNEL, INSURED_TYPE, RESIDENCE
from services.registers.cells.facts import DISABLED_FROM, FLAG_WORDS, read_facts, read_handicap, read_level
from services.registers.cells.words import is_nothing, read_ground, read_word, read_yes
from services.registers.columns import FLAG_COLUMNS
from services.registers.problems import persons as person_problems
from services.registers.problems import roles as role_problems
from services.registers.rows.drafts import Context, RowReader
from services.registers.rows.fields import read_day, set_day, set_text, set_word
from services.registers.rows.identities import read_identity, read_name
from services.registers.rows.life import DEATH
from services.registers.rows.places import household_key, read_address, read_division
from services.registers.rows.reach import read_retiree_phones

YOUNGEST = 40
_FACT_COLUMNS = ("living", "health", "welfare", "special", "politics")
# Flags that a column's silence ends when the import had set them: 居住方式 与子女 ends 独居.
_STATED_BY: dict[str, frozenset[Flag]] = {
    "living": frozenset({Flag.LIVING_ALONE, Flag.EMPTY_NEST, Flag.LEFT_BEHIND}),
    "health": frozenset({Flag.DISABLED, Flag.BEDRIDDEN, Flag.DEMENTIA}),
    "welfare": frozenset({Flag.HARDSHIP, Flag.HARDSHIP_LEGAL, Flag.SERIOUSLY_ILL, Flag.LOW_INCOME}),
    "special": frozenset(FLAG_WORDS.values())
    - {Flag.LIVING_ALONE, Flag.EMPTY_NEST, Flag.LEFT_BEHIND, Flag.PARTY_MEMBER, Flag.LOW_INCOME},
    "politics": frozenset({Flag.PARTY_MEMBER}),
}
_ALLOWED = {
    "living": "独居、空巢、留守、与子女",
    "health": "健康、一般、长年有病、生活不能自理",
    "welfare": "特困、重病、低保、无",
    "special": "孤寡、高龄、伤残、失独、劳模、工伤、退役军人",
}


def read_retiree(reader: RowReader, context: Context) -> None:
    """Fill the draft; a row whose person or community cannot be read is left at its findings."""
    read_name(reader)
    read_identity(reader, context)
    set_word(reader, "residence", RESIDENCE, "本市、市外、省外、港澳台、境外")
    lives_here = reader.draft.values.get("residence", "local") == "local"
    division = read_division(reader, context, may_be_coarse=not lives_here)
    if reader.draft.is_rejected or division is None:
        return
    _check_age(reader, context)
    read_address(reader, division)
    _set_household(reader, division)
    read_retiree_phones(reader)
    _set_office_fields(reader, context)
    _set_facts(reader)
    _set_ground(reader)
    _set_certification(reader, context)
    if reader.draft.values.get("phone_kind") != "mobile" and not any(
        contact.phone_kind == "mobile" for contact in reader.draft.contacts
    ):
        reader.note(role_problems.NO_TEXTS, "phone")


def _check_age(reader: RowReader, context: Context) -> None:
    age = completed_years(reader.draft.values["born_on"], context.today)
    if age < YOUNGEST:
        reader.note(person_problems.AGE_UNUSUAL, "born_on", age=age)


def _set_household(reader: RowReader, division: DivisionRow) -> None:
    address = reader.draft.values.get("address", "")
    if household := household_key(address, division, reader.text("household")):
        reader.draft.values["household"] = household


def _set_office_fields(reader: RowReader, context: Context) -> None:
    values = reader.draft.values
    set_word(reader, "insured_type", INSURED_TYPE, "企业职工、机关事业、灵活就业")
    if "离休" in reader.text("category"):
        values["insured_type"] = INSURED_TYPE["离休"]
    set_word(reader, "benefit_state", BENEFIT_STATE, "正常、暂停-未认证、暂停-失踪、暂停-服刑、停止-死亡")
    for key in ("retired_on", "registered_on", "first_benefit_on", "died_on"):
        set_day(reader, key, context)
    if "died_on" in values:
        values["benefit_state"] = DEATH
    for key, most in (("personal_number", 32), ("employer", 128)):
        set_text(reader, key, most)
    for key in ("health", "notes"):
        if (text := reader.joined(key)) and not is_nothing(text):
            values[key] = text
    for key in ("category", "register_address"):
        reader.keep(key)


def _set_facts(reader: RowReader) -> None:
    draft = reader.draft
    level = read_level(reader.cell("disability_level")) if reader.text("disability_level") else None
    for key in _FACT_COLUMNS:
        cell = reader.cell(key)
        if cell is None:
            continue
        facts = read_facts(cell)
        draft.flags |= facts.flags
        draft.stated_flags |= _STATED_BY[key]
        level = max(level or 0, facts.level) if facts.level is not None else level
        reader.keep(key)
        if facts.unknown and key != "politics":
            reader.note(person_problems.WORD_UNKNOWN, key, allowed=_ALLOWED[key])
    draft.flags |= read_handicap(reader.cell("handicap_grade")) if reader.text("handicap_grade") else set()
    reader.keep("handicap_grade")
    for flag in dict.fromkeys(FLAG_COLUMNS.values()):
        answer = read_yes(reader.cell(f"flag_{flag}")) if reader.text(f"flag_{flag}") else None
        if answer is not None:
            draft.stated_flags.add(flag)
            draft.flags |= {flag} if answer else set()
    if level is None and Flag.DISABLED in draft.flags:
        level = DISABLED_FROM
    if level is not None:
        draft.values["disability_level"] = level
        draft.flags |= {Flag.DISABLED} if level >= DISABLED_FROM else set()


def _set_ground(reader: RowReader) -> None:
    draft = reader.draft
    cell = reader.cell("ground") if reader.text("ground") else reader.cell("needs_visit")
    key = "ground" if reader.text("ground") else "needs_visit"
    if cell is not None:
        ground = read_ground(cell)
        if ground == "yes":
            reader.note(role_problems.GROUND_MISSING, key)
        elif ground is None:
            reader.note(
                person_problems.WORD_UNKNOWN, key, allowed="否、重病卧床、行动不便、入住养老服务机构 …"
            )
        if ground is not None:
            draft.values["home_visit_ground"] = Ground.OTHER_PHYSICAL if ground == "yes" else ground
        reader.keep(key)
    if Flag.BEDRIDDEN in draft.flags and not draft.values.get("home_visit_ground"):
        reader.note(role_problems.GROUND_WANTED, key if reader.has(key) else "special")


def _set_certification(reader: RowReader, context: Context) -> None:
    reading = read_day(reader, "certified_on", context)
    if reading is None:
        return
    draft = reader.draft
    draft.certified_on, draft.is_certified_month_only = reading.value, reading.is_month_only
    if reading.is_month_only:
        reader.note(person_problems.DATE_MONTH_ONLY, "certified_on")
    channel = read_word(reader.cell("channel"), CHANNEL) if reader.text("channel") else None
    if channel is None:
        reader.note(role_problems.CHANNEL_MISSING, "channel")
        reader.keep("channel")
    draft.channel = channel or Channel.OFFLINE_FACE
