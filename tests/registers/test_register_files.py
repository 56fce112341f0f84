"""What may be opened: encodings, delimiters, and files that are refused with a sentence that helps."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from services.registers import RegisterError
from services.registers.files import csv_files, limits, opening, workbooks
from services.registers.files.csv_files import find_delimiter
from services.registers.files.opening import open_register
from services.registers.files.raw import RawRow

Write = Callable[..., Path]
TEXT = "姓名,公民身份号码\n王小英,430102194203150022\n张龘,430111194006300032\n"


def read_all(path: Path) -> list[tuple[str, list[RawRow]]]:
    return [(sheet.name, [row for row in sheet.rows if not row.is_empty]) for sheet in open_register(path)]


def refusal(path: Path) -> RegisterError:
    with pytest.raises(RegisterError) as caught:
        read_all(path)
    assert path.name in str(caught.value)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(TEXT.encode(encoding))
    [(name, rows)] = read_all(path)
    assert name == ""
    assert [row.cells for row in rows][2] == ("张龘", "430111194006300032")
    assert [row.number for row in rows] == [1, 2, 3]


def test_csv_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes("姓名,\x00".encode() + b"\xff\xff\xff")
    assert refusal(path).text == csv_files.ENCODING


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_delimiters_are_found_out(delimiter: str) -> None:
    assert find_delimiter(TEXT.replace(",", delimiter)) == delimiter


def test_a_csv_cell_may_hold_lines_and_row_numbers_stay_those_of_the_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text('姓名,地址\n王小英,"一行\n二行"\n张三,x\n', encoding="utf-8")
    [(_, rows)] = read_all(path)
    assert rows[2] == RawRow(3, ("张三", "x"))


def test_csv_formula_quotes_around_numbers_are_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text('姓名,号码\n王小英,"=""0012"""\n', encoding="utf-8")
    assert read_all(path)[0][1][1].cells == ("王小英", "0012")


def test_an_unclosed_quotation_mark_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text('姓名,地址\n王小英,"' + "x" * 200_000, encoding="utf-8")
    assert refusal(path).text == csv_files.MALFORMED


def test_a_csv_with_an_excel_name_is_read_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    path.write_text(TEXT, encoding="utf-8")
    assert len(read_all(path)[0][1]) == 3


def test_workbook_cells_keep_their_kind(write_xlsx: Write) -> None:
    path = write_xlsx([["a", 1958.03, 430102194203150022, date(1958, 3, 1), None, True, "  "], [None, "b"]])
    [(_, [first, second])] = read_all(path)
    assert first.cells == ("a", 1958.03, 430102194203150022.0, date(1958, 3, 1), None, True)
    assert second == RawRow(2, (None, "b"))


def test_a_register_may_begin_anywhere_on_the_sheet(write_xlsx: Write) -> None:
    path = write_xlsx([[], [], [None, None, "x"], [None, None, None, "y"]])
    assert read_all(path)[0][1] == [RawRow(3, (None, None, "x")), RawRow(4, (None, None, None, "y"))]


def test_merged_cells_all_have_the_value(write_xlsx: Write) -> None:
    path = write_xlsx([["地址", "姓名"], ["3栋", "甲"], [None, "乙"]], merged=["A2:A3"])
    assert read_all(path)[0][1][2].cells == ("3栋", "乙")


def test_hidden_sheets_are_left_out(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["x"])
    hidden = book.create_sheet("hidden")
    hidden.append(["y"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "b.xlsx")
    assert [name for name, _ in read_all(tmp_path / "b.xlsx")] == ["Sheet"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", opening.EMPTY),
        (b"  \n", opening.EMPTY),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, opening.OLD_BOOK),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            workbooks.ENCRYPTED,
        ),
        (b"\xef\xbb\xbf<html><table><tr><td>x", opening.WEB_PAGE),
        (b"%PDF-1.7", workbooks.OTHER_BOOK),
        (b"PK\x03\x04 damaged", workbooks.DAMAGED),
    ],
)
def test_other_files_are_refused_by_content(tmp_path: Path, content: bytes, text: str) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(content)
    assert refusal(path).text == text


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere.xlsx").text == opening.MISSING


def _edit(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change or add one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in parts.items():
            archive.writestr(entry, content)


def test_macros_are_refused(write_xlsx: Write) -> None:
    path = write_xlsx([["x"]])
    _edit(path, "xl/vbaProject.bin", lambda _: b"macro")
    assert refusal(path).text == workbooks.MACROS


def test_another_office_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "register.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(path).text == workbooks.OTHER_BOOK


def test_a_damaged_sheet_is_refused(write_xlsx: Write) -> None:
    path = write_xlsx([["x"]])
    _edit(path, "xl/worksheets/sheet1.xml", lambda content: content[:80])
    assert refusal(path).text in (workbooks.DAMAGED, workbooks.TOO_LARGE)


def test_a_bomb_is_refused_by_its_unpacked_size(write_xlsx: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 3 * limits.MIB)
    path = write_xlsx([["x"]])
    _edit(path, "xl/media/image1.png", lambda _: b"0" * 4 * limits.MIB)
    assert path.stat().st_size < 30_000
    assert refusal(path).text == workbooks.TOO_LARGE


def test_a_bomb_of_far_apart_cells_ends_the_reading_child_only(
    write_xlsx: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHILD_MEMORY_BYTES", 256 * limits.MIB)
    path = write_xlsx([["x"]])
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    _edit(path, "xl/worksheets/sheet1.xml", lambda content: content.replace(b"</sheetData>", cell))
    assert refusal(path).text in (workbooks.TOO_LARGE, workbooks.TOO_MANY_ROWS)


def test_a_long_string_shared_by_many_cells_ends_the_reading_child_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHILD_MEMORY_BYTES", 256 * limits.MIB)
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_000))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{rel}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>{"x" * 30_000}</t></si></sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    }
    path = tmp_path / "register.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert path.stat().st_size < 200_000
    assert refusal(path).text == workbooks.TOO_LARGE


def test_caps_on_size_rows_and_columns(
    write_xlsx: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = write_xlsx([["x"] * (limits.MAX_COLUMNS + 1)], name="wide.xlsx")
    assert refusal(wide).text == workbooks.TOO_MANY_COLUMNS
    wide_csv = tmp_path / "wide.csv"
    wide_csv.write_text("x," * limits.MAX_COLUMNS + "x\n")
    assert refusal(wide_csv).text == workbooks.TOO_MANY_COLUMNS
    monkeypatch.setattr(limits, "MAX_ROWS", 2)
    long = write_xlsx([["x"]] * 3, name="long.xlsx")
    assert refusal(long).text == workbooks.TOO_MANY_ROWS
    long_csv = tmp_path / "long.csv"
    long_csv.write_text("x,y\n" * 3)
    assert refusal(long_csv).text == workbooks.TOO_MANY_ROWS
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 10)
    assert refusal(long).text == opening.FILE_TOO_LARGE


def test_stray_blanks_to_the_right_are_no_columns(write_xlsx: Write) -> None:
    row: list[Any] = ["x", *[None] * 298, " "]
    assert read_all(write_xlsx([row]))[0][1] == [RawRow(1, ("x",))]


def test_refusals_speak_chinese(tmp_path: Path) -> None:
    said = refusal(tmp_path / "缺.xlsx").in_language("zh-CN")
    assert said == "缺.xlsx 无法打开：请检查文件名，并确认有读取权限。"
