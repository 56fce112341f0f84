"""Uploading a register: tried first, then written; each row that needs somebody is in the report."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from aiohttp.web_request import FileField

from api.current import context, current_staff, language, steps
from api.media import EXCEL
from api.pages.forms import path_id, read_file, read_form, text
from api.pages.rendering import page, say
from api.rules import signed_in
from models.staff import Role
from services.certified_lists import ListKind
from services.errors import BadInput, NotFound
from services.registers.columns import Kind
from services.registers.errors import RegisterError
from services.uploads import import_upload, report_of

KINDS = ("", *Kind, *ListKind)


@signed_in(Role.CITY_ADMIN)
async def show(request: web.Request) -> web.StreamResponse:
    return await page(request, "imports.html", result=None, error="", name="", dry_run=True, import_id="")


@signed_in(Role.CITY_ADMIN)
async def upload(request: web.Request) -> web.StreamResponse:
    """The figures, and the link to the row report."""
    form = await read_form(request)
    sent, kind = form.get("file"), text(form, "kind", 12)
    dry_run = text(form, "mode", 8) != "write"
    if kind not in KINDS:
        raise BadInput("kind", "Choose one from the list.", "kind")
    name = sent.filename if isinstance(sent, FileField) else ""
    content = read_file(sent)
    if not name:
        return await _again(request, say(request, "Choose a file first."), "", dry_run)
    try:
        import_id, result = await import_upload(
            steps(request),
            context(request).settings.var_dir / "imports",
            name,
            content,
            current_staff(request),
            kind=kind or None,
            dry_run=dry_run,
            language=language(request),
        )
    except RegisterError as error:
        # The copy that was read has a name of its own.
        told = error.in_language(language(request)).replace(f"register{Path(name).suffix.lower()}", name)
        return await _again(request, told, name, dry_run)
    return await page(
        request, "imports.html", result=result, error="", name=name, dry_run=dry_run, import_id=import_id
    )


async def _again(request: web.Request, error: str, name: str, dry_run: bool) -> web.StreamResponse:
    return await page(
        request,
        "imports.html",
        status=422,
        result=None,
        error=error,
        name=name,
        dry_run=dry_run,
        import_id="",
    )


@signed_in(Role.CITY_ADMIN)
async def report(request: web.Request) -> web.StreamResponse:
    """One's own report, for a day."""
    place = context(request).settings.var_dir / "imports"
    path = report_of(place, path_id(request), current_staff(request).username)
    if path is None:
        raise NotFound("report", "There is nothing here, or it is outside your area.")
    return web.FileResponse(
        path, headers={"Content-Type": EXCEL, "Content-Disposition": 'attachment; filename="report.xlsx"'}
    )


ROUTES = [
    web.get("/imports", show),
    web.post("/imports", upload),
    web.get("/imports/{id}/report", report),
]
