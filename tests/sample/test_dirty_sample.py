"""Each trap lies where the list of findings says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.identity import IdentityNumberError, parse_identity
from models.division_data import load_division_rows
from models.division_index import DivisionIndex, Kind
from simulation.sample import DirtyFile, DirtySample, Effect, Finding, Trap, write_dirty_sample

Rows = dict[int, dict[str, object]]


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> DirtySample:
    return write_dirty_sample(tmp_path_factory.mktemp("dirty"), 1)


def rows_of(file: DirtyFile) -> Rows:
    """Cells by the row's number and the header's text (files with one header row)."""
    if file.path.suffix == ".csv":
        lines: list[tuple[object, ...]] = [
            tuple(line) for line in csv.reader(file.path.read_text(encoding="gb18030").splitlines())
        ]
        header, first = 0, 2
    else:
        lines = list(load_workbook(file.path).worksheets[0].iter_rows(values_only=True))
        header, first = 1, 3
    names = [str(name) for name in lines[header]]
    return {
        place: dict(zip(names, line, strict=True)) for place, line in enumerate(lines[header + 1 :], first)
    }


def cells(dirty: DirtySample, *traps: Trap) -> list[tuple[Finding, dict[str, object]]]:
    tables = {file.path.name: rows_of(file) for file in dirty.files if "merged" not in file.path.name}
    return [(found, tables[found.file].get(found.row, {})) for found in dirty.findings if found.trap in traps]


def test_every_trap_is_laid(dirty: DirtySample) -> None:
    assert {found.trap for found in dirty.findings} == set(Trap)
    files = [file.path.name for file in dirty.files]
    assert files == [
        "retirees-traps.xlsx",
        "retirees-merged-header.xlsx",
        "retirees-gb18030.csv",
        "retirees-unusable.xlsx",
        "volunteers-traps.xlsx",
    ]
    assert [file.is_volunteers for file in dirty.files] == [False] * 4 + [True]


def test_counts_follow_from_the_findings(dirty: DirtySample) -> None:
    for file in dirty.files:
        found = [f for f in dirty.findings if f.file == file.path.name]
        lost = {f.row for f in found if f.effect in (Effect.REJECTED, Effect.DUPLICATE)}
        assert file.accepted == file.rows - len(lost)
    assert [file.accepted for file in dirty.files] == [31, 3, 2, 0, 4]


def test_identity_numbers_that_can_be_read_are(dirty: DirtySample) -> None:
    written = (Trap.ID_APOSTROPHE, Trap.ID_SPACES, Trap.ID_FULL_WIDTH, Trap.ID_LOWERCASE_X, Trap.ID_LEGACY)
    for found, row in cells(dirty, *written):
        assert row[found.column] != found.reads
        assert parse_identity(str(row[found.column])).number == found.reads
        assert found.effect is Effect.READ


def test_identity_numbers_that_cannot_be_read_are_rejected(dirty: DirtySample) -> None:
    spoilt = (Trap.ID_AS_NUMBER, Trap.ID_SCIENTIFIC, Trap.ID_CHECK_DIGIT, Trap.ID_BIRTH_DATE)
    for found, row in cells(dirty, *spoilt):
        value = row[found.column]
        assert isinstance(value, float | int) == (found.trap is Trap.ID_AS_NUMBER)
        with pytest.raises(IdentityNumberError):
            parse_identity(value if isinstance(value, float) else str(value))
        assert found.effect is Effect.REJECTED


def test_birth_dates_take_all_the_forms(dirty: DirtySample) -> None:
    forms = {
        Trap.BIRTH_AS_NUMBER: float,
        Trap.BIRTH_LOST_ZERO: float,
        Trap.BIRTH_COMPACT: int,
        Trap.BIRTH_CHINESE: str,
        Trap.BIRTH_SERIAL: int,
    }
    for found, row in cells(dirty, *forms):
        assert isinstance(row["出生年月"], forms[found.trap])
        born_on = parse_identity(str(row["公民身份号码"])).born_on
        assert born_on.isoformat().startswith(found.reads)


def test_communities_are_as_findable_as_said(dirty: DirtySample) -> None:
    index = DivisionIndex(load_division_rows())
    for found, row in cells(dirty, *(trap for trap in Trap if trap.startswith("community"))):
        community, street, district = (str(row[name] or "") for name in ("社区", "街道", "区县"))
        result = index.find(community, street, district)
        if found.trap is Trap.COMMUNITY_IN_ADDRESS:
            result = index.find_in_address(str(row["常住地址"]))
        elif found.effect is Effect.REJECTED:
            assert row["常住地址"] is None
            assert result.kind is (Kind.AMBIGUOUS if found.trap is Trap.COMMUNITY_AMBIGUOUS else Kind.NONE)
            continue
        assert result.row is not None
        assert result.row.name.startswith(found.reads)


def test_one_number_on_four_persons(dirty: DirtySample) -> None:
    shared = cells(dirty, Trap.PHONE_SHARED)
    assert len(shared) == 4
    assert len({row["本人手机"] for _, row in shared}) == 1
    assert len({row["公民身份号码"] for _, row in shared}) == 4


def test_duplicates_repeat_an_earlier_row(dirty: DirtySample) -> None:
    rows = rows_of(dirty.files[0])
    ((found, twin),) = cells(dirty, Trap.DUPLICATE_ID)
    assert [place for place, row in rows.items() if row["公民身份号码"] == twin["公民身份号码"]] == [
        3,
        found.row,
    ]
    ((found, twin),) = cells(dirty, Trap.DUPLICATE_PERSON)
    assert twin["公民身份号码"] is None
    same = [
        place
        for place, row in rows.items()
        if (row["姓名"], row["出生年月"]) == (twin["姓名"], twin["出生年月"])
    ]
    assert same == [4, found.row]


def test_the_csv_is_gb18030_with_a_rare_character(dirty: DirtySample) -> None:
    raw = dirty.files[2].path.read_bytes()
    assert "㮾梨街道".encode("gb18030") in raw
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("gb2312")


def test_the_merged_header_spans_two_rows(dirty: DirtySample) -> None:
    page = load_workbook(dirty.files[1].path).worksheets[0]
    merged = {str(area) for area in page.merged_cells.ranges}
    assert {"A1:F1", "A2:A3", "R2:U2", "Y2:AA2"} <= merged
    assert [page.cell(3, column).value for column in range(18, 22)] == ["区县", "街道", "社区", "小区楼栋"]
    assert [page.cell(3, column).value for column in range(25, 28)] == ["姓名", "关系", "电话"]
    assert page.cell(2, 18).value == "常住地址"
    assert parse_identity(str(page["G4"].value))


def test_the_same_seed_lays_the_same_traps(dirty: DirtySample, tmp_path: Path) -> None:
    again = write_dirty_sample(tmp_path, 1)
    assert again.findings == dirty.findings
    assert rows_of(again.files[0]) == rows_of(dirty.files[0])
    assert write_dirty_sample(tmp_path, 2).findings != dirty.findings
