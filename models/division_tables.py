"""All divisions of a city by the forms of their names; the reading of texts is in `division_index`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from domain.divisions import Level, prefix
from models.division_data import DivisionRow
from models.division_names import (
    COMMUNITY_WORDS,
    OFFICE_TAIL,
    bare,
    canonical,
    district_stem,
    plain,
    street_root,
    street_stem,
)

_PROVINCE = re.compile("^[^省]{2,3}省")
_LONGEST = 14  # characters of a street's or district's name


class DivisionTables:
    """Names are asked for in their plain form (`division_names.plain`); the code '' means anywhere."""

    def __init__(self, rows: Iterable[DivisionRow]) -> None:
        self.by_code = {row.code: row for row in rows}
        self.cities = [plain(r.name) for r in self.by_code.values() if r.level is Level.CITY]
        self.districts: dict[str, str] = {}
        self.streets: dict[str, list[str]] = defaultdict(list)
        self.full: dict[str, list[DivisionRow]] = defaultdict(list)
        self.canonical: dict[str, list[DivisionRow]] = defaultdict(list)
        self.bare: dict[str, list[DivisionRow]] = defaultdict(list)
        for row in self.by_code.values():
            self._add(row, plain(row.name))

    def _add(self, row: DivisionRow, name: str) -> None:
        if row.level is Level.DISTRICT:
            self.districts[name] = row.code
            if f"{district_stem(name)}市" not in self.cities:  # 长沙 alone is the city, not 长沙县
                self.districts[district_stem(name)] = row.code
        elif row.level is Level.STREET:
            for form in dict.fromkeys((name, street_stem(name), street_root(street_stem(name)))):
                self.streets[form].append(row.code)
        elif row.level is Level.COMMUNITY:
            self.full[name].append(row)
            self.canonical[canonical(name)].append(row)
            self.bare[bare(canonical(name))].append(row)

    def without_city(self, text: str) -> str:
        """The text without province and city in front; '' for the city alone."""
        text = _PROVINCE.sub("", text)
        for city in self.cities:
            text = "" if text == district_stem(city) else text.removeprefix(city)
        return text

    def district(self, text: str) -> str:
        """The code of a district, also by an old kind (望城县) or none (雨花); '' = none is called so."""
        return self.districts.get(text) or self.districts.get(district_stem(text), "")

    def street(self, text: str, district: str) -> list[str]:
        """Codes of the streets in the district with this name, by the strictest form that any has."""
        stem = street_stem(text)
        for form in dict.fromkeys((text, stem, street_root(stem))):
            codes = [code for code in self.streets.get(form, ()) if is_in(code, [district])]
            exact = [code for code in codes if plain(self.by_code[code].name) == form]
            if codes:
                return exact or codes
        return []

    def named(self, text: str, areas: Sequence[str]) -> list[DivisionRow]:
        """Communities in the areas with this name, by the strictest form that any of them has."""
        said = canonical(text)
        for table, form in (
            (self.full, text),
            (self.canonical, said),
            (self.bare, said),
            (self.bare, bare(said)),
        ):
            rows = [row for row in table.get(form, ()) if is_in(row.code, areas)]
            if rows:
                return rows
        return []

    def peel_district(self, text: str, known: str) -> tuple[str, str]:
        """The district that the text begins with, and the rest; `known` stays when there is none.

        A name without its kind counts only before a street: 望城坡街道 and 芙蓉北路 are no districts.
        """
        for end in range(min(len(text), _LONGEST), 1, -1):
            code = self.district(text[:end])
            if not code or known not in ("", code):
                continue
            is_full = district_stem(text[:end]) != text[:end]
            if is_full or (self.peel_street(text[end:], code)[0] and not self.peel_street(text, known)[2]):
                return code, text[end:]
        return known, text

    def peel_street(self, text: str, district: str) -> tuple[list[str], str, bool]:
        """Streets that the text begins with, the rest, and whether 街道, 镇 or the like is said."""
        ends = range(min(len(text), _LONGEST), 1, -1)
        for end in ends:  # the full name first, else 路口镇路口村 would read as a street 路口镇路
            codes = [
                c for c in self.street(text[:end], district) if plain(self.by_code[c].name) == text[:end]
            ]
            if codes:
                return codes, OFFICE_TAIL.sub("", text[end:]), True
        for end in ends:
            codes = self.street(text[:end], district)
            if codes and not text[end:].startswith(COMMUNITY_WORDS):
                return codes, text[end:], street_stem(text[:end]) != text[:end]
        return [], text, False

    def closest(self, text: str, areas: Sequence[str]) -> tuple[DivisionRow, ...]:
        """Up to three communities whose names are most alike: the same name first, nearer areas first."""
        wanted = bare(canonical(text))
        found: dict[str, DivisionRow] = {}
        for area in dict.fromkeys((*areas, *(area[:6].ljust(12, "0") for area in areas if area), "")):
            inside = {name: [r for r in rows if is_in(r.code, [area])] for name, rows in self.bare.items()}
            names = [name for name, rows in inside.items() if rows]
            for name in get_close_matches(wanted, names, n=3, cutoff=0.5):
                found.update((row.code, row) for row in inside[name])
            if len(found) >= 3:
                break
        return tuple(sorted(found.values(), key=lambda row: bare(canonical(plain(row.name))) != wanted)[:3])


def is_in(code: str, areas: Sequence[str]) -> bool:
    """Does the division lie in one of the areas ('' = anywhere)?"""
    return any(not area or code.startswith(prefix(area)) for area in areas)
