"""Reading of plain fields: days, coded words, texts, with the findings for what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from services.registers.cells.dates import DateError, DateReading, parse_date
from services.registers.cells.words import is_nothing, read_word
from services.registers.problems import persons as problems
from services.registers.rows.drafts import Context, RowReader


def read_day(
    reader: RowReader, key: str, context: Context, *, may_be_future: bool = False
) -> DateReading | None:
    """The day of a cell; None, with a finding, when there is none that can be used."""
    cell = reader.cell(key)
    if cell is None or is_nothing(cell):
        return None
    try:
        reading = parse_date(cell)
    except DateError as fault:
        reader.note(problems.DATE[fault.fault], key)
        reader.keep(key)
        return None
    if reading.value > context.today and not may_be_future:
        reader.note(problems.DATE_FUTURE, key)
        reader.keep(key)
        return None
    if reading.is_doubtful:
        reader.note(problems.DATE_DOUBTFUL, key, month=reading.value.month)
    return reading


def set_day(reader: RowReader, key: str, context: Context) -> None:
    """The day of a cell into the attribute of the same name; a cell with a month only is kept as well."""
    reading = read_day(reader, key, context)
    if reading is not None:
        reader.draft.values[key] = reading.value
        if reading.is_month_only:
            reader.keep(key)


def set_word(reader: RowReader, key: str, words: Mapping[str, str], allowed: str) -> None:
    """The code of a word into the attribute of the same name; unknown words are kept and reported."""
    cell = reader.cell(key)
    if cell is None or (is_nothing(cell) and read_word(cell, words) is None):
        return
    code = read_word(cell, words)
    if code is None:
        reader.note(problems.WORD_UNKNOWN, key, allowed=allowed)
        reader.keep(key)
    else:
        reader.draft.values[key] = code


def set_text(reader: RowReader, key: str, most: int) -> None:
    """A text into the attribute of the same name, cut to the column's length."""
    text = " ".join(reader.text(key).split())
    if not text or is_nothing(text):
        return
    if len(text) > most:
        reader.note(problems.TEXT_CUT, key, most=most)
        reader.keep(key)
    reader.draft.values[key] = text[:most]
