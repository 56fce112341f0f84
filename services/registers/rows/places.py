"""Which community is responsible for a row (by residence, Regulation art. 2), and where its door is."""

from __future__ import annotations

import re
from math import cos, hypot, radians

from domain.divisions import Level
from domain.divisions import level as level_of
from models.division_data import DivisionRow
from models.division_index import DivisionIndex, Found, Kind
from models.division_names import bare, canonical, plain
from models.seal import blind_index
from services.registers.cells.measures import read_place
from services.registers.cells.words import is_nothing
from services.registers.problems import places as problems
from services.registers.rows.drafts import Context, RowReader

AGENCY_LENGTH = 24
FAR_KM = 60
_KM_PER_DEGREE = 111.32
_ROOM = re.compile(r"\d+[室房]|\d+-\d+-\d+|单元\d+|[组队]\d+号")


def read_division(reader: RowReader, context: Context, *, may_be_coarse: bool) -> DivisionRow | None:
    """`division_code` and `managing_agency`; what is wrong becomes a finding.

    may_be_coarse: a street or district is enough (people who live outside, volunteers).
    """
    agency = " ".join(reader.text("managing_agency").split())
    if len(agency) > AGENCY_LENGTH:
        reader.note(problems.AGENCY_TOO_LONG, "managing_agency", most=AGENCY_LENGTH)
    elif agency and not is_nothing(agency):
        reader.draft.values["managing_agency"] = agency
    found, key = _find(reader, context.index)
    row = found.row
    if row is None and may_be_coarse:
        row = _coarse(reader, context.index, found)
        if row is not None:
            name = context.index.full_name(row.code) or row.name
            reader.note(problems.COMMUNITY_COARSE, key, name=name)
    if row is None:
        _explain(reader, context.index, found, key, may_be_coarse=may_be_coarse)
        return None
    reader.draft.values["division_code"] = row.code
    return row


def _find(reader: RowReader, index: DivisionIndex) -> tuple[Found, str]:
    """By code, by the columns, by the address; the key of the cells that were read last."""
    code = reader.text("division_code")
    row = index.by_code.get(code)
    if row is not None and row.level is Level.COMMUNITY:
        return Found(row=row), "division_code"
    street, district = reader.text("street"), reader.text("district") or _district_of(index, code)
    community, address = reader.text("community"), reader.text("address")
    if community and not is_nothing(community):
        return index.find(community, street, district), "community"
    if address:
        return index.find_in_address(address, street, district), "address"
    if street:
        return index.find("", street, district), "community" if reader.has("community") else "street"
    return Found(), "community" if reader.has("community") else "address"


def _district_of(index: DivisionIndex, code: str) -> str:
    """The name of the district with a six-digit code, '' when it is none of ours."""
    row = index.by_code.get(code.ljust(12, "0")) if len(code) == 6 else None
    return row.name if row is not None else ""


def _coarse(reader: RowReader, index: DivisionIndex, found: Found) -> DivisionRow | None:
    """The street or district that could be read; the city for volunteers of its own pool."""
    area = index.by_code.get(found.area)
    if area is not None and level_of(area.code) in (Level.STREET, Level.DISTRICT):
        return area
    for text in (reader.text("district"), reader.text("address"), reader.text("register_address")):
        other = index.find_in_address(text) if text else Found()
        row = other.row or index.by_code.get(other.area)
        if row is not None and row.level is not Level.CITY:
            return row
    if reader.draft.values.get("pool") == "city":
        return next((row for row in index.by_code.values() if row.level is Level.CITY), None)
    return None


def _explain(reader: RowReader, index: DivisionIndex, found: Found, key: str, *, may_be_coarse: bool) -> None:
    names = "、".join(index.full_name(row.code) for row in (found.choices or found.suggestions)[:3])
    if may_be_coarse and not names:
        reader.note(problems.OUTSIDE_NO_AREA, key)
    elif not reader.text(key):
        reader.note(problems.COMMUNITY_MISSING, key)
    elif found.kind is Kind.AMBIGUOUS:
        reader.note(problems.COMMUNITY_AMBIGUOUS, key, names=names)
    elif names:
        reader.note(problems.COMMUNITY_SIMILAR, key, names=names)
    else:
        reader.note(problems.COMMUNITY_UNKNOWN, key)


def read_address(reader: RowReader, division: DivisionRow | None) -> None:
    """`address` and `place` (own coordinates win over the community's)."""
    if text := _full_address(reader):
        reader.draft.values["address"] = text
    if not reader.text("latitude") and not reader.text("longitude"):
        return
    place = read_place(reader.cell("latitude"), reader.cell("longitude"))
    if place is None:
        reader.note(problems.PLACE_BAD, "latitude")
    elif division is not None:
        km = _km(place, division)
        if km > FAR_KM:
            reader.note(problems.PLACE_FAR, "latitude", km=round(km))
        else:
            reader.draft.values["place"] = place


def _full_address(reader: RowReader) -> str:
    """The address, with estate, building and room from their own columns behind it."""
    text = " ".join(reader.text("address").split())
    for heading, part in reader.parts("address_part"):
        unit = next((word for word in ("单元", "栋", "室") if part.isdigit() and word in heading), "")
        text += "" if part in text else part + ("室" if part.isdigit() and "房号" in heading else unit)
    return text


def _km(place: str, division: DivisionRow) -> float:
    latitude, longitude = map(float, place.split(","))
    east = (longitude - division.longitude) * cos(radians(latitude))
    return hypot(latitude - division.latitude, east) * _KM_PER_DEGREE


def household_key(address: str, division: DivisionRow, stated: str = "") -> str:
    """The same text for people behind one door: from a household number, else from an address with a room.

    It is a keyed hash, so that the column tells nobody where the door is.
    """
    if stated:
        return blind_index("household", f"{division.code}|no|{plain(stated)}").hex()
    text = plain(re.sub(r"(\d)\s*[-—–]\s*(?=\d)", r"\1栋", address))
    name = bare(canonical(plain(division.name)))
    door = text[text.rfind(name) + len(name) :] if name in text else text
    if not _ROOM.search(address) and not _ROOM.search(text):
        return ""
    door = re.sub("^(社区|居委会|村委会|村)", "", door)
    door = re.sub("[幢座]|号楼|号栋", "栋", door).rstrip("室房号")
    return blind_index("household", f"{division.code}|{door}").hex()
