"""A row of a register of volunteers."""

from __future__ import annotations

import re

from domain.ages import completed_years
from services.registers.cells.codes import STATUS
from services.registers.cells.words import is_nothing, read_pool
from services.registers.problems import persons as person_problems
from services.registers.problems import roles as role_problems
from services.registers.rows.abilities import set_insurance, set_limits, set_shifts, set_skills
from services.registers.rows.drafts import Context, RowReader
from services.registers.rows.fields import set_day, set_text, set_word
from services.registers.rows.identities import read_identity, read_name
from services.registers.rows.places import read_address, read_division
from services.registers.rows.reach import note_kind, read_numbers

_BAD_HEALTH = re.compile("差|不适|不宜|不便|病|残|术后")
_NAMES = re.compile(r"[、,，;；/\s]+")


def read_volunteer(reader: RowReader, context: Context) -> None:
    """Fill the draft; a row whose person cannot be read is left at its findings."""
    read_name(reader)
    read_identity(reader, context)
    pool = read_pool(reader.cell("pool")) if reader.text("pool") else None
    if pool is None:
        reader.note(role_problems.POOL_MISSING, "pool")
    else:
        reader.draft.values["pool"] = pool
    # A wrong community is a slip that somebody can put right; a missing one is no reason to lose a volunteer.
    division = read_division(reader, context, may_be_coarse=not reader.text("community"))
    if "born_on" in reader.draft.values:
        _check_age(reader, context)
    if reader.draft.is_rejected or division is None:
        return
    read_address(reader, division)
    _set_phone(reader)
    set_word(reader, "status", STATUS, "待审、在册、暂停、退出")
    for key, most in (("organisation", 128), ("registry_number", 32)):
        set_text(reader, key, most)
    for key in ("registered_on", "committed_on", "health_declared_on"):
        set_day(reader, key, context)
    _set_texts(reader)
    set_limits(reader)
    set_insurance(reader, context)
    set_shifts(reader)
    set_skills(reader, context)
    if text := reader.text("recused"):
        reader.draft.recused = [name for name in _NAMES.split(text) if name and not is_nothing(name)]
    if "committed_on" not in reader.draft.values:
        reader.note(role_problems.COMMITMENT_MISSING, "committed_on")
    age = completed_years(reader.draft.values["born_on"], context.today)
    if age >= context.policy.health_declaration_age and "health_declared_on" not in reader.draft.values:
        reader.note(role_problems.HEALTH_MISSING, "health", age=age)


def _set_texts(reader: RowReader) -> None:
    """Health and notes; a good report of one's own health is a declaration of the day of the commitment."""
    values = reader.draft.values
    for key in ("health", "notes"):
        if (text := reader.joined(key)) and not is_nothing(text):
            values[key] = text
    day = values.get("committed_on") or values.get("registered_on")
    if reader.text("health") and day and not _BAD_HEALTH.search(reader.text("health")):
        values.setdefault("health_declared_on", day)


def _check_age(reader: RowReader, context: Context) -> None:
    age = completed_years(reader.draft.values["born_on"], context.today)
    policy = context.policy
    if age < policy.minor_min_age:
        reader.note(person_problems.TOO_YOUNG, "born_on", age=age, least=policy.minor_min_age)
    elif age < policy.volunteer_min_age:
        reader.note(person_problems.UNDER_AGE, "born_on", least=policy.volunteer_min_age)


def _set_phone(reader: RowReader) -> None:
    numbers = read_numbers(reader, "phone", reader.joined("phone"))
    if not numbers:
        reader.note(role_problems.MOBILE_MISSING, "phone")
        return
    note_kind(reader, "phone", numbers[0])
    reader.draft.values |= {"phone": numbers[0].e164, "phone_kind": numbers[0].kind.value}
    reader.draft.phones = [numbers[0].e164]
    if len(numbers) > 1:
        reader.keep("phone")
