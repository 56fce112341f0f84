"""Codes in words. The English is the source; `config/locale/*/pages.po` has the other languages."""

from __future__ import annotations

from api.pages.words_of_greetings import OF_GREETINGS
from api.pages.words_of_life import OF_LIFE
from api.pages.words_of_people import OF_PEOPLE
from api.pages.words_of_plans import OF_PLANS
from api.pages.words_of_visits import OF_VISITS
from api.pages.words_of_volunteers import OF_VOLUNTEERS
from config.i18n import translate

WORDS = {**OF_VISITS, **OF_PEOPLE, **OF_PLANS, **OF_VOLUNTEERS}
for _group, _words in (*OF_LIFE.items(), *OF_GREETINGS.items()):  # some groups have words elsewhere too
    WORDS[_group] = {**WORDS.get(_group, {}), **_words}


def word(group: str, code: str, language: str) -> str:
    """The words for a code; a code without words shows itself."""
    text = WORDS[group].get(code)
    return translate(text, language) if text else code
