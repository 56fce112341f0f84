"""Opens a register by what it contains, not by what its name says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from services.registers.errors import RegisterError
from services.registers.files import limits
from services.registers.files.csv_files import read_csv
from services.registers.files.raw import RawSheet
from services.registers.files.workbooks import ENCRYPTED, OTHER_BOOK, read_workbook

MISSING = "{file} cannot be opened: check the name and that you may read it."
EMPTY = "{file} is empty."
FILE_TOO_LARGE = "{file} has {size} MB, more than the {most} MB that are read: split it into several files."
OLD_BOOK = "{file} is an old workbook (.xls or .et): open it in Excel or WPS and save it as .xlsx."
WEB_PAGE = "{file} is a web page with another name: open it in Excel or WPS and save it as .xlsx."

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # container of .xls, .et and of encrypted .xlsx
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
_WEB_STARTS = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")
_OTHER_STARTS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"\x1f\x8b", b"7z\xbc\xaf")


def open_register(path: Path) -> Iterator[RawSheet]:
    """The sheets of an .xlsx or .csv file; each must be read to its end before the next.

    Raises:
        RegisterError: at once or with the first sheet, never after the first row.
    """
    try:
        size = path.stat().st_size
        if size > limits.MAX_FILE_BYTES:
            most = limits.MAX_FILE_BYTES // limits.MIB
            raise RegisterError(FILE_TOO_LARGE, file=path.name, size=size // limits.MIB + 1, most=most)
        data = path.read_bytes()
    except OSError as error:
        raise RegisterError(MISSING, file=path.name) from error
    if not data.strip():
        raise RegisterError(EMPTY, file=path.name)
    if data.startswith(_OLE):
        raise RegisterError(ENCRYPTED if _ENCRYPTED_PART in data else OLD_BOOK, file=path.name)
    if data.startswith(b"PK\x03\x04"):
        return read_workbook(path)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith(_WEB_STARTS):
        raise RegisterError(WEB_PAGE, file=path.name)
    if data.startswith(_OTHER_STARTS):
        raise RegisterError(OTHER_BOOK, file=path.name)
    return read_csv(path, data)
