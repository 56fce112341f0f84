"""Instances by name: `day-3000-s1`, `campaign-500-s2-core`, or with `-own` from the generator here.

A name without `-own` is a file of that name in the folder, or is made there by another program
(`make_instance.py FAMILY VISITS --seed S [--core] -o FILE`), which is started as a program, never imported.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bench.plans.instances import FAMILIES, make_instance

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "var" / "instances"
GENERATOR = ROOT.parent / "shared" / "planner" / "make_instance.py"
NAME = re.compile(rf"({'|'.join(FAMILIES)})-(\d+)-s(\d+)(-core)?(-own)?")


class NoInstanceError(Exception):
    """This instance can neither be found nor made; the text says why."""


def find_instance(name: str, folder: Path = FOLDER, generator: Path | None = GENERATOR) -> Path:
    """The instance's file, made if it is missing. Raises NoInstanceError."""
    path = folder / f"{name}.npz"
    if path.is_file():
        return path
    parts = NAME.fullmatch(name)
    if parts is None:
        raise NoInstanceError(f"{path} is missing, and {name} is no name an instance can be made by")
    family, visits, seed, core, own = parts.groups()
    folder.mkdir(parents=True, exist_ok=True)
    if own:
        make_instance(family, int(visits), int(seed), core=bool(core)).save(path)
        return path
    if generator is None or not generator.is_file():
        raise NoInstanceError(f"{path} is missing, and so is the program that makes it (--generator)")
    command = [sys.executable, str(generator), family, visits, "--seed", seed, *(["--core"] if core else [])]
    done = subprocess.run([*command, "-o", str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoInstanceError(f"{name}: {generator.name} failed: {done.stderr.strip()[-300:]}")
    return path
