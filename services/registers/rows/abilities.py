"""What a volunteer can do, how far, how often and when; insured until when."""

from __future__ import annotations

from services.registers.cells.dates import DateError
from services.registers.cells.measures import read_count, read_km
from services.registers.cells.periods import Training, read_period, read_skills, read_trainings
from services.registers.cells.shifts import Shift, read_shifts
from services.registers.cells.words import plain_word, read_yes
from services.registers.problems import persons as person_problems
from services.registers.problems import roles as role_problems
from services.registers.rows.drafts import Context, RowReader
from services.registers.rows.fields import read_day

_PARTS = ("morning", "afternoon", "evening")
_LANGUAGES = {"普通话": "mandarin", "长沙": "changsha", "英语": "english", "手语": "sign"}
_ON_FOOT = ("步行", "走路", "徒步")


def set_limits(reader: RowReader) -> None:
    values = reader.draft.values
    km, per_day = (
        read_km(reader.cell(key)) if reader.text(key) else None for key in ("max_km", "max_km_day")
    )
    for key, read in (("max_km", km), ("max_km_day", per_day)):
        if reader.text(key) and read is None:
            reader.note(role_problems.DISTANCE_BAD, key)
    # The stricter reading of 最大距离: all ways of a day together.
    if (most := per_day or km) is not None:
        values["max_km_day"] = max(1, round(most))
    for key in ("max_visits_day", "max_visits_week"):
        if reader.text(key):
            count = read_count(reader.cell(key))
            if count is None:
                reader.note(role_problems.COUNT_BAD, key)
            else:
                values[key] = count
    if transport := plain_word(reader.cell("transport")):
        values["walks"] = any(word in transport for word in _ON_FOOT)
        reader.keep("transport")
    if reader.text("is_staff") and (answer := read_yes(reader.cell("is_staff"))) is not None:
        values["is_staff"] = answer


def set_insurance(reader: RowReader, context: Context) -> None:
    values = reader.draft.values
    first = last = None
    try:
        if reader.text("insured_period"):
            period = read_period(reader.cell("insured_period"))
            first, last = period.first, period.last
    except DateError as fault:
        reader.note(person_problems.DATE[fault.fault], "insured_period")
    key = "insured_period" if reader.has("insured_period") else "insured_to"
    if start := read_day(reader, "insured_from", context, may_be_future=True):
        first = start.value
    if end := read_day(reader, "insured_to", context, may_be_future=True):
        last = end.last_day
    if first and last and first > last:
        reader.note(role_problems.PERIOD_REVERSED, key)
        return
    if first:
        values["insured_from"] = first
    if last:
        values["insured_to"] = last
    if last is None:
        reader.note(role_problems.INSURANCE_MISSING, key)
    elif last < context.today:
        reader.note(role_problems.INSURANCE_OVER, key)


def set_shifts(reader: RowReader) -> None:
    """From one text, or from a table of half days with marks or words below."""
    known: set[Shift] = set()
    is_given = False
    if reader.text("shifts"):
        shifts = read_shifts(reader.cell("shifts"))
        known |= shifts.known
        is_given = True
        if shifts.is_partial:
            reader.note(role_problems.SHIFTS_PARTIAL, "shifts")
            reader.keep("shifts")
    for day in range(7):
        for part in (*_PARTS, ""):
            key = f"shift_{day}_{part}"
            if not reader.text(key):
                continue
            is_given = True
            inside = {p for _, p in read_shifts(reader.cell(key)).known}
            if read_yes(reader.cell(key)):
                inside = {"morning", "afternoon"}
            known |= {(day, p) for p in ({part} if part and inside else inside)}
    if is_given:
        reader.draft.shifts = frozenset(known)
    if not known:
        reader.note(role_problems.SHIFTS_MISSING, "shifts")


def set_skills(reader: RowReader, context: Context) -> None:
    draft = reader.draft
    names, unknown = read_skills(reader.cell("skills")) if reader.text("skills") else ([], [])
    if unknown:
        reader.note(role_problems.SKILL_UNKNOWN, "skills")
        reader.keep("skills")
    try:
        trainings = read_trainings(reader.cell("trainings")) if reader.text("trainings") else []
    except DateError as fault:
        reader.note(person_problems.DATE[fault.fault], "trainings")
        trainings = []
    reader.keep("trainings")
    trained = read_day(reader, "trained_on", context)
    until = read_day(reader, "training_until", context, may_be_future=True)
    languages = [code for word, code in _LANGUAGES.items() if word in reader.text("languages")]
    if reader.text("languages"):
        draft.values["languages"] = languages
        reader.keep("languages")
        if "changsha" in languages:
            names.append("dialect")
    by_skill = {training.skill: training for training in trainings}
    for skill in dict.fromkeys([*names, *by_skill]):
        training = by_skill.get(skill, Training(skill))
        needs_training = skill != "dialect"
        draft.trainings[skill] = Training(
            skill,
            training.trained_on or (trained.value if trained and needs_training else None),
            training.valid_until or (until.last_day if until and needs_training else None),
        )
