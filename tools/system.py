"""Installs the parts that tests need from Debian's packages, where root allows; else says what is missing.

Chromium and a Chinese font for the pages, RabbitMQ for the third broker. PostgreSQL and Valkey need nothing:
their servers come in wheels. Standard library only; exit code 0 also when something is missing, because the
tests that need it say so themselves (in CI as failures).
"""

# ruff: noqa: T201  # a command line speaks to people

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """The first Chromium on the path."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)  # noqa: S607  # on PATH
    return bool(listed.stdout.strip())


def has_rabbitmq() -> bool:
    return bool(shutil.which("rabbitmq-server")) or Path("/usr/sbin/rabbitmq-server").exists()


def missing_packages() -> list[str]:
    """Debian packages for what is not there."""
    found = {
        "chromium": find_browser() is not None,
        "fonts-noto-cjk": has_chinese_font(),
        "fontconfig": bool(shutil.which("fc-list")),
        "rabbitmq-server": has_rabbitmq(),
    }
    return [package for package, is_there in found.items() if not is_there]


def apt_install(packages: list[str]) -> int:
    """Quietly; what apt said is shown only when it failed. Returns apt's exit code."""
    # RUNLEVEL=1 keeps the package from starting a broker of its own: tests start theirs.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(  # noqa: S603  # fixed commands of this file
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout, file=sys.stderr)
            return done.returncode
    return 0


def main() -> int:
    packages = missing_packages()
    if not packages:
        return 0
    wanted = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(
            f"system: missing for some tests: {wanted} (as root: apt-get install {wanted})", file=sys.stderr
        )
        return 0
    print(f"system: installing {wanted} …", file=sys.stderr)
    if apt_install(packages):
        print(f"system: could not install {wanted}; the tests that need it say so", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
