"""Machine code for the inner loops: numba, with a cache that a change of any kernel file makes anew.

numba looks only at the file of a function to see whether its cached code is old, not at the files of the
functions it calls; so the cache's folder is named after the text of all of them.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])
HERE = Path(__file__).parent
njit: Any = numba.njit  # its published types leave some options out
# `_nrt`: no counting of references to arrays, which took half of all time; so nothing here may make an array
OPTIONS: Any = {"cache": True, "nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False}


def cache_folder() -> Path:
    """Where the machine code is kept: beside the sources, or in the temporary folder if that is shut."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(HERE.glob("*.py")):
        digest.update(source.read_bytes())
    name = f"machine-code-{digest.hexdigest()[:16]}"
    for parent in (HERE / "__pycache__", Path(tempfile.gettempdir())):
        folder = parent / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix=name))


settings: Any = numba.config  # its names are made at run time
settings.CACHE_DIR = str(cache_folder())


def compiled(function: Function) -> Function:
    """Compile for calls from Python and from compiled code; runs without the interpreter's lock."""
    made = njit(**OPTIONS)(function)
    return cast(Function, made)


def inner(function: Function) -> Function:
    """Compile into each place that calls it: handing over all the tables takes longer than a small loop."""
    made = njit(**OPTIONS, no_cpython_wrapper=True, forceinline=True)(function)
    return cast(Function, made)


def apart(function: Function) -> Function:
    """Compile once, for calls from compiled code: what is long, and called from several places."""
    made = njit(**OPTIONS, no_cpython_wrapper=True)(function)
    return cast(Function, made)
