"""Registers: an office's Excel or CSV lists of retirees and volunteers become rows of the database."""

from services.registers.columns import Kind
from services.registers.errors import RegisterError
from services.registers.importing import import_file
from services.registers.results import ImportResult

__all__ = ["ImportResult", "Kind", "RegisterError", "import_file"]
