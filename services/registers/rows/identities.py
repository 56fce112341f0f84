"""Name, sex, document and birth date of a row: read, checked against each other."""

from __future__ import annotations

import re
from datetime import date

from domain.ages import completed_years
from domain.identity import IdentityNumberError, IdentityProblem, Sex, parse_identity
from services.registers.cells.dates import DateError, parse_date
from services.registers.cells.words import plain_word, read_sex
from services.registers.files.raw import cell_text
from services.registers.problems import persons as problems
from services.registers.rows.drafts import Context, RowReader

_SEXES = {Sex.MALE: 1, Sex.FEMALE: 2}
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_OTHER_DOCUMENTS = ("护照", "通行证", "台胞", "回乡", "居留", "其他", "passport")
OLDEST = 115


def read_name(reader: RowReader) -> None:
    """`name`: without the blanks that stretch two characters, one middle dot for all that are in use."""
    text = reader.text("name").strip("'‘’")
    name = re.sub(r"[•・.．‧]", "·", text)
    name = re.sub(r"\s+", "", name) if _CHINESE.search(name) else " ".join(name.split())
    if not name:
        reader.note(problems.NAME_MISSING, "name")
    elif len(name) > 64 or any(character.isdigit() for character in name):
        reader.note(problems.NAME_BAD, "name")
    reader.draft.values["name"] = name


def read_identity(reader: RowReader, context: Context) -> None:
    """`id_number`, `born_on`, `sex`; the ID number wins over the columns beside it."""
    values = reader.draft.values
    stated = _read_born(reader, context.today)
    sex = read_sex(reader.cell("sex"))
    if reader.text("sex") and sex is None and plain_word(reader.cell("sex")) not in ("0", "9", "未知"):
        reader.note(problems.SEX_UNKNOWN, "sex")
    if sex:
        values["sex"] = sex
    cell = reader.cell("id_number")
    if cell is None or isinstance(cell, date | bool):
        reader.note(problems.ID_MISSING, "id_number")
    elif _is_other_document(reader, cell):
        values["id_number"] = re.sub(r"\s", "", cell_text(cell)).upper()
    else:
        _read_number(reader, cell, stated, context.today)
    if "born_on" not in values and stated is not None:
        values["born_on"] = stated[0]
        if stated[2]:
            reader.note(problems.DATE_DOUBTFUL, "born_on", month=stated[0].month)
    if "born_on" in values:
        age = completed_years(values["born_on"], context.today)
        if age > OLDEST:
            reader.note(problems.AGE_UNUSUAL, "born_on", age=age)
    elif not reader.draft.is_rejected:
        reader.note(problems.BORN_MISSING, "born_on")


def _is_other_document(reader: RowReader, cell: str | float) -> bool:
    """Passports and permits have no check digit; new residence permits are built like ID numbers."""
    if not any(word in plain_word(reader.cell("id_type")) for word in _OTHER_DOCUMENTS):
        return False
    try:
        parse_identity(cell if isinstance(cell, str | float) else str(cell))
    except IdentityNumberError:
        return True
    return False


def _read_number(
    reader: RowReader, cell: str | float, stated: tuple[date, bool, bool] | None, today: date
) -> None:
    values = reader.draft.values
    try:
        identity = parse_identity(cell if isinstance(cell, str | float) else str(cell), today)
    except IdentityNumberError as fault:
        if fault.reason is IdentityProblem.EMPTY:
            reader.note(problems.ID_MISSING, "id_number")
        else:
            reader.note(problems.ID[fault.reason], "id_number")
        return
    if identity.legacy:
        reader.note(problems.ID_LEGACY, "id_number")
    values["id_number"], values["born_on"] = identity.number, identity.born_on
    sex = _SEXES[identity.sex]
    if values.get("sex", sex) != sex:
        reader.note(problems.SEX_CONFLICT, "sex")
    values["sex"] = sex
    if stated is not None and not _agrees(stated, identity.born_on):
        reader.note(problems.BORN_CONFLICT, "born_on", id_date=identity.born_on.isoformat())


def _agrees(stated: tuple[date, bool, bool], born_on: date) -> bool:
    day, is_month_only, is_doubtful = stated
    if is_month_only and day.year == born_on.year:
        return day.month == born_on.month or (is_doubtful and born_on.month in (1, 10))
    return day == born_on


def _read_born(reader: RowReader, today: date) -> tuple[date, bool, bool] | None:
    """Day, month only?, doubtful? of the birth column."""
    cell = reader.cell("born_on")
    if cell is None:
        return None
    try:
        reading = parse_date(cell)
    except DateError as fault:
        reader.note(problems.DATE[fault.fault], "born_on")
        return None
    if reading.value > today:
        reader.note(problems.DATE_FUTURE, "born_on")
        return None
    return reading.value, reading.is_month_only, reading.is_doubtful
