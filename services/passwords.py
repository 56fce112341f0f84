"""Passwords: argon2id in two threads, so that signing in can never take all of the machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.errors import BadInput, NotAllowed

T = TypeVar("T")
MIN_LENGTH, MAX_LENGTH = 8, 256
THREADS, QUEUE = 2, 32
# OWASP password storage cheat sheet: argon2id with 19 MiB, two passes, one lane.
OWASP = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_hasher = OWASP
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
_waiting = 0


def check_new_password(password: str, username: str) -> None:
    """Raise `BadInput` for a password that must not be used."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadInput("password_length", "A password has between 8 and 256 characters.", "password")
    if password.casefold() == username.casefold() or len(set(password)) < 3:
        raise BadInput("password_weak", "This password is too easy to guess.", "password")


async def hash_password(password: str) -> str:
    """The argon2id hash with its own salt."""
    return await _in_pool(lambda: _hasher.hash(password))


async def verify_password(password: str, password_hash: str) -> bool:
    """Takes the same time when there is no such account: pass '' for its hash.

    Raises:
        NotAllowed: too many people sign in at this moment.
    """
    return await _in_pool(lambda: _verify(password[:MAX_LENGTH], password_hash))


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash or _nobodys_hash(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


async def _in_pool(work: Callable[[], T]) -> T:
    global _waiting
    if _waiting >= QUEUE:
        raise NotAllowed("busy", "Too many people are signing in. Try again in a moment.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, work)
    finally:
        _waiting -= 1
