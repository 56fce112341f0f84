"""Texts in the reader's language: gettext catalogues under `config/locale/LANGUAGE/*.po`.

Source strings are English. A catalogue is read from its `.po` file when first needed, so there is
nothing to compile and nothing to forget.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALE_DIR = Path(__file__).parent / "locale"
LANGUAGES = ("zh-CN", "en")


@cache
def translations(language: str) -> Translations:
    """All catalogues of a language in one, `zh-CN` or `en`; English falls back to the source strings."""
    merged = Translations()
    for path in sorted((LOCALE_DIR / language.replace("-", "_")).glob("*.po")):
        with path.open("rb") as source:
            catalog = read_po(source)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        merged.merge(Translations(compiled))
    return merged


def translate(text: str, language: str, **values: object) -> str:
    """`text` in `language`, with `{name}` placeholders filled."""
    found = str(translations(language).gettext(text))
    return found.format(**values) if values else found
