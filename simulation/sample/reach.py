"""How sample people can be reached: mobile, landline, children, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from simulation.sample.numbers import NumberBook
from simulation.sample.words import person_name

Cells = dict[str, str]


@dataclass(frozen=True)
class Contact:
    """Somebody of the family or next door."""

    name: str
    relation: str
    phone: str


def make_contacts(rng: Random, surname: str, book: NumberBook) -> list[Contact]:
    """One child, and for a third of the households a second contact."""
    contacts = []
    for relation in (rng.choice(("子", "女")), rng.choice(("女", "邻居", "兄弟姐妹")))[
        : 1 + (rng.random() < 0.33)
    ]:
        family = "" if relation == "邻居" else surname
        name = person_name(rng, relation == "女", rng.randint(36, 60), family)
        contacts.append(Contact(name, relation, book.mobile()))
    return contacts


def phone_cells(rng: Random, contacts: list[Contact], book: NumberBook) -> Cells:
    """Own and contacts' phones: 80 % own mobile, 12 % a relative's, 6 % a landline only, 2 % none."""
    kind = rng.choices(("mobile", "relative", "landline", "none"), (80, 12, 6, 2))[0]
    cells: Cells = {}
    if kind == "mobile":
        cells["本人手机"] = book.mobile()
    if kind == "landline" or (kind == "mobile" and rng.random() < 0.1):
        cells["固定电话"] = book.landline()
    if kind == "mobile" and rng.random() < 0.15:
        return cells
    for place, contact in enumerate(contacts, 1):
        cells[f"联系人{place}姓名"], cells[f"联系人{place}关系"] = contact.name, contact.relation
        if kind in ("mobile", "relative"):
            cells[f"联系人{place}电话"] = contact.phone
    return cells
