"""Finding the community that a register means, however the office has written it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.divisions import Level, ancestors
from models.division_data import DivisionRow
from models.division_names import COMMUNITY_WORDS, plain
from models.division_tables import DivisionTables

_BREAKS = "号栋幢路街巷院区村组园室楼里道镇乡)"  # in an address a community's name may begin after these
_LONGEST = 20  # characters of a community's name
# A community named by its own word; 新村 within an address is an estate.
_OWN_WORD = re.compile("社区|居委会|居民委员会|村委会|村民委员会|村$")


class Kind(StrEnum):
    """What came of a search."""

    MATCH = "match"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Found:
    """The community meant; or several that it may be; or the closest names."""

    row: DivisionRow | None = None
    choices: tuple[DivisionRow, ...] = ()  # all of them fit: a person has to choose
    suggestions: tuple[DivisionRow, ...] = ()  # none fits, these are written alike
    area: str = ""  # code of the lowest division above that could be read, '' = none
    unread: tuple[str, ...] = ()  # "district", "street": given, but none that fits is called so

    @property
    def kind(self) -> Kind:
        if self.row is not None:
            return Kind.MATCH
        return Kind.AMBIGUOUS if self.choices else Kind.NONE


class DivisionIndex:
    """Answers are kept, since registers repeat themselves."""

    def __init__(self, rows: Iterable[DivisionRow]) -> None:
        self._tables = DivisionTables(rows)
        self.by_code = self._tables.by_code
        self._answers: dict[tuple[str, str, str], Found] = {}

    def full_name(self, code: str) -> str:
        """District, street and community in one: 雨花区侯家塘街道广济桥社区居委会."""
        chain = [self.by_code[step] for step in reversed(ancestors(code)) if step in self.by_code]
        return "".join(row.name for row in chain if row.level is not Level.CITY)

    def children(self, code: str) -> list[DivisionRow]:
        """The divisions one level below, in the order of the table."""
        return [row for row in self.by_code.values() if row.parent_code == code]

    def find(self, community: str, street: str = "", district: str = "") -> Found:
        """The community by its name or code, with as much of street and district as the register has.

        The community's text may contain the others. A street that lies in another district, or a
        community that its street does not have, is not guessed at: the answer then only suggests.
        """
        key = plain(community), plain(street), plain(district)
        if key not in self._answers:
            self._answers[key] = self._find(*key)
        return self._answers[key]

    def find_in_address(self, address: str, street: str = "", district: str = "") -> Found:
        """The community named in a free-form address: 雨花区侯家塘街道广济桥社区韶山中路1号."""
        tables = self._tables
        known = tables.district(tables.without_city(plain(district)))
        known, text = tables.peel_district(tables.without_city(plain(address)), known)
        streets, rest, is_full = tables.peel_street(text, known)
        given = tables.street(plain(street), known)
        if given:
            streets, is_full = given, True
            rest = rest if set(given) & set(tables.peel_street(text, known)[0]) else text
        area = streets[0] if len(streets) == 1 and is_full else known
        found = self._mention(rest, streets, is_full) if streets else []
        if not found and not is_full:  # a road may be called like a street: look without it
            found = self._mention(text, [known], False)
        if found:
            return _answer(found, area)
        return Found(area=area, suggestions=tables.closest(_words(rest), [area]))

    def _find(self, community: str, street: str, district: str) -> Found:
        tables = self._tables
        if community in self.by_code and self.by_code[community].level is Level.COMMUNITY:
            return _answer([self.by_code[community]], "")
        text, district = tables.without_city(community), tables.without_city(district)
        known = tables.district(district)
        if street:
            known, street = tables.peel_district(tables.without_city(street), known)
        streets = tables.street(street, known)
        unread = ("district",) * bool(district and not tables.district(district))
        unread += ("street",) * bool(street and not streets)
        elsewhere = tables.street(street, "") if not streets else []
        if elsewhere:
            return Found(area=known, suggestions=tables.closest(text, [*elsewhere, known]), unread=unread)
        area = streets[0] if len(streets) == 1 else known
        rows = tables.named(text, streets or [known]) if text else []
        if rows:
            return replace(_answer(rows, area), unread=unread)
        inside = self.find_in_address(text, street if streets else "", district)
        if inside.kind is not Kind.NONE:
            return replace(inside, unread=unread)
        return Found(area=area, suggestions=tables.closest(text, [area]), unread=unread)

    def _mention(self, text: str, areas: list[str], is_certain: bool) -> list[DivisionRow]:
        """Communities of the areas that an address names: first mention first, longest name first.

        Right after a street written in full the word 社区 or 村 may be missing; elsewhere it may not,
        since roads and estates are called alike. Without a street only the beginning is read. The
        beginning of a longer name is no mention: 广济桥头社区 and 广济桥头 are not 广济桥社区.
        """
        tables = self._tables
        for start in range(len(text)) if is_certain else (0,):
            if start and not (text[start - 1] in _BREAKS or text[start - 1].isascii()):
                continue
            for end in range(min(len(text), start + _LONGEST), start, -1):
                word = next((word for word in COMMUNITY_WORDS if text[end:].startswith(word)), "")
                is_bare = not start and end > 1 and (is_certain or end == len(text))
                is_bare = is_bare and not _goes_on(text[end:])
                if text[start:end] in tables.bare and (word or is_bare):
                    rows = tables.named(text[start:end] + word, areas)
                    if rows:
                        return rows
        return []


def _goes_on(rest: str) -> bool:
    """Does a name go on in what follows it, rather than an address begin?"""
    words = _words(rest)
    if _OWN_WORD.search(words):
        return True  # whatever that community is called, it is another
    return bool(words) and words == rest and not any(c in _BREAKS for c in words)


def _words(address: str) -> str:
    """What stands before the first digit: the part that may be a name."""
    return re.split(r"\d", address, maxsplit=1)[0]


def _answer(rows: list[DivisionRow], area: str) -> Found:
    if len(rows) == 1:
        return Found(row=rows[0], area=rows[0].parent_code or "")
    return Found(choices=tuple(rows), area=area)
