"""A report with its photo from the phone page, sealed and stored with the report in one step."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from uuid import UUID

from sqlmodel import col, select

from models.trips import VisitPart
from models.visits import EvidenceFile, Offer, VisitReport
from services.errors import BadInput, NotFound
from services.parts import report_part
from services.steps import Step
from services.visiting import ReportForm, report

LARGEST = 4 * 1024 * 1024
MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def media_type_of(content: bytes) -> str:
    """JPEG or PNG, told by the first bytes; whatever the file is called.

    Raises:
        BadInput: something else, or too large.
    """
    if len(content) > LARGEST:
        raise BadInput("photo", "The photo is larger than 4 MB. Take it with a lower resolution.", "photo")
    for magic, media_type in MAGIC.items():
        if content.startswith(magic):
            return media_type
    raise BadInput("photo", "The photo must be a JPEG or PNG picture.", "photo")


async def report_with_photo(
    step: Step, offer: Offer, form: ReportForm, photo: bytes, part_id: UUID | None = None
) -> None:
    """The same `form_key` again stores nothing again. `part_id`: about one more person of the household.

    Raises:
        As `visiting.report`; BadInput for a photo that cannot be used.
    """
    known = await step.session.scalar(
        select(col(VisitReport.id)).where(col(VisitReport.form_key) == form.form_key)
    )
    if photo and known is None:
        row = await _store(step, offer, photo)
        form = replace(form, evidence={**form.evidence, "dated_photo": str(row.id)})
    if part_id is None:
        await report(step, offer.visit_id, offer.volunteer_id, form, channel="page")
        return
    part = await step.session.get(VisitPart, part_id)
    if part is None or part.visit_id != offer.visit_id:
        raise NotFound("part", "There is no such part of a visit.")
    await report_part(step, part_id, offer.volunteer_id, form)


async def _store(step: Step, offer: Offer, photo: bytes) -> EvidenceFile:
    media_type = media_type_of(photo)
    row = EvidenceFile(
        visit_id=offer.visit_id,
        volunteer_id=offer.volunteer_id,
        kind="dated_photo",
        sha256=hashlib.sha256(photo).hexdigest(),
        media_type=media_type,
        uploaded_at=step.now,
        division_code=offer.division_code,
        managing_agency=offer.managing_agency,
    )
    row.content = base64.b64encode(photo).decode()
    step.session.add(row)
    await step.session.flush()
    return row
