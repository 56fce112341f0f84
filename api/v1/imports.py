"""Uploading registers."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from aiohttp import web
from aiohttp.web_request import FileField
from pydantic import Field

from api.current import context, current_staff, language, steps
from api.media import EXCEL
from api.openapi import Given, Shown, operation, path_id
from api.rules import signed_in
from models.staff import Role
from services.certified_lists import ListKind
from services.errors import BadInput, NotFound
from services.registers.columns import Kind
from services.uploads import import_upload, report_of

IMPORTERS = signed_in(Role.CITY_ADMIN)


class UploadIn(Given):
    """A form: the file, and whether anything is to be written."""

    file: str = Field(json_schema_extra={"format": "binary"})
    kind: Literal["retirees", "volunteers", "silent_match", "face_list"] | None = None
    dry_run: bool = True


class ImportOut(Shown):
    """The figures of an import; the report names each row that needs somebody."""

    id: UUID
    kind: str
    dry_run: bool
    rows: int
    accepted: int
    updated: int
    unchanged: int
    rejected: int


@operation(
    "POST",
    "/api/v1/imports",
    rule=IMPORTERS,
    tag="imports",
    body=UploadIn,
    response=ImportOut,
    upload=True,
)
async def upload(request: web.Request) -> ImportOut:
    """Import an Excel or CSV register, or try it without writing (`dry_run`, the default)."""
    if request.content_type != "multipart/form-data":
        raise BadInput("content_type", "Send a form with a file.", "file")
    form = await request.post()
    sent, kind, dry_run = form.get("file"), form.get("kind", ""), form.get("dry_run", "true")
    if not isinstance(sent, FileField):
        raise BadInput("file", "Send a form with a file.", "file")
    with sent.file:
        content = sent.file.read()
    if kind not in ("", *Kind, *ListKind):
        raise BadInput("kind", "Say retirees, volunteers, silent_match or face_list.", "kind")
    if dry_run not in ("true", "false"):
        raise BadInput("dry_run", "Say true or false.", "dry_run")
    import_id, result = await import_upload(
        steps(request),
        context(request).settings.var_dir / "imports",
        sent.filename,
        content,
        current_staff(request),
        kind=str(kind) or None,
        dry_run=dry_run == "true",
        language=language(request),
    )
    return ImportOut(
        id=import_id,
        kind=result.kind,
        dry_run=dry_run == "true",
        rows=result.rows,
        accepted=result.accepted,
        updated=result.updated,
        unchanged=result.unchanged,
        rejected=result.rejected,
    )


@operation("GET", "/api/v1/imports/{import_id}/report", rule=IMPORTERS, tag="imports", media_type=EXCEL)
async def report(request: web.Request) -> web.FileResponse:
    """The row report of one's own import, for a day."""
    place = context(request).settings.var_dir / "imports"
    path = report_of(place, path_id(request, "import_id"), current_staff(request).username)
    if path is None:
        raise NotFound("report", "There is nothing here, or it is outside your area.")
    return web.FileResponse(
        path, headers={"Content-Type": EXCEL, "Content-Disposition": 'attachment; filename="report.xlsx"'}
    )


HANDLERS = (upload, report)
