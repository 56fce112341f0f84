"""Phone numbers of a row: which of them get texts, which are for calls."""

from __future__ import annotations

import re

from notifications.phone_cells import PhoneCell, read_cell
from notifications.phones import PhoneError, PhoneFault, PhoneKind, PhoneNumber, read_phone
from services.registers.cells.contacts import read_contact
from services.registers.cells.words import is_nothing, read_relation
from services.registers.problems import persons as problems
from services.registers.rows.drafts import ContactDraft, RowReader

_ONE_NUMBER = re.compile(r"\d{8,12}", re.ASCII)
SELF = "本人"
_RANKS = ("1", "2", "3", "9")  # 9: the contact for emergencies comes last


def read_numbers(reader: RowReader, key: str, text: str) -> list[PhoneNumber]:
    """All numbers of the cells under a key, mobiles first; faults become findings."""
    if not text or is_nothing(text):
        return []
    cell = _read(text)
    faults = dict.fromkeys(cell.faults) if cell.faults or cell.numbers else {PhoneFault.NOT_A_NUMBER: None}
    for fault in faults:
        reader.note(problems.PHONE.get(fault, problems.PHONE[PhoneFault.NOT_A_NUMBER]), key)
    if len(cell.numbers) > 1:
        reader.note(problems.PHONE_SEVERAL, key)
    if (cell.faults or any(number.extension for number in cell.numbers)) and reader.has(key):
        reader.keep(key)  # an extension has no place in the international form
    return sorted(cell.numbers, key=lambda number: number.kind is not PhoneKind.MOBILE)


def _read(text: str) -> PhoneCell:
    if _ONE_NUMBER.fullmatch(text):  # most cells: no need to look for several
        try:
            return PhoneCell((read_phone(text),), ())
        except PhoneError as fault:
            return PhoneCell((), (fault.reason,))
    return read_cell(text)


def note_kind(reader: RowReader, key: str, first: PhoneNumber) -> None:
    """Say so when the best number of a cell for texts is none."""
    if first.kind is PhoneKind.LANDLINE:
        reader.note(problems.PHONE_LANDLINE, key)
    elif first.kind is not PhoneKind.MOBILE:
        reader.note(problems.PHONE_NO_TEXTS, key)


def read_own_phones(reader: RowReader) -> list[PhoneNumber]:
    """`phone`, `phone_kind`; all numbers of the person's own column, mobiles first."""
    numbers = read_numbers(reader, "phone", reader.joined("phone"))
    if numbers:
        note_kind(reader, "phone", numbers[0])
        reader.draft.values |= {"phone": numbers[0].e164, "phone_kind": numbers[0].kind.value}
        reader.draft.phones = [number.e164 for number in numbers if number.kind is PhoneKind.MOBILE]
    return numbers


def read_retiree_phones(reader: RowReader) -> None:
    """Own numbers, the landline, and the contacts in their order; further own mobiles become contacts."""
    draft = reader.draft
    own = read_own_phones(reader)
    fixed = [number for number in own if number.kind is PhoneKind.LANDLINE]
    fixed += [n for n in read_numbers(reader, "landline", reader.joined("landline")) if n not in fixed]
    mobiles = [number for number in own if number.kind is PhoneKind.MOBILE]
    mobiles += [number for number in fixed if number.kind is PhoneKind.MOBILE and number not in mobiles]
    fixed = [number for number in fixed if number.kind is not PhoneKind.MOBILE]
    if fixed:
        draft.values["landline"] = fixed[0].e164 + (
            f";ext={fixed[0].extension}" if fixed[0].extension else ""
        )
    best = (mobiles or own or fixed)[:1]
    if best:
        draft.values |= {"phone": best[0].e164, "phone_kind": best[0].kind.value}
    contacts = [ContactDraft(draft.values["name"], SELF, n.e164, n.kind.value) for n in mobiles[1:]]
    for number in _RANKS:
        contacts += _read_contact(reader, number)
    if not best and contacts and contacts[0].name == draft.values["name"]:
        # the contact columns of some systems hold the person's own number
        draft.values |= {"phone": contacts[0].phone, "phone_kind": contacts[0].phone_kind}
        contacts.pop(0)
    draft.contacts = list(dict.fromkeys(contacts))


def _read_contact(reader: RowReader, number: str) -> list[ContactDraft]:
    """One contact; a second number in its cell makes a second contact of the same name."""
    prefix = f"contact{number}_"
    whole = read_contact(reader.cell(f"{prefix}whole"))
    name = reader.text(f"{prefix}name") or whole.name
    relation = read_relation(reader.cell(f"{prefix}relation") or whole.relation)
    key = f"{prefix}phone" if reader.text(f"{prefix}phone") else f"{prefix}whole"
    numbers = read_numbers(reader, key, reader.joined(f"{prefix}phone") or whole.phone)
    if is_nothing(name):
        name = ""
    if not name and not numbers:
        return []
    if numbers:
        note_kind(reader, key, numbers[0])
    label = "".join(name.split())[:64] or relation or "联系人"
    if not numbers:
        return [ContactDraft(label, relation, "", "")]
    return [ContactDraft(label, relation, n.e164, n.kind.value) for n in numbers]
