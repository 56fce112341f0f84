"""The row report of a list: why a row was not taken over, by which rule, and the way out."""

from __future__ import annotations

import os
from pathlib import Path

from config.i18n import translate
from domain.masking import mask_id, mask_name
from services.certified_lists.reading import Fault, ListKind
from services.certified_lists.results import ListLog
from services.workbooks import Sheet, workbook_bytes

# Fault → what is wrong, what to do.
TEXTS: dict[Fault, tuple[str, str]] = {
    Fault.NOBODY: (
        "Neither an ID number nor a personal number: nobody can be found.",
        "Enter all 18 characters of the ID number.",
    ),
    Fault.ID_FLOAT: (
        "The spreadsheet has turned the ID number into a number: its last digits are lost.",
        "Format the column as text, then enter all 18 characters again from the ID card.",
    ),
    Fault.ID_BAD: (
        "The ID number is not one: its length or check digit is wrong.",
        "Compare it with the ID card.",
    ),
    Fault.DATE_MISSING: ("Rule CERT-05: the day of the certification is missing.", "Enter the day."),
    Fault.DATE_BAD: (
        "Rule CERT-05: the day of the certification cannot be read.",
        "Write the day like 1958-03-01.",
    ),
    Fault.FUTURE: (
        "Rule CERT-05: the certification lies in the future.",
        "Correct the day, or import the list again when it has come.",
    ),
    Fault.NOT_PASSED: (
        "Rule CERT-05: the list itself says that the certification did not succeed.",
        "Nothing to do; the person is reminded as before.",
    ),
    Fault.TWICE: ("Row {row} says the same.", "Nothing to do; leave one of the two rows out."),
    Fault.UNKNOWN: (
        "Rule CERT-01: this person is not in the register.",
        "Import the register first, or pass the row on to the place that manages the person.",
    ),
    Fault.AMBIGUOUS: ("Several registered persons have this number.", "Enter the ID number."),
    Fault.OTHER_NAME: (
        "The name is another one than in the register for this number.",
        "Find out whom the row means; correct the row or the register.",
    ),
    Fault.AFTER_DEATH: (
        "Regulation art. 31: certified after the recorded death. A suspicion was opened.",
        "Ask the agency: either the death or the certification is wrong.",
    ),
    Fault.BEFORE_BIRTH: ("Rule CERT-05: the day lies before the person's birth.", "Correct the day."),
}
TRIED, WRITTEN = "Yes, nothing was written", "No, it was imported"
NAMES = {
    ListKind.SILENT_MATCH: "Silent matches",
    ListKind.FACE_LIST: "Face certifications",
}


def write_list_report(path: Path, log: ListLog, language: str) -> None:
    """Figures, remarks, and the rejected rows to correct and import again. Raises OSError."""
    figures = Sheet(translate("Import summary", language))
    lines = (
        ("Register file", log.file),
        ("Kind of register", translate(NAMES[log.kind], language)),
        ("Imported at", log.read_at),
        (
            "Trial run",
            translate(TRIED if log.dry_run else WRITTEN, language),
        ),
        ("Rows with persons", log.rows),
        ("New certifications", log.counts["accepted"]),
        ("Known before", log.counts["unchanged"]),
        ("Not imported", log.counts["rejected"]),
        ("Home visits no longer needed", log.superseded),
    )
    figures.above = [(translate(name, language), value) for name, value in lines]
    heads = ("Sheet", "Row number", "Name", "ID number", "Problem", "What to do")
    remarks = Sheet(translate("Import findings", language), [translate(head, language) for head in heads])
    for line in log.rejected:
        assert line.fault is not None  # noqa: S101  # rejected lines have one
        problem, remedy = TEXTS[line.fault]
        remarks.rows.append(
            (
                line.sheet,
                line.row.number,
                mask_name(line.name) if line.name else "",
                mask_id(line.id_number) if line.id_number else "",
                translate(problem, language, row=line.same_as),
                translate(remedy, language),
            )
        )
    content = workbook_bytes([figures, remarks, *_rows_again(log, language)])
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        target.write(content)
    draft.replace(path)


def _rows_again(log: ListLog, language: str) -> list[Sheet]:
    """The rejected rows below their own headings: corrected here, this file can be imported."""
    sheets = []
    for name, sheet in log.sheets.items():
        mine = [line for line in log.rejected if line.sheet == name]
        if not mine:
            continue
        title = f"{translate('Rows not imported', language)} {name}".strip()
        first = [translate("Original row", language), translate("Why not imported", language)]
        made = Sheet(title, [*first, *(heading for _, heading in sheet.headings)])
        for line in mine:
            assert line.fault is not None  # noqa: S101  # as above
            why = translate(TEXTS[line.fault][0], language, row=line.same_as)
            made.rows.append((line.row.number, why, *(line.row[index] for index, _ in sheet.headings)))
        sheets.append(made)
    return sheets
