"""What makes a whole register unusable."""

from __future__ import annotations

from config.i18n import translate


class RegisterError(Exception):
    """A register that cannot be imported: the sentence names the file, the field and the remedy.

    `text` is an English source string with `{placeholders}` for `values`.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text.format(**values))
        self.text, self.values = text, values

    def in_language(self, language: str) -> str:
        """The sentence for people, `zh-CN` or `en`."""
        return translate(self.text, language, **self.values)
