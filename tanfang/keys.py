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
    """The key ring of `TANFANG_SECRET_KEY` or `TANFANG_SECRET_KEY_FILE` (one key a line, oldest first).

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
    if text:
        lines = [text]
    elif path is None:
        raise SettingsError(
            "TANFANG_SECRET_KEY: set it (or TANFANG_SECRET_KEY_FILE) to a secret of 32 bytes or more, "
            'for example from: python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    else:
        lines = read_lines(path)
    short = [line for line in lines if len(line.encode()) < KEY_BYTES]
    if short or not lines:
        raise SettingsError(f"TANFANG_SECRET_KEY: give at least {KEY_BYTES} bytes")
    return KeyRing(*(line.encode() for line in lines))


def key_path(settings: Settings) -> Path:
    """The key file of an installation.

    Raises:
        SettingsError: the key is given in the environment, where it cannot be changed by us.
    """
    if settings.secret_key.get_secret_value():
        raise SettingsError("TANFANG_SECRET_KEY: keys rotate needs TANFANG_SECRET_KEY_FILE instead")
    return settings.secret_key_file or settings.var_dir / "secret.key"


def read_lines(path: Path) -> list[str]:
    """The master keys of a file, oldest first."""
    try:
        return path.read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"TANFANG_SECRET_KEY_FILE: {path} cannot be read") from error


def add_key(path: Path) -> None:
    """Put a fresh key at the end of the file, in one step, readable by its owner only."""
    lines = [*read_lines(path), new_key()]
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(48)).decode()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Created exclusively: of two processes starting at once, one makes the key and both read it.
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(new_key().encode() + b"\n")
