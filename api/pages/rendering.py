"""Templates in the reader's language, and what every page shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from api.assets import asset
from api.current import context, csrf_token, language, signed_in_or_none, steps
from api.pages.filters import FILTERS, Times
from api.pages.words import word
from config.i18n import LANGUAGES, translate, translations
from services.places import load_place_names, place

TEMPLATES = Path(__file__).parent.parent / "templates"
KEYS = {lang: web.AppKey(f"templates {lang}", jinja2.Environment) for lang in LANGUAGES}


def setup_templates(app: web.Application) -> None:
    """One environment for each language: compiled templates keep their translated texts."""
    for lang, key in KEYS.items():
        environment = aiohttp_jinja2.setup(
            app,
            app_key=key,
            loader=jinja2.FileSystemLoader(TEMPLATES),
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
            autoescape=True,
        )
        environment.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]  # added by the extension
        environment.filters.update(FILTERS)
        environment.filters["word"] = _word_filter(lang)
        environment.globals["asset"] = asset


def _word_filter(lang: str) -> Any:
    def filter_word(code: object, group: str) -> str:
        return word(group, str(code), lang)

    return filter_word


async def page(
    request: web.Request, template: str, *, status: int = 200, **values: Any
) -> web.StreamResponse:
    """A rendered page; every template knows who asks, in which language, and what time it is."""
    shown = await _common(request)
    return aiohttp_jinja2.render_template(
        template, request, {**shown, **values}, app_key=KEYS[language(request)], status=status
    )


async def render(request: web.Request, template: str) -> str:
    """The text of a page that shows nothing but itself."""
    shown = await _common(request)
    return aiohttp_jinja2.render_string(template, request, shown, app_key=KEYS[language(request)])


async def _common(request: web.Request) -> dict[str, Any]:
    lang, found = language(request), signed_in_or_none(request)
    settings = context(request).settings
    now = context(request).clock.now()
    names = await load_place_names(steps(request))
    return {
        "lang": lang,
        "other_lang": "en" if lang == "zh-CN" else "zh-CN",
        "staff": found.staff if found else None,
        "csrf": csrf_token(request),
        "path": request.path,
        "now": now,
        "t": Times(settings.zone, lang, now),
        "place": lambda code, levels=3: place(names, code, levels),
        "has_phones": settings.is_embedded and settings.sms_gateway == "simulator",
        "done": request.query.get("done", ""),
    }


def say(request: web.Request, text: str, **values: object) -> str:
    """`text` in the reader's language."""
    return translate(text, language(request), **values)


def see_other(where: str) -> web.HTTPSeeOther:
    """After a form was sent: the browser fetches a page, and reloading it sends nothing again."""
    return web.HTTPSeeOther(where)


def answer_see_other(where: str) -> web.Response:
    """As `see_other`, for answers that also set a cookie."""
    return web.Response(status=303, headers={"Location": where})
