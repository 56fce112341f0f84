"""The master key of an installation: from the environment, a file, or made once for the embedded default."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from config.settings import Settings, SettingsError
from models.seal import KeyRing

KEY_BYTES = 32


def load_keys(settings: Settings) -> KeyRing:
    """The key ring of `TANFANG_SECRET_KEY` or `TANFANG_SECRET_KEY_FILE`.

    Without either, the embedded default makes `secret.key` in its var folder, readable by its owner only.

    Raises:
        SettingsError: the key is too short, unreadable, or missing where one must be given.
    """
    text = settings.secret_key.get_secret_value()
    path = settings.secret_key_file
    if not text and path is None and settings.is_sqlite:
        path = settings.var_dir / "secret.key"
        if not path.exists():
            _make(path)
    if not text:
        if path is None:
            raise SettingsError(
                "TANFANG_SECRET_KEY: set it (or TANFANG_SECRET_KEY_FILE) to a secret of 32 bytes or more, "
                'for example from: python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        try:
            text = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"TANFANG_SECRET_KEY_FILE: {path} cannot be read") from error
    key = text.encode()
    if len(key) < KEY_BYTES:
        raise SettingsError(f"TANFANG_SECRET_KEY: give at least {KEY_BYTES} bytes, these are {len(key)}")
    return KeyRing(key)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Created exclusively: of two processes starting at once, one makes the key and both read it.
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(base64.urlsafe_b64encode(secrets.token_bytes(48)) + b"\n")
